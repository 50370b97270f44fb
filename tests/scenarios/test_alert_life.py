"""The table of an alert's life, played through cell by cell: what it becomes, what is shown, and who is woken."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.engine.alerts.life import TABLE, AlertEvent, Consequence, Standing, Wakes, standing_of
from bot.engine.alerts.life_page import written
from bot.engine.model import SYSTEM, Alert, NoticeKind, Urgency
from bot.ports import AlertFilter
from bot.service import departures
from tests.harness import World

CELLS = [(standing, event) for standing, answers in TABLE.items() for event in answers]
PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"
GATHER = """
rules:
  - match: {data.ignored: true}
    actions: [{type: ignore}]
  - match: {always: true}
    actions: [{type: aggregate, by: [data.cluster], timeout: 2h, receiver: team:ops%s}]
"""
SHOWN: Mapping[str, str] = {
    "the newest words, and how often it came": r"Seen again \(\d times\): subject",
    "that it got worse, and the higher urgency": r"Worse: critical now, (medium|high) before",
    "the newest words, and the lower urgency": r"Milder: low now",
    "what was gathered": r"Gathered: other",
    "that it opens again": r"Opened again|Reopened|those in charge are asked",
    "that it is over; what it gathered comes forth": r"Resolved",
    "that its sender says somebody has it": r"Acknowledged by webhook",
    "that it takes the place of what is over": r"Takes the place of #\d",
    "who is paged now": r"Layer 2: paging @bob",
    "that nobody helps": r"Nobody of team:ops helps",
    "that nobody is left to page": r"Dropped: there is nobody left to page",
}
"""What a reader finds in the timeline for each thing that the table says is shown."""


def said(world: World, title: str, urgency: Urgency, kind: str = "create", **more: object) -> None:
    """Have the sender say something of a problem."""
    body = {"event_type": kind, "id": title, "title": title, "urgency": urgency, "cluster": "a", **more}
    world.sends(body)


def gone(world: World) -> None:
    """Have whoever is asked, or has it, leave."""
    latest = subject(world)
    name = "carol" if latest.settled_by else "alice"
    departures.leave(world.ports, world.person(name).id, SYSTEM)
    world.works()


def last_layer_over(world: World) -> None:
    """Let the time of both layers pass."""
    world.passes(minutes=5)
    world.inbox.clear()
    world.passes(minutes=5)


def snooze_over(world: World) -> None:
    """Have whoever has it snooze it."""
    world.snoozes("carol", subject(world), minutes=30)
    world.passes(minutes=30)


HAPPEN: Mapping[AlertEvent, Callable[[World], None]] = {
    AlertEvent.SAME: lambda world: said(world, "subject", subject(world).urgency),
    AlertEvent.WORSE: lambda world: said(world, "subject", Urgency.CRITICAL),
    AlertEvent.MILDER: lambda world: said(world, "subject", Urgency.LOW),
    AlertEvent.ACKNOWLEDGE: lambda world: said(world, "subject", Urgency.LOW, "acknowledge"),
    AlertEvent.RESOLVE: lambda world: said(world, "subject", Urgency.LOW, "resolve"),
    AlertEvent.MEMBER: lambda world: said(world, "other", Urgency.LOW),
    AlertEvent.LOUD_MEMBER: lambda world: said(world, "other", Urgency.CRITICAL),
    AlertEvent.MEMBER_OVER: lambda world: said(world, "other", Urgency.LOW, "resolve"),
    AlertEvent.PARENT_OVER: lambda world: said(world, "parent", Urgency.LOW, "resolve"),
    AlertEvent.LAYER_OVER: lambda world: world.passes(minutes=5),
    AlertEvent.LAST_LAYER_OVER: last_layer_over,
    AlertEvent.SNOOZE_OVER: snooze_over,
    AlertEvent.PERSON_GONE: gone,
}


def stands(world: World, standing: Standing, *, gathers: bool = False) -> None:
    """Bring an alert there, with another gathered under it or without."""
    world.team("ops", ("alice", 5), ("bob", 5))
    world.person("carol")
    held = standing is Standing.HELD
    world.integration("webhook", world.router("gather", GATHER % ("" if held else ", route: first")))
    if standing is Standing.CHILD:
        said(world, "parent", Urgency.CRITICAL)
    said(world, "subject", Urgency.MEDIUM, ignored=standing is Standing.IGNORED)
    if gathers:
        said(world, "other", Urgency.LOW)
    match standing:
        case Standing.ACKNOWLEDGED | Standing.WORSE:
            world.acknowledges("carol", subject(world))
            if standing is Standing.WORSE:
                said(world, "subject", Urgency.HIGH)
        case Standing.HELPED:
            world.acknowledges("carol", subject(world))
            world.adds("carol", subject(world), world.receiver("team:ops"))
        case Standing.DROPPED:
            world.passes(minutes=10)
        case Standing.RESOLVED:
            said(world, "subject", Urgency.LOW, "resolve")
        case _:
            pass
    world.inbox.clear()


def subject(world: World) -> Alert:
    """The alert that it is about: the first with its title."""
    with world.ports.store.begin() as uow:
        return [each for each in uow.alerts(AlertFilter(limit=100)) if each.title == "subject"][-1]


def woken(standing: Standing, event: AlertEvent, answer: Consequence) -> set[tuple[str, NoticeKind]]:
    """Who hears what, where Alice and then Bob are on call, and Carol has it if somebody does."""
    match answer.wakes:
        case Wakes.ASKED:
            return {("carol" if standing is Standing.WORSE else "alice", NoticeKind.OPEN)}
        case Wakes.IN_CHARGE:
            return set() if standing is Standing.IGNORED else {("alice", NoticeKind.OPEN)}
        case Wakes.TAKEN:
            asked = ("alice", "bob") if standing is Standing.DROPPED else ("alice",)
            return {(name, NoticeKind.ACKNOWLEDGED) for name in asked}
        case _:
            return WOKEN[answer.wakes]


WOKEN: Mapping[Wakes, set[tuple[str, NoticeKind]]] = {
    Wakes.HOLDER: {("carol", NoticeKind.OPEN)},
    Wakes.HOLDER_AND_HELP: {("carol", NoticeKind.OPEN), ("alice", NoticeKind.OPEN)},
    Wakes.UNHELPED: {("carol", NoticeKind.TIMEOUT)},
    Wakes.NEXT: {("bob", NoticeKind.OPEN)},
    Wakes.ADMINS: {("ops-admin", NoticeKind.DROPPED)},
    Wakes.NOBODY: set(),
    Wakes.RESOLVED: set(),
}
"""Who hears what, wherever the alert stood."""


@pytest.mark.parametrize(("standing", "event"), CELLS, ids=[f"{one.name}-{two.name}" for one, two in CELLS])
def test_the_engine_does_what_its_table_says(world: World, standing: Standing, event: AlertEvent) -> None:
    stands(world, standing, gathers=event is AlertEvent.MEMBER_OVER)
    before = subject(world)
    assert standing_of(before) is standing
    if standing is Standing.IGNORED and event in {AlertEvent.SAME, AlertEvent.WORSE, AlertEvent.MILDER}:
        said(world, "subject", before.urgency, ignored=True)  # its router decides, and ignores it
    else:
        HAPPEN[event](world)
    answer = TABLE[standing][event]
    heard = {(each.to, each.kind) for each in world.inbox}
    world.inbox.clear()
    assert heard == woken(standing, event, answer)
    with world.ports.store.begin() as uow:
        named = [each for each in uow.alerts(AlertFilter(limit=100)) if each.title == "subject"]
    assert len(named) == (2 if answer.becomes is None else 1)
    assert standing_of(named[-1]) is (answer.becomes or standing)
    if answer.becomes:
        assert re.search(SHOWN[answer.shows], world.said(named[-1])), world.said(named[-1])


@pytest.mark.parametrize(
    ("standing", "event"),
    [(one, two) for one in Standing for two in (AlertEvent.ACKNOWLEDGE, AlertEvent.RESOLVE) if two not in TABLE[one]],
)
def test_what_the_table_leaves_out_of_what_a_sender_says_changes_nothing(
    world: World, standing: Standing, event: AlertEvent
) -> None:
    stands(world, standing)
    before = subject(world)
    HAPPEN[event](world)
    assert subject(world) == before
    assert not world.inbox


def test_the_page_shows_the_table() -> None:
    text = PAGE.read_text()
    assert written(text) == text, "run `make docs`"
