"""A change of who takes turns leaves the present turn as it was, and the turns after it go on where they were."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.schedules import (
    Action,
    Event,
    Override,
    Schedule,
    check,
    daily,
    go_on,
    half_daily,
    keep_present,
    monthly,
    on_call,
    weekly,
)
from tests.engine.schedules.samples import event, instant, names, schedule, wall

MAKERS = {"weekly": weekly, "daily": daily, "monthly": monthly, "half a day": half_daily}
PEOPLE = st.lists(st.sampled_from(["ada", "bo", "cy", "dee", "eve"]), min_size=1, max_size=5, unique=True).map(tuple)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
FIRST = wall("2026-10-05T09:00")
ROTAS = st.builds(
    lambda people, turn, every, hours, layer: MAKERS[turn](
        id=f"evt_{layer}",
        attendees=people,
        handover=FIRST + timedelta(hours=hours),
        every=1 if turn == "half a day" else every,
        layer=layer,
    ),
    PEOPLE,
    st.sampled_from(sorted(MAKERS)),
    st.integers(1, 3),
    st.integers(0, 300),
    st.just(1),
)
INSTANTS = st.integers(0, 24 * 120).map(lambda hours: instant("2026-10-06T00:30") + timedelta(hours=hours))


def changed(before: Schedule, after: Schedule, at: str) -> Schedule:
    now, made = instant(at), count(1)
    turned = tuple(go_on(before, after, each.id, now) for each in after.events)
    return keep_present(before, replace(after, events=turned), now, lambda: f"ovr_{next(made)}")


def rota(*people: str) -> Schedule:
    return schedule(weekly(id="evt_1", attendees=people, handover=wall("2026-11-02T09:00")))


def weeks(given: Schedule, *days: str) -> list[str]:
    return [names(given, instant(f"2026-{day}T12:00"))[0] for day in days]


def test_who_is_added_at_the_end_takes_a_turn_to_come_and_nobody_two_in_a_row() -> None:
    new = changed(rota("ada", "bo", "cy"), rota("ada", "bo", "cy", "dee"), "2026-12-02T12:00")
    assert weeks(new, "12-02", "12-08", "12-15", "12-22", "12-29") == ["bo", "cy", "dee", "ada", "bo"]


def test_who_is_taken_out_keeps_the_present_turn_and_the_next_one_follows() -> None:
    new = changed(rota("ada", "bo", "cy"), rota("ada", "cy"), "2026-12-02T12:00")
    assert weeks(new, "12-02", "12-08", "12-15") == ["bo", "cy", "ada"]
    [kept] = new.overrides
    assert (kept.end_at, kept.cause) == (instant("2026-12-07T09:00"), "kept")


def test_a_second_change_keeps_what_the_first_one_kept() -> None:
    once = changed(rota("ada", "bo", "cy"), rota("ada", "cy"), "2026-12-02T12:00")
    twice = changed(once, replace(once, events=rota("dee", "eve").events), "2026-12-03T12:00")
    assert weeks(twice, "12-04", "12-08") == ["bo", "dee"]
    assert len(twice.overrides) == 1


def test_a_longer_turn_begins_when_the_present_one_is_over() -> None:
    longer = schedule(weekly(id="evt_1", attendees=("ada", "bo", "cy"), handover=wall("2026-11-02T09:00"), every=2))
    new = changed(rota("ada", "bo", "cy"), longer, "2026-12-02T12:00")
    assert weeks(new, "12-02", "12-08", "12-15") == ["bo", "cy", "ada"]


def test_who_is_gone_keeps_nothing() -> None:
    before, after, now = rota("ada", "bo", "cy"), rota("ada", "cy"), instant("2026-12-02T12:00")
    assert keep_present(before, after, now, lambda: "ovr_1", {"bo"}).overrides == ()


def test_an_override_that_people_made_goes_on_working_on_what_is_kept() -> None:
    start, end = instant("2026-12-02T00:00"), instant("2026-12-03T00:00")
    made = Override(
        id="o", start_at=start, end_at=end, action=Action.REPLACE, user_ids=("eve",), replaced_id="bo", layer=1
    )
    before = replace(rota("ada", "bo", "cy"), overrides=(made,))
    new = changed(before, replace(before, events=rota("ada", "bo", "dee", "cy").events), "2026-12-02T12:00")
    assert weeks(new, "12-02", "12-03", "12-08") == ["eve", "bo", "dee"]


def test_a_start_to_come_says_who_begins() -> None:
    later = schedule(weekly(id="evt_1", attendees=("dee", "eve"), handover=wall("2026-12-14T09:00")))
    new = changed(rota("ada", "bo", "cy"), later, "2026-12-02T12:00")
    assert weeks(new, "12-02", "12-15") == ["bo", "dee"]


def test_a_monthly_turn_lasts_to_the_same_day_of_the_next_month() -> None:
    given = schedule(monthly(id="evt_1", attendees=("ada", "bo"), handover=wall("2026-01-01T09:00"), every=3))
    shown = ("01-01", "03-31", "04-02", "06-30", "07-02")
    assert weeks(given, *shown) == ["ada", "ada", "bo", "bo", "ada"]


def test_half_a_day_is_handed_over_twice_a_day_on_the_wall_clock() -> None:
    turns = half_daily(id="evt_1", attendees=("ada", "bo", "cy"), handover=wall("2026-03-28T09:00"))
    given = schedule(turns, zone="Europe/Berlin")  # the clock changes in the night
    shown = ("03-28T08:00", "03-28T20:00", "03-29T06:59", "03-29T07:00", "03-29T19:00")
    assert [names(given, instant(f"2026-{at}"))[0] for at in shown] == ["ada", "bo", "bo", "cy", "ada"]


def test_a_turn_from_the_first_monday_to_the_next_one_has_no_hole() -> None:
    turns = event("2026-02-02T09:00", "2026-03-02T09:00", "ada", "bo", recurrence="FREQ=MONTHLY;BYDAY=1MO")
    assert weeks(schedule(turns), "03-01", "04-05", "04-07", "05-03") == ["ada", "bo", "ada", "ada"]


@given(before=ROTAS, after=ROTAS, zone=ZONES, zone_after=ZONES, now=INSTANTS)
def test_any_edit_leaves_whoever_is_on_call_until_the_end_of_the_turn(
    before: Event, after: Event, zone: str, zone_after: str, now: object
) -> None:
    assert isinstance(now, type(instant("2026-01-01T00:00")))
    was = schedule(before, zone=zone)
    made = count(1)
    new = schedule(replace(after, id=before.id), zone=zone_after)
    new = replace(new, events=(go_on(was, new, before.id, now),))
    kept = keep_present(was, new, now, lambda: f"ovr_{next(made)}")
    for shift in on_call(was, now):
        last = shift.end_at - timedelta(seconds=1)
        for at in (now, now + (last - now) / 2, last):
            assert shift.user_id in names(kept, at)
            assert set(names(kept, at)) == {each.user_id for each in on_call(was, now)}
    assert check(kept) == ()
