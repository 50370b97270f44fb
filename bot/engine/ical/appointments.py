"""One VEVENT of a feed, read: its times on the wall clock of the schedule's zone, and who attends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vBroken, vCalAddress, vDDDLists, vDDDTypes, vRecur

from bot.engine.schedules.rules import read_rule, until_part, with_parts
from bot.engine.schedules.walltime import wall_clock
from bot.errors import Invalid, Problem

LEFT_OUT = "It is left out: mend it in the calendar."
LONGEST_TITLE = 80
MOST_TIMES = 1_000
YEARS = range(1970, 2200)
THINGS = {"ROOM", "RESOURCE"}

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a VEVENT says. `start`, `end`, `exceptions`, `extras` and `replaces` are wall-clock times of the schedule.

    `replaces` is the occurrence of the series with the same UID that this one takes the place of. `problems` are what
    was read otherwise than it was written.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    recurrence: str | None
    exceptions: tuple[datetime, ...]
    extras: tuple[Interval, ...]
    replaces: datetime | None
    cancelled: bool
    emails: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_appointment(event: icalendar.Event, zone: ZoneInfo) -> Appointment:
    """The VEVENT with all its times in `zone`. Raises Invalid when it has to be left out."""
    start_property = _time(event, "DTSTART")
    if start_property is None:
        raise _refuse(event, "it has no start")
    start = _wall(start_property, zone)
    end = _end(event, start, zone)
    if end <= start:
        raise _refuse(event, "its end is not after its start")
    replaced = _time(event, "RECURRENCE-ID")
    if replaced is not None and "RANGE" in replaced.params:
        raise _refuse(event, "it changes an occurrence and all that follow, which is not supported")
    return Appointment(
        uid=_text(event, "UID") or f"{_title(event)}-{start}",
        title=_title(event),
        start=start,
        end=end,
        recurrence=_recurrence(event, start, zone),
        exceptions=tuple(at for at, _ in _listed(event, "EXDATE", timedelta(), zone)),
        extras=tuple(_listed(event, "RDATE", end - start, zone)),
        replaces=None if replaced is None else _wall(replaced, zone),
        cancelled=_text(event, "STATUS").upper() == "CANCELLED",
        emails=tuple(dict.fromkeys(_emails(event))),
        problems=tuple(_doubts(event, start_property, zone)),
    )


def _end(event: icalendar.Event, start: datetime, zone: ZoneInfo) -> datetime:
    if (end := _time(event, "DTEND")) is not None:
        return _wall(end, zone)
    length = _time(event, "DURATION")
    if length is None:
        whole_day = not isinstance(_moment(event, "DTSTART"), datetime)
        return start + timedelta(days=1) if whole_day else start
    if isinstance(length.dt, timedelta) and abs(length.dt) < timedelta(days=3653):
        return start + length.dt
    raise _refuse(event, "its length cannot be read")


def _recurrence(event: icalendar.Event, start: datetime, zone: ZoneInfo) -> str | None:
    values = _values(event, "RRULE")
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], vRecur):
        raise _refuse(event, "its recurrence cannot be read, or it has several")
    written: bytes = values[0].to_ical()  # type: ignore[no-untyped-call]
    text = with_parts(written.decode(), UNTIL=_until(event, values[0], zone))
    try:
        read_rule(text)
    except Invalid as invalid:
        raise _refuse(event, " ".join(problem.message for problem in invalid.problems).rstrip(".")) from invalid
    if _names_days_or_hours(text) and _moves(event, text, start):
        raise _refuse(event, f"it recurs in another zone, and on other days or hours in {zone.key}")
    return text


def _until(event: icalendar.Event, recurrence: vRecur, zone: ZoneInfo) -> str | None:
    values = recurrence.get("UNTIL")
    until = values[0] if isinstance(values, list) and values else values
    if until is None:
        return None
    if isinstance(until, date) and until.year > YEARS[-1]:
        return None
    if isinstance(until, datetime) and until.year in YEARS:
        return until_part(wall_clock(until, zone) if until.tzinfo else until)
    if isinstance(until, date):
        return f"{until:%Y%m%d}"
    raise _refuse(event, "the end of its recurrence cannot be read")


def _names_days_or_hours(text: str) -> bool:
    return any(part.startswith("BY") for part in text.split(";"))


def _moves(event: icalendar.Event, text: str, start: datetime) -> bool:
    """Whether days or hours that the rule names are others on the schedule's wall clock than on the feed's."""
    written = _moment(event, "DTSTART")
    if not isinstance(written, datetime) or written.replace(tzinfo=None) == start:
        return False
    return written.date() != start.date() or "BYHOUR" in text or "BYMINUTE" in text


def _doubts(event: icalendar.Event, written: vDDDTypes, zone: ZoneInfo) -> Iterator[Problem]:
    moment = written.dt
    tzid = written.params.get("TZID")
    if isinstance(moment, datetime) and moment.tzinfo is None and tzid:
        message = f"{_title(event)!r} is in the unknown time zone {str(tzid)[:64]!r}; {zone.key} was taken."
        yield Problem(message=message, mend="Use a zone of the time zone database.", where=("feed",))
    elif isinstance(moment, datetime) and str(tzid).startswith("/"):
        message = f"The time zone {str(tzid)[:64]!r} of {_title(event)!r} was taken to be {moment.tzinfo}."
        yield Problem(message=message, mend="If that is wrong, use a name of the database.", where=("feed",))
    if "RRULE" in event and isinstance(moment, datetime) and _parts_ways(moment, zone):
        message = f"{_title(event)!r} recurs in another time zone; here it follows the clock of {zone.key}."
        yield Problem(message=message, mend="Give the schedule the calendar's zone.", where=("feed",))


def _parts_ways(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the two zones' clocks differ now or in one of the next twelve months."""
    if moment.tzinfo is None:
        return False
    months = (moment.replace(tzinfo=None) + timedelta(days=30 * month) for month in range(13))
    return any(at.replace(tzinfo=moment.tzinfo).utcoffset() != at.replace(tzinfo=zone).utcoffset() for at in months)


def _listed(event: icalendar.Event, name: str, length: timedelta, zone: ZoneInfo) -> Iterator[Interval]:
    """The spans that a list of times names; `length` is that of a time without an end of its own."""
    values = _values(event, name)
    lists = [value for value in values if isinstance(value, vDDDLists)]
    if len(lists) < len(values):
        raise _refuse(event, f"its {name} cannot be read")
    if sum(len(each.dts) for each in lists) > MOST_TIMES:
        raise _refuse(event, f"its {name} has more than {MOST_TIMES:,} times")
    for each in lists:
        yield from (_span(one.dt, length, zone) for one in each.dts)


def _span(moment: object, length: timedelta, zone: ZoneInfo) -> Interval:
    if not isinstance(moment, tuple):
        start = _wall_of(moment, zone)
        return start, start + length
    start = _wall_of(moment[0], zone)
    end = moment[1]
    return start, start + end if isinstance(end, timedelta) else _wall_of(end, zone)


def _wall(value: vDDDTypes, zone: ZoneInfo) -> datetime:
    return _wall_of(value.dt, zone)


def _wall_of(moment: object, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, date) or moment.year not in YEARS:
        message = f"An event of the feed has a time that is none from {YEARS[0]} to {YEARS[-1]}."
        raise Invalid([Problem(message=message, mend=LEFT_OUT, where=("feed",))])
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    return wall_clock(moment.astimezone(UTC), zone) if moment.tzinfo else moment


def _emails(event: icalendar.Event) -> Iterator[str]:
    for value in _values(event, "ATTENDEE"):
        if isinstance(value, vCalAddress) and str(value.params.get("CUTYPE", "")).upper() not in THINGS:
            yield str(value).strip().lower().removeprefix("mailto:")


def _time(event: icalendar.Event, name: str) -> vDDDTypes | None:
    values = _values(event, name)
    if not values:
        return None
    if not isinstance(values[0], vDDDTypes):
        raise _refuse(event, f"its {name} cannot be read")
    return values[0]


def _moment(event: icalendar.Event, name: str) -> object:
    value = _time(event, name)
    return None if value is None else value.dt


def _text(event: icalendar.Event, name: str) -> str:
    values = _values(event, name)
    return "" if not values or isinstance(values[0], vBroken) else str(values[0])


def _title(event: icalendar.Event) -> str:
    return _text(event, "SUMMARY")[:LONGEST_TITLE] or "An event"


def _values(event: icalendar.Event, name: str) -> list[object]:
    value = event.get(name)
    if value is None:
        return []
    return list(value) if isinstance(value, list) and not isinstance(value, vDDDLists) else [value]


def _refuse(event: icalendar.Event, reason: str) -> Invalid:
    where = ("feed", _text(event, "UID")[:80])
    return Invalid([Problem(message=f"{_title(event)!r}: {reason}.", mend=LEFT_OUT, where=where)])
