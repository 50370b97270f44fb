"""The settings of live calls, and whom a caller can choose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.calls.live_calls import MOST_CHOICES, Manner, choices, manner
from bot.engine.directory import collect
from bot.engine.model import Integration, Receiver, ReceiverKind, Router, Team

OPS, NIGHT = (Team(id=f"tem_{name}", name=name, handle=name) for name in ("ops", "night"))
TO_OPS, TO_NIGHT = (Receiver(kind=ReceiverKind.TEAM, id=team.id) for team in (OPS, NIGHT))
TO_ROUTER = Receiver(kind=ReceiverKind.ROUTER, id="rtr_1")
ASSIGN = "rules: [{match: {alert.title: x}, actions: [{type: assign, receiver: team:%s}]}]"
HOTLINE = Integration(id="int_1", name="hotline", handle="hotline", type="live_call", key="k")
ROUTER = Router(id="rtr_1", name="r", handle="r", yaml=ASSIGN % "night", default_destination=TO_OPS)


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


@pytest.mark.parametrize(
    ("destinations", "router", "wanted"),
    [
        ((), ROUTER, ()),
        ((TO_OPS, TO_NIGHT, TO_OPS), ROUTER, (TO_OPS, TO_NIGHT)),
        ((TO_ROUTER,), ROUTER, (TO_NIGHT,)),
        ((TO_ROUTER, TO_OPS), ROUTER, (TO_NIGHT, TO_OPS)),
        ((TO_ROUTER,), replace(ROUTER, enabled=False), (TO_OPS,)),
        ((TO_ROUTER,), replace(ROUTER, yaml="rules: ["), (TO_OPS,)),
        ((TO_ROUTER,), replace(ROUTER, yaml=ASSIGN % "gone"), (TO_OPS,)),
        ((TO_ROUTER,), replace(ROUTER, yaml="rules: [", default_destination=TO_ROUTER), ()),
        ((Receiver(kind=ReceiverKind.ROUTER, id="rtr_gone"),), ROUTER, ()),
    ],
)
def test_whom_a_caller_can_choose(
    destinations: tuple[Receiver, ...], router: Router, wanted: tuple[Receiver, ...]
) -> None:
    directory = collect([OPS, NIGHT, router])

    assert choices(replace(HOTLINE, destinations=destinations), directory) == wanted


def test_a_menu_has_nine_choices_at_most() -> None:
    many = tuple(Receiver(kind=ReceiverKind.TEAM, id=f"tem_{number}") for number in range(20))

    assert choices(replace(HOTLINE, destinations=many), collect([])) == many[:MOST_CHOICES]
