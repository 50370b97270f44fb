"""What the clock changes ahead do to shifts, maintenance windows and rules with `$timeBetween`, in plain words."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.rules.yaml_tree import read_yaml
from bot.engine.schedules import Schedule, shifts
from bot.engine.schedules.maintenance import as_schedule
from bot.engine.schedules.occurrences import find_occurrences, spans, zone_of
from bot.engine.schedules.walltime import find_zone, first_instant, last_instant
from bot.engine.schedules.zone_names import zone_names
from bot.engine.staffing import staffed
from bot.errors import Invalid
from bot.languages.query import compile_query

AHEAD = timedelta(days=366)
_DAY, _MINUTE, _SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
_TIME_BETWEEN = "$timeBetween"
_MOST_DEPTH, _MOST_EFFECTS = 30, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """A clock of a zone that goes forward or back at an instant; `by` is how far, below zero for back."""

    zone: str
    at: datetime
    by: timedelta

    @property
    def low(self) -> datetime:
        """Where the wall-clock times begin that are skipped, or happen twice."""
        shown = self._shown()
        return shown - self.by if self.by > timedelta() else shown

    @property
    def high(self) -> datetime:
        """Where they end."""
        return self.low + abs(self.by)

    def _shown(self) -> datetime:
        return self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change does to one thing: `subject` is what people type, `said` what happens."""

    subject: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A change with its effects; none: nothing that is set up here notices it."""

    change: ClockChange
    effects: tuple[Effect, ...]


def report(directory: Directory, now: datetime, only: Schedule | None = None) -> tuple[Report, ...]:
    """The clock changes of a year, by time, in every zone that something is in; or in those of one schedule."""
    watched = list(_watched(directory, only))
    zones = sorted({zone for zone, _ in watched if zone in zone_names()})
    found = sorted((each for zone in zones for each in changes(zone, now, now + AHEAD)), key=lambda each: each.at)
    return tuple(Report(change=each, effects=tuple(_effects(watched, each))[:_MOST_EFFECTS]) for each in found)


_Look = Callable[[ClockChange], Iterator[Effect]]


def _effects(watched: list[tuple[str, _Look]], change: ClockChange) -> Iterator[Effect]:
    for zone, look in watched:
        if zone == change.zone:
            try:
                yield from look(change)
            except Invalid:
                continue


def changes(zone: str, start_at: datetime, end_at: datetime) -> tuple[ClockChange, ...]:
    """The changes of a zone's clock between two instants. Raises Invalid for an unknown zone."""
    clock = find_zone(zone)
    days = [start_at + number * _DAY for number in range((end_at - start_at) // _DAY + 1)]
    return tuple(
        _between(zone, one, other) for one, other in pairwise(days) if _offset(one, clock) != _offset(other, clock)
    )


def _between(zone: str, early: datetime, late: datetime) -> ClockChange:
    clock, was = ZoneInfo(zone), _offset(early, ZoneInfo(zone))
    origin = early.replace(microsecond=0).astimezone(UTC)
    seconds = range((late - origin) // _SECOND + 2)
    passed = bisect_left(seconds, True, key=lambda second: _offset(origin + second * _SECOND, clock) != was)
    at = origin + passed * _SECOND
    return ClockChange(zone=zone, at=at, by=_offset(at, clock) - was)


def _offset(at: datetime, clock: ZoneInfo) -> timedelta:
    return at.astimezone(clock).utcoffset() or timedelta()


# --- What is watched ----------------------------------------------------------------------------------------------


def _watched(directory: Directory, only: Schedule | None) -> Iterator[tuple[str, _Look]]:
    """Each thing that is on a wall clock, with its zone and what looks at it."""
    for schedule in (only,) if only else directory.schedules.values():
        for zone in {event.zone or schedule.zone for event in schedule.events}:
            yield zone, _looking_at(f"schedule:{schedule.handle}", staffed(schedule, directory), directory)
    if only is None:
        yield from _watched_windows(directory)
        yield from _watched_rules(directory)


def _watched_windows(directory: Directory) -> Iterator[tuple[str, _Look]]:
    """Windows that recur; one that is open once is from one instant to another, whatever clocks do."""
    for window in (each for each in directory.maintenances.values() if each.recurrence):
        try:
            yield window.zone, _looking_at(f"maintenance {window.handle}", as_schedule(window), directory)
        except Invalid:
            continue


def _watched_rules(directory: Directory) -> Iterator[tuple[str, _Look]]:
    for name, text in _texts(directory):
        for operand in _operands(text):
            yield str(operand.get("timezone") or "UTC"), _looking_at_rule(name, operand)


def _looking_at(subject: str, schedule: Schedule, directory: Directory) -> _Look:
    def look(change: ClockChange) -> Iterator[Effect]:
        yield from _of_spans(subject, schedule, change, directory)
        yield from _of_times(subject, schedule, change)

    return look


def _of_spans(subject: str, schedule: Schedule, change: ClockChange, directory: Directory) -> Iterator[Effect]:
    """Shifts that go on over the change are longer or shorter than the wall clock says."""
    what = "shorter" if change.by > timedelta() else "longer"
    for shift in shifts(schedule, change.at - _SECOND, change.at):
        if shift.start_at < change.at < shift.end_at:
            lasts = say_duration(shift.end_at - shift.start_at)
            clock = ZoneInfo(change.zone)
            begins, ends = (f"{at.astimezone(clock):%a %d %b %H:%M}" for at in (shift.start_at, shift.end_at))
            user = directory.users.get(shift.user_id)
            whose = f"{user.name} in layer {shift.layer}" if user else "the window"
            said = f"{whose}, {begins} to {ends}: {say_duration(abs(change.by))} {what}, {lasts} in all"
            yield Effect(subject=subject, said=said)


def _of_times(subject: str, schedule: Schedule, change: ClockChange) -> Iterator[Effect]:
    """Parts that begin at a time that is skipped or happens twice, and those that do not take place at all."""
    for event in schedule.events:
        clock = zone_of(event, schedule)
        if clock.key != change.zone:
            continue
        for occurrence in find_occurrences(event, change.low - AHEAD, change.high):
            for start, end in spans(occurrence, change.low - _DAY, change.high + _DAY):
                if not change.low <= start < change.high:
                    continue
                if first_instant(start, clock) >= last_instant(end, clock):
                    yield Effect(subject=subject, said=f"the turn of {start:%H:%M} to {end:%H:%M} never takes place")
                elif change.by > timedelta():
                    at = first_instant(start, clock).astimezone(clock)
                    yield Effect(subject=subject, said=f"begins at {at:%H:%M}: there is no {start:%H:%M} on that day")
                else:
                    said = f"{start:%H:%M} comes twice: it begins the first time"
                    yield Effect(subject=subject, said=said)


# --- Rules --------------------------------------------------------------------------------------------------------


def _texts(directory: Directory) -> Iterator[tuple[str, str]]:
    yield from ((f"router:{each.handle}", each.yaml) for each in directory.routers.values())
    yield from ((f"rule {each.handle}", each.yaml) for each in directory.notification_rules.values())
    yield from ((f"integration {each.handle}", each.rules) for each in directory.integrations.values())


def _operands(text: str) -> Iterator[Mapping[str, object]]:
    """What every `$timeBetween` of a text is given, each once."""
    if _TIME_BETWEEN not in text:
        return
    try:
        tree = read_yaml(text).value
    except Invalid:
        return
    seen: list[object] = []
    for found in _find(tree, _MOST_DEPTH):
        if isinstance(found, dict) and found not in seen:
            seen.append(found)
            yield found


def _find(tree: object, depth: int) -> Iterator[object]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in children:
        if key == _TIME_BETWEEN:
            yield value
        elif depth:
            yield from _find(value, depth - 1)


def _looking_at_rule(name: str, operand: Mapping[str, object]) -> _Look:
    """Compares the minutes at which the condition holds on the day of the change with those of the week before."""

    def look(change: ClockChange) -> Iterator[Effect]:
        holds = compile_query({_TIME_BETWEEN: dict(operand)})
        day = change.at.astimezone(ZoneInfo(change.zone)).date()
        usual = _held(holds.test, _midnights(day - 7 * _DAY, change.zone))
        that_day = _held(holds.test, _midnights(day, change.zone))
        span = f"$timeBetween {operand.get('starttime')} to {operand.get('endtime')}"
        if that_day != usual:
            yield Effect(subject=name, said=f"{span} {_compare(that_day, usual)}")

    return look


def _midnights(day: object, zone: str) -> tuple[datetime, datetime]:
    first = datetime.fromisoformat(f"{day}T00:00:00")
    clock = ZoneInfo(zone)
    return first_instant(first, clock), first_instant(first + _DAY, clock)


def _held(test: Callable[[Mapping[str, object], datetime], bool], span: tuple[datetime, datetime]) -> tuple[int, int]:
    """How many minutes of a span a condition holds, and in how many stretches."""
    minutes = (span[1] - span[0]) // _MINUTE
    held = [test({}, span[0] + number * _MINUTE) for number in range(minutes)]
    begun = sum(now and not before for before, now in pairwise((False, *held)))
    return sum(held), begun


def _compare(found: tuple[int, int], usual: tuple[int, int]) -> str:
    if not found[0]:
        return "never holds on that day"
    if found[1] > usual[1]:
        return "holds twice on that day"
    more = "longer" if found[0] > usual[0] else "shorter"
    lasts = say_duration(found[0] * _MINUTE)
    return f"holds {say_duration(abs(found[0] - usual[0]) * _MINUTE)} {more} than usual on that day, {lasts} in all"
