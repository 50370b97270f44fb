"""When maintenance windows are open: one-off and recurring ones, counted on the wall clock of their zone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.model import Maintenance
from bot.engine.schedules import Event, Schedule, shifts
from bot.engine.schedules.walltime import find_zone, wall_clock
from bot.errors import Invalid

_LAYER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One time that a window is open, from `start_at` up to but not including `end_at`."""

    start_at: datetime
    end_at: datetime


def as_schedule(window: Maintenance) -> Schedule:
    """The window as a schedule with one event: whatever is true of shifts is true of its openings.

    In the hour that happens twice the wall clock may show an earlier time at the window's end than at its start: such a
    window is as long as it was planned.
    """
    zone = find_zone(window.zone)
    start, end = wall_clock(window.start_at, zone), wall_clock(window.end_at, zone)
    if end <= start:
        end = start + (window.end_at - window.start_at)
    event = Event(
        id=window.id,
        layer=_LAYER,
        attendees=(window.id,),
        start=start,
        end=end,
        recurrence=window.recurrence,
    )
    return Schedule(id=window.id, name=window.name, handle=window.handle, zone=window.zone, events=(event,))


def openings(window: Maintenance, start_at: datetime, end_at: datetime) -> tuple[Opening, ...]:
    """The times in [start_at, end_at) at which the window is open, in order. Raises Invalid for a bad recurrence."""
    found = (_cut(each, window.ended_at) for each in _planned(window, start_at, end_at))
    return tuple(each for each in found if each.start_at < end_at and start_at < each.end_at)


def is_open(window: Maintenance, at: datetime) -> bool:
    """Whether the window is open at an instant. One that cannot be computed is not: its alerts page somebody."""
    try:
        return bool(openings(window, at, at + timedelta(microseconds=1)))
    except Invalid:
        return False


def next_opening(window: Maintenance, after: datetime) -> Opening | None:
    """The next time that the window opens, or goes on being open, after an instant; None when not within a year."""
    return next(_ahead(window, after), None)


def _ahead(window: Maintenance, after: datetime) -> Iterator[Opening]:
    for outlook in (timedelta(weeks=2), timedelta(days=366)):
        yield from openings(window, after, after + outlook)


def _planned(window: Maintenance, start_at: datetime, end_at: datetime) -> tuple[Opening, ...]:
    if window.recurrence is None:
        return (Opening(start_at=window.start_at, end_at=window.end_at),)
    found = shifts(as_schedule(window), start_at, end_at)
    return tuple(Opening(start_at=shift.start_at, end_at=shift.end_at) for shift in found)


def _cut(opening: Opening, ended_at: datetime | None) -> Opening:
    if ended_at is None or not opening.start_at <= ended_at < opening.end_at:
        return opening
    return replace(opening, end_at=ended_at)
