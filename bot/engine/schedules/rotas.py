"""The schedules most teams have: one person half a day, a day, a week or a month, in turn."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.schedules.values import Event, Rotation
from bot.errors import Invalid, Problem

_LAST_DAY = 28
HALF_A_DAY = timedelta(hours=12)


def weekly(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` weeks, from the first handover (wall-clock time), without end."""
    first = _turn(id, attendees, handover, timedelta(weeks=every))
    return replace(first, recurrence=f"FREQ=WEEKLY;INTERVAL={every}", layer=layer)


def daily(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` days, from the first handover (wall-clock time), without end."""
    first = _turn(id, attendees, handover, timedelta(days=every))
    return replace(first, recurrence=f"FREQ=DAILY;INTERVAL={every}", layer=layer)


def half_daily(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for half a day, from the first handover (wall-clock time), without end.

    Raises Invalid for turns of `every` other than one half: they would begin at another time each day.
    """
    if every != 1:
        mend = "Hand over daily, or every so many days."
        raise Invalid([Problem(message="Half a day is not taken several times.", mend=mend, where=("every",))])
    first = _turn(id, attendees, handover, HALF_A_DAY)
    hours = sorted((handover.hour, (handover + HALF_A_DAY).hour))
    return replace(first, recurrence=f"FREQ=DAILY;BYHOUR={hours[0]},{hours[1]}", layer=layer)


def monthly(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` calendar months, from the first handover (wall-clock time), without end.

    Raises Invalid for a day that not every month has: a turn would be left out.
    """
    if handover.day > _LAST_DAY:
        mend = f"Begin on a day from 1 to {_LAST_DAY}."
        raise Invalid([Problem(message=f"Not every month has a day {handover.day}.", mend=mend, where=("start",))])
    months = handover.year * 12 + handover.month - 1 + every
    end = handover.replace(year=months // 12, month=months % 12 + 1)
    first = _turn(id, attendees, handover, end - handover)
    return replace(first, recurrence=f"FREQ=MONTHLY;INTERVAL={every}", layer=layer)


def _turn(event_id: str, attendees: tuple[str, ...], handover: datetime, length: timedelta) -> Event:
    return Event(id=event_id, attendees=attendees, start=handover, end=handover + length, rotation=Rotation())
