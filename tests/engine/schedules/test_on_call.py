"""Who is on call at an instant: rotations, layers, nights, exceptions."""

import pytest

from bot.engine.schedules import Rotation, Shift, daily, layers, merge, next_shifts, on_call, shifts, weekly
from bot.errors import Invalid
from tests.engine.schedules.samples import event, instant, names, schedule, wall

HANDOVER = "2026-01-05T09:00"  # a Monday


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-05T08:59:59", []),
        ("2026-01-05T09:00", ["ada"]),
        ("2026-01-12T08:59:59", ["ada"]),
        ("2026-01-12T09:00", ["bo"]),
        ("2026-01-19T09:00", ["cy"]),
        ("2026-01-26T09:00", ["ada"]),
        ("2036-01-07T09:00", ["ada"]),  # 522 weeks on
        ("2036-01-14T09:00", ["bo"]),
    ],
)
def test_attendees_take_turns_by_the_week(at: str, expected: list[str]) -> None:
    rota = schedule(weekly(id="evt_1", attendees=("ada", "bo", "cy"), handover=wall(HANDOVER)))
    assert names(rota, instant(at)) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-01-06T09:00", ["ada"]), ("2026-01-07T09:00", ["bo"]), ("2026-01-09T09:00", ["ada"])],
)
def test_attendees_take_turns_of_two_days(at: str, expected: list[str]) -> None:
    rota = schedule(daily(id="evt_1", attendees=("ada", "bo"), handover=wall(HANDOVER), every=2))
    assert names(rota, instant(at)) == expected


@pytest.mark.parametrize(
    ("rotation", "weeks"),
    [
        (None, [["ada", "bo", "cy"]] * 4),
        (Rotation(), [["ada"], ["bo"], ["cy"], ["ada"]]),
        (Rotation(at_once=2), [["ada", "bo"], ["bo", "cy"], ["cy", "ada"], ["ada", "bo"]]),
        (Rotation(at_once=2, step=2), [["ada", "bo"], ["cy", "ada"], ["bo", "cy"], ["ada", "bo"]]),
        (Rotation(at_once=9), [["ada", "bo", "cy"], ["bo", "cy", "ada"], ["cy", "ada", "bo"], ["ada", "bo", "cy"]]),
    ],
)
def test_several_are_on_call_at_once(rotation: Rotation | None, weeks: list[list[str]]) -> None:
    start = wall(HANDOVER)
    base = weekly(id="evt_1", attendees=("ada", "bo", "cy"), handover=start)
    given = event(HANDOVER, "2026-01-12T09:00", *base.attendees, recurrence=base.recurrence, rotation=rotation)
    if rotation is None:
        given = event(HANDOVER, "2026-02-12T09:00", *base.attendees)
    rota = schedule(given)
    instants = ["2026-01-06T00:00", "2026-01-13T00:00", "2026-01-20T00:00", "2026-01-27T00:00"]
    assert [names(rota, instant(at)) for at in instants] == weeks


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-05T21:59", []),
        ("2026-01-05T22:00", ["ada"]),
        ("2026-01-06T05:59", ["ada"]),
        ("2026-01-06T06:00", []),
        ("2026-01-09T23:00", ["ada"]),  # Friday night
        ("2026-01-10T05:00", ["ada"]),
        ("2026-01-10T23:00", []),
        ("2026-01-12T23:00", ["bo"]),
    ],
)
def test_a_night_shift_of_working_days_ends_on_the_morning_after(at: str, expected: list[str]) -> None:
    nights = event(
        "2026-01-05T22:00", "2026-01-06T06:00", "ada", "bo", "cy", "dee",
        recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    )  # fmt: skip
    assert names(schedule(nights), instant(at)) == expected


def test_an_exception_takes_nobody_elses_turn() -> None:
    rota = schedule(
        event(
            HANDOVER, "2026-01-06T09:00", "ada", "bo", "cy", recurrence="FREQ=DAILY", exceptions=("2026-01-06T09:00",)
        )
    )
    days = ["2026-01-05T12:00", "2026-01-06T12:00", "2026-01-07T12:00"]
    assert [names(rota, instant(day)) for day in days] == [["ada"], [], ["cy"]]


def test_layers_come_in_order_and_can_be_asked_for_one_by_one() -> None:
    rota = schedule(
        event(HANDOVER, "2026-01-12T09:00", "third", id="evt_3", layer=3),
        event(HANDOVER, "2026-01-12T09:00", "first", "also first", id="evt_1"),
        event(HANDOVER, "2026-01-12T09:00", "second", id="evt_2", layer=2),
    )
    at = instant("2026-01-06T00:00")
    assert names(rota, at) == ["first", "also first", "second", "third"]
    assert names(rota, at, 2) == ["second"]
    assert names(rota, at, 4) == []
    assert layers(rota) == (1, 2, 3)


def test_nobody_is_twice_on_call_in_a_layer() -> None:
    rota = schedule(
        event(HANDOVER, "2026-01-12T09:00", "ada", "ada"),
        event("2026-01-01T00:00", "2026-02-01T00:00", "ada", "bo", id="evt_2"),
    )
    at = instant("2026-01-06T00:00")
    assert [(shift.user_id, shift.source_id) for shift in on_call(rota, at)] == [("ada", "evt_1"), ("bo", "evt_2")]


def test_a_shift_names_its_event_and_its_whole_span() -> None:
    rota = schedule(weekly(id="evt_9", attendees=("ada",), handover=wall(HANDOVER), layer=2), zone="Asia/Kolkata")
    expected = Shift(
        user_id="ada",
        layer=2,
        start_at=instant("2026-01-05T03:30"),
        end_at=instant("2026-01-12T03:30"),
        source_id="evt_9",
    )
    assert on_call(rota, instant("2026-01-06T00:00")) == (expected,)


def test_shifts_are_whole_and_in_order_of_start() -> None:
    rota = schedule(weekly(id="evt_1", attendees=("ada", "bo"), handover=wall(HANDOVER)))
    found = shifts(rota, instant("2026-01-10T00:00"), instant("2026-01-20T00:00"))
    assert [(shift.user_id, shift.start_at.day, shift.end_at.day) for shift in found] == [
        ("ada", 5, 12),
        ("bo", 12, 19),
        ("ada", 19, 26),
    ]
    assert shifts(rota, instant("2026-01-12T09:00"), instant("2026-01-12T09:01"))[0].user_id == "bo"


def test_merge_joins_what_follows_on_each_other() -> None:
    rota = schedule(daily(id="evt_1", attendees=("ada", "ada", "bo"), handover=wall("2026-01-01T00:00")))
    found = merge(shifts(rota, instant("2026-01-01T00:00"), instant("2026-01-05T00:00")))
    assert [(shift.user_id, shift.start_at.day, shift.end_at.day) for shift in found] == [
        ("ada", 1, 3),
        ("bo", 3, 4),
        ("ada", 4, 5),
    ]


@pytest.mark.parametrize(
    ("user_id", "after", "start"),
    [
        ("bo", "2026-01-06T00:00", "2026-01-12T09:00"),
        ("ada", "2026-01-05T08:00", "2026-01-05T09:00"),
        ("ada", "2026-01-05T09:00", "2026-01-19T09:00"),
    ],
)
def test_the_next_shift_starts_later(user_id: str, after: str, start: str) -> None:
    rota = schedule(weekly(id="evt_1", attendees=("ada", "bo"), handover=wall(HANDOVER)))
    [found] = next_shifts(rota, user_id, instant(after))
    assert found.start_at == instant(start)


def test_two_layers_that_begin_together_are_two_next_shifts() -> None:
    first = weekly(id="evt_1", attendees=("ada", "bo"), handover=wall(HANDOVER))
    second = weekly(id="evt_2", attendees=("ada", "cy"), handover=wall(HANDOVER), layer=2)
    later = weekly(id="evt_3", attendees=("ada",), handover=wall("2026-01-06T09:00"), layer=3)
    found = next_shifts(schedule(second, first, later), "ada", instant("2026-01-05T00:00"))
    assert [(shift.source_id, shift.layer) for shift in found] == [("evt_1", 1), ("evt_2", 2)]
    assert {shift.start_at for shift in found} == {instant("2026-01-05T09:00")}


def test_who_is_always_on_call_has_no_next_shifts() -> None:
    rota = schedule(daily(id="evt_1", attendees=("ada",), handover=wall(HANDOVER)))
    assert next_shifts(rota, "ada", instant("2026-01-06T00:00")) == ()
    assert next_shifts(rota, "nobody", instant("2026-01-06T00:00")) == ()


def test_a_shift_next_year_is_found() -> None:
    rota = schedule(event(HANDOVER, "2026-01-06T09:00", "ada", recurrence="FREQ=YEARLY"))
    [found] = next_shifts(rota, "ada", instant("2026-01-06T00:00"))
    assert found.start_at == instant("2027-01-05T09:00")


@pytest.mark.parametrize(
    ("zone", "recurrence"), [("Mars/Base", "FREQ=DAILY"), ("../etc/passwd", "FREQ=DAILY"), ("UTC", "FREQ=SECONDLY")]
)
def test_what_cannot_be_computed_is_said_not_guessed(zone: str, recurrence: str) -> None:
    rota = schedule(event(HANDOVER, "2026-01-06T09:00", "ada", recurrence=recurrence), zone=zone)
    with pytest.raises(Invalid):
        on_call(rota, instant("2026-01-06T00:00"))
