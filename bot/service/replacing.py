"""Deleting what alerts go to: what still sends them there gets another destination, and no alert is left behind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision, consider
from bot.engine.directory import Configured, Directory, receiver_of
from bot.engine.model import Actor, Alert, EntryKind, Receiver, Status
from bot.errors import Refused
from bot.ports import AlertFilter, Ports, UnitOfWork
from bot.service import answers, manage
from bot.service.references import Reference, references_to

_LIVE = (Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED, Status.QUEUED)
_PAGE = 500  # alerts
_MOST_NAMED = 10
_REPLACED = frozenset({"destination", "default destination", "reassign"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What sends alerts to an object, in words, and the alerts that it answers for.

    `replaced` can be sent elsewhere; what is `written` somebody has to change by hand before.
    """

    replaced: tuple[Reference, ...] = ()
    written: tuple[Reference, ...] = ()
    alerts: tuple[Alert, ...] = ()

    @property
    def asks_for_another(self) -> bool:
        """Whether something has to be sent elsewhere."""
        return bool(self.replaced or self.alerts)


def uses_of(uow: UnitOfWork, found: Configured) -> Uses:
    """What still sends alerts to an object that can receive them; nothing for any other."""
    directory, receiver = uow.directory(), receiver_of(found)
    if receiver is None:
        return Uses()
    known = references_to(directory, found.id)
    written = [each for each in known if each.part == "rules"]
    replaced = [each for each in known if each.part in _REPLACED]
    return Uses(replaced=tuple(replaced), written=tuple(written), alerts=tuple(_in_charge(uow, receiver)))


def remove_and_replace(ports: Ports, object_ids: Sequence[str], old: Receiver, new: Receiver, author: Actor) -> int:
    """Delete objects, the first of which alerts went to, and send them elsewhere; returns how many alerts moved.

    Alerts that ask somebody are handed off first. Raises `Refused` when nobody would be asked there, and `Invalid`.
    """
    name = ports.store.directory().name(old)
    with ports.store.begin() as uow:
        alerts = tuple(_in_charge(uow, old))
    for alert in alerts:
        if alert.status is Status.OPEN:
            answers.hand_off(ports, alert.id, author, (new,), f"{name} is deleted")
    with ports.store.begin() as uow:
        bodies = tuple((body, uow.version_of(body.id)) for body in _changed(uow.directory(), old, new))
        manage.put_all(ports, uow, bodies, author)
        _leave_none_behind(ports, uow, old, new, author)
        manage.delete_all(ports, uow, object_ids, author)
    return len(alerts)


def _changed(directory: Directory, old: Receiver, new: Receiver) -> Iterator[Configured]:
    """What sends alerts to a receiver outside of rules, as it is with another one in its place."""
    for integration in directory.integrations.values():
        if old in integration.destinations:
            yield replace(integration, destinations=_instead(integration.destinations, old, new))
    for router in directory.routers.values():
        if router.default_destination == old:
            yield replace(router, default_destination=new)
    for policy in directory.policies.values():
        if old in policy.reassign:
            yield replace(policy, reassign=_instead(policy.reassign, old, new))


def _instead(receivers: Iterable[Receiver], old: Receiver, new: Receiver) -> tuple[Receiver, ...]:
    return tuple(dict.fromkeys(new if each == old else each for each in receivers))


def _in_charge(uow: UnitOfWork, receiver: Receiver) -> Iterator[Alert]:
    """The alerts that are not over and that a receiver answers for."""
    wanted = AlertFilter(statuses=_LIVE, limit=_PAGE)
    while found := uow.alerts(wanted):
        yield from (each for each in found if receiver in (each.in_charge or each.receivers))
        wanted = replace(wanted, before_number=found[-1].number)


def _leave_none_behind(ports: Ports, uow: UnitOfWork, old: Receiver, new: Receiver, author: Actor) -> None:
    """Have others in charge of alerts that somebody has, or that were dropped: nobody is woken for that."""
    found = uow.situations([each.id for each in _in_charge(uow, old)])
    if asking := [each.alert for each in found.values() if each.alert.status is Status.OPEN]:
        numbers = ", ".join(f"#{each.number}" for each in asking[:_MOST_NAMED])
        raise Refused(f"{numbers} came meanwhile and is asked about there: try again.")
    uow.save([_moved(ports, consider(each.alert, each.escalations), old, new, author) for each in found.values()])


def _moved(ports: Ports, decision: Decision, old: Receiver, new: Receiver, author: Actor) -> Decision:
    alert, now, directory = decision.alert, ports.clock.now(), ports.store.directory()
    in_charge = _instead(alert.in_charge or alert.receivers, old, new)
    receivers = tuple(dict.fromkeys((*alert.receivers, new)))
    moved = replace(lifecycle.touch(alert, now), in_charge=in_charge, receivers=receivers)
    said = f"{directory.name(new)} answers for it now: {directory.name(old)} is deleted."
    return decision.change(moved).tell(EntryKind.HANDED_OFF, author, said, now)
