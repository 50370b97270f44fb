"""`/pagertree oncall`: who answers now."""

from bot.channels.blocks import section
from bot.engine.model import Role, Team
from bot.handlers import duty
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, nothing_yet, page_of, paged
from bot.handlers.lookup import pick
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import look

_TEAM = Argument(name="team", required=False)


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    teams = look.on_call_now(directory, visit.now)
    if word := arguments.words.get(_TEAM.name):
        wanted = pick(directory, Team, word)
        teams = tuple(each for each in teams if each.team.id == wanted.id)
    if not teams:
        buttons = (run("New team", "team add", "primary"),) if visit.user.role is Role.ADMIN else ()
        return nothing_yet("There are no teams yet, so nobody is on call. A team has people who take turns.", *buttons)
    rows = [section(duty.say_team(each, directory)) for each in teams]
    return paged("On call now", rows, page_of(arguments), "oncall")


NOUN = Noun(
    name="oncall",
    summary="Who is on call now, in which layer and until when.",
    commands=(
        Command(
            verb="",
            summary="Show who is on call now, in every team or in one.",
            run=_show,
            arguments=(_TEAM,),
            options=(PAGE_OPTION,),
            example="oncall team:payments",
        ),
    ),
)
