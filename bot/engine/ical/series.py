"""All that a feed says under one UID: its series, and the occurrences that are changed, left out or cancelled.

A series' exceptions and changes name its occurrences: as days, as instants in any zone, or on its own clock. So they
are matched on the clock of the series, across every clock change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from bot.engine.ical.appointments import Appointment, Moment, plain
from bot.engine.schedules.recurrence import between

FORESEEN = timedelta(days=3653)
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An appointment that takes place, less the occurrences in `off`, which are starts on its own clock.

    `unmatched` are exceptions and changes that name no occurrence of it, although it goes on after them.
    """

    appointment: Appointment
    off: frozenset[datetime] = frozenset()
    unmatched: tuple[Moment, ...] = ()


def find_series(appointments: Iterable[Appointment]) -> Iterator[Series]:
    """What takes place of all that a feed says."""
    for group in _grouped((each.uid or str(id(each)), each) for each in appointments).values():
        yield from _of_one_uid(group)


def _of_one_uid(appointments: Sequence[Appointment]) -> Iterator[Series]:
    masters = _newest([each for each in appointments if each.replaces is None])
    changes = _grouped((_instant(each.replaces), each) for each in appointments if each.replaces is not None)
    latest = [each for group in changes.values() for each in _newest(group)]
    going = _not_cancelled(masters)
    for master in going:
        yield _with_changes(master, [each.replaces for each in latest if each.replaces is not None])
    if going or not masters:
        yield from (Series(appointment=each) for each in latest if not each.is_cancelled)


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


def _with_changes(master: Appointment, changed: Sequence[Moment]) -> Series:
    named = {moment: places_of(moment, master) for moment in (*master.exceptions, *changed)}
    off = {place for places in named.values() for place in places}
    unmatched = (moment for moment, places in named.items() if not places and _goes_on_after(moment, master))
    return Series(appointment=master, off=frozenset(off), unmatched=tuple(unmatched))


def places_of(moment: Moment, master: Appointment) -> tuple[datetime, ...]:
    """The occurrences that a day or an instant names, by their starts on the clock of the series."""
    if isinstance(moment, datetime) and not master.is_whole_day:
        start = plain(moment, master.zone)
        return tuple(_starts(master, start, start + _SECOND))
    day = datetime.combine(_day_of(moment, master), time.min)
    return tuple(_starts(master, day, day + _DAY))


def _day_of(moment: Moment, master: Appointment) -> Moment:
    """The day that is meant in a series of whole days: midnight in UTC is how some write a day."""
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.astimezone(UTC).time() == time.min else plain(moment, master.zone).date()


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
