"""Menus that several forms have: destinations, types of integration, time zones, urgencies."""

from collections.abc import Mapping, Sequence

from bot.engine.directory import Directory, receiver_of
from bot.engine.model import Receiver, ReceiverKind, Router, Team, Urgency, User
from bot.engine.schedules import Schedule
from bot.engine.schedules.zone_names import zone_names
from bot.handlers.table import Menu
from bot.handlers.visit import Visit
from bot.ports import Source
from bot.slack.forms import Choice
from bot.sources import ready

_BY_DEFINITION = "(custom webhook)"
DESTINATION, SOURCE, ZONE = "destination", "source", "zone"
URGENCIES = tuple(Choice(value=urgency, label=urgency) for urgency in reversed(Urgency))


def destinations(directory: Directory, *without: str) -> tuple[Choice, ...]:
    """Everything that an alert can be sent to, but for the ids in `without`."""
    found = [each for kind in (Team, Router, Schedule, User) for each in directory.all(kind) if each.id not in without]
    receivers = [(receiver_of(each), each.name) for each in found]
    return tuple(Choice(value=str(to), label=f"{_KINDS[to.kind]} {name}") for to, name in receivers if to)


def likely(directory: Directory, *kinds: type[Team | Router]) -> tuple[Receiver, ...]:
    """What an alert is most likely to be sent to: the only one that there is of the first kind that there is any of."""
    shelves = (directory.all(kind) for kind in kinds)
    found = next((shelf for shelf in shelves if shelf), ())
    only = receiver_of(found[0]) if len(found) == 1 else None
    return (only,) if only else ()


_KINDS: Mapping[ReceiverKind, str] = {
    ReceiverKind.TEAM: "Team",
    ReceiverKind.ROUTER: "Router",
    ReceiverKind.SCHEDULE: "Schedule",
    ReceiverKind.USER: "Person",
}


def read_receiver(value: str) -> Receiver:
    """The receiver of a choice."""
    kind, _, identity = value.partition(":")
    return Receiver(kind=ReceiverKind(kind), id=identity)


def sources(known: Mapping[str, Source]) -> tuple[Choice, ...]:
    """The types of integration, by how people call them, and the ready definitions of custom webhooks among them."""
    types = [Choice(value=name, label=source.TITLE) for name, source in known.items()]
    definitions = ready.discover().values() if ready.TYPE in known else ()
    types += [Choice(value=ready.choice(each), label=f"{each.TITLE} {_BY_DEFINITION}") for each in definitions]
    return tuple(sorted(types, key=lambda each: each.label.lower()))


def zones() -> tuple[Choice, ...]:
    """The time zones."""
    return tuple(Choice(value=name, label=name.replace("_", " ")) for name in sorted(zone_names()))


def matching(choices: Sequence[Choice], typed: str) -> Sequence[Choice]:
    """The choices that hold every word that was typed."""
    wanted = typed.lower().replace("_", " ").split()
    return [choice for choice in choices if all(part in choice.label.lower() for part in wanted)]


def _find_destinations(visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(destinations(visit.directory()), typed)


def _find_sources(visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(sources(visit.ports.sources), typed)


def _find_zones(_visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(zones(), typed)


MENUS = (
    Menu(action_id=DESTINATION, choices=_find_destinations),
    Menu(action_id=SOURCE, choices=_find_sources),
    Menu(action_id=ZONE, choices=_find_zones),
)
