"""What a card says comes next is what then happens, and what the forecast foresees first."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.alerts.routing import Material, route
from bot.engine.decision import Decision, TakeTurn
from bot.engine.directory import collect
from bot.engine.escalation import round_robin
from bot.engine.intake import signal_intake
from bot.engine.model import NoticeKind, Notification, Policy, Receiver, Responder, Status
from bot.engine.rehearsal.next_step import next_step
from bot.engine.rehearsal.playthrough import Forecast, Pending, foresee
from bot.errors import Refused
from tests.engine.escalation.test_never_forgotten import ACTS, BOSS, PEOPLE, START, Ledger, a_team, acts, layers, to

NAMES = ("one", "two", "three")
OTHERS = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
TEAM = st.tuples(layers, st.integers(0, 2), OTHERS, st.booleans())


class Reality(Ledger):
    """The ledger of one alert, in which teams ask one person at a time where their policy says so."""

    def write(self, decision: Decision) -> None:
        self.directory = round_robin.after(self.directory, decision.effects)
        others = tuple(each for each in decision.effects if not isinstance(each, TakeTurn))
        super().write(replace(decision, effects=others))


@dataclass(frozen=True)
class Heard:
    """The first thing that people heard: when, who was asked and how, or that the alert is dropped."""

    at: datetime
    asked: tuple[Responder, ...]
    pages: tuple[Notification, ...]
    is_dropped: bool
    receivers: Mapping[str, Receiver]


def reality(teams: tuple[tuple[list[list[int]], int, list[str], bool], ...]) -> Reality:
    configured = []
    for name, (its_layers, repeat, others, in_turn) in zip(NAMES, teams, strict=True):
        parts = a_team(name, its_layers, repeat, tuple(to(each) for each in others))
        configured += [replace(each, round_robin=in_turn) if isinstance(each, Policy) else each for each in parts]
    ledger = Reality(directory=collect([*PEOPLE, BOSS, *configured]))
    routing = route(ledger.alert, Material(), (to("one"), to("three")), ledger.directory, START)
    ledger.write(signal_intake.dispatch(routing, ledger.directory, START))
    return ledger


def what_is_heard_next(now: Reality) -> Heard | None:
    later = deepcopy(now)
    later.deliver()
    while later.timers:
        later.fire_next()
        pages = tuple(
            each
            for each in later.notifications.values()
            if each.id not in now.notifications and each.kind is NoticeKind.OPEN
        )
        asked = later.alert.responders[len(now.alert.responders) :]
        is_dropped = later.alert.status is Status.DROPPED
        if pages or asked or is_dropped:
            receivers = {each.id: each.receiver for each in later.escalations.values()}
            return Heard(at=later.now, asked=asked, pages=pages, is_dropped=is_dropped, receivers=receivers)
    return None


def pending(ledger: Reality) -> Pending:
    running = tuple(each for each in ledger.escalations.values() if each.running)
    return Pending(escalations=running, timers=tuple(ledger.timers.values()), cycles=ledger.cycles)


def check(now: Reality) -> None:
    said, at = next_step(now.alert, pending(now), now.directory)
    forecast = foresee(now.alert, pending(now), Material(), now.directory)
    heard = what_is_heard_next(now)
    if heard is None:
        assert (said, at) == ("", None)
        assert not forecast.ladder
        return
    assert at == heard.at
    assert said.startswith("dropped") == heard.is_dropped
    assert first_of(forecast) == heard.at
    if heard.is_dropped:
        return
    verb, _, receivers = said.partition(" to ")
    if verb in {"reassigned", "handed over"}:
        asked = {heard.receivers[each.escalation_id] for each in heard.asked}
        assert {now.directory.name(each) for each in asked} == set(receivers.split(", "))
        return
    assert all(f"{_name(page)} by " in said and page.channel in said for page in heard.pages)


def _name(page: Notification) -> str:
    return next(each.name for each in PEOPLE if each.id == page.user_id)


def first_of(forecast: Forecast) -> datetime | None:
    asked = [page.at for page in forecast.ladder if page.kind is NoticeKind.OPEN]
    dropped = [forecast.ended.settled_at] if forecast.ended.status is Status.DROPPED else []
    return min((at for at in (*asked, *dropped) if at), default=None)


ALONE: tuple[list[list[int]], int, list[str], bool] = ([[0]], 0, [], False)


@settings(max_examples=200, deadline=None)
@given(st.tuples(TEAM, TEAM, TEAM), st.lists(acts, max_size=12))
@example((([[0]], 0, ["two"], False), ([[1]], 0, ["one"], False), ALONE), [(len(ACTS), 0)] * 6)
def test_card_and_forecast_say_what_then_happens(
    teams: tuple[tuple[list[list[int]], int, list[str], bool], ...], story: list[tuple[int, int]]
) -> None:
    ledger = reality(teams)
    check(ledger)
    for kind, who in story:
        if kind >= len(ACTS):
            ledger.deliver()
            ledger.fire_next()
        else:
            try:
                ledger.write(ACTS[kind](ledger, who))
            except Refused:
                continue
        check(ledger)
