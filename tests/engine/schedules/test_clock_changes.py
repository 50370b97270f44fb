"""Shifts over clock changes: known ones by hand, and every one of the next five years in every zone."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.schedules import Event, Rotation, Schedule, Shift, daily, on_call, shifts
from bot.engine.schedules.walltime import wall_clock
from tests.engine.schedules.samples import event, instant, names, schedule, wall

FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2031, 11, 1, tzinfo=UTC)
DAY, WEEK, MINUTE, SECOND = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("zone", "handover", "before", "change"),
    [
        # (zone, time of handover, last day before the change, instant of the handover on the day of the change)
        ("Europe/Berlin", "02:30", "2026-03-28", "2026-03-29T01:00Z"),  # skipped: at the change
        ("Europe/Berlin", "02:30", "2026-10-24", "2026-10-25T00:30Z"),  # twice: the first time
        ("Europe/Berlin", "03:00", "2026-10-24", "2026-10-25T02:00Z"),
        ("Europe/Berlin", "02:00", "2026-10-24", "2026-10-25T00:00Z"),
        ("America/New_York", "02:30", "2026-03-07", "2026-03-08T07:00Z"),
        ("America/New_York", "01:30", "2026-10-31", "2026-11-01T05:30Z"),
        ("Australia/Lord_Howe", "02:15", "2026-10-03", "2026-10-03T15:30Z"),  # a change of half an hour
        ("Australia/Lord_Howe", "01:45", "2026-04-04", "2026-04-04T14:45Z"),
        ("Pacific/Apia", "12:00", "2011-12-28", "2011-12-29T22:00Z"),  # the day before the one that was skipped
    ],
)
def test_a_handover_at_a_clock_change(zone: str, handover: str, before: str, change: str) -> None:
    rota = schedule(daily(id="evt_1", attendees=("ada", "bo"), handover=wall(f"{before}T{handover}")), zone=zone)
    at = datetime.fromisoformat(change)
    assert names(rota, at - SECOND) == ["ada"]
    assert names(rota, at) == ["bo"]


def test_a_turn_on_a_day_that_the_date_line_took_is_nobodys() -> None:
    rota = schedule(
        daily(id="evt_1", attendees=("ada", "bo", "cy"), handover=wall("2011-12-29T00:00")), zone="Pacific/Apia"
    )
    found = shifts(rota, instant("2011-12-29T12:00"), instant("2011-12-31T00:00"))
    assert [(shift.user_id, shift.start_at, shift.end_at) for shift in found] == [
        ("ada", instant("2011-12-29T10:00"), instant("2011-12-30T10:00")),
        ("cy", instant("2011-12-30T10:00"), instant("2011-12-31T10:00")),
    ]


def test_a_night_is_an_hour_longer_in_autumn_and_shorter_in_spring() -> None:
    night = event("2026-01-01T22:00", "2026-01-02T06:00", "ada", recurrence="FREQ=DAILY")
    rota = schedule(night, zone="Europe/Berlin")
    lengths = [
        shift.end_at - shift.start_at
        for evening in ("2026-10-24T22:00", "2026-03-28T22:00", "2026-06-01T22:00")
        for shift in on_call(rota, instant(evening, "Europe/Berlin"))
    ]
    assert lengths == [timedelta(hours=9), timedelta(hours=7), timedelta(hours=8)]


def test_an_end_that_happens_twice_is_the_second_when_nobody_takes_over() -> None:
    rota = schedule(event("2026-10-25T01:00", "2026-10-25T02:30", "ada"), zone="Europe/Berlin")
    (shift,) = on_call(rota, instant("2026-10-25T01:30", "Europe/Berlin"))
    assert shift.end_at == instant("2026-10-25T02:30", "Europe/Berlin", fold=1)


def test_an_end_that_happens_twice_is_where_the_next_one_starts() -> None:
    rota = schedule(
        event("2026-10-25T01:00", "2026-10-25T02:20", "ada"),
        event("2026-10-25T02:40", "2026-10-25T04:00", "bo", id="evt_2"),
        event("2026-10-25T02:30", "2026-10-25T04:00", "cy", id="evt_3", layer=2),
        zone="Europe/Berlin",
    )
    handover = instant("2026-10-25T02:40", "Europe/Berlin")
    assert names(rota, handover - SECOND, 1) == ["ada"]
    assert names(rota, handover, 1) == ["bo"]


def test_an_overlap_on_the_wall_clock_stays_one() -> None:
    rota = schedule(
        event("2026-10-25T01:00", "2026-10-25T02:40", "ada"),
        event("2026-10-25T02:20", "2026-10-25T04:00", "bo", id="evt_2"),
        zone="Europe/Berlin",
    )
    assert names(rota, instant("2026-10-25T02:30", "Europe/Berlin")) == ["ada", "bo"]


def test_every_zone_hands_over_without_gap_or_overlap_at_every_clock_change() -> None:
    changes = all_changes()
    assert len({zone for zone, _ in changes}) > 20
    assert_handed_over(changes)


def assert_handed_over(changes: Iterable[tuple[str, datetime]]) -> None:
    for zone, change in changes:
        for cuts in cuts_around(zone, change):
            assert_tiled(tiling(zone, cuts), change)


def cuts_around(zone: str, change: datetime) -> Iterator[tuple[datetime, ...]]:
    """Handovers at, just before and after, and inside the time that is skipped or happens twice."""
    before, after = wall_clock(change - SECOND, ZoneInfo(zone)) + SECOND, wall_clock(change, ZoneInfo(zone))
    middle = min(before, after) + abs(after - before) / 2
    yield (middle.replace(microsecond=0),)
    yield (min(before, after), middle.replace(microsecond=0), max(before, after))
    yield (before - MINUTE, before, before + MINUTE, after - MINUTE, after, after + MINUTE)


@settings(deadline=None)
@given(data=st.data())
def test_any_rota_covers_what_it_says_and_overlaps_only_where_it_says(data: st.DataObject) -> None:
    zone, change = data.draw(st.sampled_from(all_changes()))
    centre = wall_clock(change, ZoneInfo(zone))
    minutes = st.integers(min_value=-300, max_value=300)
    spans = data.draw(st.lists(st.tuples(minutes, minutes).filter(lambda span: span[0] < span[1]), max_size=6))
    events = tuple(
        Event(id=f"evt_{n}", attendees=(f"usr_{n}",), start=centre + low * MINUTE, end=centre + high * MINUTE)
        for n, (low, high) in enumerate(spans)
    )
    rota = schedule(*events, zone=zone)
    assert_covered(rota, change)
    assert_apart(rota, change)


@settings(deadline=None)
@given(data=st.data())
def test_any_tiling_hands_over_without_gap_or_overlap(data: st.DataObject) -> None:
    zone, change = data.draw(st.sampled_from(all_changes()))
    offsets = data.draw(st.lists(st.integers(min_value=-240, max_value=240), min_size=1, max_size=8, unique=True))
    centre = wall_clock(change, ZoneInfo(zone))
    assert_tiled(tiling(zone, tuple(centre + offset * MINUTE for offset in offsets)), change)


def tiling(zone: str, cuts: tuple[datetime, ...]) -> Schedule:
    """A schedule whose daily events follow on each other at the times of day of the cuts."""
    starts = sorted({(cut - DAY * 3).replace(hour=cut.hour, minute=cut.minute) for cut in cuts}, key=datetime.time)
    starts = [datetime.combine(starts[0].date(), start.time()) for start in starts]
    ends = [*starts[1:], starts[0] + DAY]
    return schedule(
        *(
            Event(
                id=f"evt_{n}",
                attendees=(f"usr_{n}a", f"usr_{n}b"),
                start=start,
                end=end,
                recurrence="FREQ=DAILY",
                rotation=Rotation(),
            )
            for n, (start, end) in enumerate(zip(starts, ends, strict=True))
        ),
        zone=zone,
    )


def assert_tiled(rota: Schedule, change: datetime) -> None:
    found = shifts(rota, change - DAY, change + DAY)
    assert found[0].start_at <= change - DAY, (rota.zone, change)
    assert found[-1].end_at >= change + DAY, (rota.zone, change)
    for one, other in pairwise(found):
        assert one.end_at == other.start_at, (rota.zone, change, one, other)
    for at in (change - SECOND, change, change + SECOND):
        assert len(on_call(rota, at)) == 1


def assert_covered(rota: Schedule, change: datetime) -> None:
    """Whoever the wall clock says is on call, somebody is."""
    for step in range(-60, 60):
        at = change + step * 7 * MINUTE
        clock = wall_clock(at, ZoneInfo(rota.zone))
        if any(each.start <= clock < each.end for each in rota.events):
            assert on_call(rota, at), (rota.zone, at)


def assert_apart(rota: Schedule, change: datetime) -> None:
    """Two shifts overlap only when they do so on the wall clock."""
    found = shifts(rota, change - DAY, change + DAY)
    events = {each.id: each for each in rota.events}
    for number, one in enumerate(found):
        for other in found[:number]:
            if meet(one, other):
                assert collide(events[one.source_id], events[other.source_id])


def meet(one: Shift, other: Shift) -> bool:
    return one.start_at < other.end_at and other.start_at < one.end_at


def collide(one: Event, other: Event) -> bool:
    return one.start < other.end and other.start < one.end


@lru_cache
def all_changes() -> tuple[tuple[str, datetime], ...]:
    """Every clock change of every zone in the zone database in the years looked at.

    Of zones whose clocks show the same time throughout those years there is one, since nothing else of a zone is
    asked; `python -m tests.engine.schedules.test_clock_changes` looks at each by its own name.
    """
    clocks = {timekeeping(zone): zone for zone in sorted(available_timezones(), reverse=True)}
    return tuple((zone, change) for (_, changes), zone in clocks.items() for change, _ in changes)


def timekeeping(zone: str) -> tuple[timedelta | None, tuple[tuple[datetime, timedelta | None], ...]]:
    """All that a clock does in the years looked at: its offset in the beginning, and each change with the one after."""
    clock = ZoneInfo(zone)
    changes = tuple((change, change.astimezone(clock).utcoffset()) for change in changes_of(zone))
    return FIRST.astimezone(clock).utcoffset(), changes


def test_every_zone_is_one_of_the_clocks_that_are_looked_at() -> None:
    looked_at = {zone: timekeeping(zone) for zone, _ in all_changes()}
    assert len(set(looked_at.values())) == len(looked_at)
    for zone in available_timezones():
        does = timekeeping(zone)
        assert does in looked_at.values() or not does[1], zone


def changes_of(zone: str) -> Iterator[datetime]:
    clock = ZoneInfo(zone)
    weeks = [FIRST + number * WEEK for number in range((LAST - FIRST) // WEEK + 1)]
    for start, end in pairwise(weeks):
        before = start.astimezone(clock).utcoffset()
        if before != end.astimezone(clock).utcoffset():
            seconds = range((end - start) // SECOND)
            yield start + SECOND * bisect_left(
                seconds,
                True,
                key=lambda second: (start + second * SECOND).astimezone(clock).utcoffset() != before,
            )


if __name__ == "__main__":
    EVERY = [(zone, change) for zone in sorted(available_timezones()) for change in changes_of(zone)]
    assert_handed_over(EVERY)
    print(f"{len(EVERY)} clock changes of {len(available_timezones())} zones: no gap, no overlap")
