"""Menus that several forms have: destinations, types of integration, time zones, urgencies."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.engine.directory import Configured, Directory, receiver_of
from bot.engine.model import Receiver, ReceiverKind, Router, Team, Urgency, User
from bot.engine.schedules import Schedule
from bot.engine.schedules.zone_names import zone_names
from bot.handlers.table import Menu
from bot.handlers.visit import Visit
from bot.ports import Source
from bot.shown_text import clip
from bot.slack.forms import Choice
from bot.sources import ready

C = TypeVar("C", bound=Configured)

_SHORTENED, _HANDLE = 34, 36  # characters of a label and a handle that are shown together
_BY_DEFINITION = "(custom webhook)"
DESTINATION, SOURCE, ZONE = "destination", "source", "zone"
URGENCIES = tuple(Choice(value=urgency, label=urgency) for urgency in reversed(Urgency))


def destinations(directory: Directory, *without: str) -> tuple[Choice, ...]:
    """Everything that an alert can be sent to, but for the ids in `without`."""
    found = [each for kind in (Team, Router, Schedule, User) for each in directory.all(kind) if each.id not in without]
    receivers = {each.id: to for each in found if (to := receiver_of(each))}
    named = told_apart(found, lambda each: f"{_KINDS[receivers[each.id].kind]} {each.name}")
    return tuple(replace(each, value=str(receivers[each.value])) for each in named)


def told_apart(found: Iterable[C], label: Callable[[C], str] = lambda each: each.name) -> tuple[Choice, ...]:
    """Objects as choices by their ids; those with equal labels say their handle, and all are found by it."""
    labelled = [(each, label(each)) for each in found]
    counted = Counter(said.casefold() for _, said in labelled)
    return tuple(
        Choice(
            value=each.id,
            label=said if counted[said.casefold()] == 1 else f"{clip(said, _SHORTENED)} ({clip(each.handle, _HANDLE)})",
            also=f"{each.name} {each.handle} {each.id}",
        )
        for each, said in labelled
    )


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
    """The choices that hold every word that was typed, in their label or in what else they are found by.

    Of those that one menu has no room for, the ones that begin as it was typed come first.
    """
    wanted = typed.casefold().split()
    held = [each for each in choices if all(part in _words(each) for part in wanted)]
    return sorted(held, key=lambda each: not each.label.casefold().startswith(typed.casefold())) if wanted else held


def _words(choice: Choice) -> str:
    return f"{choice.label} {choice.value} {choice.also}".casefold()


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
