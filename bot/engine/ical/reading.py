"""A calendar feed as the events of a schedule, and all that could not be taken over of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.ical.appointments import Appointment, CalendarClock, left_out, read_appointment
from bot.engine.ical.components import Component, find_calendars
from bot.engine.ical.lines import read_lines
from bot.engine.ical.people import as_word
from bot.engine.ical.series import Series, find_series
from bot.engine.ical.shifting import Frame, ends_unread, make_id, read_events
from bot.engine.ical.zones import Zones
from bot.engine.schedules import Event, Schedule, check
from bot.engine.schedules.checking import MOST_EVENTS as MOST_KEPT
from bot.engine.schedules.rules import read_rule
from bot.engine.schedules.walltime import find_zone, wall_clock
from bot.errors import Invalid, Problem

MOST_EVENTS = 2_000
MOST_SEARCHED = 100
MOST_EXCEPTIONS = 20_000
"""How many exceptions a feed may have in all: each is looked for."""
_LONGEST = timedelta(days=400)
"""How long before a day an event began, at most, that is still on: one that is over is not read."""
_TIMES = {"DTSTART", "DTEND", "RECURRENCE-ID"}
_NOBODY = ("",)

Finding = Event | Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What a feed says: events, what could not be taken over, and the addresses that nobody here has."""

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]


def read_feed(
    text: str, zone: str, people: Mapping[str, str], *, layer: int = 1, since: datetime | None = None
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """The events of an iCalendar text, and everything that could not be taken over: `read_calendar` in short."""
    reading = read_calendar(text, zone, people, layer=layer, since=since)
    return reading.events, reading.problems


def read_calendar(
    text: str,
    zone: str,
    people: Mapping[str, str],
    *,
    layer: int = 1,
    since: datetime | None = None,
    is_read_again: bool = True,
) -> FeedReading:
    """The events of an iCalendar text as those of a schedule in `zone`, and everything that could not be taken over.

    `people` are users' ids by their addresses, handles and names, in any case. All of an event are on call in it
    together. Ids are made from the feed's UIDs, so reading a feed again gives the same ids. With `since`, what was over
    by then is dropped, and nothing is said of it. `is_read_again` says that what is far ahead will be read in time.
    Raises Invalid for an unknown zone, and for what is no feed, is too large, or breaks off.
    """
    frame = Frame(zone=find_zone(zone), layer=layer, since=since)
    appointments, problems = _read_appointments(find_calendars(text), frame, {as_word(k): v for k, v in people.items()})
    findings = [finding for series in find_series(appointments) for finding in _read(series, frame, is_read_again)]
    events, said = _kept(sorted(_in_layers(_named(findings)), key=lambda event: (event.start, event.id)), frame)
    problems += [finding for finding in findings if isinstance(finding, Problem)]
    unknown = tuple(problem.where[2] for problem in problems if problem.where[1:2] == ("address",))
    return FeedReading(
        events=events,
        problems=tuple(dict.fromkeys((*problems, *said))),
        unknown=tuple(dict.fromkeys(str(each) for each in unknown)),
    )


# --- Appointments ---------------------------------------------------------------------------------------------------


def _read_appointments(
    calendars: Iterable[Component], frame: Frame, people: Mapping[str, str]
) -> tuple[list[Appointment], list[Problem]]:
    found = [(calendar, event) for calendar in calendars for event in calendar.parts if event.name == "VEVENT"]
    over = _over([event for _, event in found], frame.since)
    left = [(calendar, event) for calendar, event in found if id(event) not in over]
    if len(left) > MOST_EVENTS:
        message = f"The feed has more than {MOST_EVENTS:,} events."
        raise Invalid([Problem(message=message, mend="Offer a feed of fewer events.", where=("feed",))])
    clocks = {id(calendar): _clock(calendar, frame.zone) for calendar, _ in left}
    read = [_read_one(event, *clocks[id(calendar)], people) for calendar, event in left]
    appointments = [each for each in read if isinstance(each, Appointment)]
    problems = [each for each in read if isinstance(each, Problem)]
    beyond = [each for each in appointments if _is_searched(each)][MOST_SEARCHED:]
    problems += [left_out(one, f"only {MOST_SEARCHED} recurrences of its kind are read") for one in beyond]
    left_over = set(map(id, beyond))
    kept, count = [], 0
    for one in appointments:
        count += len(one.exceptions)
        if count > MOST_EXCEPTIONS:
            problems.append(left_out(one, f"the feed has more than {MOST_EXCEPTIONS:,} exceptions before it"))
        elif id(one) not in left_over:
            kept.append(one)
    return kept, problems


def _over(events: Sequence[Component], since: datetime | None) -> set[int]:
    """The events of which all that has their UID is over for sure: histories are long, and cost time to read."""
    if since is None:
        return set()
    by_uid: dict[str, list[Component]] = {}
    for event in events:
        uid = next((line for line in event.lines if line[:3].upper() == "UID"), str(id(event)))
        by_uid.setdefault(uid, []).append(event)
    limit = since - timedelta(days=2)
    return {id(event) for group in by_uid.values() if all(_is_over(each, limit) for each in group) for event in group}


def _is_over(event: Component, limit: datetime) -> bool:
    names = {line.partition(":")[0].partition(";")[0].upper() for line in event.lines}
    if names & {"RRULE", "RDATE"} or "DTSTART" not in names:
        return False
    days = [
        line.rpartition(":")[2].strip()[:8]
        for line in event.lines
        if line.split(":")[0].split(";")[0].upper() in _TIMES
    ]
    latest = limit if "DURATION" not in names else limit - _LONGEST
    return all(day.isascii() and day.isdigit() and len(day) == 8 and day < f"{latest:%Y%m%d}" for day in days)


def _clock(calendar: Component, own: ZoneInfo) -> tuple[CalendarClock, bool]:
    """What a calendar's times are read by, and whether all of it are cancellations."""
    zones = Zones(part for part in calendar.parts if part.name == "VTIMEZONE")
    said = {line.name: line.value for line in read_lines(calendar.lines)}
    name = said.get("X-WR-TIMEZONE", "")
    floating = (zones.find(name) or zones.guess(name)) if name else own
    return CalendarClock(zones=zones, floating=floating, floating_name=name), said.get("METHOD", "").upper() == "CANCEL"


def _read_one(
    event: Component, clock: CalendarClock, cancels: bool, people: Mapping[str, str]
) -> Appointment | Problem:
    try:
        return read_appointment(event, clock, people, cancels=cancels)
    except Invalid as invalid:
        return invalid.problems[0]


def _is_searched(appointment: Appointment) -> bool:
    """Whether its recurrence is not plain arithmetic: a hostile one costs a search of centuries."""
    return appointment.recurrence is not None and not read_rule(appointment.recurrence).is_periodic


# --- Series ---------------------------------------------------------------------------------------------------------


def _read(series: Series | Problem, frame: Frame, is_read_again: bool) -> Iterator[Finding]:
    """The events of one series, and what is to be said of it; nothing when it is over."""
    if isinstance(series, Problem):
        yield series
        return
    one = series.appointment
    try:
        events = read_events(series, frame, one.people.known or _NOBODY)
    except Invalid as invalid:
        yield invalid.problems[0]
        return
    if not events:
        return
    yield from _doubts(series, frame, is_read_again)
    for address in one.people.unknown:
        where = ("feed", "address", address)
        yield Problem(
            message=f"Nobody here has the address {address}.", mend="Let them type /pagertree once.", where=where
        )
    if not one.people.known:
        yield left_out(one, _why_nobody(one))
        return
    yield from (_checked(event, one, frame) for event in events)


def _why_nobody(one: Appointment) -> str:
    if one.people.all_declined:
        return "everybody who is invited to it declined"
    if one.people.unknown:
        return "nobody who attends it is known by email"
    return "nobody attends it, and its title names nobody who is known here"


def _doubts(series: Series, frame: Frame, is_read_again: bool) -> Iterator[Problem]:
    one = series.appointment
    yield from one.problems
    for moment in series.unmatched:
        if _is_over_by(moment, frame.since):
            continue
        message = f"{one.title!r} has no occurrence at {_say(moment)}, which is to be left out or changed in it."
        yield Problem(message=message, mend="Look whether somebody is on call who should not be.", where=("feed",))
    until = None if is_read_again else ends_unread(series, frame)
    if until:
        message = f"{one.title!r} is taken over up to {until}: no single rule says it on the clock of {frame.zone.key}."
        mend = "Give the calendar's address, which is read again, or give the schedule the calendar's zone."
        yield Problem(message=message, mend=mend, where=("feed",))


def _is_over_by(moment: date, since: datetime | None) -> bool:
    if since is None:
        return False
    return moment < since if isinstance(moment, datetime) else moment < since.date()


def _say(moment: object) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if isinstance(moment, datetime) else str(moment)


def _checked(event: Event, one: Appointment, frame: Frame) -> Finding:
    """An event that a schedule may have, or why it may not: one of them must not keep the others out."""
    problems = check(Schedule(id="", name="", handle="", zone=frame.zone.key, events=(replace(event, layer=1),)))
    return left_out(one, problems[0].message.rstrip(".")) if problems else event


def _named(findings: Iterable[Finding]) -> Iterator[Event]:
    """The events, each under an id of its own, also where a feed gives two people one UID and time."""
    found: dict[str, Event] = {}
    events = [finding for finding in findings if isinstance(finding, Event)]
    for event in sorted(events, key=lambda each: (each.id, each.attendees, each.end, str(each.recurrence))):
        if found.get(event.id) == event:
            continue
        unique = (
            event.id if event.id not in found else make_id(f"{event.id} {event.attendees} {event.end} {len(found)}")
        )
        found[unique] = replace(event, id=unique)
    yield from found.values()


def _in_layers(events: Iterable[Event]) -> list[Event]:
    """The events in layers without a hole: one in which nobody is on call now is not in a calendar."""
    found = list(events)
    used = sorted({event.layer for event in found})
    if used == list(range(1, len(used) + 1)) or len(used) <= 1:
        return found
    return [replace(event, layer=used.index(event.layer) + 1) for event in found]


def _kept(events: Sequence[Event], frame: Frame) -> tuple[tuple[Event, ...], list[Problem]]:
    """As many as a schedule may have, those that begin first: the others are read when they are nearer."""
    if len(events) <= MOST_KEPT:
        return tuple(events), []
    since = wall_clock(frame.since, frame.zone) if frame.since else events[0].start
    lasting = sorted(events, key=lambda each: max(each.start, since))
    message = (
        f"The calendar has {len(events):,} events; those from {lasting[MOST_KEPT].start:%Y-%m} on are not read yet."
    )
    mend = "They are read when they are nearer; make series of them to see them before."
    return tuple(lasting[:MOST_KEPT]), [Problem(message=message, mend=mend, where=("feed",))]
