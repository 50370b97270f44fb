"""What is refused when a schedule is saved, and how it is said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.schedules import Action, Event, Override, Rotation, Schedule, check, weekly
from tests.engine.schedules.samples import event, instant, schedule, wall

GOOD = event("2026-01-05T09:00", "2026-01-12T09:00", "ada", "bo", recurrence="FREQ=WEEKLY")
OVERRIDE = Override(
    id="ovr_1",
    start_at=instant("2026-01-06T09:00"),
    end_at=instant("2026-01-06T17:00"),
    action=Action.REPLACE,
    user_ids=("cy",),
)


@pytest.mark.parametrize(
    "given",
    [
        schedule(),
        schedule(GOOD, overrides=(OVERRIDE,)),
        schedule(weekly(id="evt_1", attendees=("ada",), handover=wall("2026-01-05T09:00")), zone="Europe/Berlin"),
        schedule(replace(GOOD, end=GOOD.end + timedelta(hours=1))),  # an hour together at each handover
        schedule(GOOD, replace(GOOD, id="evt_2", layer=2)),
    ],
)
def test_a_good_schedule_has_no_problem(given: Schedule) -> None:
    assert check(given) == ()


@pytest.mark.parametrize(
    ("bad", "where", "said"),
    [
        (replace(GOOD, attendees=()), "attendees", "nobody"),
        (replace(GOOD, attendees=tuple(f"usr_{n}" for n in range(101))), "attendees", "101 people"),
        (replace(GOOD, end=GOOD.start), "end", "not after the start"),
        (replace(GOOD, end=GOOD.start + timedelta(days=400)), "end", "too long"),
        (replace(GOOD, start=instant("2026-01-05T09:00")), "start", "not a wall-clock time"),
        (replace(GOOD, start=wall("1900-01-01")), "start", "not a wall-clock time"),
        (replace(GOOD, rotation=Rotation(at_once=3)), "rotation", "3 cannot be on call"),
        (replace(GOOD, rotation=Rotation(step=0)), "rotation", "cannot step by 0"),
        (replace(GOOD, recurrence="FREQ=SECONDLY"), "recurrence", "not supported"),
        (replace(GOOD, recurrence="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "recurrence", "never happens"),
        (replace(GOOD, recurrence="FREQ=WEEKLY;BYDAY=TU"), "recurrence", "not one of the times"),
        (replace(GOOD, end=GOOD.start + timedelta(weeks=11)), "recurrence", "More than 10"),
        (replace(GOOD, exceptions=(GOOD.start,) * 1001), "exceptions", "1001 exceptions"),
    ],
)
def test_a_bad_event_is_refused_where_it_is_bad(bad: Event, where: str, said: str) -> None:
    (problem,) = check(schedule(GOOD, replace(bad, id="evt_2")))
    assert problem.where == ("events", 1, where)
    assert said in problem.message
    assert problem.mend


@pytest.mark.parametrize(
    ("bad", "where", "said"),
    [
        (replace(OVERRIDE, user_ids=()), "user_ids", "nobody"),
        (replace(OVERRIDE, end_at=OVERRIDE.start_at), "end_at", "not after the start"),
        (replace(OVERRIDE, end_at=OVERRIDE.start_at + timedelta(days=400)), "end_at", "too long"),
        (replace(OVERRIDE, layer=0), "layer", "no layer 0"),
        (replace(OVERRIDE, action=Action.ADD, replaced_id="ada"), "replaced_id", "replaces nobody"),
    ],
)
def test_a_bad_override_is_refused_where_it_is_bad(bad: Override, where: str, said: str) -> None:
    (problem,) = check(schedule(GOOD, overrides=(bad,)))
    assert problem.where == ("overrides", 0, where)
    assert said in problem.message
    assert problem.mend


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (schedule(GOOD, zone="Mars/Base"), "no time zone 'Mars/Base'"),
        (schedule(GOOD, zone="../../etc/passwd"), "no time zone"),
        (schedule(GOOD, zone="Europe"), "no time zone"),
        (schedule(GOOD, replace(GOOD, id="evt_2", layer=3)), "Layer 2 has no event"),
        (schedule(replace(GOOD, layer=0)), "no layer 0"),
        (schedule(replace(GOOD, layer=10**9)), "no layer"),
        (schedule(GOOD, GOOD), "there twice"),
        (schedule(*(replace(GOOD, id=f"evt_{n}") for n in range(1001))), "1001 events"),
    ],
)
def test_a_bad_schedule_is_refused(bad: Schedule, said: str) -> None:
    (problem,) = check(bad)
    assert said in problem.message
    assert problem.mend


def test_all_problems_are_told_at_once() -> None:
    assert len(check(schedule(replace(GOOD, attendees=(), recurrence="FREQ=NEVER"), zone="Nowhere"))) == 3
