"""The settings of live calls, and whom a caller can choose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.alerts.routing import Assignment, Material, Routing, route
from bot.engine.calls.live_calls import MOST_CHOICES, Manner, choices, chosen, manner, problems
from bot.engine.directory import collect
from bot.engine.model import Receiver, ReceiverKind, Router, Team
from bot.engine.rehearsal.router_tests import draft
from bot.engine.rules.examples import StatedAlert

OPS, NIGHT = (Team(id=f"tem_{name}", name=name, handle=name) for name in ("ops", "night"))
TO_OPS, TO_NIGHT = (Receiver(kind=ReceiverKind.TEAM, id=team.id) for team in (OPS, NIGHT))
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ("no", "record", False),
        ("true", "voicemail_only", True),
        (True, "force_menu", True),
        (None, "record", True),
        ("90", "max_wait", 90),
        (90, "max_wait", 90),
        ("soon", "max_wait", 300),
        ("-1", "max_wait", 300),
        ("999999999999", "max_wait", 300),
        (" Hello ", "welcome", "Hello"),
        ("  ", "goodbye", "Goodbye."),
        (["x"], "goodbye", "Goodbye."),
    ],
)
def test_a_setting_that_makes_no_sense_is_left_as_by_default(given: object, name: str, value: object) -> None:
    assert getattr(manner({name: given, "unknown": 1}), name) == value


@pytest.mark.parametrize(("seconds", "waited"), [(0, 30), (30, 30), (600, 600), (99_999, 3_600)])
def test_the_longest_wait_has_bounds(seconds: int, waited: int) -> None:
    assert Manner(max_wait=seconds).longest_wait == timedelta(seconds=waited)


@pytest.mark.parametrize(("seconds", "paused"), [(-5, 0), (20, 20), (9_999, 300)])
def test_the_pause_has_bounds(seconds: int, paused: int) -> None:
    assert Manner(dial_pause=seconds).pause == timedelta(seconds=paused)


@pytest.mark.parametrize(
    ("banned", "is_banned"),
    [("", False), ("+1555", False), ("+15550001111", True), ("+1 555 000-1111", True), ("+1555*", True), ("*", False),
     ("anonymous, +15550001111", True), (",,", False)],
)  # fmt: skip
def test_who_is_banned(banned: str, is_banned: bool) -> None:
    assert Manner(banned=banned).bans("+15550001111") is is_banned


ASSIGNS = "rules: [{match: {alert.title: %s}, actions: [{type: assign, receiver: [%s]}]}]"


def router(number: int, title: str, *receivers: str, default: Receiver | None = TO_OPS) -> Router:
    yaml = ASSIGNS % (title, ", ".join(receivers))
    return Router(id=f"rtr_{number}", name="r", handle=f"r{number}", yaml=yaml, default_destination=default)


def offered(destinations: tuple[Receiver, ...], *routers: Router) -> tuple[Receiver, ...]:
    directory = collect([OPS, NIGHT, *routers])
    return choices(route(draft(StatedAlert(title="x"), None, NOW), Material(), destinations, directory, NOW))


TO_ROUTERS = tuple(Receiver(kind=ReceiverKind.ROUTER, id=f"rtr_{number}") for number in range(3))


@pytest.mark.parametrize(
    ("destinations", "routers", "wanted"),
    [
        ((), (), ()),
        ((TO_OPS, TO_NIGHT, TO_OPS), (), (TO_OPS, TO_NIGHT)),
        (TO_ROUTERS[:1], (router(0, "x", "team:night"),), (TO_NIGHT,)),
        ((TO_ROUTERS[0], TO_OPS), (router(0, "x", "team:night"),), (TO_NIGHT, TO_OPS)),
        (TO_ROUTERS[:1], (router(0, "other", "team:night"),), (TO_OPS,)),
        (TO_ROUTERS[:1], (router(0, "x", "router:r1"), router(1, "x", "team:night", "team:ops")), (TO_NIGHT, TO_OPS)),
        (TO_ROUTERS[:1], (router(0, "x", "router:r1"), router(1, "other", "team:night")), (TO_OPS,)),
        (TO_ROUTERS[:1], (replace(router(0, "x", "team:night"), enabled=False),), (TO_OPS,)),
        (TO_ROUTERS[:1], (replace(router(0, "x"), yaml="rules: ["),), (TO_OPS,)),
        (TO_ROUTERS[:1], (router(0, "x", "team:gone"),), (TO_OPS,)),
        (TO_ROUTERS[:1], (replace(router(0, "x", default=TO_ROUTERS[0]), yaml="rules: ["),), ()),
        (TO_ROUTERS[:1], (), ()),
    ],
)
def test_whom_a_caller_can_choose(
    destinations: tuple[Receiver, ...], routers: tuple[Router, ...], wanted: tuple[Receiver, ...]
) -> None:
    assert offered(destinations, *routers) == wanted


def test_only_the_rule_that_matches_is_offered() -> None:
    rule = "{match: %s, actions: [{type: assign, receiver: team:%s}]}"
    both = f"rules: [{rule % ('{alert.title: other}', 'ops')}, {rule % ('{always: true}', 'night')}]"
    assert offered(TO_ROUTERS[:1], replace(router(0, "x"), yaml=both)) == (TO_NIGHT,)


def test_a_menu_has_nine_choices_at_most() -> None:
    many = tuple(Receiver(kind=ReceiverKind.TEAM, id=f"tem_{number}") for number in range(20))

    assert (
        choices(Routing(alert=draft(StatedAlert(), None, NOW), assignments=(Assignment(receivers=many),)))
        == many[:MOST_CHOICES]
    )


def test_who_is_chosen_is_asked_at_once_and_alone_and_the_rest_of_the_rule_stands() -> None:
    later = Assignment(receivers=(TO_OPS, TO_NIGHT), delay=timedelta(minutes=5))
    routing = Routing(alert=draft(StatedAlert(), None, NOW), assignments=(later,), automations=("atm_1",))
    after = chosen(routing, TO_NIGHT)
    assert (after.at_once, after.direct, after.automations) == ((TO_NIGHT,), (TO_NIGHT,), ("atm_1",))


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, []),
        ({"welcome": "Hello", "music": "https://example.com/a.wav", "banned": "+15550001111, +44*, anonymous"}, []),
        ({"welcome": "x" * 1_001}, ["welcome"]),
        ({"welcome": "http://example.com/a.wav"}, ["welcome"]),
        ({"goodbye": "https://example.com/my file.wav"}, ["goodbye"]),
        ({"music": "piano"}, ["music"]),
        ({"banned": "*"}, ["banned"]),
        ({"banned": "+1555x*, 0207, somebody"}, ["banned", "banned", "banned"]),
    ],
)
def test_what_cannot_be_said_or_banned_is_known_when_it_is_saved(options: dict[str, object], wrong: list[str]) -> None:
    assert [each.where[0] for each in problems(options)] == wrong
