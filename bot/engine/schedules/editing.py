"""A schedule changed: this occurrence, this and the following, or all; overrides and swaps.

Every function returns a new schedule. An occurrence is named by its event and its wall-clock start; ids of new events
and overrides come from the caller. Raises Invalid when what is to be changed is not there.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.schedules.computing import merge, shifts
from bot.engine.schedules.occurrences import Occurrence
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import read_rule, until_part, with_parts
from bot.engine.schedules.values import KEPT, Action, Event, Override, Schedule, Shift
from bot.errors import Invalid, Problem

SECOND = timedelta(seconds=1)


def single_out(schedule: Schedule, event_id: str, start: datetime, new_id: str) -> Event:
    """An occurrence as an event of its own, which happens once, with those who are on call in it."""
    occurrence = _find_occurrence(schedule, event_id, start)
    return replace(
        occurrence.event,
        id=new_id,
        attendees=occurrence.attendees,
        start=start,
        end=occurrence.end,
        recurrence=None,
        rotation=None,
        exceptions=(),
    )


def continue_from(schedule: Schedule, event_id: str, start: datetime, new_id: str) -> Event:
    """The rest of a series, from an occurrence on, as an event of its own whose rotation goes on where it was."""
    occurrence = _find_occurrence(schedule, event_id, start)
    event = occurrence.event
    return replace(
        event,
        id=new_id,
        attendees=_turned(event, occurrence.number),
        start=start,
        end=occurrence.end,
        recurrence=_without_first(event.recurrence, occurrence.number),
        exceptions=tuple(one for one in event.exceptions if one >= start),
    )


def add_event(schedule: Schedule, event: Event) -> Schedule:
    """The event is one of the schedule's; where it is there already, nothing changes."""
    if any(each.id == event.id for each in schedule.events):
        return schedule
    return replace(schedule, events=(*schedule.events, event))


def edit_occurrence(schedule: Schedule, event_id: str, start: datetime, changed: Event) -> Schedule:
    """`changed` (from `single_out`) takes the place of one occurrence."""
    return _put_after(remove_occurrence(schedule, event_id, start), event_id, changed)


def edit_following(schedule: Schedule, event_id: str, start: datetime, changed: Event) -> Schedule:
    """`changed` (from `continue_from`) takes the place of an occurrence and all later ones."""
    event = _find_occurrence(schedule, event_id, start).event
    return end_recurrence(_put_after(schedule, event.id, _keep_exceptions(changed, start)), event.id, start)


def edit_all(schedule: Schedule, changed: Event) -> Schedule:
    """`changed` takes the place of the event with its id. Exceptions move with the start of the series."""
    event = find_event(schedule, changed.id)
    return _with(schedule, event, _keep_exceptions(changed, event.start))


def remove_occurrence(schedule: Schedule, event_id: str, start: datetime) -> Schedule:
    """One occurrence does not take place; nobody else's turn changes."""
    event = _find_occurrence(schedule, event_id, start).event
    return _with(schedule, event, replace(event, exceptions=(*event.exceptions, start)))


def remove_event(schedule: Schedule, event_id: str) -> Schedule:
    """The event is gone with all its occurrences."""
    return _with(schedule, find_event(schedule, event_id))


def end_recurrence(schedule: Schedule, event_id: str, before: datetime) -> Schedule:
    """No occurrence starts at or after the wall-clock time `before`; an event that has none left is gone."""
    event = find_event(schedule, event_id)
    if before <= event.start:
        return _with(schedule, event)
    if event.recurrence is None:
        return schedule
    recurrence = _cut_off(event.recurrence, event.start, before)
    kept = tuple(one for one in event.exceptions if one < before)
    return _with(schedule, event, replace(event, recurrence=recurrence, exceptions=kept))


def add_override(schedule: Schedule, override: Override) -> Schedule:
    """The override works on what earlier ones left."""
    return replace(schedule, overrides=(*schedule.overrides, override))


def remove_override(schedule: Schedule, override_id: str) -> Schedule:
    """The override is gone, and of a swap both halves: with one half left, somebody would work twice."""
    gone = {each.id for each in parts_of(schedule, override_id)}
    if not gone:
        raise _missing("override", override_id)
    return replace(schedule, overrides=tuple(each for each in schedule.overrides if each.id not in gone))


def parts_of(schedule: Schedule, override_id: str) -> tuple[Override, ...]:
    """An override with what it is one thing with: the halves of a swap. Nothing where there is none of the id."""
    found = next((each for each in schedule.overrides if each.id == override_id), None)
    if found is None:
        return ()
    if found.swap_id:
        return tuple(each for each in schedule.overrides if each.swap_id == found.swap_id)
    return (found, *_mirrored(schedule, found))


def _mirrored(schedule: Schedule, half: Override) -> tuple[Override, ...]:
    """The other half of a swap without `swap_id`, as before version 0.3: beside it, with the two people exchanged."""
    place = schedule.overrides.index(half)
    beside = schedule.overrides[max(place - 1, 0) : place] + schedule.overrides[place + 1 : place + 2]
    found = (each for each in beside if _made_by(each) == _made_by(half))
    if half.cause == KEPT or not half.replaced_id:
        return ()
    return tuple(each for each in found if _exchanged(half) == (each.replaced_id, each.user_ids))[:1]


def _made_by(override: Override) -> tuple[str, str, str]:
    return override.swap_id, override.cause, override.author_id


def _exchanged(half: Override) -> tuple[str | None, tuple[str, ...]]:
    return (half.user_ids[0] if len(half.user_ids) == 1 else None, (half.replaced_id or "",))


def swap(schedule: Schedule, one: Shift, other: Shift, override_ids: tuple[str, str]) -> Schedule:
    """The users of two shifts take each other's, each in the shift's own layer.

    Raises Invalid when one of the shifts is no longer as it was seen, when both are one user's, and when they are of
    one layer and overlap.
    """
    if problems := _swap_problems(schedule, one, other):
        raise Invalid(problems)
    first, second = override_ids
    handed = add_override(schedule, replace(hand_over(one, other.user_id, first), swap_id=first))
    return add_override(handed, replace(hand_over(other, one.user_id, second), swap_id=first))


def hand_over(shift: Shift, user_id: str, override_id: str) -> Override:
    """An override by which somebody takes a shift in its own layer."""
    return Override(
        id=override_id,
        start_at=shift.start_at,
        end_at=shift.end_at,
        action=Action.REPLACE,
        user_ids=(user_id,),
        layer=shift.layer,
        replaced_id=shift.user_id,
    )


def _swap_problems(schedule: Schedule, one: Shift, other: Shift) -> list[Problem]:
    problems = [_stale(shift) for shift in (one, other) if not still_there(schedule, shift)]
    if one.user_id == other.user_id:
        problems.append(Problem(message="Both shifts are the same person's.", mend="Choose another person's shift."))
    if one.layer == other.layer and one.start_at < other.end_at and other.start_at < one.end_at:
        problems.append(Problem(message="The shifts overlap.", mend="Use an override to replace one of them."))
    return problems


def still_there(schedule: Schedule, shift: Shift) -> bool:
    """Whether somebody is on call for all of a shift, as it was seen."""
    own = (each for each in shifts(schedule, shift.start_at, shift.end_at) if each.user_id == shift.user_id)
    return any(
        each.layer == shift.layer and each.start_at <= shift.start_at and shift.end_at <= each.end_at
        for each in merge(own)
    )


def _stale(shift: Shift) -> Problem:
    message = f"{shift.user_id} is no longer on call from {shift.start_at:%Y-%m-%d %H:%M} UTC on."
    return Problem(message=message, mend="Look at the schedule again, and choose anew.")


def find_event(schedule: Schedule, event_id: str) -> Event:
    """The event with an id."""
    for event in schedule.events:
        if event.id == event_id:
            return event
    raise _missing("event", event_id)


def _find_occurrence(schedule: Schedule, event_id: str, start: datetime) -> Occurrence:
    event = find_event(schedule, event_id)
    found = next(between(event.recurrence, event.start, start, start + SECOND), None)
    if found is None or start in event.exceptions:
        raise _missing("occurrence", f"at {start}")
    return Occurrence(event=event, number=found[0], start=start)


def _missing(noun: str, which: str) -> Invalid:
    return Invalid([Problem(message=f"There is no {noun} {which}.", mend="It may have been changed: look again.")])


def _with(schedule: Schedule, old: Event, *new: Event) -> Schedule:
    place = schedule.events.index(old)
    return replace(schedule, events=(*schedule.events[:place], *new, *schedule.events[place + 1 :]))


def _put_after(schedule: Schedule, event_id: str, new: Event) -> Schedule:
    event = find_event(schedule, event_id)
    return _with(schedule, event, event, new)


def _turned(event: Event, number: int) -> tuple[str, ...]:
    if event.rotation is None:
        return event.attendees
    first = number * event.rotation.step % len(event.attendees)
    return event.attendees[first:] + event.attendees[:first]


def _without_first(recurrence: str | None, number: int) -> str | None:
    if recurrence is None or (count := read_rule(recurrence).count) is None:
        return recurrence
    return with_parts(recurrence, COUNT=str(count - number))


def _cut_off(recurrence: str, start: datetime, before: datetime) -> str:
    """The rule with an earlier end, said in the way in which it already ends, if it does."""
    rule = read_rule(recurrence)
    last = before - SECOND
    if rule.until is not None and rule.until <= last:
        return recurrence
    if rule.count is None:
        return with_parts(recurrence, UNTIL=until_part(last))
    begun = sum(1 for _ in between(recurrence, start, start, before))
    return with_parts(recurrence, COUNT=str(begun))


def _keep_exceptions(changed: Event, was_start: datetime) -> Event:
    """The event with the exceptions that are still occurrences, or are so when moved as the start of the series was."""
    moved = (
        next((start for start in (one, one + (changed.start - was_start)) if _takes_place(changed, start)), None)
        for one in changed.exceptions
    )
    return replace(changed, exceptions=tuple(dict.fromkeys(start for start in moved if start is not None)))


def _takes_place(event: Event, start: datetime) -> bool:
    return any(between(event.recurrence, event.start, start, start + SECOND))
