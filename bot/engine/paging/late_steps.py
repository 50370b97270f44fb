"""Steps of a notification rule that come when the layer in which their person is asked is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.engine.directory import Directory
from bot.engine.model import DEFAULT_LAYERS, USER_TIMEOUT, Layer, NoticeKind, Team, User
from bot.engine.rules.notifications import NotifyRule
from bot.engine.rules.yaml_tree import Where
from bot.engine.schedules import Schedule

_ASKED_DIRECTLY = (USER_TIMEOUT, "a user who is asked directly")


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """A step that its layer may not come to: where it is written, how long after the first page, and what ends before.

    `number` counts from 1, repetitions included.
    """

    rule: NotifyRule
    number: int
    place: Where
    after: timedelta
    layer: str
    lasts: timedelta


def late_steps(rule: NotifyRule, users: Sequence[User], directory: Directory) -> Iterator[LateStep]:
    """Each step of a rule, once, that comes after the shortest layer is over in which one of its users can be asked."""
    if NoticeKind.OPEN not in rule.types:
        return
    lasts, layer = min((each for user in users for each in _waits(user, directory)), default=_ASKED_DIRECTLY)
    after, told = timedelta(0), set()
    for number, (place, step) in enumerate(zip(rule.places, rule.steps, strict=True), start=1):
        if after >= lasts and place not in told:
            told.add(place)
            yield LateStep(rule=rule, number=number, place=place, after=after, layer=layer, lasts=lasts)
        after += step.wait or timedelta(0)


def _waits(user: User, directory: Directory) -> Iterator[tuple[timedelta, str]]:
    """How long each layer waits in which a user can be on call, and which one that is."""
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
