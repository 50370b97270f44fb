"""Shifts as a calendar that any client can subscribe to, and that we read again as the same shifts.

Clients show a person by the title. What we read is beside it, in properties of our own: names are not unique, and the
addresses of people are nobody's business who has the calendar's address.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

from bot.engine.ical.components import LAYER, USER
from bot.engine.schedules import Schedule, Shift, shifts

PRODUCT = "-//pagertree-bot//on call//EN"
DOMAIN = "pagertree-bot"
REFRESH = timedelta(hours=1)


NOBODY: Mapping[str, str] = {}


def export(
    schedule: Schedule,
    start_at: datetime,
    end_at: datetime,
    names: Mapping[str, str],
    stamp: datetime,
    *,
    handles: Mapping[str, str] = NOBODY,
) -> str:
    """The schedule's shifts in [start_at, end_at) as an iCalendar text, one event each, in UTC.

    `names` and `handles` are users' by id; `stamp` is when the text was made. A shift keeps its UID as long as its
    start, user, layer and source stay. Raises Invalid as `shifts` does.
    """
    events = (
        _event(schedule, shift, f"{names.get(shift.user_id, shift.user_id)} (layer {shift.layer})", stamp, handles)
        for shift in shifts(schedule, start_at, end_at)
    )
    return _calendar(f"On call: {schedule.name}", events)


def export_user(
    schedules: Iterable[Schedule],
    user_id: str,
    start_at: datetime,
    end_at: datetime,
    stamp: datetime,
    *,
    handles: Mapping[str, str] = NOBODY,
) -> str:
    """The user's shifts in [start_at, end_at) in all schedules, as an iCalendar text, one event each, in UTC."""
    events = (
        _event(schedule, shift, f"On call: {schedule.name} (layer {shift.layer})", stamp, handles)
        for schedule in schedules
        for shift in shifts(schedule, start_at, end_at)
        if shift.user_id == user_id
    )
    return _calendar("On call", events)


def _calendar(name: str, events: Iterable[Event]) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _printable(name))
    calendar.add("x-wr-calname", _printable(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for event in events:
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode()


def _event(schedule: Schedule, shift: Shift, summary: str, stamp: datetime, handles: Mapping[str, str]) -> Event:
    origin = f"{schedule.id}-{shift.source_id}-{shift.layer}-{shift.user_id}"
    event = Event()
    event.add("uid", _printable(f"{origin}-{shift.start_at:%Y%m%dT%H%M%SZ}@{DOMAIN}"))
    event.add("dtstamp", stamp)
    event.add("dtstart", shift.start_at)
    event.add("dtend", shift.end_at)
    event.add("summary", _printable(summary))
    event.add("transp", "TRANSPARENT")
    event.add(LAYER, str(shift.layer))
    if handle := handles.get(shift.user_id):
        event.add(USER, handle)
    return event


def _printable(text: str) -> str:
    """A text without control characters, which no calendar text may hold (RFC 5545 §3.1)."""
    return "".join(char for char in text if char.isprintable())
