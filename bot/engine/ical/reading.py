"""A calendar feed as the events of a schedule, its attendees matched by their email addresses."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from bot.engine.ical.appointments import Appointment, read_appointment
from bot.engine.ical.components import find_components
from bot.engine.schedules import Event
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import read_rule
from bot.engine.schedules.walltime import find_zone, wall_clock
from bot.errors import Invalid, Problem

FORESEEN = timedelta(days=3653)
MOST_SEARCHED = 100
LEFT_OUT = "It is left out: mend it in the calendar."


@dataclass(frozen=True, slots=True, kw_only=True)
class _FeedReader:
    zone: ZoneInfo
    by_email: Mapping[str, str]
    layer: int


def read_feed(
    text: str, zone: str, by_email: Mapping[str, str], *, layer: int = 1, since: datetime | None = None
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """The events of an iCalendar text as those of a schedule in `zone`, and everything that could not be taken over.

    Everyone who attends an event and has an address in `by_email` (user ids by address, in any case) is on call in
    it together. Ids are made from the feed's UIDs, so reading a feed again gives the same ids. With `since`, events
    that were over by then are dropped. Raises Invalid for an unknown zone and for what is no feed or is too large.
    """
    addresses = {email.strip().lower(): user_id for email, user_id in by_email.items()}
    reader = _FeedReader(zone=find_zone(zone), by_email=addresses, layer=layer)
    appointments, problems = _read_appointments(find_components(text), reader.zone)
    findings = [finding for series in _by_uid(appointments) for finding in _read_series(series, reader)]
    problems += [finding for finding in findings if isinstance(finding, Problem)]
    events = {finding.id: finding for finding in findings if isinstance(finding, Event)}
    current = (event for event in events.values() if since is None or _goes_on(event, wall_clock(since, reader.zone)))
    return tuple(current), tuple(dict.fromkeys(problems))


def _read_appointments(
    components: Iterable[icalendar.Event | Problem], zone: ZoneInfo
) -> tuple[list[Appointment], list[Problem]]:
    findings = [_read_component(component, zone) for component in components]
    appointments = [finding for finding in findings if isinstance(finding, Appointment)]
    searched = [appointment for appointment in appointments if _is_searched(appointment)]
    beyond = {id(appointment) for appointment in searched[MOST_SEARCHED:]}
    problems = [finding for finding in findings if isinstance(finding, Problem)]
    problems += [
        _left_out(one, f"only {MOST_SEARCHED} recurrences of its kind are read") for one in searched[MOST_SEARCHED:]
    ]
    return [one for one in appointments if id(one) not in beyond], problems


def _read_component(component: icalendar.Event | Problem, zone: ZoneInfo) -> Appointment | Problem:
    if isinstance(component, Problem):
        return component
    try:
        return read_appointment(component, zone)
    except Invalid as invalid:
        return invalid.problems[0]


def _is_searched(appointment: Appointment) -> bool:
    """Whether its recurrence is not plain arithmetic: a hostile one costs a search of centuries."""
    return appointment.recurrence is not None and not read_rule(appointment.recurrence).is_periodic


def _by_uid(appointments: Iterable[Appointment]) -> Iterable[list[Appointment]]:
    groups: dict[str, list[Appointment]] = {}
    for appointment in appointments:
        groups.setdefault(appointment.uid, []).append(appointment)
    return groups.values()


def _read_series(series: list[Appointment], reader: _FeedReader) -> Iterator[Event | Problem]:
    """The events of one UID: the series, and the occurrences that were changed, which are exceptions to it."""
    changed = tuple(one.replaces for one in series if one.replaces is not None)
    for appointment in series:
        yield from appointment.problems
        if appointment.cancelled:
            continue
        attendees, unknown = _match(appointment, reader.by_email)
        yield from unknown
        if not attendees:
            yield _left_out(appointment, "nobody who attends it is known by email")
            continue
        exceptions = () if appointment.replaces else (*appointment.exceptions, *changed)
        yield from _events(appointment, attendees, exceptions, reader.layer)


def _match(appointment: Appointment, by_email: Mapping[str, str]) -> tuple[tuple[str, ...], list[Problem]]:
    known = tuple(by_email[email] for email in appointment.emails if email in by_email)
    unknown = [
        Problem(message=f"Nobody here has the address {email}.", mend="Let them type /pagertree once.", where=("feed",))
        for email in appointment.emails
        if email not in by_email
    ]
    return tuple(dict.fromkeys(known)), unknown


def _events(
    appointment: Appointment, attendees: tuple[str, ...], exceptions: tuple[datetime, ...], layer: int
) -> Iterator[Event | Problem]:
    first = _first_start(appointment)
    if first is None:
        yield _left_out(appointment, "its recurrence never happens")
        return
    series = Event(
        id=_event_id(appointment, first),
        layer=layer,
        attendees=attendees,
        start=first,
        end=first + (appointment.end - appointment.start),
        recurrence=appointment.recurrence,
        exceptions=tuple(sorted(set(exceptions))) if appointment.recurrence else (),
    )
    if appointment.recurrence or first not in exceptions:
        yield series
    for start, end in appointment.extras:
        if start not in exceptions:
            extra = replace(series, id=_event_id(appointment, start), start=start, end=end)
            yield replace(extra, recurrence=None, exceptions=())


def _first_start(appointment: Appointment) -> datetime | None:
    """The first occurrence. RFC 5545 leaves open what a start outside its own recurrence means: it is not one."""
    start = appointment.start
    found = next(between(appointment.recurrence, start, start, start + FORESEEN), None)
    return None if found is None else found[1]


def _event_id(appointment: Appointment, start: datetime) -> str:
    origin = f"{appointment.uid}\n{start}\n{appointment.replaces}"
    return f"evt_{hashlib.sha256(origin.encode(errors='replace')).hexdigest()[:24]}"


def _goes_on(event: Event, since: datetime) -> bool:
    return any(between(event.recurrence, event.start, since - event.duration, max(since, event.start) + FORESEEN))


def _left_out(appointment: Appointment, reason: str) -> Problem:
    message = f"{appointment.title!r} on {appointment.start:%Y-%m-%d}: {reason}."
    return Problem(message=message, mend=LEFT_OUT, where=("feed", appointment.uid[:80]))
