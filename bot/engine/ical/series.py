"""All that a feed says under one UID: its series, and the occurrences that are changed, left out or cancelled.

A series' exceptions and changes name its occurrences: as days, as instants in any zone, or on its own clock. So they
are matched on the clock of the series, across every clock change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TypeVar

from bot.engine.ical.appointments import Appointment, Moment, left_out, plain
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import until_part, with_parts
from bot.errors import Problem

FORESEEN = timedelta(days=3653)
MOST_PAIRS = 20_000
"""How many pairs of a series and a change one UID may have: each is compared."""
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_CHANGE = timedelta(hours=3)
"""No clock change of our days is longer."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An appointment that takes place, less the occurrences in `off`, which are starts on its own clock.

    With `begins`, its occurrences are those from that start on, each later by `moved`. `unmatched` are exceptions and
    changes that name no occurrence of it, although it goes on after them.
    """

    appointment: Appointment
    off: frozenset[datetime] = frozenset()
    begins: datetime | None = None
    moved: timedelta = timedelta()
    unmatched: tuple[Moment, ...] = ()


def find_series(appointments: Iterable[Appointment]) -> Iterator[Series | Problem]:
    """What takes place of all that a feed says; a problem in place of what has too many changes to be compared."""
    for group in _grouped((each.uid or str(id(each)), each) for each in appointments).values():
        yield from _of_one_uid(group)


def _of_one_uid(appointments: Sequence[Appointment]) -> Iterator[Series | Problem]:
    masters = _newest([each for each in appointments if each.replaces is None])
    changes = _grouped((_instant(each.replaces), each) for each in appointments if each.replaces is not None)
    going = _not_cancelled(masters)
    latest = [_with_people(each, going) for group in changes.values() for each in _newest(group)]
    if len(going) * len(latest) > MOST_PAIRS:
        yield left_out(going[0], f"{len(going)} events and {len(latest)} changes have its UID")
        return
    for master in going:
        yield from _in_parts(_with_changes(master, [each for each in latest if not _is_later(each, master)]), latest)
    if going or not masters:
        yield from (Series(appointment=each) for each in latest if _takes_place(each, going))


def _with_people(change: Appointment, masters: Sequence[Appointment]) -> Appointment:
    """A change that says when an occurrence is and not whose it is leaves it to those of its series, which is told."""
    said = change.people.known or change.people.unknown or change.people.all_declined
    if said or change.is_cancelled or len(masters) != 1 or not masters[0].people.known:
        return change
    message = f"{change.title!r} on {change.start:%Y-%m-%d} names nobody: it is left to the people of its series."
    doubt = Problem(message=message, mend="Name its people in the calendar.", where=("feed",))
    return replace(change, people=masters[0].people, problems=(*change.problems, doubt))


def _takes_place(change: Appointment, masters: Sequence[Appointment]) -> bool:
    return not change.is_cancelled and not any(_is_later(change, master) for master in masters)


def _is_later(change: Appointment, master: Appointment) -> bool:
    """Whether a change is one of this series from an occurrence on, RANGE=THISANDFUTURE."""
    is_one = change.changes_later_ones and change.replaces is not None and master.recurrence is not None
    return is_one and change.replaces is not None and bool(places_of(change.replaces, master))


def _in_parts(series: Series, changes: Sequence[Appointment]) -> Iterator[Series]:
    """A series up to the first change of all later occurrences, and what it is from each of them on."""
    master = series.appointment
    later = sorted(
        ((places_of(each.replaces, master)[0], each) for each in changes if each.replaces and _is_later(each, master)),
        key=lambda pair: pair[0],
    )
    ends = [place for place, _ in later]
    yield replace(series, appointment=_until(master, ends[0] if ends else None))
    for (place, change), end in zip(later, (*ends[1:], None), strict=False):
        if change.is_cancelled or change.start is None:
            continue
        start = plain(change.start.replace(tzinfo=change.zone), master.zone)
        length = change.end - change.start
        part = replace(
            _until(master, end), title=change.title, people=change.people, problems=change.problems, extras=()
        )
        changed = replace(part, end=(part.start or start) + length)
        yield Series(appointment=changed, off=series.off, begins=place, moved=start - place)


def _until(master: Appointment, end: datetime | None) -> Appointment:
    if end is None or master.recurrence is None:
        return master
    return replace(master, recurrence=with_parts(master.recurrence, COUNT=None, UNTIL=until_part(end - _SECOND)))


def _newest(appointments: Sequence[Appointment]) -> list[Appointment]:
    """Those that no later SEQUENCE supersedes (RFC 5546 §2.1.4)."""
    newest = max((each.sequence for each in appointments), default=0)
    return [each for each in appointments if each.sequence == newest]


def _not_cancelled(masters: Sequence[Appointment]) -> list[Appointment]:
    gone = [each for each in masters if each.is_cancelled]
    return [each for each in masters if not each.is_cancelled and not any(_cancels(one, each) for one in gone)]


def _cancels(cancellation: Appointment, other: Appointment) -> bool:
    """Whether a cancellation means this one: it names no times, or the same start and no other people."""
    if cancellation.start is None:
        return True
    people = cancellation.people.known
    return cancellation.start == other.start and (not people or people == other.people.known)


def _with_changes(master: Appointment, changes: Iterable[Appointment]) -> Series:
    changed = [each.replaces for each in changes if each.replaces is not None]
    named = {moment: places_of(moment, master) for moment in (*master.exceptions, *changed)}
    off = {place for places in named.values() for place in places}
    unmatched = (moment for moment, places in named.items() if not places and _goes_on_after(moment, master))
    return Series(appointment=master, off=frozenset(off), unmatched=tuple(unmatched))


def places_of(moment: Moment, master: Appointment) -> tuple[datetime, ...]:
    """The occurrences that a day or an instant names, by their starts on the clock of the series."""
    if isinstance(moment, datetime) and not master.is_whole_day:
        at, near = moment.astimezone(UTC), plain(moment, master.zone)
        found = _starts(master, near - _CHANGE, near + _CHANGE)
        return tuple(start for start in found if at in _instants(start, master.zone))
    day = datetime.combine(_day_of(moment, master), time.min)
    return tuple(_starts(master, day, day + _DAY))


def _instants(start: datetime, zone: tzinfo) -> set[datetime]:
    """Both readings of a wall-clock time: one that a clock change skips is read as a later one."""
    return {start.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def _day_of(moment: Moment, master: Appointment) -> Moment:
    """The day that is meant in a series of whole days: as written, or (23:00 UTC, say) that of the series' clock."""
    if not isinstance(moment, datetime):
        return moment
    is_shifted = moment.utcoffset() == timedelta() and moment.time() != time.min
    return plain(moment, master.zone).date() if is_shifted else moment.date()


def _starts(master: Appointment, low: datetime, high: datetime) -> Iterator[datetime]:
    if master.start is None:
        return
    yield from (start for _, start in between(master.recurrence, master.start, low, high))
    yield from (start for start, _ in master.extras if low <= start < high)


def _goes_on_after(moment: Moment, master: Appointment) -> bool:
    """Whether the series has begun by then and goes on: only then somebody may believe that they are off."""
    at = plain(moment, master.zone)
    return master.start is not None and master.start < at + _DAY and any(_starts(master, at, at + FORESEEN))


def _instant(moment: Moment | None) -> Moment | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _grouped(pairs: Iterable[tuple[Key, Appointment]]) -> Mapping[Key, list[Appointment]]:
    groups: dict[Key, list[Appointment]] = {}
    for key, appointment in pairs:
        groups.setdefault(key, []).append(appointment)
    return groups
