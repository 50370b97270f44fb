"""What overrides make of the shifts: spans are cut out, and others put in."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.engine.schedules.values import Action, Override, Shift


def apply_override(shifts: tuple[Shift, ...], override: Override, layers: Iterable[int]) -> tuple[Shift, ...]:
    """The shifts as the override leaves them; `layers` are those that an override of every layer is for."""
    match override.action:
        case Action.ADD:
            return (*shifts, *_stand_ins(override, layers))
        case Action.REMOVE:
            return tuple(piece for shift in shifts for piece in _without(shift, override, override.user_ids))
        case Action.REPLACE if override.replaced_id is None:
            kept = (piece for shift in shifts for piece in _without(shift, override, (shift.user_id,)))
            return (*kept, *_stand_ins(override, layers))
        case Action.REPLACE:
            return tuple(piece for shift in shifts for piece in _handed_on(shift, override))


def concerns(override: Override, layer: int) -> bool:
    """Whether the override is for this layer."""
    return override.layer is None or override.layer == layer


def _stand_ins(override: Override, layers: Iterable[int]) -> Iterator[Shift]:
    for layer in layers:
        if concerns(override, layer):
            yield from _shifts_in(layer, override, override.start_at, override.end_at)


def _shifts_in(layer: int, override: Override, start_at: datetime, end_at: datetime) -> Iterator[Shift]:
    for user_id in dict.fromkeys(override.user_ids):
        yield Shift(user_id=user_id, layer=layer, start_at=start_at, end_at=end_at, source_id=override.id)


def _handed_on(shift: Shift, override: Override) -> Iterator[Shift]:
    """The shift without the span of the override, and the people who have it there instead of the one replaced."""
    start_at, end_at = max(shift.start_at, override.start_at), min(shift.end_at, override.end_at)
    if start_at < end_at and shift.user_id == override.replaced_id and concerns(override, shift.layer):
        yield from _shifts_in(shift.layer, override, start_at, end_at)
    yield from _without(shift, override, (override.replaced_id,))


def _without(shift: Shift, override: Override, user_ids: tuple[str | None, ...]) -> Iterator[Shift]:
    """What is left of the shift, in up to two pieces, when these users are off call for the override's span."""
    apart = shift.end_at <= override.start_at or override.end_at <= shift.start_at
    if apart or shift.user_id not in user_ids or not concerns(override, shift.layer):
        yield shift
        return
    if shift.start_at < override.start_at:
        yield replace(shift, end_at=override.start_at)
    if override.end_at < shift.end_at:
        yield replace(shift, start_at=override.end_at)
