"""Edits of one occurrence, of the following ones and of all; overrides and swaps."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.schedules import (
    KEPT,
    Action,
    Override,
    Rotation,
    Schedule,
    Shift,
    add_override,
    check,
    continue_from,
    edit_all,
    edit_following,
    edit_occurrence,
    end_recurrence,
    on_call,
    parts_of,
    remove_event,
    remove_occurrence,
    remove_override,
    shifts,
    single_out,
    swap,
)
from bot.errors import Invalid
from tests.engine.schedules.samples import event, instant, names, schedule, wall

HOUR = timedelta(hours=1)
SECOND_DAY = wall("2026-01-06T09:00")


def rota(recurrence: str = "FREQ=DAILY", exceptions: tuple[str, ...] = ()) -> Schedule:
    return schedule(
        event("2026-01-05T09:00", "2026-01-05T17:00", "ada", "bo", "cy", recurrence=recurrence, exceptions=exceptions)
    )


def days(given_rota: Schedule, hour: int = 12) -> list[str]:
    """Who is on call at this hour on each of eight days from the first on."""
    instants = [instant(f"2026-01-{day:02}T{hour:02}:00") for day in range(5, 13)]
    return ["+".join(names(given_rota, at)) for at in instants]


def test_one_occurrence_is_changed() -> None:
    changed = replace(
        single_out(rota(), "evt_1", SECOND_DAY, "evt_2"), attendees=("dee",), end=wall("2026-01-06T13:00")
    )
    edited = edit_occurrence(rota(), "evt_1", SECOND_DAY, changed)
    assert days(edited) == ["ada", "dee", "cy", "ada", "bo", "cy", "ada", "bo"]
    assert days(edited, hour=14) == ["ada", "", "cy", "ada", "bo", "cy", "ada", "bo"]
    assert check(edited) == ()


def test_an_occurrence_singled_out_has_those_who_were_on_call() -> None:
    alone = single_out(rota(), "evt_1", SECOND_DAY, "evt_2")
    assert (alone.attendees, alone.start, alone.end, alone.recurrence) == (
        ("bo",), SECOND_DAY, wall("2026-01-06T17:00"), None,
    )  # fmt: skip


def test_an_occurrence_is_removed() -> None:
    assert days(remove_occurrence(rota(), "evt_1", SECOND_DAY)) == ["ada", "", "cy", "ada", "bo", "cy", "ada", "bo"]


def test_this_and_the_following_are_changed() -> None:
    rest = continue_from(rota(), "evt_1", SECOND_DAY, "evt_2")
    edited = edit_following(rota(), "evt_1", SECOND_DAY, replace(rest, attendees=("dee", "eve")))
    assert days(edited) == ["ada", "dee", "eve", "dee", "eve", "dee", "eve", "dee"]
    assert check(edited) == ()


def test_an_edit_from_the_first_occurrence_on_leaves_nothing_of_the_old_series() -> None:
    first = wall("2026-01-05T09:00")
    edited = edit_following(rota(), "evt_1", first, continue_from(rota(), "evt_1", first, "evt_2"))
    assert [each.id for each in edited.events] == ["evt_2"]
    assert days(edited) == days(rota())


def test_all_are_changed_and_exceptions_move_with_the_start() -> None:
    with_day_off = rota(exceptions=("2026-01-06T09:00",))
    (series,) = with_day_off.events
    later = edit_all(with_day_off, replace(series, start=series.start + HOUR, end=series.end + HOUR))
    assert days(later, hour=17) == ["ada", "", "cy", "ada", "bo", "cy", "ada", "bo"]
    assert days(later, hour=9) == [""] * 8


def test_exceptions_that_are_still_occurrences_stay() -> None:
    with_day_off = rota(exceptions=("2026-01-07T09:00",))
    (series,) = with_day_off.events
    day = timedelta(days=1)
    later = edit_all(with_day_off, replace(series, start=series.start + day, end=series.end + day))
    assert later.events[0].exceptions == (wall("2026-01-07T09:00"),)


def test_a_recurrence_is_ended() -> None:
    ended = end_recurrence(rota(), "evt_1", wall("2026-01-07T00:00"))
    assert days(ended) == ["ada", "bo", "", "", "", "", "", ""]
    assert end_recurrence(ended, "evt_1", wall("2026-02-07T00:00")) == ended
    assert end_recurrence(rota(), "evt_1", wall("2026-01-05T09:00")).events == ()


def test_a_counted_recurrence_is_ended() -> None:
    ended = end_recurrence(rota("FREQ=DAILY;COUNT=5"), "evt_1", wall("2026-01-07T10:00"))
    assert days(ended) == ["ada", "bo", "cy", "", "", "", "", ""]
    assert check(ended) == ()


RECURRENCES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=40",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=MONTHLY;BYDAY=MO;UNTIL=20261224T000000",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=1,-1;COUNT=9",
)


@settings(deadline=None)
@given(
    recurrence=st.sampled_from(RECURRENCES),
    at_once=st.integers(1, 3),
    step=st.integers(1, 3),
    pick=st.integers(0, 20),
    day_off=st.integers(0, 20),
)
def test_a_series_split_in_two_is_the_same_series(
    recurrence: str, at_once: int, step: int, pick: int, day_off: int
) -> None:
    whole = schedule(
        event(
            "2026-01-05T09:00", "2026-01-06T09:00", "ada", "bo", "cy",
            recurrence=recurrence, rotation=Rotation(at_once=at_once, step=step),
        )
    )  # fmt: skip
    starts = starts_of(whole)
    whole = remove_occurrence(whole, "evt_1", starts[day_off % len(starts)])
    starts = starts_of(whole)
    start = starts[pick % len(starts)]
    split = edit_following(whole, "evt_1", start, continue_from(whole, "evt_1", start, "evt_2"))
    assert who_when(split) == who_when(whole)
    assert check(split) == ()


def starts_of(given_rota: Schedule) -> list[datetime]:
    return sorted({start.replace(tzinfo=None) for _, start, _ in who_when(given_rota)})


def who_when(given_rota: Schedule) -> list[tuple[str, datetime, datetime]]:
    found = shifts(given_rota, instant("2026-01-01T00:00"), instant("2027-03-01T00:00"))
    return [(shift.user_id, shift.start_at, shift.end_at) for shift in found]


@pytest.mark.parametrize("start", ["2026-01-06T10:00", "2026-01-04T09:00", "2026-01-07T09:00"])
def test_what_is_not_an_occurrence_cannot_be_edited(start: str) -> None:
    with_day_off = rota(exceptions=("2026-01-07T09:00",))
    with pytest.raises(Invalid, match="no occurrence"):
        remove_occurrence(with_day_off, "evt_1", wall(start))


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(Invalid, match="no event evt_9"):
        remove_event(rota(), "evt_9")
    with pytest.raises(Invalid, match="no override ovr_9"):
        remove_override(rota(), "ovr_9")
    assert remove_event(rota(), "evt_1").events == ()


def test_an_override_is_added_and_removed() -> None:
    override = Override(
        id="ovr_1",
        start_at=instant("2026-01-06T00:00"),
        end_at=instant("2026-01-07T00:00"),
        action=Action.REPLACE,
        user_ids=("dee",),
    )
    changed = add_override(rota(), override)
    assert days(changed)[:3] == ["ada", "dee", "cy"]
    assert remove_override(changed, "ovr_1") == rota()


def shift_on(given_rota: Schedule, at: str) -> Shift:
    (shift,) = on_call(given_rota, instant(at))
    return shift


def test_two_shifts_are_swapped() -> None:
    one, other = shift_on(rota(), "2026-01-05T12:00"), shift_on(rota(), "2026-01-07T12:00")
    swapped = swap(rota(), one, other, ("ovr_1", "ovr_2"))
    assert days(swapped) == ["cy", "bo", "ada", "ada", "bo", "cy", "ada", "bo"]
    assert check(swapped) == ()


@pytest.mark.parametrize(("swap_id", "cause"), [("ovr_1", ""), ("", ""), ("", "swap_ovr_1")])
@pytest.mark.parametrize("half", ["ovr_1", "ovr_2"])
def test_a_swap_is_taken_back_as_a_whole_however_it_was_written_down(half: str, swap_id: str, cause: str) -> None:
    one, other = shift_on(rota(), "2026-01-05T12:00"), shift_on(rota(), "2026-01-07T12:00")
    swapped = swap(rota(), one, other, ("ovr_1", "ovr_2"))
    halves = tuple(replace(each, swap_id=swap_id, cause=cause) for each in swapped.overrides)
    stored = replace(swapped, overrides=halves)
    assert {each.id for each in parts_of(stored, half)} == {"ovr_1", "ovr_2"}
    assert remove_override(stored, half) == rota()


def test_halves_of_a_swap_belong_together_wherever_they_stand_and_nothing_else_does() -> None:
    one, other = shift_on(rota(), "2026-01-05T12:00"), shift_on(rota(), "2026-01-07T12:00")
    swapped = swap(rota(), one, other, ("ovr_1", "ovr_2"))
    first, second = swapped.overrides
    kept = replace(second, id="ovr_3", cause=KEPT, swap_id="")
    apart = replace(swapped, overrides=(first, kept, second))
    assert {each.id for each in parts_of(apart, "ovr_2")} == {"ovr_1", "ovr_2"}
    assert [each.id for each in parts_of(apart, "ovr_3")] == ["ovr_3"]


def test_a_swap_is_refused_when_it_makes_no_sense() -> None:
    one, other = shift_on(rota(), "2026-01-05T12:00"), shift_on(rota(), "2026-01-07T12:00")
    with pytest.raises(Invalid, match="same person"):
        swap(rota(), one, shift_on(rota(), "2026-01-08T12:00"), ("ovr_1", "ovr_2"))
    with pytest.raises(Invalid, match="overlap"):
        swap(rota(), one, replace(other, start_at=one.start_at, end_at=one.end_at), ("ovr_1", "ovr_2"))
    swapped = swap(rota(), one, other, ("ovr_1", "ovr_2"))
    with pytest.raises(Invalid, match="no longer on call"):
        swap(swapped, one, other, ("ovr_3", "ovr_4"))
