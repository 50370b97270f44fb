"""`/pagertree schedule`: who is on call when."""

from datetime import datetime, timedelta

from bot.engine import clock_changes
from bot.engine.clock_changes import Report
from bot.engine.durations import say_duration
from bot.engine.model import Role
from bot.engine.schedules import Schedule
from bot.errors import Invalid, Problem
from bot.handlers import rota_lines
from bot.handlers.addresses import feed_lines
from bot.handlers.buttons import run
from bot.handlers.copying import copy_command
from bot.handlers.lists import PAGE_OPTION, SEARCH, Rows, nothing_yet, page_of, paged, searched
from bot.handlers.lookup import pick, search
from bot.handlers.modals.deletion import admit_deletion, ask_to_delete
from bot.handlers.modals.feed import import_form
from bot.handlers.modals.saving import open_object
from bot.handlers.modals.schedule import edit_event, edit_schedule, new_event, new_schedule
from bot.handlers.permits import admit_to, admit_to_all, may_change, may_delete
from bot.handlers.pictures import picture
from bot.handlers.renaming import handle_command
from bot.handlers.replacing import replace_command
from bot.handlers.table import Argument, Arguments, Command, CommandOption, Noun, Said
from bot.handlers.visit import Visit
from bot.service import calendars
from bot.service.rotas import EventPart, Extent
from bot.slack.blocks import Block, actions, code, context, line, section, whole_lines
from bot.slack.forms import Form

_SCHEDULE = Argument(name="schedule")
_ONE = Argument(name="schedule", required=False)
_EVENT = Argument(name="event", required=False)
_START = Argument(name="start", required=False)
_EXTENT = CommandOption(name="extent", value="extent", summary="this, following or all: how many turns are changed")
_RENEW = CommandOption(name="renew", value="yes", summary="yes: make a new address; the old one shows nothing any more")
_MOST_EFFECTS = 12
_DAYS = CommandOption(name="days", value="number", summary="how many days ahead to look, 1 to 90")


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_schedule(visit)


def _list(visit: Visit, arguments: Arguments) -> Said:
    directory, text = visit.directory(), searched(arguments)
    found = search(directory, Schedule, text)
    if not found and not text:
        buttons = (run("New schedule", "schedule add", "primary"),) if visit.user.role is Role.ADMIN else ()
        said = "There are no schedules yet. A schedule says who is on call when; a new team comes with one."
        return nothing_yet(said, *buttons)
    rows = Rows(found=found, draw=lambda each: _row(visit, each))
    return paged("Schedules", rows, page_of(arguments), f'schedule list "{text}"' if text else "schedule list")


def _row(visit: Visit, schedule: Schedule) -> Block:
    now = rota_lines.say_now(schedule, visit.directory(), visit.now)
    text = f"{rota_lines.title(schedule)}\n{now}"
    return section(text, run("Show", f"schedule show {schedule.handle}"))


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    schedule = pick(directory, Schedule, arguments.words[_SCHEDULE.name])
    permitted = may_change(visit, schedule.id)
    blocks = (
        section("\n".join((rota_lines.title(schedule), *rota_lines.facts(schedule, directory, visit.now)))),
        *picture(visit, schedule),
        *rota_lines.events(schedule, directory, permitted=permitted),
        *rota_lines.event_lines(schedule, directory, visit.now, permitted=permitted),
        *rota_lines.gaps_ahead(schedule, directory, visit.now, timedelta(days=7)),
        _verbs(visit, schedule),
    )
    return Said(text=f"Schedule {rota_lines.title(schedule)}", blocks=blocks)


def _verbs(visit: Visit, schedule: Schedule) -> Block:
    handle = schedule.handle
    own = [run("Add event", f"schedule extend {handle}"), run("Edit", f"schedule edit {handle}")]
    last = [run("Delete", f"schedule delete {handle}")]
    everyone = [
        run("Override", f"override add {handle}"),
        run("Swap", f"oncall swap {handle}"),
        run("Overrides", f"override list {handle}"),
        run("Calendar", f"schedule feed {handle}"),
    ]
    permitted = own if may_change(visit, schedule.id) else []
    return actions(*everyone, *permitted, *(last if may_delete(visit, schedule.id) else []))


def _edit(visit: Visit, arguments: Arguments) -> Form:
    schedule, seen = open_object(visit, Schedule, arguments.words[_SCHEDULE.name])
    admit_to_all(visit, schedule.id)
    if _EVENT.name not in arguments.words:
        return edit_schedule(schedule, seen, visit.directory())
    return edit_event(schedule, seen, _place(schedule, arguments), visit.directory())


def _place(schedule: Schedule, arguments: Arguments) -> EventPart:
    event_id = arguments.words[_EVENT.name].text
    event = next((each for each in schedule.events if each.id == event_id), None)
    if event is None:
        mend = f"/pagertree schedule show {schedule.handle} shows its events."
        raise Invalid([Problem(message=f"There is no event “{event_id[:60]}”.", mend=mend)])
    if _START.name not in arguments.words:
        return EventPart(event_id=event.id, start=event.start, extent=Extent.ALL)
    return EventPart(event_id=event.id, start=_start(arguments), extent=_extent(arguments))


def _start(arguments: Arguments) -> datetime:
    typed = arguments.words[_START.name].text
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=None)
    except ValueError as error:
        mend = "Write when the turn begins, like 2026-03-29T09:00."
        raise Invalid([Problem(message=f"“{typed[:40]}” is no time.", mend=mend)]) from error


def _extent(arguments: Arguments) -> Extent:
    typed = arguments.options.get(_EXTENT.name, Extent.THIS)
    if typed not in set(Extent):
        raise Invalid([Problem(message=f"“{typed[:20]}” is no extent.", mend=f"There are {', '.join(Extent)}.")])
    return Extent(typed)


def _extend(visit: Visit, arguments: Arguments) -> Form:
    schedule, seen = open_object(visit, Schedule, arguments.words[_SCHEDULE.name])
    admit_to_all(visit, schedule.id)
    return new_event(schedule, seen, visit.directory(), visit.now)


def _delete(visit: Visit, arguments: Arguments) -> Form:
    directory = visit.directory()
    found = pick(directory, Schedule, arguments.words[_SCHEDULE.name])
    admit_deletion(visit, found)
    return ask_to_delete(visit, found)


def _gaps(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    schedule = pick(directory, Schedule, arguments.words[_SCHEDULE.name])
    days = timedelta(days=_days(arguments))
    found = tuple(rota_lines.gaps_ahead(schedule, directory, visit.now, days))
    none = context(f"Somebody is on call in every layer for the next {days.days} days.")
    return Said(
        text=f"Gaps of {code(schedule.handle)}", blocks=(section(rota_lines.title(schedule)), *(found or [none]))
    )


def _check(visit: Visit, arguments: Arguments) -> Said:
    """A year of clock changes, each with what it does to what is set up here."""
    directory, word = visit.directory(), arguments.words.get(_ONE.name)
    only = pick(directory, Schedule, word) if word else None
    found = clock_changes.report(directory, visit.now, only)
    if not found:
        return Said(text="No clock that anything here is on changes within a year.")
    typed = f"schedule check {only.handle}" if only else "schedule check"
    rows = Rows(found=found, draw=lambda each: section(_say_change(each)))
    return paged("Clock changes", rows, page_of(arguments), typed)


def _say_change(found: Report) -> str:
    change = found.change
    way, what = ("forward", "are skipped") if change.by > timedelta() else ("back", "happen twice")
    title = f"*{change.low:%a %Y-%m-%d}, {line(change.zone)}*: the clock goes {way} by {say_duration(abs(change.by))}"
    times = f"{change.low:%H:%M} to {change.high:%H:%M} {what}"
    effects = [f"• {code(each.subject, 80)} {line(each.said, 200)}" for each in found.effects]
    return f"{title}; {times}.\n{whole_lines(effects or ['• Nothing here notices it.'], _MOST_EFFECTS)}"


def _days(arguments: Arguments) -> int:
    typed = arguments.options.get(_DAYS.name, "30")
    if not typed.isascii() or not typed.isdecimal() or not 1 <= int(typed) <= 90:
        raise Invalid([Problem(message=f"“{typed[:20]}” is no number of days.", mend="Give 1 to 90.")])
    return int(typed)


def _feed(visit: Visit, arguments: Arguments) -> Said:
    schedule = pick(visit.directory(), Schedule, arguments.words[_SCHEDULE.name])
    renew = arguments.options.get(_RENEW.name, "").lower() == "yes"
    if renew:
        admit_to(visit, schedule.id)
    key = calendars.feed_key(visit.ports, schedule.id, visit.actor, renew=renew)
    said = "The old address shows nothing any more. " if renew else ""
    blocks = feed_lines(visit, key, f"{said}Everyone's shifts of {rota_lines.title(schedule)}")
    renewing = [actions(run("Renew the address", f"schedule feed {schedule.handle} --renew yes"))]
    return Said(text="Calendar", blocks=(*blocks, *(renewing if may_change(visit, schedule.id) else [])))


def _import(visit: Visit, _arguments: Arguments) -> Form:
    return import_form(visit)


NOUN = Noun(
    name="schedule",
    summary="Who is on call when: turns, layers, gaps.",
    commands=(
        Command(
            verb="add",
            summary="Make a schedule with its first event.",
            run=_add,
            role=Role.ADMIN,
            opens="New schedule",
        ),
        Command(verb="list", summary="List the schedules.", run=_list, arguments=(SEARCH,), options=(PAGE_OPTION,)),
        Command(
            verb="show",
            summary="Show a schedule: who is on call now and next, its events, its gaps.",
            run=_show,
            arguments=(_SCHEDULE,),
            example="schedule show payments-on-call",
        ),
        Command(
            verb="edit",
            summary="Change a schedule, or one of its events: all of its turns, one, or those from one on.",
            run=_edit,
            arguments=(_SCHEDULE, _EVENT, _START),
            options=(_EXTENT,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Edit schedule",
        ),
        Command(
            verb="extend",
            summary="Add an event to a schedule.",
            run=_extend,
            arguments=(_SCHEDULE,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Event",
        ),
        copy_command(Schedule),
        handle_command(Schedule),
        replace_command(Schedule),
        Command(
            verb="delete",
            summary="Delete a schedule, after asking.",
            run=_delete,
            arguments=(_SCHEDULE,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Delete schedule",
        ),
        Command(
            verb="import",
            summary="Make a schedule of a calendar feed, its people matched by email.",
            run=_import,
            role=Role.ADMIN,
            opens="Import schedule",
        ),
        Command(
            verb="feed",
            summary="Show the secret address at which calendars subscribe to a schedule.",
            run=_feed,
            arguments=(_SCHEDULE,),
            options=(_RENEW,),
        ),
        Command(
            verb="gaps",
            summary="Show when nobody is on call.",
            run=_gaps,
            arguments=(_SCHEDULE,),
            options=(_DAYS,),
            example="schedule gaps payments-on-call --days 14",
        ),
        Command(
            verb="check",
            summary="Show what the clock changes of the next year do to shifts, maintenance windows and rules.",
            run=_check,
            arguments=(_ONE,),
            options=(PAGE_OPTION,),
        ),
    ),
)
