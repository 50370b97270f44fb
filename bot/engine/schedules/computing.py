"""Who is on call: at an instant, in a span, and next."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.engine.schedules.occurrences import event_shifts
from bot.engine.schedules.overriding import apply_override
from bot.engine.schedules.values import Action, Override, Schedule, Shift

MOMENT = timedelta(microseconds=1)
EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""From before any shift to after every one."""
_REMEMBERED = 64
OUTLOOKS = (timedelta(weeks=2), timedelta(weeks=16), timedelta(days=732))


def layers(schedule: Schedule) -> tuple[int, ...]:
    """The layers in ascending order: those of events, and of overrides that put somebody into one.

    An override of every layer is one of layer 1 even where no event is, so whom it adds is reached.
    """
    filled = {override.layer or 1 for override in schedule.overrides if override.action is not Action.REMOVE}
    return tuple(sorted({event.layer for event in schedule.events} | filled))


def on_call(schedule: Schedule, at: datetime, layer: int | None = None) -> tuple[Shift, ...]:
    """The shifts that are on at an instant, in one layer or in all: by layer, then in the order of attendees.

    Nobody is there twice in a layer. Raises Invalid for an unknown zone or a bad recurrence.
    """
    return _asked(_Same(schedule), at, layer)


class _Same:
    """A schedule as a key, by identity: to compare two takes longer than to ask one."""

    __slots__ = ("schedule",)

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def __hash__(self) -> int:
        return id(self.schedule)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.schedule is other.schedule


@lru_cache(maxsize=_REMEMBERED)
def _asked(same: _Same, at: datetime, layer: int | None) -> tuple[Shift, ...]:
    """Remembered, since a batch of alerts asks the same schedule about the same instant again and again."""
    current: dict[tuple[int, str], Shift] = {}
    for shift in _whole(same.schedule, at, at + MOMENT):
        if shift.start_at <= at < shift.end_at and layer in {None, shift.layer}:
            current.setdefault((shift.layer, shift.user_id), shift)
    return tuple(sorted(current.values(), key=lambda shift: shift.layer))


def shifts(schedule: Schedule, start_at: datetime, end_at: datetime) -> tuple[Shift, ...]:
    """The shifts that are on at some time in [start_at, end_at), by start, then layer, then order of attendees.

    They are whole, also where they begin before the span or go on after it: an occurrence is one shift of each of
    its attendees, less what overrides took. `merge` joins those that follow on each other.
    """
    return tuple(sorted(_whole(schedule, start_at, end_at), key=lambda shift: (shift.start_at, shift.layer)))


def merge(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The times users are on call without a break: shifts of a user in a layer that touch or overlap become one.

    Each keeps the source of its earliest part. In the order of `shifts`.
    """
    joined: list[Shift] = []
    latest: dict[tuple[int, str], int] = {}
    for shift in sorted(shifts, key=lambda shift: (shift.start_at, shift.layer)):
        place = latest.get((shift.layer, shift.user_id))
        if place is not None and shift.start_at <= joined[place].end_at:
            joined[place] = replace(joined[place], end_at=max(joined[place].end_at, shift.end_at))
        else:
            latest[shift.layer, shift.user_id] = len(joined)
            joined.append(shift)
    return tuple(joined)


def next_shifts(schedule: Schedule, user_id: str, after: datetime) -> tuple[Shift, ...]:
    """The next time the user goes on call, later than `after`: a shift for each layer that begins then, by layer.

    Nothing when not within two years. A user who is on call and goes straight on to another shift of the layer does
    not go on call anew.
    """
    for outlook in OUTLOOKS:
        own = (shift for shift in shifts(schedule, after, after + outlook) if shift.user_id == user_id)
        ahead = [shift for shift in merge(own) if shift.start_at > after]
        if ahead:
            return tuple(shift for shift in ahead if shift.start_at == ahead[0].start_at)
    return ()


def _whole(schedule: Schedule, start_at: datetime, end_at: datetime) -> tuple[Shift, ...]:
    """All shifts that are on at some time of a span, whole: first those of events, as overrides leave them.

    Beside the overrides of the span, those count that cut off a part of its shifts elsewhere. A piece beside the span
    is dropped at once: no later override brings it back.
    """
    found = tuple(event_shifts(schedule, start_at, end_at))
    parts: tuple[Shift | Override, ...] = (*found, *_overrides_in(schedule, start_at, end_at))
    overrides = _overrides_in(schedule, *_hull(parts, start_at, end_at))
    present = layers(schedule) if overrides else ()
    for override in overrides:
        left = apply_override(found, override, present)
        found = tuple(shift for shift in left if shift.start_at < end_at and start_at < shift.end_at)
    return found


def _overrides_in(schedule: Schedule, start_at: datetime, end_at: datetime) -> tuple[Override, ...]:
    return tuple(one for one in schedule.overrides if one.start_at < end_at and start_at < one.end_at)


def _hull(parts: Iterable[Shift | Override], start_at: datetime, end_at: datetime) -> tuple[datetime, datetime]:
    """The span made wide enough to hold all parts."""
    for part in parts:
        start_at, end_at = min(start_at, part.start_at), max(end_at, part.end_at)
    return start_at, end_at
