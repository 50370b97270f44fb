"""Letting go of old payloads: by age and by size, the oldest first, never one that is unread or of a live alert.

And of storms that were over long ago, when none of their alerts can change any more.

Alerts, their dedup keys and their timelines are not touched: deduplication looks at alerts, not at logs.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.ports import LogState, Ports, StoredLog, UnitOfWork

BATCH = 500  # logs in one transaction
SLICE = timedelta(seconds=20)
"""How long one round works; the next goes on."""
STORMS = timedelta(days=90)
"""How long it is kept which storm an alert was told in."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long payloads are kept, and how many bytes of them. None: without a limit."""

    age: timedelta | None = None
    size: int | None = None


def forget(ports: Ports, limits: Limits) -> int:
    """Delete payloads beyond the limits and return how many there were."""
    gone = 0
    if limits.age is not None:
        oldest = ports.clock.now() - limits.age
        gone += _delete(ports, lambda log, _freed: log.at < oldest)
    if limits.size is not None:
        with ports.store.begin() as uow:
            excess = uow.size_of_logs() - limits.size
        gone += _delete(ports, lambda _log, freed: freed < excess)
    if gone:
        _log.info("%s payloads are beyond their limits and were deleted", gone)
    return gone


def forget_storms(ports: Ports) -> int:
    """Forget old storms and return how many there were."""
    with ports.store.begin() as uow:
        return uow.forget_storms(ports.clock.now() - STORMS)


def _delete(ports: Ports, over: Callable[[StoredLog, int], bool]) -> int:
    """Go through the logs in order of arrival for as long as they are `over`, given the bytes that were freed."""
    until = ports.clock.now() + SLICE
    after = freed = gone = 0
    while ports.clock.now() < until:
        with ports.store.begin() as uow:
            batch = uow.oldest_logs(after, BATCH)
            chosen = []
            for log in _spare(uow, batch):
                if not over(log, freed):
                    break
                chosen.append(log)
                freed += log.size
            uow.delete_logs([log.seq for log in chosen])
        gone += len(chosen)
        if len(batch) < BATCH or not over(batch[-1], freed):
            break
        after = batch[-1].seq
    return gone


def _spare(uow: UnitOfWork, batch: Iterable[StoredLog]) -> list[StoredLog]:
    """Those that nobody needs any more."""
    read = [log for log in batch if log.state is not LogState.UNREAD]
    live = uow.live({alert_id for log in read for alert_id in log.alert_ids})
    return [log for log in read if live.isdisjoint(log.alert_ids)]
