"""A schedule in words: who is on call now and next, its events and its gaps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.engine.directory import Directory
from bot.engine.model import Team
from bot.engine.schedules import Event, Schedule, Shift, gaps, layers, merge, on_call, shifts
from bot.engine.schedules.occurrences import Occurrence, find_occurrences
from bot.engine.schedules.walltime import find_zone, wall_clock
from bot.engine.staffing import gone_from, staffed
from bot.errors import Invalid
from bot.handlers import on_call_lines
from bot.handlers.buttons import run
from bot.handlers.modals.hours import say_hours
from bot.handlers.recurring import say_recurrence
from bot.slack.blocks import Block, actions, code, context, line, section, when

_MOST_EVENTS, _MOST_TURNS, _MOST_GAPS, _MOST_PEOPLE = 8, 4, 10, 8
_OUTLOOK = timedelta(weeks=5)


def title(schedule: Schedule) -> str:
    """Its name and how it is typed."""
    return f"*{line(schedule.name, 100)}* {code(f'schedule:{schedule.handle}')}"


def say_now(schedule: Schedule, directory: Directory, now: datetime) -> str:
    """Who is on call now, layer by layer."""
    try:
        current, gone = on_call(staffed(schedule, directory), now), on_call_lines.gone_now(schedule, directory, now)
    except Invalid as invalid:
        return f"⚠️ It cannot be computed: {line(str(invalid.problems[0]), 200)}"
    by_layer = {layer: [each for each in current if each.layer == layer] for layer in layers(schedule)[:10]}
    said = [
        f"Layer {layer}: {say_people(found, directory)}{on_call_lines.say_gone(gone, layer, directory)}"
        for layer, found in by_layer.items()
    ]
    return "\n".join(said) or "It has no events: nobody is on call."


def say_people(found: list[Shift], directory: Directory) -> str:
    """People and until when, or that there is nobody."""
    named = [
        f"{on_call_lines.name(directory, each.user_id)} until {when(each.end_at)}" for each in found[:_MOST_PEOPLE]
    ]
    return ", ".join(named) or "nobody on call"


def say_next(
    schedule: Schedule, directory: Directory, now: datetime, most: int = _MOST_TURNS, ahead_by: timedelta = _OUTLOOK
) -> Iterator[str]:
    """The next times that somebody goes on call, one line each."""
    ahead = [each for each in merge(shifts(staffed(schedule, directory), now, now + ahead_by)) if each.start_at > now]
    for shift in ahead[:most]:
        yield f"{when(shift.start_at)}: {on_call_lines.name(directory, shift.user_id)}, layer {shift.layer}"


def facts(schedule: Schedule, directory: Directory, now: datetime) -> Iterator[str]:
    """The zone, who uses it, who is on call now and next."""
    teams = [each for each in directory.all(Team) if isinstance(each, Team) and each.schedule_id == schedule.id]
    used = ", ".join(code(f"team:{team.handle}") for team in teams[:10]) or "no team"
    yield f"Time zone {line(schedule.zone)} · used by {used}"
    if schedule.feed_url:
        host = line(urlsplit(schedule.feed_url).hostname or "a calendar", 100)
        yield f"Its events are read from {host} every hour, in place of what is changed here; overrides stay."
    yield say_now(schedule, directory, now)
    if following := list(_next_safely(schedule, directory, now)):
        yield "*Next*\n" + "\n".join(following)


def _next_safely(schedule: Schedule, directory: Directory, now: datetime) -> Iterator[str]:
    try:
        yield from say_next(schedule, directory, now)
    except Invalid:
        return


def events(schedule: Schedule, directory: Directory, *, permitted: bool) -> Iterator[Block]:
    """The events, each with a button that changes all of it."""
    for event in schedule.events[:_MOST_EVENTS]:
        typed = f"schedule edit {schedule.handle} {event.id}"
        yield section(_say_event(event, directory), run("Change", typed) if permitted else None)
    if len(schedule.events) > _MOST_EVENTS:
        yield context(f"{len(schedule.events) - _MOST_EVENTS} more events are not shown here.")


def _say_event(event: Event, directory: Directory) -> str:
    people = " → ".join(on_call_lines.name(directory, each) for each in event.attendees[:_MOST_PEOPLE])
    more = f" and {len(event.attendees) - _MOST_PEOPLE} more" if len(event.attendees) > _MOST_PEOPLE else ""
    span = f"{event.start:%Y-%m-%d %H:%M} to {event.end:%Y-%m-%d %H:%M}"
    recurs = say_recurrence(event.recurrence) if event.recurrence else "once"
    clock = f", on the clock of {line(event.zone, 60)}" if event.zone else ""
    return f"*Layer {event.layer}* {people}{more}{_say_turns(event)}\n{span}, {recurs}{say_hours(event.hours)}{clock}"


def _say_turns(event: Event) -> str:
    if len(event.attendees) < 2:
        return ""
    if event.rotation is None:
        return ", together"
    return ", in turns" if event.rotation.at_once == 1 else f", {event.rotation.at_once} at a time"


def event_lines(schedule: Schedule, directory: Directory, now: datetime, *, permitted: bool) -> Iterator[Block]:
    """The turns that come next, each with buttons that change it, or it and all after it."""
    if not permitted:
        return
    for turn in _turns_ahead(schedule, now)[:_MOST_TURNS]:
        people = ", ".join(on_call_lines.name(directory, each) for each in turn.attendees[:_MOST_PEOPLE])
        yield section(f"Turn from {turn.start:%a %Y-%m-%d %H:%M}: {people}, layer {turn.event.layer}")
        typed = f"schedule edit {schedule.handle} {turn.event.id} {turn.start.isoformat()}"
        yield actions(
            run("Change this turn", f"{typed} --extent this"),
            run("Change from here on", f"{typed} --extent following"),
        )


def _turns_ahead(schedule: Schedule, now: datetime) -> list[Occurrence]:
    try:
        low = wall_clock(now, find_zone(schedule.zone))
        recurring = [event for event in schedule.events if event.recurrence]
        found = [each for event in recurring for each in find_occurrences(event, low, low + _OUTLOOK)]
    except Invalid:
        return []
    return sorted(found, key=lambda each: (each.start, each.event.layer))


def gaps_ahead(schedule: Schedule, directory: Directory, now: datetime, span: timedelta) -> Iterator[Block]:
    """When nobody is on call in a layer, in the time ahead; the shifts of those who are gone are gaps."""
    try:
        found = gaps(staffed(schedule, directory), now, now + span)
    except Invalid:
        return
    said = [f"Layer {gap.layer}: from {when(gap.start_at)} until {when(gap.end_at)}" for gap in found[:_MOST_GAPS]]
    more = [f"… and {len(found) - _MOST_GAPS} more"] if len(found) > _MOST_GAPS else []
    names = ", ".join(on_call_lines.name(directory, each) for each in sorted(gone_from(schedule, directory)))
    because = [f"{names} {'are' if ',' in names else 'is'} deactivated, and counted as nobody."] if names else []
    if said:
        title = f"⚠️ *Times without anybody on call* in the next {span.days} days"
        yield section("\n".join([title, *said, *more, *because]))
