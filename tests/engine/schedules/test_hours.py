"""Turns of which only a part of the week is on call, and events on the clock of another zone."""

from dataclasses import replace
from datetime import time
from itertools import pairwise

import pytest

from bot.engine.schedules import Hours, check, gaps, shifts, weekly
from tests.engine.schedules.samples import instant, names, schedule, wall

WORKDAYS = tuple(range(5))
OFFICE = (Hours(days=WORKDAYS, start=time(9), end=time(17)),)
OUTSIDE = (Hours(days=WORKDAYS, start=time(17), end=time(9)), Hours(days=(5, 6), start=time(9), end=time(9)))
WEEK = weekly(id="evt_1", attendees=("ada", "bo"), handover=wall("2026-06-01T09:00"))


@pytest.mark.parametrize(
    ("at", "people"),
    [
        ("2026-06-01T10:00", ["ada"]),
        ("2026-06-01T17:00", []),
        ("2026-06-02T08:59", []),
        ("2026-06-05T16:59", ["ada"]),
        ("2026-06-06T12:00", []),
        ("2026-06-08T09:00", ["bo"]),
    ],
)
def test_office_hours_are_those_of_whoever_has_the_week(at: str, people: list[str]) -> None:
    assert names(schedule(replace(WEEK, hours=OFFICE)), instant(at)) == people


def test_what_is_inside_and_what_is_outside_make_up_the_week() -> None:
    inside, outside = replace(WEEK, hours=OFFICE), replace(WEEK, id="evt_2", hours=OUTSIDE)
    given = schedule(inside, outside, zone="Europe/Berlin")
    first, last = instant("2026-06-01T09:00", "Europe/Berlin"), instant("2027-06-01T09:00", "Europe/Berlin")
    assert gaps(given, first, last) == ()
    found = sorted(shifts(given, first, last), key=lambda each: each.start_at)
    assert all(one.end_at == other.start_at for one, other in pairwise(found))


def test_a_night_is_cut_where_the_turn_is_handed_over() -> None:
    nights = replace(WEEK, hours=(Hours(days=tuple(range(7)), start=time(22), end=time(6)),))
    late = replace(nights, start=wall("2026-06-01T00:00"), end=wall("2026-06-08T00:00"))
    assert names(schedule(late), instant("2026-06-07T23:00")) == ["ada"]
    assert names(schedule(late), instant("2026-06-08T01:00")) == ["bo"]


def test_a_layer_follows_the_sun_on_the_clocks_of_its_zones() -> None:
    days = (Hours(days=tuple(range(7)), start=time(8), end=time(20)),)
    berlin = replace(WEEK, attendees=("ada",), hours=days, zone="Europe/Berlin")
    honolulu = replace(WEEK, id="evt_2", attendees=("bo",), hours=days, zone="Pacific/Honolulu")
    given = schedule(berlin, honolulu, zone="UTC")
    assert names(given, instant("2026-07-01T08:00", "Europe/Berlin")) == ["ada"]
    assert names(given, instant("2026-07-01T20:00", "Europe/Berlin")) == ["bo"]
    assert gaps(given, instant("2026-07-01T00:00"), instant("2026-10-01T00:00")) == ()


def test_hours_without_a_day_are_refused() -> None:
    problems = check(schedule(replace(WEEK, hours=(Hours(days=(7,), start=time(9), end=time(17)),))))
    assert [each.message for each in problems] == ["A part of the week has no day."]
