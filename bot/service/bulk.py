"""Many alerts taken or closed at once: which they are, shown before, and how many it were, said after."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from bot.engine.decision import Decision
from bot.engine.model import Actor
from bot.errors import Refused
from bot.ports import Ports, UnitOfWork
from bot.service.answers import close, take
from bot.service.desk import Desk, Words
from bot.service.families import Families
from bot.service.standing import say_already
from bot.service.waking import wake_for

_TOGETHER = 100  # alerts that are decided on in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedOnAll:
    """How many alerts an act changed, and why it did not change each of the others."""

    count: int
    refused: tuple[str, ...] = ()


def acknowledge_all(
    ports: Ports, alert_ids: Iterable[str], actor: Actor, begin: Callable[[UnitOfWork], object] | None = None
) -> ActedOnAll:
    """Take many alerts, a batch in each transaction; those that cannot be taken (any more) hold back no other.

    `begin` belongs to the first transaction: what it notes is noted only if something was done.
    """
    return _act_on_all(ports, alert_ids, actor, lambda desk: take(desk, actor, None), begin)


def resolve_all(ports: Ports, alert_ids: Iterable[str], actor: Actor) -> ActedOnAll:
    """Close many alerts, as `acknowledge_all` takes them; what they gathered and is not over comes forth."""
    return _act_on_all(ports, alert_ids, actor, lambda desk: close(desk, actor, None, whole=False), None)


def _act_on_all(
    ports: Ports,
    alert_ids: Iterable[str],
    actor: Actor,
    do: Callable[[Desk], tuple[Decision, Words]],
    begin: Callable[[UnitOfWork], object] | None,
) -> ActedOnAll:
    count, refused, left = 0, list[str](), iter(alert_ids)
    while batch := tuple(islice(left, _TOGETHER)):
        with ports.store.begin() as uow:
            if begin:
                begin(uow)
            families = Families(uow, ports.sources, {}, ports.clock.now())
            found = uow.situations(batch).values()
            outcomes = [_act(Desk(ports, uow, each, families), actor, do) for each in found]
            decisions = tuple(each for each in families.decisions.values() if each.alert.version != each.seen)
            uow.save(decisions)
        begin = None
        wake_for(ports.queue, decisions)
        count += sum(not each for each in outcomes)
        refused += [each for each in outcomes if each]
    return ActedOnAll(count=count, refused=tuple(refused))


def _act(desk: Desk, actor: Actor, do: Callable[[Desk], tuple[Decision, Words]]) -> str:
    """Act on one of many: "" when it was done, else why not."""
    try:
        desk.admit(actor)
        decision, said = do(desk)
    except Refused as error:
        return str(error)
    if decision.alert.version == desk.alert.version:
        return said if isinstance(said, str) else say_already(desk.alert, desk.directory, desk.now)
    desk.families.keep(desk.alert, decision, desk.directory)
    return ""
