"""From events to shifts, before overrides.

A shift starts at the first instant of its wall-clock start and ends at the last instant of its wall-clock end; but
where others of its layer take over before that last instant, it ends at their start. So instants are covered
whenever their wall-clock time is, and shifts that do not overlap on the wall clock do not overlap at all. The two
rules differ only where an end falls into an hour that happens twice.

Months and years have no one length. Where the first turn of a monthly or yearly event ends as the second begins, every
turn does: from the 1st to the 1st, from the first Monday to the next first Monday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import read_rule, with_parts
from bot.engine.schedules.values import Event, Hours, Schedule, Shift
from bot.engine.schedules.walltime import LONGEST_CHANGE, find_zone, first_instant, last_instant, wall_clock

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_SLACK = timedelta(days=7)
_SHORTEST = {"MONTHLY": timedelta(days=28), "YEARLY": timedelta(days=365)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One happening of an event, on the wall clock; `number` counts from 0 and includes the exceptions."""

    event: Event
    number: int
    start: datetime

    @property
    def end(self) -> datetime:
        """The wall-clock time at which it is over."""
        series = _series_that_meets(self.event.recurrence, self.event.start, self.event.end)
        return _following(series, self.event, self.start) if series else self.start + self.event.duration

    @property
    def attendees(self) -> tuple[str, ...]:
        """Who is on call in it, in the event's order."""
        everyone, rotation = self.event.attendees, self.event.rotation
        if rotation is None or not everyone:
            return tuple(dict.fromkeys(everyone))
        first = self.number * rotation.step
        turns = range(first, first + min(rotation.at_once, len(everyone)))
        return tuple(dict.fromkeys(everyone[turn % len(everyone)] for turn in turns))


def longest(event: Event) -> timedelta:
    """The time that an occurrence takes at most, on the wall clock."""
    meets = _series_that_meets(event.recurrence, event.start, event.end)
    return 2 * event.duration + _SLACK if meets else event.duration


@lru_cache(maxsize=4096)
def _series_that_meets(recurrence: str | None, start: datetime, end: datetime) -> str:
    """The rule without its end, where each turn lasts until the next one begins, however long the month; else empty."""
    if recurrence is None:
        return ""
    rule = read_rule(recurrence)
    shortest = _SHORTEST.get(rule.unit)
    if (
        shortest is None
        or end - start < shortest * rule.interval
        or (rule.unit == "MONTHLY" and "BYMONTH=" in rule.text)
    ):
        return ""
    endless = with_parts(recurrence, COUNT=None, UNTIL=None)
    second = next(between(endless, start, start + _SECOND, end + _SECOND), None)
    return endless if second and second[1] == end else ""


def _following(series: str, event: Event, start: datetime) -> datetime:
    """When the turn after the one that begins at `start` begins."""
    ahead = between(series, event.start, start + _SECOND, start + longest(event) + _SECOND)
    return next((at for _, at in ahead), start + event.duration)


def following_start(event: Event) -> datetime | None:
    """When the second turn of a series begins, on the wall clock; None where there is none within three years."""
    ahead = between(event.recurrence, event.start, event.start + _SECOND, event.start + 1100 * _DAY)
    return next((at for _, at in ahead), None)


def find_occurrences(event: Event, low: datetime, high: datetime) -> Iterator[Occurrence]:
    """The occurrences that start in [low, high) on the wall clock and are not exceptions."""
    for number, start in between(event.recurrence, event.start, low, high):
        if start not in event.exceptions:
            yield Occurrence(event=event, number=number, start=start)


def zone_of(event: Event, schedule: Schedule) -> ZoneInfo:
    """The zone on whose wall clock an event is. Raises Invalid for one that is unknown."""
    return find_zone(event.zone or schedule.zone)


def event_shifts(schedule: Schedule, start_at: datetime, end_at: datetime) -> Iterator[Shift]:
    """The whole shifts, by events alone, that are on at some time in [start_at, end_at).

    In the order of events, occurrences and attendees. Raises Invalid for an unknown zone or a bad recurrence.
    """
    find_zone(schedule.zone)
    for event in schedule.events:
        zone = zone_of(event, schedule)
        low, high = wall_clock(start_at, zone) - LONGEST_CHANGE, wall_clock(end_at, zone) + LONGEST_CHANGE
        for occurrence in find_occurrences(event, low - longest(event), high):
            for start, end in spans(occurrence, low, high):
                first = first_instant(start, zone)
                if first >= end_at:
                    continue
                last = _ending(end, event, schedule, zone)
                if start_at < last and first < last:
                    yield from _shifts_of(occurrence, first, last)


def spans(occurrence: Occurrence, low: datetime, high: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The parts of an occurrence in which its people are on call, in order: all of it, or those of its event's hours.

    Of hours only parts that lie in [low, high) at some time.
    """
    if not occurrence.event.hours:
        yield occurrence.start, occurrence.end
        return
    begins, ends = max(occurrence.start, low), min(occurrence.end, high)
    day = begins.replace(hour=0, minute=0, second=0) - _DAY
    found: list[tuple[datetime, datetime]] = []
    while day < ends:
        found += (_window(hours, day) for hours in occurrence.event.hours if day.weekday() in hours.days)
        day += _DAY
    cut = ((max(start, occurrence.start), min(end, occurrence.end)) for start, end in sorted(found))
    yield from ((start, end) for start, end in cut if start < end and low < end and start < high)


def _window(hours: Hours, day: datetime) -> tuple[datetime, datetime]:
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    return start, end if end > start else end + _DAY


def _shifts_of(occurrence: Occurrence, first: datetime, last: datetime) -> Iterator[Shift]:
    event = occurrence.event
    for user_id in occurrence.attendees:
        yield Shift(user_id=user_id, layer=event.layer, start_at=first, end_at=last, source_id=event.id)


def _ending(end: datetime, event: Event, schedule: Schedule, zone: ZoneInfo) -> datetime:
    first, last = first_instant(end, zone), last_instant(end, zone)
    if first == last:
        return last
    successors = (
        first_instant(start, zone)
        for other in schedule.events
        if other.layer == event.layer and zone_of(other, schedule) == zone
        for start in _starts(other, end, end + LONGEST_CHANGE)
    )
    return min(last, min(successors, default=last))


def _starts(event: Event, low: datetime, high: datetime) -> Iterator[datetime]:
    """When parts of an event's occurrences begin, within [low, high)."""
    before = longest(event) if event.hours else timedelta()
    for occurrence in find_occurrences(event, low - before, high):
        yield from (start for start, _ in spans(occurrence, low, high) if low <= start < high)
