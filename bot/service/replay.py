"""A stored payload once more: as a rehearsal, to one person only, or for everybody.

Nothing here pages twice: what is live goes through deduplication like any payload, and the number of a replay is part
of its log's id, so the same request that comes again finds what it made.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.alerts.routing import Material, route
from bot.engine.directory import Directory, name_of
from bot.engine.intake import creation, signal_intake
from bot.engine.model import Actor, Integration, Receiver, ReceiverKind, Signal, SignalKind, Trace
from bot.engine.rehearsal.playthrough import Rehearsal, rehearse
from bot.errors import NotFound, Refused
from bot.ports import Example, Job, Log, LogState, Ports, UnitOfWork
from bot.service.desk import Acted
from bot.service.log_material import material_of
from bot.service.waking import wake_for

_REPLAYED_BY = "x-replayed-by"
_MOST_REPLAYS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One signal of a payload: what it asks for, and what would become of it when it asks for an alert."""

    kind: SignalKind
    dedup_key: str
    trace: Trace = ()
    rehearsal: Rehearsal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """An earlier live replay of a payload: its log, when, and by whom."""

    log_id: str
    at: datetime
    by: str


def find(uow: UnitOfWork, log_id: str) -> tuple[Log, Integration]:
    """A payload and its integration. Raises `NotFound` when one of them is gone."""
    log = uow.log(log_id)
    if log is None:
        raise NotFound(f"There is no payload {log_id[:60]}. /pagertree integration logs shows those that there are.")
    integration = uow.directory().integrations.get(log.integration_id)
    if integration is None:
        raise NotFound("The integration that this payload came to was deleted: nothing can be made of it any more.")
    return log, integration


def play(ports: Ports, log: Log, integration: Integration, directory: Directory, at: datetime) -> tuple[Played, ...]:
    """Rehearse a payload as if it came at an instant. Raises `Unreadable` when its type does not take it."""
    material, signals = _read(ports, log, integration)
    played: list[Played] = []
    for signal in signals:
        if signal.kind is not SignalKind.CREATE:
            played.append(Played(kind=signal.kind, dedup_key=signal.dedup_key))
            continue
        created = creation.create(signal, integration, material, directory, at)
        alert = replace(created.alert, id="alt_rehearsed")
        rehearsal = rehearse(alert, material, created.destinations, directory, at)
        played.append(Played(kind=signal.kind, dedup_key=signal.dedup_key, trace=created.trace, rehearsal=rehearsal))
    return tuple(played)


def to_one(ports: Ports, log: Log, integration: Integration, actor: Actor, alert_id: str) -> Acted:
    """Page the person who asks, and nobody else, with what the payload's first alert says.

    It has a key of its own: what the sender says later does not reach it. Raises `Refused` without an alert in it.
    """
    now = ports.clock.now()
    material, signals = _read(ports, log, integration)
    first = next((each for each in signals if each.kind is SignalKind.CREATE), None)
    if first is None:
        raise Refused("This payload asks for no alert: there is nothing to page you with.")
    with ports.store.begin() as uow:
        directory, known = uow.directory(), uow.situation(alert_id)
        created = creation.create(first, integration, material, directory, now)
        alert = replace(
            created.alert, id=alert_id, dedup_key=alert_id, log_id=log.id, title=f"[replay] {created.alert.title}"
        )
        only = (Receiver(kind=ReceiverKind.USER, id=actor.id),)
        routing = route(alert, material, only, directory, now)
        decisions = () if known else (signal_intake.dispatch(routing, directory, now),)
        uow.save(decisions)
        situation = known or uow.situation(alert_id)
    wake_for(ports.queue, decisions)
    if situation is None:
        raise NotFound(f"{alert_id} was not saved.")
    return Acted(alert=situation.alert, said=f"#{situation.alert.number} pages you, and nobody else.")


def replays(uow: UnitOfWork, log_id: str) -> tuple[Replayed, ...]:
    """The live replays of a payload so far, oldest first."""
    found: list[Replayed] = []
    directory = uow.directory()
    for number in range(1, _MOST_REPLAYS + 1):
        log = uow.log(_numbered(log_id, number))
        if log is None:
            break
        by = directory.users.get(log.request.headers.get(_REPLAYED_BY, ""))
        found.append(Replayed(log_id=log.id, at=log.at, by=by.name if by else "somebody"))
    return tuple(found)


def live(ports: Ports, log: Log, actor: Actor, number: int) -> str:
    """Take a payload in once more, as replay `number` of it, and return the new log's id.

    Raises `Refused` when this replay was made already, or when there were too many.
    """
    now = ports.clock.now()
    with ports.store.begin() as uow:
        earlier = replays(uow, log.id)
        name = name_of(actor, uow.directory())
    if number <= len(earlier):
        last = earlier[number - 1]
        raise Refused(f"It was replayed already, by {last.by}: {last.log_id}. Open the replay anew to do it again.")
    if number > _MOST_REPLAYS:
        raise Refused(f"It was replayed {_MOST_REPLAYS} times already, which is the most.")
    request = replace(log.request, headers={**log.request.headers, _REPLAYED_BY: actor.id})
    again = Log(
        id=_numbered(log.id, number),
        integration_id=log.integration_id,
        at=now,
        request=request,
        answered=200,
        state=LogState.UNREAD,
        outcome=f"replayed by {name}",
    )
    ports.store.append([again])
    ports.queue.wake(Job.RECEIVE)
    return again.id


def example_of(ports: Ports, integration: Integration, log_id: str) -> Log:
    """A payload of the integration's type as a sender would send it. Raises `Refused` for a type without one."""
    source = ports.sources.get(integration.type)
    found = [each for each in source.EXAMPLES if _asks(each)] if source else []
    if not found:
        raise Refused("This type has no example that asks for an alert. Send something from the sender itself.")
    plain = next((each for each in found if not each.options), found[0])
    return Log(id=log_id, integration_id=integration.id, at=ports.clock.now(), request=plain.request, answered=200)


def send_example(ports: Ports, integration: Integration, log_id: str, actor: Actor) -> bool:
    """Take an example in as if its sender had sent it; False when that was done already. Raises `Refused`."""
    log = example_of(ports, integration, log_id)
    with ports.store.begin() as uow:
        if uow.log(log_id):
            return False
    request = replace(log.request, headers={**log.request.headers, _REPLAYED_BY: actor.id})
    ports.store.append([replace(log, request=request)])
    ports.queue.wake(Job.RECEIVE)
    return True


def _asks(example: Example) -> bool:
    return any(signal.kind is SignalKind.CREATE for signal in example.signals)


def _read(ports: Ports, log: Log, integration: Integration) -> tuple[Material, tuple[Signal, ...]]:
    source = ports.sources.get(integration.type)
    if source is None:
        raise NotFound(f"There is no integration type {integration.type} any more.")
    return material_of(log, source), source.read(log.request, integration.options)


def _numbered(log_id: str, number: int) -> str:
    return f"{log_id.partition('.')[0]}.r{number}"
