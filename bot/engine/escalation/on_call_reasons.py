"""What puts somebody on call: the event or the override behind a shift, in words that outlive both."""

from collections.abc import Iterable

from bot.engine.directory import Directory
from bot.engine.schedules import Event, Override, Schedule, Shift
from bot.engine.schedules.rules import read_rule
from bot.engine.schedules.walltime import find_zone

NAMED = "named as the receiver"
_MOST_PEOPLE = 4
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS = {"HOURLY": "hours", "DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}


def why_on_call(schedule: Schedule, shift: Shift, directory: Directory) -> str:
    """Say by what somebody is on call: `on call in schedule:ops by daily shift of @ann (from 2026-01-05 09:00)`.

    Raises Invalid for a bad recurrence.
    """
    return f"on call in schedule:{schedule.handle} by {say_source(schedule, shift, directory)}"


def say_source(schedule: Schedule, shift: Shift, directory: Directory) -> str:
    """Describe the event or the override that makes a shift; of an override, when it holds and who made it."""
    override = next((each for each in schedule.overrides if each.id == shift.source_id), None)
    if override:
        return _say_override(override, schedule, directory)
    event = next((each for each in schedule.events if each.id == shift.source_id), None)
    return say_event(event, directory) if event else "an event that is gone"


def say_event(event: Event, directory: Directory) -> str:
    """Describe an event, which has no name, by its people and times; these are on the schedule's clock.

    Raises Invalid for a bad recurrence.
    """
    turns = event.rotation is not None and len(set(event.attendees)) > 1
    often, after = _say_recurrence(event.recurrence)
    said = f"{often}{'rotation' if turns else 'shift'} of {_say_people(event.attendees, directory)}{after}"
    return f"{said} (from {event.start:%Y-%m-%d %H:%M})"


def _say_recurrence(recurrence: str | None) -> tuple[str, str]:
    """How often, as words before (`daily `) and after (` every 2 weeks on Mon, Tue`) what recurs."""
    if recurrence is None:
        return "single ", ""
    rule = read_rule(recurrence)
    often = f"{rule.unit.lower()} " if rule.interval == 1 else ""
    every = "" if often else f" every {rule.interval} {_UNITS[rule.unit]}"
    days = ", ".join(DAYS[day] for day in rule.weekdays) if rule.unit in {"DAILY", "WEEKLY"} else ""
    return often, f"{every} on {days}" if days else every


def _say_people(user_ids: Iterable[str], directory: Directory) -> str:
    found = [user for each in dict.fromkeys(user_ids) if (user := directory.users.get(each))]
    more = f" and {len(found) - _MOST_PEOPLE} more" if len(found) > _MOST_PEOPLE else ""
    return (", ".join(f"@{user.handle}" for user in found[:_MOST_PEOPLE]) or "nobody") + more


def _say_override(override: Override, schedule: Schedule, directory: Directory) -> str:
    zone = find_zone(schedule.zone)
    start, end = override.start_at.astimezone(zone), override.end_at.astimezone(zone)
    author = directory.users.get(override.author_id)
    by = f", made by @{author.handle}" if author else ""
    return f"override from {start:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M} {schedule.zone}{by}"
