"""A series of a feed as events of a schedule.

A series whose clock is that of the schedule keeps its rule. Of any other the occurrences are found on its own clock,
for three calendar years, and told as times of the schedule's; those that follow on each other at the same distance from
their own clock become one event again, so that a year takes a few events.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from bot.engine.ical.appointments import Appointment, left_out
from bot.engine.ical.series import FORESEEN, Series
from bot.engine.schedules import Event
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import WEEKDAYS, RecurrenceRule, read_rule
from bot.engine.schedules.walltime import wall_clock
from bot.errors import Invalid

YEARS_READ = 3
"""How many calendar years of a series on another clock are read, the present one included."""
MOST_TURNS = 50_000
"""How many occurrences on other clocks are found in one feed."""

Turn = tuple[datetime, datetime, datetime]
"""An occurrence: its start on its own clock, and its start and end on that of the schedule."""


@dataclass(slots=True, kw_only=True)
class Frame:
    """What series are read for: the zone and layer of a schedule, and the instant since when it matters.

    `left` is how many occurrences on other clocks may still be found.
    """

    zone: ZoneInfo
    layer: int
    since: datetime | None
    left: int = field(default=MOST_TURNS)

    def wall(self, at: datetime, appointment: Appointment) -> datetime:
        """A time on the appointment's clock, on that of the schedule."""
        if self.is_own(appointment):
            return at
        return wall_clock(at.replace(tzinfo=appointment.zone), self.zone)

    def is_own(self, appointment: Appointment) -> bool:
        """Whether the appointment's clock is that of the schedule."""
        return getattr(appointment.zone, "key", "") == self.zone.key

    def is_ahead(self, event: Event) -> bool:
        """Whether the event goes on after `since`."""
        if self.since is None:
            return True
        low = wall_clock(self.since, self.zone)
        return any(between(event.recurrence, event.start, low - event.duration, max(low, event.start) + FORESEEN))


def read_events(series: Series, frame: Frame, attendees: tuple[str, ...]) -> tuple[Event, ...]:
    """The events of a series with these people. Raises Invalid when it has to be left out."""
    one = series.appointment
    if one.start is None:
        return ()
    first = _first_start(one, one.start)
    length = one.end - one.start
    origin = f"{one.uid or one.title}\n{one.replaces}"
    model = Event(id=origin, layer=one.layer or frame.layer, attendees=attendees, start=one.start, end=one.end)
    found = _recurring(series, frame, model, first) if one.recurrence else [(first, first + length)]
    spans = [each for each in (*found, *one.extras) if not isinstance(each, Event)]
    events = [each for each in found if isinstance(each, Event)]
    events += [
        _at(model, frame.wall(start, one), frame.wall(end, one)) for start, end in spans if start not in series.off
    ]
    return tuple(event for event in events if event.start < event.end and frame.is_ahead(event))


def ends_unread(series: Series, frame: Frame) -> date | None:
    """Up to when a series on another clock was read, where it goes on after that."""
    one = series.appointment
    if one.recurrence is None or one.start is None or (frame.is_own(one) and not series.begins):
        return None
    high = _window(one.start, frame)[1]
    return high.date() if any(between(one.recurrence, one.start, high, high + FORESEEN)) else None


def _first_start(one: Appointment, start: datetime) -> datetime:
    """The first occurrence. RFC 5545 leaves open what a start outside its own recurrence means: it is not one."""
    found = next(between(one.recurrence, start, start, start + FORESEEN), None)
    if found is None:
        raise Invalid([left_out(one, "its recurrence never happens")])
    return found[1]


def _recurring(
    series: Series, frame: Frame, model: Event, first: datetime
) -> Sequence[Event | tuple[datetime, datetime]]:
    one = series.appointment
    length = one.end - model.start
    own = _at(model, first, first + length, one.recurrence, series.off)
    if frame.is_own(one) and not series.begins:
        return [own]
    turns = list(_turns(series, model.start, length, frame))
    if turns and all(start == begun and end == begun + length for begun, start, end in turns) and not series.begins:
        return [own]
    if read_rule(one.recurrence or "").unit != "HOURLY":
        turns.sort(key=lambda turn: (turn[0].time(), turn[0]))  # each time of day is a series of its own
    pieces = (list(group) for _, group in groupby(turns, key=_distance))
    return [event for piece in pieces for event in _piece(piece, series, model)]


def _turns(series: Series, start: datetime, length: timedelta, frame: Frame) -> Iterator[Turn]:
    one = series.appointment
    low, high = _window(start, frame)
    low = max(low - length - abs(series.moved), series.begins or start)
    found = list(islice(between(one.recurrence, start, low, high), frame.left + 1))
    frame.left -= len(found)
    if frame.left < 0:
        frame.left = 0
        raise Invalid([left_out(one, f"more than {MOST_TURNS:,} occurrences are on another clock")])
    for _, begun in found:
        moved = begun + series.moved
        yield begun, frame.wall(moved, one), frame.wall(moved + length, one)


def _window(start: datetime, frame: Frame) -> tuple[datetime, datetime]:
    """Whole calendar years, so that a feed which is read every hour gives the same events all year."""
    year = start.year if frame.since is None else max(start.year, frame.since.year)
    return start.replace(year=year, month=1, day=1, hour=0, minute=0), start.replace(
        year=year + YEARS_READ, month=1, day=1, hour=0, minute=0
    )


def _distance(turn: Turn) -> tuple[timedelta, timedelta, int]:
    own, start, end = turn
    return start - own, end - start, own.year


def _piece(turns: Sequence[Turn], series: Series, model: Event) -> Iterator[Event]:
    """Occurrences at the same distance from their own clock: as one event where one rule says them, else each."""
    starts = [start for _, start, _ in turns]
    off = frozenset(start for own, start, _ in turns if own in series.off)
    rule = _rule_of(series.appointment, turns)
    said = rule and [at for _, at in between(rule, starts[0], starts[0], starts[-1] + timedelta(seconds=1))]
    if said == starts:
        yield _at(model, starts[0], turns[0][2], rule, off)
    else:
        yield from (_at(model, start, end) for _, start, end in turns if start not in off)


def _rule_of(one: Appointment, turns: Sequence[Turn]) -> str | None:
    """The rule of a part of the series, on the schedule's clock: its days of the week move with its days."""
    rule = read_rule(one.recurrence or "")
    if not rule.is_periodic or len(turns) < 2:
        return None
    own, start, _ = turns[0]
    moved = (start.date() - own.date()).days
    unit = "WEEKLY" if rule.weekdays else rule.unit
    parts = [f"FREQ={unit}", f"INTERVAL={rule.interval}", f"COUNT={len(turns)}", *_days(rule, moved)]
    return ";".join(parts)


def _days(rule: RecurrenceRule, moved: int) -> Iterator[str]:
    if rule.weekdays:
        yield "BYDAY=" + ",".join(WEEKDAYS[(day + moved) % 7] for day in rule.weekdays)
        yield f"WKST={WEEKDAYS[(rule.week_start + moved) % 7]}"


def _at(
    model: Event,
    start: datetime,
    end: datetime,
    recurrence: str | None = None,
    off: frozenset[datetime] = frozenset(),
) -> Event:
    found = replace(model, start=start, end=end, recurrence=recurrence, exceptions=tuple(sorted(off)))
    return replace(found, id=make_id(f"{model.id}\n{start}"))


def make_id(origin: str) -> str:
    """The id of an event, from what it is made of: reading a feed again gives the same."""
    return f"evt_{hashlib.sha256(origin.encode(errors='replace')).hexdigest()[:24]}"
