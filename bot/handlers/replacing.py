"""The command that puts one in another's place everywhere, for every kind that alerts go to."""

from bot.engine.model import Role, Router, Team, User
from bot.engine.schedules import Schedule
from bot.handlers.lookup import noun_of, pick
from bot.handlers.modals.substitution import ask_to_replace
from bot.handlers.table import Argument, Arguments, Command
from bot.handlers.visit import Visit
from bot.slack.forms import Form

_BY = "replacement"


def replace_command(kind: type[User] | type[Team] | type[Schedule] | type[Router]) -> Command:
    """Make the command `replace` of a noun."""
    noun = noun_of(kind)

    def run(visit: Visit, arguments: Arguments) -> Form:
        directory = visit.directory()
        old, new = (pick(directory, kind, arguments.words[each]) for each in (noun, _BY))
        return ask_to_replace(visit, old, new)

    return Command(
        verb="replace",
        summary=f"Put another {noun} in its place wherever it is named, after a list of what changes.",
        run=run,
        arguments=(Argument(name=noun), Argument(name=_BY)),
        role=Role.ADMIN,
        opens="Replace everywhere",
        example=f"{noun} replace {'@jane @bob' if kind is User else 'payments billing'}",
    )
