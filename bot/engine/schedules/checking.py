"""What is wrong with a schedule, all at once, before it is saved."""

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import read_rule
from bot.engine.schedules.values import Action, Event, Override, Schedule
from bot.engine.schedules.walltime import find_zone
from bot.errors import Invalid, Problem

MOST_EVENTS = 1_000
MOST_OVERRIDES = 2_000
MOST_PEOPLE = 100
MOST_EXCEPTIONS = 1_000
MOST_LAYERS = 20
MOST_HOURS = 21
MOST_AT_THE_SAME_TIME = 10
LONGEST_SPAN = timedelta(days=366)
FORESEEN = timedelta(days=3653)
YEARS = range(1970, 2200)

FieldPath = tuple[str | int, ...]


def check(schedule: Schedule) -> tuple[Problem, ...]:
    """Every problem of a schedule; none means that it can be computed, in bounded time, at every instant.

    A shift may be longer than the time to the next occurrence (a handover with both on call), up to ten occurrences
    of an event at the same time.
    """
    return tuple(_judge(schedule))


def _judge(schedule: Schedule) -> Iterator[Problem]:
    yield from _refusal(lambda: find_zone(schedule.zone), ())
    yield from _too_many(schedule.events, MOST_EVENTS, "events", ("events",))
    yield from _too_many(schedule.overrides, MOST_OVERRIDES, "overrides", ("overrides",))
    yield from _judge_layers(schedule)
    yield from _repeated("events", [event.id for event in schedule.events])
    yield from _repeated("overrides", [override.id for override in schedule.overrides])
    for index, event in enumerate(schedule.events[:MOST_EVENTS]):
        yield from _judge_event(event, ("events", index))
    for index, override in enumerate(schedule.overrides[:MOST_OVERRIDES]):
        yield from _judge_override(override, ("overrides", index))


def _judge_layers(schedule: Schedule) -> Iterator[Problem]:
    used = {event.layer for event in schedule.events}
    if out := sorted(layer for layer in used if not 1 <= layer <= MOST_LAYERS):
        yield Problem(
            message=f"There is no layer {out[0]}.", mend=f"Layers go from 1 to {MOST_LAYERS}.", where=("events",)
        )
        return
    if missing := sorted(set(range(1, max(used, default=0) + 1)) - used):
        mend = f"Give layer {missing[0]} an event, or number the layers without a hole."
        yield Problem(message=f"Layer {missing[0]} has no event, but a later one has.", mend=mend, where=("events",))


def _judge_event(event: Event, where: FieldPath) -> Iterator[Problem]:
    yield from _judge_people(event.attendees, (*where, "attendees"))
    yield from _judge_rotation(event, (*where, "rotation"))
    yield from _too_many(event.exceptions, MOST_EXCEPTIONS, "exceptions", (*where, "exceptions"))
    yield from _too_many(event.hours, MOST_HOURS, "parts of the week", (*where, "hours"))
    if any(not each.days or not set(each.days) <= set(range(7)) for each in event.hours):
        yield Problem(message="A part of the week has no day.", mend="Name days from 0 to 6.", where=(*where, "hours"))
    if event.zone:
        yield from _refusal(lambda: find_zone(event.zone), where)
    times = list(_judge_times(event, where))
    yield from times
    if event.recurrence is None or times:
        return
    rule = list(_refusal(lambda: read_rule(event.recurrence or ""), where))
    yield from rule or _judge_series(event, (*where, "recurrence"))


def _judge_rotation(event: Event, where: FieldPath) -> Iterator[Problem]:
    if event.rotation is None or not event.attendees:
        return
    most = len(event.attendees)
    if not 1 <= event.rotation.at_once <= most:
        mend = f"Give a number from 1 to {most}, the number of attendees."
        yield Problem(message=f"{event.rotation.at_once} cannot be on call at once.", mend=mend, where=where)
    if not 1 <= event.rotation.step <= most:
        mend = f"Give a number from 1 to {most}, the number of attendees."
        yield Problem(message=f"The rotation cannot step by {event.rotation.step}.", mend=mend, where=where)


def _judge_times(event: Event, where: FieldPath) -> Iterator[Problem]:
    for name, value in (("start", event.start), ("end", event.end)):
        if value.tzinfo is not None or value.microsecond or value.year not in YEARS:
            mend = f"Give whole seconds, no offset, and a year from {YEARS[0]} to {YEARS[-1]}."
            message = f"The {name} is not a wall-clock time that a schedule can have."
            yield Problem(message=message, mend=mend, where=(*where, name))
            return
    if event.end <= event.start:
        yield Problem(message="The end is not after the start.", mend="Move one of them.", where=(*where, "end"))
    elif event.duration > LONGEST_SPAN:
        mend = f"Make it at most {LONGEST_SPAN.days} days, and let it recur."
        yield Problem(message="The event is too long.", mend=mend, where=(*where, "end"))


def _judge_series(event: Event, where: FieldPath) -> Iterator[Problem]:
    first = next(between(event.recurrence, event.start, event.start, event.start + FORESEEN), None)
    if first is None:
        yield Problem(message="The recurrence never happens.", mend="Change it, or the start.", where=where)
        return
    if first[1] != event.start:
        message = f"The start is not one of the times that the recurrence names; the first is {first[1]}."
        yield Problem(message=message, mend=f"Start at {first[1]}.", where=where)
    begun = between(event.recurrence, event.start, event.start, event.end)
    if len(list(islice(begun, MOST_AT_THE_SAME_TIME + 1))) > MOST_AT_THE_SAME_TIME:
        message = f"More than {MOST_AT_THE_SAME_TIME} occurrences of the event are on at the same time."
        yield Problem(message=message, mend="Shorten the event, or let it recur less often.", where=where)


def _judge_override(override: Override, where: FieldPath) -> Iterator[Problem]:
    yield from _judge_people(override.user_ids, (*where, "user_ids"))
    yield from _judge_span(override.start_at, override.end_at, where)
    if override.layer is not None and not 1 <= override.layer <= MOST_LAYERS:
        mend = f"Layers go from 1 to {MOST_LAYERS}."
        yield Problem(message=f"There is no layer {override.layer}.", mend=mend, where=(*where, "layer"))
    if override.replaced_id is not None and override.action is not Action.REPLACE:
        mend = "Leave out whom it replaces, or make it a replacement."
        message = f"An override that is to {override.action} people replaces nobody."
        yield Problem(message=message, mend=mend, where=(*where, "replaced_id"))


def _judge_span(start_at: datetime, end_at: datetime, where: FieldPath) -> Iterator[Problem]:
    if start_at.tzinfo is None or end_at.tzinfo is None:
        yield Problem(message="The override's times have no offset.", mend="Give instants.", where=where)
    elif end_at <= start_at:
        yield Problem(message="The end is not after the start.", mend="Move one of them.", where=(*where, "end_at"))
    elif end_at - start_at > LONGEST_SPAN:
        mend = f"Make it at most {LONGEST_SPAN.days} days, or change the event."
        yield Problem(message="The override is too long.", mend=mend, where=(*where, "end_at"))


def _judge_people(people: tuple[str, ...], where: FieldPath) -> Iterator[Problem]:
    if not people:
        yield Problem(message="There is nobody in it.", mend="Choose at least one person.", where=where)
    yield from _too_many(people, MOST_PEOPLE, "people", where)


def _too_many(items: Sized, most: int, noun: str, where: FieldPath) -> Iterator[Problem]:
    if len(items) > most:
        mend = f"Keep at most {most}."
        yield Problem(message=f"There are {len(items)} {noun}.", mend=mend, where=where)


def _repeated(name: str, ids: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, one in enumerate(ids):
        if one in seen:
            yield Problem(message=f"{one} is there twice.", mend="Give each an id of its own.", where=(name, index))
        seen.add(one)


def _refusal(read: Callable[[], object], where: FieldPath) -> Iterator[Problem]:
    """The problems that reading raises, placed in the schedule."""
    try:
        read()
    except Invalid as invalid:
        yield from (replace(problem, where=(*where, *problem.where)) for problem in invalid.problems)
