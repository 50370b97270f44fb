"""What a change of a schedule leaves as it is: whoever is on call keeps their turn, and the turns after it go on.

To add somebody to a rota moves every turn that was or will be, the present one too. So a change is put in two parts:
the order of people is turned so that after the present turn comes whoever follows in it, and whoever would lose the
present turn keeps it to its end by an override.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from bot.engine.schedules.computing import MOMENT, merge, on_call, shifts
from bot.engine.schedules.editing import find_event
from bot.engine.schedules.occurrences import Occurrence, find_occurrences, longest, zone_of
from bot.engine.schedules.values import KEPT, Action, Event, Override, Schedule, Shift
from bot.engine.schedules.walltime import first_instant, wall_clock

_FAR = timedelta(days=800)


def keep_present(
    before: Schedule, after: Schedule, now: datetime, new_id: Callable[[], str], gone: Container[str] = ()
) -> Schedule:
    """`after`, with an override for each present turn that it would take from somebody or end sooner.

    What counts are turns by events: overrides that people made work on them as before. Those who are `gone` keep
    nothing. Raises Invalid for an unknown zone or a bad recurrence.
    """
    made = tuple(each for each in after.overrides if each.cause != KEPT)
    bare = replace(after, overrides=())
    present = [each for each in on_call(_without_made(before), now) if each.user_id not in gone]
    lost = {each.layer for each in present if not _is_whole(bare, each, now)}
    kept = [each for layer in sorted(lost) for each in _keeping(present, layer, now, new_id)]
    return replace(after, overrides=(*kept, *made))


def go_on(before: Schedule, after: Schedule, event_id: str, now: datetime) -> Event:
    """An event of `after`, its people turned so that whoever follows has the turn after the present one.

    Who follows: in the new order whoever comes after the person whose turn it is; where that person is taken out,
    whoever came after them in the old order. As it is where people do not take turns, none has been, or the new series
    begins at another time that is still to come: that says who begins.
    """
    was, event = _event(before, event_id), find_event(after, event_id)
    if (
        was is None
        or event.rotation is None
        or not event.attendees
        or _begins_anew(was, event, wall_clock(now, zone_of(event, after)))
    ):
        return event
    zone = zone_of(was, before)
    turn = _latest(was, wall_clock(now, zone)) if was.rotation else None
    if turn is None:
        return event
    ends = max(first_instant(turn.end, zone), now)
    onward = _first_after(event, wall_clock(ends, zone_of(event, after)))
    if onward is None:
        return event
    following = _successor(turn, event)
    first = (following - onward.number * event.rotation.step) % len(event.attendees)
    return replace(event, attendees=event.attendees[first:] + event.attendees[:first])


def _without_made(schedule: Schedule) -> Schedule:
    return replace(schedule, overrides=tuple(each for each in schedule.overrides if each.cause == KEPT))


def _is_whole(after: Schedule, shift: Shift, now: datetime) -> bool:
    """Whether somebody stays on call until the end of the shift that they have now."""
    own = (
        each
        for each in shifts(after, now, max(shift.end_at, now + MOMENT))
        if (each.user_id, each.layer) == (shift.user_id, shift.layer)
    )
    return any(each.start_at <= now and shift.end_at <= each.end_at for each in merge(own))


def _keeping(present: list[Shift], layer: int, now: datetime, new_id: Callable[[], str]) -> Iterator[Override]:
    """Overrides that put a layer's present people on call until their shifts end; nobody new joins them before."""
    own = sorted((each for each in present if each.layer == layer), key=lambda each: each.end_at, reverse=True)
    for place, (end_at, group) in enumerate(groupby(own, key=lambda each: each.end_at)):
        yield Override(
            id=new_id(),
            start_at=now,
            end_at=end_at,
            action=Action.ADD if place else Action.REPLACE,
            user_ids=tuple(dict.fromkeys(each.user_id for each in group)),
            layer=layer,
            cause=KEPT,
        )


def _event(schedule: Schedule, event_id: str) -> Event | None:
    return next((each for each in schedule.events if each.id == event_id), None)


def _begins_anew(was: Event, event: Event, now: datetime) -> bool:
    return event.start != was.start and event.start > now


def _latest(event: Event, now: datetime) -> Occurrence | None:
    """The turn that is on, or else the last one that began."""
    span = longest(event)
    for lookback in (span, _FAR):
        found = list(find_occurrences(event, now - lookback, now + timedelta(seconds=1)))
        if found:
            return found[-1]
    return None


def _first_after(event: Event, at: datetime) -> Occurrence | None:
    """The first turn that is on at a wall-clock time or later."""
    found = find_occurrences(event, at - longest(event), at + _FAR)
    return next((each for each in found if each.end > at), None)


def _successor(turn: Occurrence, event: Event) -> int:
    """The place in the new order of whoever has the turn after this one."""
    was, step = turn.event, turn.event.rotation.step if turn.event.rotation else 1
    place = turn.number * step % len(was.attendees)
    holder = was.attendees[place]
    if holder in event.attendees:
        return event.attendees.index(holder) + (event.rotation.step if event.rotation else 1)
    later = (was.attendees[(place + n) % len(was.attendees)] for n in range(1, len(was.attendees) + 1))
    return next((event.attendees.index(each) for each in later if each in event.attendees), 0)
