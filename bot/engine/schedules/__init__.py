"""Who is on call at every instant: schedules, their events and overrides, and the shifts computed from them."""

from bot.engine.schedules.checking import check
from bot.engine.schedules.computing import layers, merge, next_shifts, on_call, shifts
from bot.engine.schedules.editing import (
    add_event,
    add_override,
    continue_from,
    edit_all,
    edit_following,
    edit_occurrence,
    end_recurrence,
    find_event,
    hand_over,
    parts_of,
    remove_event,
    remove_occurrence,
    remove_override,
    single_out,
    still_there,
    swap,
)
from bot.engine.schedules.gaps import gaps
from bot.engine.schedules.keeping import go_on, keep_present
from bot.engine.schedules.occurrences import following_start
from bot.engine.schedules.rotas import daily, half_daily, monthly, weekly
from bot.engine.schedules.values import KEPT, Action, Event, Gap, Hours, Override, Rotation, Schedule, Shift

__all__ = [
    "KEPT",
    "Action",
    "Event",
    "Gap",
    "Hours",
    "Override",
    "Rotation",
    "Schedule",
    "Shift",
    "add_event",
    "add_override",
    "check",
    "continue_from",
    "daily",
    "edit_all",
    "edit_following",
    "edit_occurrence",
    "end_recurrence",
    "find_event",
    "following_start",
    "gaps",
    "go_on",
    "half_daily",
    "hand_over",
    "keep_present",
    "layers",
    "merge",
    "monthly",
    "next_shifts",
    "on_call",
    "parts_of",
    "remove_event",
    "remove_occurrence",
    "remove_override",
    "shifts",
    "single_out",
    "still_there",
    "swap",
    "weekly",
]
