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
from bot.engine.schedules.values import Event, Schedule, Shift
from bot.engine.schedules.walltime import LONGEST_CHANGE, find_zone, first_instant, last_instant, wall_clock

_SECOND = timedelta(seconds=1)
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


def find_occurrences(event: Event, low: datetime, high: datetime) -> Iterator[Occurrence]:
    """The occurrences that start in [low, high) on the wall clock and are not exceptions."""
    for number, start in between(event.recurrence, event.start, low, high):
        if start not in event.exceptions:
            yield Occurrence(event=event, number=number, start=start)


def event_shifts(schedule: Schedule, start_at: datetime, end_at: datetime) -> Iterator[Shift]:
    """The whole shifts, by events alone, that are on at some time in [start_at, end_at).

    In the order of events, occurrences and attendees. Raises Invalid for an unknown zone or a bad recurrence.
    """
    zone = find_zone(schedule.zone)
    low = wall_clock(start_at, zone) - LONGEST_CHANGE
    high = wall_clock(end_at, zone) + LONGEST_CHANGE
    for event in schedule.events:
        for occurrence in find_occurrences(event, low - longest(event), high):
            first = first_instant(occurrence.start, zone)
            if first >= end_at:
                continue
            last = _ending(occurrence, schedule, zone)
            if start_at < last and first < last:
                yield from _shifts_of(occurrence, first, last)


def _shifts_of(occurrence: Occurrence, first: datetime, last: datetime) -> Iterator[Shift]:
    event = occurrence.event
    for user_id in occurrence.attendees:
        yield Shift(user_id=user_id, layer=event.layer, start_at=first, end_at=last, source_id=event.id)


def _ending(occurrence: Occurrence, schedule: Schedule, zone: ZoneInfo) -> datetime:
    end = occurrence.end
    first, last = first_instant(end, zone), last_instant(end, zone)
    if first == last:
        return last
    successors = (
        first_instant(successor.start, zone)
        for event in schedule.events
        if event.layer == occurrence.event.layer
        for successor in find_occurrences(event, end, end + LONGEST_CHANGE)
    )
    return min(last, min(successors, default=last))
