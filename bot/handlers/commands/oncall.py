"""`/pagertree oncall`: who answers now, at another time, and next."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine import teams_on_call
from bot.engine.directory import Directory
from bot.engine.model import Role, Team
from bot.engine.schedules import Schedule
from bot.errors import Invalid
from bot.handlers import on_call_lines, rota_lines
from bot.handlers.buttons import run
from bot.handlers.grammar import Word
from bot.handlers.lists import PAGE_OPTION, drawn, nothing_yet, page_of, paged
from bot.handlers.lookup import pick
from bot.handlers.modals.cover import ask_for_cover
from bot.handlers.modals.override import new_swap
from bot.handlers.moments import read_moment
from bot.handlers.pictures import picture
from bot.handlers.table import Argument, Arguments, Command, CommandOption, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, section, when
from bot.slack.forms import Form

_TEAM = Argument(name="team", required=False)
_AT = CommandOption(
    name="at", value="time", summary="another time than now, in your time zone: 2026-03-29 09:00, 09:00, +3h"
)
_OF = CommandOption(name="team", value="team", summary="only this team")
_SCHEDULE = Argument(name="schedule")


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory, at = visit.directory(), _at(visit, arguments)
    teams = teams_on_call.on_call_now(directory, at)
    wanted = _wanted(directory, arguments)
    if wanted:
        teams = tuple(each for each in teams if each.team.id == wanted.id)
    if not teams:
        buttons = (run("New team", "team add", "primary"),) if visit.user.role is Role.ADMIN else ()
        return nothing_yet("There are no teams yet, so nobody is on call. A team has people who take turns.", *buttons)
    rows = [section(on_call_lines.say_team(each, directory)) for each in teams]
    rows += _next(visit, wanted, at) if wanted else []
    typed = f'oncall --at "{arguments.options[_AT.name]}"' if _AT.name in arguments.options else "oncall"
    title = f"On call {when(at)}" if _AT.name in arguments.options else "On call now"
    said = paged("On call", drawn(rows), page_of(arguments), typed)
    return Said(text=title, blocks=(section(f"*{title}*"), *said.blocks[1:]))


def _at(visit: Visit, arguments: Arguments) -> datetime:
    typed = arguments.options.get(_AT.name, "")
    return read_moment(typed, visit.user.zone, visit.now) if typed else visit.now


def _wanted(directory: Directory, arguments: Arguments) -> Team | None:
    if word := arguments.words.get(_TEAM.name):
        return pick(directory, Team, word)
    typed = arguments.options.get(_OF.name, "")
    return pick(directory, Team, Word(text=typed)) if typed else None


def _next(visit: Visit, team: Team, at: datetime) -> Iterator[Block]:
    directory = visit.directory()
    schedule = directory.schedules.get(team.schedule_id or "")
    if schedule is None:
        return
    try:
        said = "\n".join(rota_lines.say_next(schedule, directory, at, most=8))
    except Invalid as invalid:
        said = str(invalid.problems[0])
    show = run("Schedule", f"schedule show {schedule.handle}")
    yield section(f"*Next*\n{said or 'Nobody goes on call in the next weeks.'}", show)
    yield from picture(visit, schedule)


def _swap(visit: Visit, arguments: Arguments) -> Form:
    return new_swap(visit, pick(visit.directory(), Schedule, arguments.words[_SCHEDULE.name]))


def _cover(visit: Visit, arguments: Arguments) -> Form:
    return ask_for_cover(visit, pick(visit.directory(), Schedule, arguments.words[_SCHEDULE.name]))


NOUN = Noun(
    name="oncall",
    summary="Who is on call now, in which layer and until when; who is next.",
    commands=(
        Command(
            verb="",
            summary="Show who is on call, now or at another time, in every team or in one.",
            run=_show,
            arguments=(_TEAM,),
            options=(_AT, _OF, PAGE_OPTION),
            example='oncall team:payments --at "tomorrow 09:00"',
        ),
        Command(
            verb="swap",
            summary="Swap two shifts of a schedule: your own with another's, or as an admin any two.",
            run=_swap,
            arguments=(_SCHEDULE,),
            opens="Swap shifts",
        ),
        Command(
            verb="cover",
            summary="Ask who takes a shift of yours, in the team's channel or of somebody; the first click takes it.",
            run=_cover,
            arguments=(_SCHEDULE,),
            opens="Who takes my shift?",
        ),
    ),
)
