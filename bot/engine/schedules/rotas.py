"""The two schedules most teams have: one person a day, or a week, in turn."""

from datetime import datetime, timedelta

from bot.engine.schedules.values import Event, Rotation


def weekly(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` weeks, from the first handover (wall-clock time), without end."""
    recurrence, end = f"FREQ=WEEKLY;INTERVAL={every}", handover + timedelta(weeks=every)
    return Event(
        id=id,
        layer=layer,
        attendees=attendees,
        start=handover,
        end=end,
        recurrence=recurrence,
        rotation=Rotation(),
    )


def daily(*, id: str, attendees: tuple[str, ...], handover: datetime, every: int = 1, layer: int = 1) -> Event:  # noqa: A002
    """One attendee after the other for `every` days, from the first handover (wall-clock time), without end."""
    recurrence, end = f"FREQ=DAILY;INTERVAL={every}", handover + timedelta(days=every)
    return Event(
        id=id,
        layer=layer,
        attendees=attendees,
        start=handover,
        end=end,
        recurrence=recurrence,
        rotation=Rotation(),
    )
