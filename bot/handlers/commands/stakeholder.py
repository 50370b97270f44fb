"""`/pagertree stakeholder`: who is told and never asked."""

from bot.engine.directory import Directory
from bot.engine.model import Role, Stakeholder
from bot.handlers import configured_objects, on_call_lines
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION
from bot.handlers.lookup import pick
from bot.handlers.modals.saving import open_object
from bot.handlers.modals.stakeholder import edit_stakeholder, new_stakeholder
from bot.handlers.renaming import handle_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import actions, code, line, section
from bot.slack.forms import Form

_STAKEHOLDER = Argument(name="stakeholder")
_MOST = 20


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_stakeholder(visit.directory())


def _facts(_visit: Visit, stakeholder: Stakeholder, directory: Directory) -> str:
    people = [on_call_lines.name(directory, each) for each in stakeholder.user_ids[:_MOST]]
    addresses = [line(each, 100) for each in stakeholder.emails[:_MOST]]
    left = len(stakeholder.user_ids) + len(stakeholder.emails) - len(people) - len(addresses)
    more = f" and {left} more" if left else ""
    named = ", ".join([*people, *addresses]) or "nobody"
    return f"*{line(stakeholder.name, 100)}* {code(f'stakeholder:{stakeholder.handle}')}\n{named}{more}"


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    found = pick(directory, Stakeholder, arguments.words[_STAKEHOLDER.name])
    verbs = actions(
        run("Edit", f"stakeholder edit {found.handle}"), run("Delete", f"stakeholder delete {found.handle}")
    )
    blocks = (section(_facts(visit, found, directory)), *([verbs] if visit.user.role is Role.ADMIN else []))
    return Said(text=f"Stakeholder {line(found.name, 100)}", blocks=blocks)


def _edit(visit: Visit, arguments: Arguments) -> Form:
    found, seen = open_object(visit, Stakeholder, arguments.words[_STAKEHOLDER.name])
    return edit_stakeholder(found, seen, visit.directory())


_EMPTY = "There are no stakeholders yet. They are told what becomes of an alert, and never asked to answer."

NOUN = Noun(
    name="stakeholder",
    summary="Who is told what becomes of alerts, and never asked to answer.",
    commands=(
        Command(verb="add", summary="Make a stakeholder.", run=_add, role=Role.ADMIN, opens="New stakeholder"),
        Command(
            verb="list",
            summary="List the stakeholders.",
            run=configured_objects.listing(Stakeholder, "Stakeholders", _EMPTY, _facts),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(verb="show", summary="Show who a stakeholder is.", run=_show, arguments=(_STAKEHOLDER,)),
        Command(
            verb="edit",
            summary="Change a stakeholder.",
            run=_edit,
            arguments=(_STAKEHOLDER,),
            role=Role.ADMIN,
            opens="Edit stakeholder",
        ),
        handle_command(Stakeholder),
        Command(
            verb="delete",
            summary="Delete a stakeholder, after asking.",
            run=configured_objects.deleting(Stakeholder),
            arguments=(_STAKEHOLDER,),
            role=Role.ADMIN,
            opens="Delete stakeholder",
        ),
    ),
)
