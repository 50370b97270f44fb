"""Occurrences of a recurrence between two wall-clock times, each with its number, whatever the series' age.

Daily and weekly rules, with or without days of the week and times of day, are arithmetic: the occurrences near a time
are found by one division. Every other rule is expanded once by dateutil and kept.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from dateutil.rrule import rrulestr

from bot.engine.schedules.rules import PERIODS, RecurrenceRule, read_rule

CALENDAR_YEARS = 400
"""After 400 years = 146,097 days = 20,871 weeks the Gregorian calendar repeats, weekdays and leap years and all."""
HORIZON_YEARS = 5
FORESEEN_YEARS = 200
"""A listed series is computed this far at least."""

Numbered = tuple[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """A series that repeats `offsets` from `origin` on every `period`; the first `skipped` lie before its start."""

    origin: datetime
    period: timedelta
    offsets: tuple[timedelta, ...]
    skipped: int
    count: int | None
    until: datetime | None

    def between(self, low: datetime, high: datetime) -> Iterator[Numbered]:
        """The occurrences that start in [low, high), numbered from 0."""
        turn = max(0, (low - self.origin) // self.period)
        while (begin := self.origin + turn * self.period) < high:
            for place, offset in enumerate(self.offsets):
                number = turn * len(self.offsets) + place - self.skipped
                if number >= 0 and low <= begin + offset < high and self._lasts(number, begin + offset):
                    yield number, begin + offset
            turn += 1

    def _lasts(self, number: int, start: datetime) -> bool:
        return (self.count is None or number < self.count) and (self.until is None or start <= self.until)


def between(recurrence: str | None, start: datetime, low: datetime, high: datetime) -> Iterator[Numbered]:
    """The occurrences of a series that start in [low, high) on the wall clock, numbered from 0 at its beginning.

    Raises Invalid when the recurrence is not one that `read_rule` accepts.
    """
    if recurrence is None:
        return iter([(0, start)] if low <= start < high else [])
    series = _periodic(recurrence, start)
    return series.between(low, high) if series else _listed(recurrence, start, low, high)


@lru_cache(maxsize=4096)
def _periodic(recurrence: str, start: datetime) -> Periodic | None:
    rule = read_rule(recurrence)
    if not rule.is_periodic:
        return None
    origin, days = _first_turn(rule, start)
    offsets = sorted({day + time for day in days for time in _times(rule, start)})
    return Periodic(
        origin=origin,
        period=PERIODS["WEEKLY"] if rule.weekdays and rule.unit == "DAILY" else rule.period,
        offsets=tuple(offsets),
        skipped=sum(origin + offset < start for offset in offsets),
        count=rule.count,
        until=rule.until,
    )


def _first_turn(rule: RecurrenceRule, start: datetime) -> tuple[datetime, list[timedelta]]:
    """Where the turn with the start begins, and the days in a turn; weeks begin on the rule's first day of the week."""
    if rule.unit == "HOURLY":
        return start, [timedelta()]
    midnight = start.replace(hour=0, minute=0, second=0)
    if rule.unit == "DAILY" and not rule.weekdays:
        return midnight, [timedelta()]
    passed = timedelta(days=(start.weekday() - rule.week_start) % 7)
    days = rule.weekdays or (start.weekday(),)
    return midnight - passed, [timedelta(days=(day - rule.week_start) % 7) for day in days]


def _times(rule: RecurrenceRule, start: datetime) -> list[timedelta]:
    """The times of day, or of the hour's start for an hourly rule."""
    if rule.unit == "HOURLY":
        return [timedelta()]
    hours, minutes = rule.hours or (start.hour,), rule.minutes or (start.minute,)
    return [timedelta(hours=hour, minutes=minute, seconds=start.second) for hour in hours for minute in minutes]


def _listed(recurrence: str, start: datetime, low: datetime, high: datetime) -> Iterator[Numbered]:
    horizon = -(-high.year // HORIZON_YEARS) * HORIZON_YEARS
    starts = _expand(recurrence, start, horizon)
    first = bisect_left(starts, low)
    yield from enumerate(starts[first : bisect_left(starts, high)], start=first)


@lru_cache(maxsize=1024)
def _expand(recurrence: str, start: datetime, horizon: int) -> tuple[datetime, ...]:
    """All starts up to and with the year `horizon`.

    dateutil searches up to the year 9999 for an occurrence of a rule that has none (30 February), which takes
    minutes. So the series is computed in the last possible cycle of the calendar, where that search soon ends.
    """
    moved = (MAXYEAR - FORESEEN_YEARS - start.year) // CALENDAR_YEARS * CALENDAR_YEARS
    series = rrulestr(read_rule(recurrence).text_moved(moved), dtstart=start.replace(year=start.year + moved))
    found = takewhile(lambda at: at.year <= horizon + moved, series)
    return tuple(at.replace(year=at.year - moved) for at in found)
