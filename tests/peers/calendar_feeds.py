"""Calendar feeds made at random, of all that real ones hold and that independent readers agree on."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Timezone

ZONES = (
    *("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Asia/Kolkata", "Asia/Tokyo", "Asia/Jerusalem", "Australia/Sydney", "Pacific/Auckland", "Africa/Casablanca"),
)
PEOPLE = ("ada", "bo", "cy", "dee")
RULES = (
    *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=40", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"),
    *("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;INTERVAL=4;BYDAY=SA"),
    *("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO"),
    *("FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=1MO,-1FR", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    *("FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=11;BYDAY=3TU", "FREQ=YEARLY"),
)
FIRST, LAST = datetime(2026, 1, 1), datetime(2027, 9, 1)  # noqa: DTZ001  # wall-clock times
_FORMS = ("own", "own", "own", "utc", "other")


@dataclass(slots=True, kw_only=True)
class Feed:
    """A feed's text, and the properties that it has: some are read otherwise by one of the peers."""

    text: str = ""
    traits: set[str] = field(default_factory=set)


class FeedWriter:
    """Writes one feed. The same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # not a secret
        self._zones: dict[str, str] = {}
        self.traits: set[str] = set()

    def write(self) -> Feed:
        events = [event for number in range(self._chance.randint(1, 3)) for event in self._series(f"u{number}@x.org")]
        self._chance.shuffle(events)
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Made//EN", *self._definitions(), *events]
        ending = self._chance.choice(("\r\n", "\n"))
        width = self._chance.choice((74, 74, 21))
        folded = (_folded(each, width, ending) for event in lines for each in event.split("\n"))
        return Feed(text=ending.join((*folded, "END:VCALENDAR", "")), traits=self.traits)

    def _series(self, uid: str) -> Iterator[str]:
        chance = self._chance
        zone, tzid = self._zone()
        is_day = chance.random() < 0.15
        rule = chance.choice((None, *RULES))
        start = self._start(rule, is_day=is_day)
        length = timedelta(days=chance.choice((1, 2, 7))) if is_day else timedelta(hours=chance.choice((1, 8, 12, 24)))
        write = _Times(zone=zone, tzid=tzid, is_day=is_day)
        starts = _starts(rule, start)
        rule, starts = self._ended(rule, starts, write)
        if any(_happens_twice(each, zone) for at in starts for each in (at, at + length)):
            self.traits.add("a time that happens twice")
        if any(_is_skipped(each, zone) for at in starts for each in (at, at + length)):
            self.traits |= {"a time that is skipped"} | (
                {"a skipped time of its own zone"} if tzid != zone.key else set()
            )
        if _offset(start, zone) != _offset(start + length, zone):
            self.traits.add("a first occurrence over a clock change")
        body = [f"RRULE:{rule}"] if rule else []
        gone = chance.sample(starts[1:30], min(len(starts[1:30]), chance.choice((0, 0, 1, 2))))
        body += [self._named("EXDATE", at, write) for at in gone]
        if rule and not is_day and chance.random() < 0.15:
            self.traits.add("rdate")
            body.append(write.line("RDATE", start + timedelta(days=3, minutes=7)))
        yield self._event(uid, write, start, length, body)
        if rule and starts[2:] and chance.random() < 0.5:
            left = [at for at in starts[1:30] if at not in gone]
            yield from self._change(uid, write, chance.choice(left), length) if left else ()
        if chance.random() < 0.1:
            self.traits.add("sequence")
            other = self._event(uid, write, start - timedelta(hours=2), length, body)
            if not body:
                yield other.replace("SEQUENCE:2", "SEQUENCE:0")

    def _change(self, uid: str, write: "_Times", at: datetime, length: timedelta) -> Iterator[str]:
        chance = self._chance
        moved = (
            timedelta(days=chance.choice((0, 0, 1)))
            if write.is_day
            else timedelta(minutes=chance.choice((0, 90, -600)))
        )
        body = [self._named("RECURRENCE-ID", at, write)]
        if chance.random() < 0.15:
            self.traits.add("range")
            body = [write.line("RECURRENCE-ID;RANGE=THISANDFUTURE", at)]
        elif chance.random() < 0.3:
            self.traits.add("cancelled")
            body.append("STATUS:CANCELLED")
        yield self._event(uid, write, at + moved, length, body)

    def _event(self, uid: str, write: "_Times", start: datetime, length: timedelta, body: list[str]) -> str:
        people = self._chance.sample(PEOPLE, self._chance.choice((1, 1, 2)))
        states = [self._chance.choice(("ACCEPTED", "ACCEPTED", "DECLINED")) for _ in people[1:]]
        invited = [
            f"ATTENDEE;CN={who.title()};PARTSTAT={state}:mailto:{who}@example.org"
            for who, state in zip(people, ["ACCEPTED", *states], strict=True)
        ]
        noise = ["DESCRIPTION:Begin with \u2028ATTENDEE:mailto:dee@example.org\\nBEGIN:VEVENT", "TRANSP:OPAQUE"]
        until = write.line("DTEND", start + length) if self._chance.random() < 0.7 else _duration(length)
        lines = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SEQUENCE:2", f"SUMMARY:{people[0]}", *noise]
        lines += [write.line("DTSTART", start), until, *body, *invited]
        return "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])

    def _named(self, name: str, at: datetime, write: "_Times") -> str:
        form = "own" if write.is_day else self._chance.choice(_FORMS)
        if form == "own":
            return write.line(name, at)
        self.traits.add(f"{name.lower()} {form}")
        instant = at.replace(tzinfo=write.zone)
        if form == "utc":
            return f"{name}:{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        zone, tzid = self._zone()
        return _Times(zone=zone, tzid=tzid).line(name, instant.astimezone(zone).replace(tzinfo=None))

    def _ended(self, rule: str | None, starts: list[datetime], write: "_Times") -> tuple[str | None, list[datetime]]:
        if rule is None or "COUNT" in rule or self._chance.random() < 0.6 or len(starts) < 5:
            return rule, starts
        last = self._chance.choice(starts[3:])
        until = (
            f"{last:%Y%m%d}" if write.is_day else f"{last.replace(tzinfo=write.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        )
        return f"{rule};UNTIL={until}", [start for start in starts if start <= last]

    def _start(self, rule: str | None, *, is_day: bool) -> datetime:
        chance = self._chance
        at = FIRST + timedelta(days=chance.randrange(330))
        at = at if is_day else datetime.combine(at, time(chance.randrange(24), chance.choice((0, 30))))
        return next(iter(rrulestr(rule.partition(";COUNT")[0], dtstart=at))) if rule else at

    def _zone(self) -> tuple[ZoneInfo, str]:
        """A zone, and what the feed calls it: its name, or one that only the feed's definition explains."""
        name = self._chance.choice(ZONES)
        if name != "UTC":
            called = self._chance.choice((name, name, f"Custom {ZONES.index(name)}"))
            self._zones[called] = name
            return ZoneInfo(name), called
        return ZoneInfo("UTC"), ""

    def _definitions(self) -> Iterator[str]:
        for called, name in self._zones.items():
            made = Timezone.from_tzid(name, first_date=date(2025, 1, 1), last_date=date(2029, 1, 1)).to_ical().decode()
            plain = made.replace("\r\n ", "").replace("\r\n", "\n").strip().replace(name, called)
            yield re.sub(r"BEGIN:(STANDARD|DAYLIGHT)\n.*?END:\1", _as_the_rfc_has_it, plain, flags=re.DOTALL)


def _as_the_rfc_has_it(observance: re.Match[str]) -> str:
    """The observance with its times on the clock before the change (RFC 5545 §3.6.5); icalendar writes the one after.

    Each RDATE gets a line of its own: of a list, ical.js reads the first one.
    """
    text = re.sub("RDATE:(.*)", lambda found: "\n".join(f"RDATE:{at}" for at in found[1].split(",")), observance[0])
    before, after = (timedelta(minutes=_minutes(text, name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    early = max(after - before, timedelta())
    return re.sub(r"\d{8}T\d{6}", lambda found: f"{_wall(found[0]) - early:%Y%m%dT%H%M%S}", text)


def _wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # wall-clock time


def _minutes(text: str, name: str) -> int:
    found = re.search(rf"{name}:([+-])(\d\d)(\d\d)", text)
    assert found
    return int(f"{found[1]}1") * (int(found[2]) * 60 + int(found[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """How the times of one series are written."""

    zone: ZoneInfo
    tzid: str
    is_day: bool = False

    def line(self, name: str, at: datetime) -> str:
        if self.is_day:
            return f"{name};VALUE=DATE:{at:%Y%m%d}"
        return f"{name};TZID={self.tzid}:{at:%Y%m%dT%H%M%S}" if self.tzid else f"{name}:{at:%Y%m%dT%H%M%SZ}"


def _starts(rule: str | None, start: datetime) -> list[datetime]:
    return list(rrulestr(rule, dtstart=start).between(start, LAST, inc=True)) if rule else [start]


def _offset(at: datetime, zone: ZoneInfo, fold: int = 0) -> timedelta:
    return at.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()


def _happens_twice(at: datetime, zone: ZoneInfo) -> bool:
    return _offset(at, zone) > _offset(at, zone, fold=1)


def _is_skipped(at: datetime, zone: ZoneInfo) -> bool:
    return _offset(at, zone) < _offset(at, zone, fold=1)


def _duration(length: timedelta) -> str:
    return f"DURATION:P{length.days}D" if length.seconds == 0 else f"DURATION:PT{length // timedelta(hours=1)}H"


def _folded(line: str, width: int, ending: str) -> str:
    return f"{ending} ".join(line[at : at + width] for at in range(0, len(line), width)) or line
