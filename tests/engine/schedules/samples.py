"""Short ways to write times and schedules down."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.engine.schedules import Event, Override, Rotation, Schedule, on_call


def wall(text: str) -> datetime:
    """A wall-clock time."""
    return datetime.fromisoformat(text)


def instant(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """The instant at which a clock in the zone shows this, for the first (0) or the second time (1)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def event(
    start: str,
    end: str,
    *attendees: str,
    recurrence: str | None = None,
    id: str = "evt_1",  # noqa: A002
    layer: int = 1,
    rotation: Rotation | None = None,
    exceptions: tuple[str, ...] = (),
) -> Event:
    """An event; with a recurrence its attendees take turns, unless told otherwise."""
    return Event(
        id=id,
        layer=layer,
        attendees=attendees,
        start=wall(start),
        end=wall(end),
        recurrence=recurrence,
        rotation=rotation or (Rotation() if recurrence else None),
        exceptions=tuple(wall(one) for one in exceptions),
    )


def schedule(*events: Event, zone: str = "UTC", overrides: tuple[Override, ...] = ()) -> Schedule:
    """A schedule with these events."""
    return Schedule(id="sch_1", name="Payments", handle="payments", zone=zone, events=events, overrides=overrides)


def names(given: Schedule, at: datetime, layer: int | None = None) -> list[str]:
    """Who is on call."""
    return [shift.user_id for shift in on_call(given, at, layer)]
