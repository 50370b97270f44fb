"""The two schedules most teams have: one person a day, or a week, in turn."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.schedules.values import Event, Rotation


def weekly(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` weeks, from the first handover (wall-clock time), without end."""
    first = _turn(id, attendees, handover, timedelta(weeks=every))
    return replace(first, recurrence=f"FREQ=WEEKLY;INTERVAL={every}", layer=layer)


def daily(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` days, from the first handover (wall-clock time), without end."""
    first = _turn(id, attendees, handover, timedelta(days=every))
    return replace(first, recurrence=f"FREQ=DAILY;INTERVAL={every}", layer=layer)


def _turn(event_id: str, attendees: tuple[str, ...], handover: datetime, length: timedelta) -> Event:
    return Event(id=event_id, attendees=attendees, start=handover, end=handover + length, rotation=Rotation())
