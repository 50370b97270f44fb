"""Heartbeats: noted when they come, and told about when they do not.

A beat that is missing becomes a notice among the integration's logs, so that rules, routers and deduplication apply to
it as to a payload. It is written in the transaction that notes that it was, so that it is written once.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.ports import Beat, Expectation, Heartbeat, Job, Log, Ports, Pulsing, Source, UnitOfWork
from bot.service.notices import is_notice, notice

_AGAIN = timedelta(hours=1)
"""How soon a beat that is still missing is told of again, at the soonest: it counts on the alert that is there."""

_log = logging.getLogger(__name__)


def note(uow: UnitOfWork, integration: Integration, source: Source | None, logs: Iterable[Log]) -> None:
    """Note the beats among logs in their order. The caller holds the integration."""
    pulsing = _pulsing(source)
    if pulsing is None:
        return
    said = ((pulsing.beat(log.request), log.at) for log in logs if not is_notice(log))
    beats = [(kind, at) for kind, at in said if kind is not None]
    if not beats:
        return
    known = uow.heartbeats().get(integration.id) or Heartbeat(integration_id=integration.id, last_at=beats[0][1])
    for kind, at in beats:
        known = _after(known, kind, at)
    uow.put_heartbeat(known)


def drain(ports: Ports) -> int:
    """Tell of every heartbeat that is overdue, and return how many there were."""
    now, directory = ports.clock.now(), ports.store.directory()
    watched = dict(_watched(directory, ports))
    with ports.store.begin() as uow:
        known = uow.heartbeats()
        gone = known.keys() - watched.keys()
        if gone:
            uow.forget_heartbeats(gone)
        fresh = watched.keys() - known.keys()
        if fresh:
            uow.await_heartbeats(fresh, now)
    late = [each for each in watched if each in known and missed(known[each], watched[each], now)]
    told = sum(_tell_safely(ports, directory.integrations[each], watched[each], now) for each in late)
    if told:
        ports.queue.wake(Job.RECEIVE)
    return told


def missed(known: Heartbeat, expected: Expectation, now: datetime) -> bool:
    """Whether a beat is overdue, and nobody was told of it lately."""
    if known.told_at is not None:
        return now - known.told_at >= max(expected.period, _AGAIN)
    return now >= due_at(known, expected)


def due_at(known: Heartbeat, expected: Expectation) -> datetime:
    """When the next beat has to be there at the latest."""
    beat_at = known.last_at + expected.period + expected.grace
    return beat_at if known.started_at is None else min(beat_at, known.started_at + expected.run)


def _watched(directory: Directory, ports: Ports) -> Iterator[tuple[str, Expectation]]:
    for integration in directory.integrations.values():
        source = _pulsing(ports.sources.get(integration.type))
        if not integration.enabled or source is None:
            continue
        try:
            yield integration.id, source.expectation(integration.options)
        except Exception:  # noqa: BLE001  # settings of one must not leave the others unwatched
            _log.exception("integration %s cannot be watched: mend its settings", integration.handle)


def _pulsing(source: object) -> Pulsing | None:
    return source if isinstance(source, Pulsing) else None


def _tell_safely(ports: Ports, integration: Integration, expected: Expectation, now: datetime) -> bool:
    try:
        return _tell(ports, integration, expected, now)
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # one that cannot be told of must not hide the others
        _log.exception("the missing heartbeat of %s could not be told of", integration.handle)
        return False


def _tell(ports: Ports, integration: Integration, expected: Expectation, now: datetime) -> bool:
    with ports.store.begin() as uow:
        if not uow.lock_integration(integration.id) or integration.id in uow.integrations_with_unread(now):
            return False  # a beat may be among what waits to be read
        if uow.directory().in_maintenance(integration.id, now):
            return False
        known = uow.heartbeats().get(integration.id)
        if known is None or not missed(known, expected, now):
            return False
        uow.append([_notice(integration, known, expected, now)])
        uow.put_heartbeat(replace(known, told_at=now))
    return True


def _notice(integration: Integration, known: Heartbeat, expected: Expectation, now: datetime) -> Log:
    hangs = known.started_at is not None and known.started_at + expected.run <= now
    if hangs and known.started_at is not None:
        title = f"{integration.name} started and has not finished"
        said = f"A run began at {_clock(known.started_at)}; it may take {say_duration(expected.run)}."
    else:
        title = f"No heartbeat from {integration.name}"
        said = (
            f"It has to come every {say_duration(expected.period)}, with {say_duration(expected.grace) or '0s'} grace."
        )
    description = f"{said} The last sign of life was at {_clock(known.last_at)}."
    return notice(integration, expected.dedup_key, title, description, now)


def _after(known: Heartbeat, kind: Beat, at: datetime) -> Heartbeat:
    match kind:
        case Beat.STARTED:
            return replace(known, started_at=at)
        case Beat.ENDED:
            return replace(known, last_at=max(known.last_at, at), started_at=None, told_at=None)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
