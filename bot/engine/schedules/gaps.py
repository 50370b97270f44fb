"""Spans ahead in which nobody is on call."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine.schedules.computing import shifts
from bot.engine.schedules.values import Gap, Schedule


def gaps(schedule: Schedule, start_at: datetime, end_at: datetime, layer: int = 1) -> tuple[Gap, ...]:
    """The parts of [start_at, end_at) in which the layer has nobody on call, in order.

    Raises Invalid for an unknown zone or a bad recurrence.
    """
    return tuple(_uncovered(schedule, start_at, end_at, layer))


def _uncovered(schedule: Schedule, start_at: datetime, end_at: datetime, layer: int) -> Iterator[Gap]:
    covered_to = start_at
    for shift in shifts(schedule, start_at, end_at):
        if shift.layer != layer:
            continue
        if covered_to < shift.start_at:
            yield Gap(layer=layer, start_at=covered_to, end_at=shift.start_at)
        covered_to = max(covered_to, shift.end_at)
    if covered_to < end_at:
        yield Gap(layer=layer, start_at=covered_to, end_at=end_at)
