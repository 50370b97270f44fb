"""One VEVENT of a feed, read: its times on its own clock, and who is on call in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar.prop import vDDDTypes

from bot.engine.ical.components import LAYER, LEFT_OUT, Component
from bot.engine.ical.lines import PropertyLine
from bot.engine.ical.people import Named, find_people
from bot.engine.ical.zones import Zones
from bot.engine.schedules.checking import MOST_LAYERS
from bot.engine.schedules.rules import read_rule, until_part, with_parts
from bot.errors import Invalid, Problem

LONGEST_TITLE = 80
MOST_TIMES = 1_000
LONGEST = timedelta(days=3653)
YEARS = range(1970, 2200)
_CANCELLED = {"CANCELLED", "CANCELED", "CANCEL"}
_WRITTEN = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?")
_HOURLY = re.compile(r"FREQ=HOURLY(?:;INTERVAL=(\d{1,4}))?", re.IGNORECASE)
_IDLE_PARTS = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}

Interval = tuple[datetime, datetime]
Moment = date | datetime
"""A day, or an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarClock:
    """What the times of an event are read by: the zones of its calendar, and the zone of times that name none."""

    zones: Zones
    floating: ZoneInfo | tzinfo | None
    floating_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a VEVENT says. `start`, `end` and `extras` are wall-clock times in `zone`, the event's own.

    `exceptions` are occurrences that do not take place; `replaces` is that of the series with the same UID which this
    one takes the place of, and of all after it if it `changes_later_ones`. `start` is None for a cancellation that
    names no times. `problems` are what was read otherwise than it is written.
    """

    uid: str
    title: str
    sequence: int
    is_cancelled: bool
    is_whole_day: bool
    zone: tzinfo
    start: datetime | None
    end: datetime
    recurrence: str | None
    exceptions: tuple[Moment, ...]
    extras: tuple[Interval, ...]
    replaces: Moment | None
    changes_later_ones: bool
    people: Named
    layer: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vevent:
    """A VEVENT with what its times are read by."""

    properties: Sequence[PropertyLine]
    clock: CalendarClock

    def values(self, name: str) -> Sequence[PropertyLine]:
        """Its properties of this name."""
        return [each for each in self.properties if each.name == name]

    def text(self, name: str) -> str:
        """The value of the first property of this name, or nothing."""
        return next((each.value for each in self.properties if each.name == name), "")

    @property
    def title(self) -> str:
        """What it is called by."""
        printable = "".join(letter if letter.isprintable() else " " for letter in self.text("SUMMARY"))
        return " ".join(printable.split())[:LONGEST_TITLE] or "An event"


def read_appointment(
    component: Component, clock: CalendarClock, people: Mapping[str, str], *, cancels: bool
) -> Appointment:
    """The VEVENT; `cancels` when all of its calendar are cancellations. Raises Invalid when it has to be left out."""
    event = Vevent(properties=component.properties(), clock=clock)
    if component.too_long:
        raise refuse(event, f"its {component.too_long} is too long")
    is_cancelled = cancels or event.text("STATUS").upper() in _CANCELLED
    if is_cancelled and not event.values("DTSTART") and event.text("UID"):
        return _cancellation(event)
    times = _Times(event)
    replaced = event.values("RECURRENCE-ID")
    scope = next((line.parameters.get("RANGE", "").upper() for line in replaced), "")
    if scope not in {"", "THISANDFUTURE"}:
        raise refuse(event, f"it changes several occurrences by RANGE={scope[:32]}, which is not supported")
    return Appointment(
        uid=event.text("UID"),
        title=event.title,
        sequence=_sequence(event),
        is_cancelled=is_cancelled,
        is_whole_day=times.is_whole_day,
        zone=times.zone,
        start=times.start,
        end=times.end,
        recurrence=None if replaced else _recurrence(event, times),
        exceptions=() if replaced else tuple(moment for moment, _ in _listed(event, "EXDATE", times.zone)),
        extras=() if replaced else tuple(times.further()),
        replaces=next((moment for moment, _ in _listed(event, "RECURRENCE-ID", times.zone)), None),
        changes_later_ones=bool(scope),
        people=find_people(event.properties, event.text("SUMMARY"), people),
        layer=_layer(event),
        problems=tuple(_doubts(component, event, times, is_cancelled=is_cancelled)),
    )


def _cancellation(event: Vevent) -> Appointment:
    """A cancellation need not say when what it cancels would have been (RFC 5546 §3.2.5)."""
    zone = event.clock.floating or UTC
    return Appointment(
        uid=event.text("UID"),
        title=event.title,
        sequence=_sequence(event),
        is_cancelled=True,
        is_whole_day=False,
        zone=zone,
        start=None,
        end=datetime.max,  # noqa: DTZ901  # wall-clock time
        recurrence=None,
        exceptions=(),
        extras=(),
        replaces=next((moment for moment, _ in _listed(event, "RECURRENCE-ID", zone)), None),
        changes_later_ones=any("RANGE" in line.parameters for line in event.values("RECURRENCE-ID")),
        people=Named(),
        layer=None,
        problems=(),
    )


class _Times:
    """The times of an event, on the clock of its start."""

    def __init__(self, event: Vevent) -> None:
        self.event = event
        line = next(iter(event.values("DTSTART")), None)
        if line is None:
            raise refuse(event, "it has no start")
        moment = _moment(event, line)
        self.is_whole_day = not isinstance(moment, datetime)
        self.tzid = line.parameters.get("TZID", "")
        self.zone = _zone_of(event, line, moment)
        self.start = self.wall(moment)
        self.end = self._end()
        if self.is_whole_day and self.end == self.start:  # how some write one day
            self.end += timedelta(days=1)
        if self.end <= self.start:
            raise refuse(event, "its end is not after its start")

    def wall(self, moment: Moment) -> datetime:
        """A time on this clock; that of a day is the event's time of day."""
        if isinstance(moment, datetime):
            return plain(moment, self.zone)
        return datetime.combine(moment, time.min if self.is_whole_day else self.start.time())

    def further(self) -> Iterator[Interval]:
        """The spans of the times that are listed beside the recurrence."""
        for moment, until in _listed(self.event, "RDATE", self.zone):
            start = self.wall(moment)
            match until:
                case timedelta():
                    end = start + until
                case datetime():
                    end = plain(until, self.zone)
                case _:
                    end = start + (self.end - self.start)
            if end > start:
                yield start, end

    def _end(self) -> datetime:
        if line := next(iter(self.event.values("DTEND")), None):
            moment = _moment(self.event, line)
            if not isinstance(moment, datetime):
                return datetime.combine(moment, time.min)
            return plain(moment.replace(tzinfo=_zone_of(self.event, line, moment)), self.zone)
        if not (text := self.event.text("DURATION")):
            return self.start + timedelta(days=1) if self.is_whole_day else self.start
        length = _value(self.event, text, "length")
        if isinstance(length, timedelta) and abs(length) < LONGEST:
            return self.start + length
        raise refuse(self.event, "its length cannot be read")


# --- Values ---------------------------------------------------------------------------------------------------------


def _value(event: Vevent, text: str, name: str) -> object:
    plain_text = text.strip().upper()
    try:
        if written := _WRITTEN.fullmatch(plain_text):
            return _read_time(written)
        found: object = vDDDTypes.from_ical(plain_text)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError) as error:
        raise refuse(event, f"its {name} cannot be read") from error
    return found


def _read_time(written: re.Match[str]) -> Moment:
    """A day or a time, also as ISO 8601 has it, at 24:00 or in a leap second. Raises ValueError or OverflowError."""
    year, month, day, hour, minute, second, offset = written.groups()
    midnight = datetime(int(year), int(month), int(day))  # noqa: DTZ001  # wall-clock time
    if hour is None:
        return midnight.date()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and minutes + seconds):
        raise ValueError(written[0])
    at = midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not offset:
        return at
    ahead = timedelta() if offset == "Z" else timedelta(hours=int(offset[:3]), minutes=int(f"{offset[0]}{offset[-2:]}"))
    return (at - ahead).replace(tzinfo=UTC)


def _moment(event: Vevent, line: PropertyLine) -> Moment:
    if not line.is_whole:
        raise refuse(event, f"its {line.name} cannot be read")
    return _checked(event, _value(event, line.value, line.name))


def _checked(event: Vevent, value: object) -> Moment:
    if not isinstance(value, date):
        raise refuse(event, "it has a time that cannot be read")
    if value.year not in YEARS:
        raise refuse(event, f"it has a time that is none from {YEARS[0]} to {YEARS[-1]}")
    return value


def plain(moment: Moment, zone: tzinfo) -> datetime:
    """A time on the wall clock of a zone; one without a zone, or of that zone, is on it as written, even if skipped."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    is_on_it = moment.tzinfo is None or moment.tzinfo is zone
    return (moment if is_on_it else moment.astimezone(UTC).astimezone(zone)).replace(tzinfo=None, fold=0)


def _zone_of(event: Vevent, line: PropertyLine, moment: Moment) -> tzinfo:
    """The zone that a time is in. Raises Invalid when it names one that nobody knows: no other is put in its place."""
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.tzinfo
    clock, name = event.clock, line.parameters.get("TZID", "").strip()
    is_named = name or ("TZID" in line.parameters and clock.zones.find(name))
    if is_named and isinstance(moment, datetime):
        found = clock.zones.find(name) or clock.zones.guess(name)
        if found is None:
            raise refuse(event, f"its time zone {name[:64]!r} is unknown")
        return found
    if clock.floating is None:
        raise refuse(event, f"the time zone {clock.floating_name[:64]!r} of its calendar is unknown")
    return clock.floating


def _listed(event: Vevent, name: str, zone: tzinfo) -> Iterator[tuple[Moment, object]]:
    """The moments that a property names, each with its end where it is a period; times without a zone are in `zone`."""
    texts = [(line, word.strip()) for line in event.values(name) for word in line.value.split(",") if word.strip()]
    if len(texts) > MOST_TIMES:
        raise refuse(event, f"its {name} has more than {MOST_TIMES:,} times")
    for line, text in texts:
        value = _value(event, text, name) if line.is_whole else None
        begin, end = value if isinstance(value, tuple) else (value, None)
        until = _instant(event, line, end, zone) if isinstance(end, datetime) else end
        yield _instant(event, line, begin, zone), until


def _instant(event: Vevent, line: PropertyLine, value: object, zone: tzinfo) -> Moment:
    moment = _checked(event, value)
    if not isinstance(moment, datetime) or moment.tzinfo:
        return moment
    named = line.parameters.get("TZID", "").strip()
    return moment.replace(tzinfo=_zone_of(event, line, moment) if named else zone)


def _layer(event: Vevent) -> int | None:
    text = event.text(LAYER)
    return (
        int(text)
        if text.isascii() and text.isdigit() and len(text) < 3 and int(text) in range(1, MOST_LAYERS + 1)
        else None
    )


def _sequence(event: Vevent) -> int:
    text = event.text("SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# --- Recurrence -----------------------------------------------------------------------------------------------------


def _recurrence(event: Vevent, times: _Times) -> str | None:
    rules = list(dict.fromkeys(each.value for each in event.values("RRULE") if each.value))
    if not rules:
        return None
    if len(rules) > 1:
        raise refuse(event, "it has several recurrences")
    until = _until(event, rules[0], times)
    try:
        text = _in_days(with_parts(_without_idle_parts(rules[0], times.start), UNTIL=until), times.start)
        read_rule(text)
    except Invalid as invalid:
        raise refuse(event, " ".join(problem.message for problem in invalid.problems).rstrip(".")) from invalid
    return text


def _without_idle_parts(text: str, start: datetime) -> str:
    """The rule without what says nothing new: BYSECOND of the start, parts without a value, the usual calendar."""
    kept = []
    for part in text.upper().removeprefix("RRULE:").split(";"):
        name, equals, value = (word.strip() for word in part.partition("="))
        says_seconds = name == "BYSECOND" and value.isascii() and value.isdigit() and int(value) == start.second
        if not says_seconds and _IDLE_PARTS.get(name) != value and (value or not equals) and part.strip():
            kept.append(part)
    return ";".join(kept)


def _in_days(text: str, start: datetime) -> str:
    """Every so many hours for ever, where that is at the same times of each day, as a daily rule."""
    found = _HOURLY.fullmatch(text)
    every = int(found[1] or 1) if found else 0
    if every and 24 % every == 0:
        hours = sorted((start.hour + hour) % 24 for hour in range(0, 24, every))
        return f"FREQ=DAILY;BYHOUR={','.join(map(str, hours))}"
    return f"FREQ=DAILY;INTERVAL={every // 24}" if every and every % 24 == 0 else text


def _until(event: Vevent, rule: str, times: _Times) -> str | None:
    text = next((part.partition("=")[2] for part in rule.upper().split(";") if part.strip().startswith("UNTIL")), "")
    if not text.strip():
        return None
    until = _value(event, text, "recurrence's end")
    if not isinstance(until, date) or until.year < YEARS[0]:
        raise refuse(event, "the end of its recurrence cannot be read")
    if until.year > YEARS[-1]:
        return None
    if isinstance(until, datetime) and not times.is_whole_day:
        return until_part(plain(until, times.zone))
    return f"{plain(until, times.zone):%Y%m%d}"


# --- Doubts ---------------------------------------------------------------------------------------------------------


def _doubts(component: Component, event: Vevent, times: _Times, *, is_cancelled: bool) -> Iterator[Problem]:
    if not component.is_whole:
        yield _doubt(f"{event.title!r} has no END:VEVENT; what there is of it was read.", "Mend it in the calendar.")
    if times.tzid and event.clock.zones.find(times.tzid) is None:
        message = f"The time zone {times.tzid[:64]!r} of {event.title!r} was taken to be {_say(times.zone)}."
        yield _doubt(message, "If that is wrong, use a name of the time zone database.")
    if event.values("EXRULE"):
        yield _doubt(f"{event.title!r} has an EXRULE, which is not read: nobody is off by it.", "Use EXDATE.")
    if not is_cancelled and event.title.upper().startswith(("CANCELLED:", "CANCELED:")):
        message = f"{event.title!r} has not the status of a cancelled event: its people are on call."
        yield _doubt(message, "Delete it from the calendar if it is off.")


def _say(zone: tzinfo) -> str:
    return getattr(zone, "key", None) or str(zone)


def _doubt(message: str, mend: str) -> Problem:
    return Problem(message=message, mend=mend, where=("feed",))


def refuse(event: Vevent, reason: str) -> Invalid:
    """Why an event is left out, with its title."""
    where = ("feed", event.text("UID")[:80])
    return Invalid([Problem(message=f"{event.title!r}{_day(event)}: {reason}.", mend=LEFT_OUT, where=where)])


def _day(event: Vevent) -> str:
    """The day on which an event begins, as far as it can be read."""
    digits = event.text("DTSTART")[:8]
    return f" on {digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else ""


def left_out(one: Appointment, reason: str) -> Problem:
    """Why an appointment is left out, with its title and its day."""
    day = f" on {one.start:%Y-%m-%d}" if one.start else ""
    return Problem(message=f"{one.title!r}{day}: {reason}.", mend=LEFT_OUT, where=("feed", one.uid[:80]))
