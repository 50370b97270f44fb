"""`/pagertree policy`: how long each layer waits, and what comes after the last one."""

from collections.abc import Iterator

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import Policy, Role, Team
from bot.handlers import configured_objects
from bot.handlers.buttons import run
from bot.handlers.copying import copy_command
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION
from bot.handlers.lookup import pick, say_receivers
from bot.handlers.modals.layers import say_layers, say_repeats
from bot.handlers.modals.policy import edit_policy, new_policy
from bot.handlers.modals.saving import open_object
from bot.handlers.permits import admit_to_all, may_change, may_delete
from bot.handlers.renaming import handle_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, actions, code, line, section
from bot.slack.forms import Form

_POLICY = Argument(name="policy")


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_policy(visit.directory())


def _facts(_visit: Visit, policy: Policy, directory: Directory) -> str:
    return f"*{line(policy.name, 100)}* {code(policy.handle)}\n" + "\n".join(_rules(policy, directory))


def _rules(policy: Policy, directory: Directory) -> Iterator[str]:
    then = f"reassigned to {line(say_receivers(directory, policy.reassign), 300)}" if policy.reassign else "dropped"
    yield f"Layers wait {say_layers(policy.layers)}{say_repeats(policy.repeat)}; after that the alert is {then}."
    if policy.round_robin:
        yield "One of those on call in a layer is asked, the next one with each alert."
    if policy.remind_after:
        yield f"Whoever acknowledged is asked again every {say_duration(policy.remind_after)} until it is resolved."


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    policy = pick(directory, Policy, arguments.words[_POLICY.name])
    teams = [each for each in directory.all(Team) if isinstance(each, Team) and each.policy_id == policy.id]
    used = ", ".join(code(f"team:{team.handle}") for team in teams[:20]) or "no team"
    blocks = (section(_facts(visit, policy, directory)), section(f"Used by {used}."), *_verbs(visit, policy))
    return Said(text=f"Policy {line(policy.name, 100)}", blocks=blocks)


def _verbs(visit: Visit, policy: Policy) -> Iterator[Block]:
    verbs = [run("Edit", f"policy edit {policy.handle}")] if may_change(visit, policy.id) else []
    verbs += [run("Delete", f"policy delete {policy.handle}")] if may_delete(visit, policy.id) else []
    if verbs:
        yield actions(*verbs)


def _edit(visit: Visit, arguments: Arguments) -> Form:
    found, seen = open_object(visit, Policy, arguments.words[_POLICY.name])
    admit_to_all(visit, found.id)
    return edit_policy(found, seen, visit.directory())


_EMPTY = "There are no escalation policies yet. A new team has its own; one without waits 5, 10 and 15 minutes."

NOUN = Noun(
    name="policy",
    summary="Escalation: how long each layer waits, and what comes after the last one.",
    commands=(
        Command(verb="add", summary="Make an escalation policy.", run=_add, role=Role.ADMIN, opens="New policy"),
        Command(
            verb="list",
            summary="List the escalation policies.",
            run=configured_objects.listing(Policy, "Escalation policies", _EMPTY, _facts),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(
            verb="show",
            summary="Show a policy and who uses it.",
            run=_show,
            arguments=(_POLICY,),
            example="policy show office-hours",
        ),
        Command(
            verb="edit",
            summary="Change a policy.",
            run=_edit,
            arguments=(_POLICY,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Edit policy",
        ),
        copy_command(Policy),
        handle_command(Policy),
        Command(
            verb="delete",
            summary="Delete a policy, after asking.",
            run=configured_objects.deleting(Policy),
            arguments=(_POLICY,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Delete policy",
        ),
    ),
)
