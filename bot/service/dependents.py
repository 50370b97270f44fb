"""What counts on somebody: asked before they are deactivated, and said again afterwards, with how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import User
from bot.engine.schedules import Action, Event, Override, Schedule, next_shifts, on_call
from bot.service.references import references_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """One thing that counts on somebody, in plain words; `typed` is the command that changes it.

    `begins_at` is when they go on call next, where they are not on call now.
    """

    said: str
    typed: str
    begins_at: datetime | None = None


def dependences_on(directory: Directory, user: User, now: datetime) -> tuple[Dependence, ...]:
    """Where somebody is on call, now first, and what else names them: teams, policies, routers, integrations."""
    shifts = [duty for schedule in directory.schedules.values() for duty in _in_schedule(schedule, user.id, now)]
    shifts.sort(key=lambda duty: duty.begins_at or now)
    return (*shifts, *_elsewhere(directory, user))


def _in_schedule(schedule: Schedule, user_id: str, now: datetime) -> Iterator[Dependence]:
    events = [event for event in schedule.events if user_id in event.attendees]
    overrides = [each for each in schedule.overrides if _puts_on_call(each, user_id, now)]
    if not events and not overrides:
        return
    is_on = any(shift.user_id == user_id for shift in on_call(schedule, now))
    ahead = () if is_on else next_shifts(schedule, user_id, now)
    if not is_on and not ahead:
        return
    layers = sorted({event.layer for event in events} | {each.layer for each in overrides if each.layer})
    said = f"schedule {schedule.handle}, {_say_layers(layers)}{', on call now' if is_on else ''}"
    alone = [layer for layer in layers if _is_alone(schedule, layer, user_id)]
    yield Dependence(
        said=f"{said}; nobody else is in {_say_layers(alone)}" if alone else said,
        typed=_change(schedule, events, overrides),
        begins_at=ahead[0].start_at if ahead else None,
    )


def _puts_on_call(override: Override, user_id: str, now: datetime) -> bool:
    return user_id in override.user_ids and override.action is not Action.REMOVE and override.end_at > now


def _is_alone(schedule: Schedule, layer: int, user_id: str) -> bool:
    attending = {each for event in schedule.events if event.layer == layer for each in event.attendees}
    return attending == {user_id}


def _say_layers(layers: list[int]) -> str:
    if not layers:
        return "every layer"
    return f"{'layer' if len(layers) == 1 else 'layers'} {', '.join(map(str, layers))}"


def _change(schedule: Schedule, events: list[Event], overrides: list[Override]) -> str:
    if len(events) == 1 and not overrides:
        return f"schedule edit {schedule.handle} {events[0].id}"
    return f"schedule show {schedule.handle}" if events else f"override list {schedule.handle}"


def _elsewhere(directory: Directory, user: User) -> Iterator[Dependence]:
    for use in references_to(directory, user.id):
        if use.noun != "schedule":  # said above, with its layers
            verb = "show" if use.noun == "team" else "edit"
            yield Dependence(said=str(use), typed=f"{use.noun} {verb} {use.handle}")
