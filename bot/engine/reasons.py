"""What puts somebody on call: the event or the override behind a shift, in words that outlive both."""

from bot.engine.directory import Directory
from bot.engine.schedules import Override, Schedule, Shift
from bot.engine.schedules.walltime import find_zone

NAMED = "named as the receiver"


def why_on_call(schedule: Schedule, shift: Shift, directory: Directory) -> str:
    """Say by what somebody is on call in a schedule: `on call in schedule:ops by event evt_… (weekly)`."""
    return f"on call in schedule:{schedule.handle} by {say_source(schedule, shift, directory)}"


def say_source(schedule: Schedule, shift: Shift, directory: Directory) -> str:
    """Name the event or the override that makes a shift; of an override, until when it holds and who made it."""
    override = next((each for each in schedule.overrides if each.id == shift.source_id), None)
    return _say_override(override, schedule, directory) if override else _say_event(schedule, shift.source_id)


def _say_override(override: Override, schedule: Schedule, directory: Directory) -> str:
    end = override.end_at.astimezone(find_zone(schedule.zone))
    author = directory.users.get(override.author_id)
    by = f", made by @{author.handle}" if author else ""
    return f"override {override.id} until {end:%Y-%m-%d %H:%M} {schedule.zone}{by}"


def _say_event(schedule: Schedule, event_id: str) -> str:
    event = next((each for each in schedule.events if each.id == event_id), None)
    parts = dict(part.split("=", 1) for part in (event.recurrence or "" if event else "").split(";") if "=" in part)
    often = parts.get("FREQ", "").lower()
    return f"event {event_id} ({often})" if often else f"event {event_id}"
