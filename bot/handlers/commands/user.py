"""`/pagertree user`: the people, and what they may do."""

from collections.abc import Iterator

from bot.engine.model import Role, User
from bot.errors import Invalid, Problem
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, SEARCH, Rows, nothing_yet, page_of, paged, searched
from bot.handlers.lookup import pick, search
from bot.handlers.modals.deactivation import ask_to_deactivate
from bot.handlers.own_overview import warnings
from bot.handlers.replacing import replace_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import people
from bot.slack.blocks import Block, actions, code, line, mention, section
from bot.slack.forms import Form

_PERSON = Argument(name="user")
_ROLE = Argument(name="role")


def _list(visit: Visit, arguments: Arguments) -> Said:
    text = searched(arguments)
    found = search(visit.directory(), User, text)
    if not found:
        return nothing_yet(
            "There is nobody yet. People are known once they type /pagertree." if not text else "Nobody."
        )
    rows = Rows(found=found, draw=lambda each: section(_said(each), run("Show", f"user show {each.handle}")))
    return paged("People", rows, page_of(arguments), f'user list "{text}"' if text else "user list")


def _said(user: User) -> str:
    state = "" if user.active else ", *deactivated*"
    facts = f"{user.role}{state} · {line(', '.join(user.channels), 100)} · {line(user.zone)}"
    return f"{mention(user.slack_id, user.name)} {code(f'user:{user.handle}')}\n{facts}"


def _show(visit: Visit, arguments: Arguments) -> Said:
    user = pick(visit.directory(), User, arguments.words[_PERSON.name])
    return Said(text=line(user.name, 100), blocks=(section(_said(user)), *_reach(visit, user), _verbs(visit, user)))


def _reach(visit: Visit, user: User) -> Iterator[Block]:
    """What an admin has to know of somebody whose pages do not arrive."""
    rule = visit.directory().notification_rules.get(user.notification_rule_id or "")
    yield section(f"Paged {f'by the rule {code(rule.handle)}' if rule else 'on all of these channels at once'}.")
    told = warnings(visit, user) if visit.user.role is Role.ADMIN else ()
    if told:
        yield section("\n".join([f"*What {line(user.name, 100)} reads in* {code('/pagertree me')}", *told]))


def _verbs(visit: Visit, user: User) -> Block:
    buttons = [run("Page them", f"alert page user:{user.handle}")]
    if visit.user.role is Role.ADMIN:
        other = Role.MEMBER if user.role is Role.ADMIN else Role.ADMIN
        buttons.append(run(f"Make {other}", f"user role {user.handle} {other}"))
    return actions(*buttons)


def _role(visit: Visit, arguments: Arguments) -> Said:
    user = pick(visit.directory(), User, arguments.words[_PERSON.name])
    typed = arguments.words[_ROLE.name].text.lower()
    if typed not in set(Role):
        raise Invalid([Problem(message=f"“{typed[:20]}” is no role.", mend=f"There are {', '.join(Role)}.")])
    changed = people.set_role(visit.ports, user.id, Role(typed), visit.actor)
    return Said(text=f"{mention(changed.slack_id, changed.name)} is {changed.role}.")


def _deactivate(visit: Visit, arguments: Arguments) -> Form:
    return ask_to_deactivate(visit, pick(visit.directory(), User, arguments.words[_PERSON.name]))


def _activate(visit: Visit, arguments: Arguments) -> Said:
    user = pick(visit.directory(), User, arguments.words[_PERSON.name])
    people.set_active(visit.ports, user.id, True, visit.actor)
    return Said(text=f"{mention(user.slack_id, user.name)} is active.")


NOUN = Noun(
    name="user",
    summary="The people, and what they may do.",
    commands=(
        Command(verb="list", summary="List the people.", run=_list, arguments=(SEARCH,), options=(PAGE_OPTION,)),
        Command(verb="show", summary="Show a person.", run=_show, arguments=(_PERSON,), example="user show @jane"),
        Command(
            verb="role",
            summary="Make somebody an admin or a member.",
            run=_role,
            arguments=(_PERSON, _ROLE),
            role=Role.ADMIN,
            example="user role @jane admin",
        ),
        replace_command(User),
        Command(
            verb="deactivate",
            summary="Page somebody no more, and let them change nothing, after saying what counts on them.",
            run=_deactivate,
            arguments=(_PERSON,),
            role=Role.ADMIN,
            opens="Deactivate somebody",
        ),
        Command(
            verb="activate",
            summary="Let a deactivated person be paged again.",
            run=_activate,
            arguments=(_PERSON,),
            role=Role.ADMIN,
        ),
    ),
)
