"""Who is on call at every instant: schedules, their events and overrides, and the shifts computed from them."""

from bot.engine.schedules.computing import layers, merge, next_shift, on_call, shifts
from bot.engine.schedules.rotas import daily, weekly
from bot.engine.schedules.values import Action, Event, Gap, Override, Rotation, Schedule, Shift

__all__ = [
    "Action",
    "Event",
    "Gap",
    "Override",
    "Rotation",
    "Schedule",
    "Shift",
    "daily",
    "layers",
    "merge",
    "next_shift",
    "on_call",
    "shifts",
    "weekly",
]
