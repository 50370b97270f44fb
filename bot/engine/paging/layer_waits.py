"""How long each layer waits in which somebody can be on call: what comes later in their rule never happens."""

from collections.abc import Iterator
from datetime import timedelta

from bot.engine.directory import Directory
from bot.engine.model import DEFAULT_LAYERS, USER_TIMEOUT, Layer, Team, User
from bot.engine.schedules import Schedule

ASKED_DIRECTLY = (USER_TIMEOUT, "a user who is asked directly")

Wait = tuple[timedelta, str]
"""How long a layer waits, and which one that is, in words."""


def waits_of(user: User, directory: Directory) -> Iterator[Wait]:
    """How long each layer waits in which a user can be on call."""
    for team in directory.teams.values():
        schedule = directory.schedules.get(team.schedule_id or "")
        numbers = _layers_of(user, schedule) if schedule else frozenset()
        for layer in (layer for layer in _policy(team, directory) if layer.number in numbers):
            yield layer.timeout, f"layer {layer.number} of team:{team.handle}"


def _policy(team: Team, directory: Directory) -> tuple[Layer, ...]:
    policy = directory.policies.get(team.policy_id or "")
    return policy.layers if policy else DEFAULT_LAYERS


def _layers_of(user: User, schedule: Schedule) -> frozenset[int]:
    events = {event.layer for event in schedule.events if user.id in event.attendees}
    overrides = {override.layer or 1 for override in schedule.overrides if user.id in override.user_ids}
    return frozenset(events | overrides)
