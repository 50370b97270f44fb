"""Spans ahead in which nobody is on call."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.schedules.computing import layers, shifts
from bot.engine.schedules.values import Gap, Schedule, Shift


def gaps(schedule: Schedule, start_at: datetime, end_at: datetime, layer: int | None = None) -> tuple[Gap, ...]:
    """The parts of [start_at, end_at) in which a layer, or each of all, has nobody on call: by layer, then by time.

    A schedule without events has nobody in layer 1. Raises Invalid for an unknown zone or a bad recurrence.
    """
    found = shifts(schedule, start_at, end_at)
    wanted = (layers(schedule) or (1,)) if layer is None else (layer,)
    return tuple(gap for each in wanted for gap in _uncovered(found, start_at, end_at, each))


def _uncovered(found: Iterable[Shift], start_at: datetime, end_at: datetime, layer: int) -> Iterator[Gap]:
    covered_to = start_at
    for shift in found:
        if shift.layer != layer:
            continue
        if covered_to < shift.start_at:
            yield Gap(layer=layer, start_at=covered_to, end_at=shift.start_at)
        covered_to = max(covered_to, shift.end_at)
    if covered_to < end_at:
        yield Gap(layer=layer, start_at=covered_to, end_at=end_at)
