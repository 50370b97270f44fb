"""`/pagertree team`: people who answer together."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.engine import teams_on_call
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import Role, Team
from bot.handlers import configured_objects, on_call_lines, versions
from bot.handlers.buttons import run
from bot.handlers.copying import copy_team_command
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION
from bot.handlers.lookup import pick, say_receivers
from bot.handlers.modals.layers import say_repeats
from bot.handlers.modals.saving import open_object
from bot.handlers.modals.team import edit_team, new_team
from bot.handlers.modals.team_people import edit_people
from bot.handlers.permits import admit_to_team, leads
from bot.handlers.renaming import handle_command
from bot.handlers.replacing import replace_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, actions, code, line, section
from bot.slack.forms import Form

_TEAM = Argument(name="team")
_MOST_PEOPLE = 30


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_team(visit)


def _row(_visit: Visit, team: Team, directory: Directory) -> str:
    people = ", ".join(on_call_lines.name(directory, member.user_id) for member in team.members[:10]) or "nobody"
    more = f" and {len(team.members) - 10} more" if len(team.members) > 10 else ""
    return f"*{line(team.name, 100)}* {code(f'team:{team.handle}')}\n{people}{more}"


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    team = pick(directory, Team, arguments.words[_TEAM.name])
    on_call = next(each for each in teams_on_call.on_call_now(directory, visit.now) if each.team.id == team.id)
    blocks = (
        section("\n".join([on_call_lines.say_team(on_call, directory), *_facts(team, directory)])),
        *_verbs(visit, team),
    )
    return Said(text=f"Team {line(team.name, 100)}", blocks=blocks)


def _facts(team: Team, directory: Directory) -> Iterator[str]:
    people = [
        f"{on_call_lines.name(directory, member.user_id)}{' (admin)' if member.role is Role.ADMIN else ''}"
        for member in team.members[:_MOST_PEOPLE]
    ]
    yield f"Members: {', '.join(people) or 'none'}"
    if policy := directory.policies.get(team.policy_id or ""):
        waits = ", ".join(say_duration(layer.timeout) for layer in policy.layers)
        then = line(say_receivers(directory, policy.reassign), 200) if policy.reassign else "the alert is dropped"
        yield f"Layers wait {waits}{say_repeats(policy.repeat)}; after that {then}."
    if team.slack_channel and team.slack_channel.isalnum():
        yield f"Channel: <#{team.slack_channel}>"
    for each in team.places:
        where = urlsplit(each.address).hostname or "set"
        yield f"{directory.channel_kinds.of(each.channel).title}: {line(where, 100)}"
    yield from _hearers(team, directory)


def _hearers(team: Team, directory: Directory) -> Iterator[str]:
    drops = _named(team.told_of_drops, directory)
    yield f"Told when nobody answers: {drops or 'the admins of the team'}"
    if handoffs := _named(team.told_of_handoffs, directory):
        yield f"Told of handoffs: {handoffs}"
    known = (directory.stakeholders.get(each) for each in team.stakeholder_ids[:_MOST_PEOPLE])
    if told := ", ".join(code(f"stakeholder:{each.handle}") for each in known if each):
        yield f"Stakeholders: {told}"


def _named(user_ids: tuple[str, ...], directory: Directory) -> str:
    return ", ".join(on_call_lines.name(directory, each) for each in user_ids[:_MOST_PEOPLE])


def _verbs(visit: Visit, team: Team) -> Iterator[Block]:
    directory = visit.directory()
    buttons = [run("Page them", f"alert page team:{team.handle}")]
    if schedule := directory.schedules.get(team.schedule_id or ""):
        buttons.append(run("Schedule", f"schedule show {schedule.handle}"))
    if policy := directory.policies.get(team.policy_id or ""):
        buttons.append(run("Policy", f"policy show {policy.handle}"))
    if visit.user.role is Role.ADMIN or leads(team, visit.user):
        buttons += [run("Edit", f"team edit {team.handle}"), run("People", f"team people {team.handle}")]
    if visit.user.role is Role.ADMIN:
        buttons.append(run("Delete", f"team delete {team.handle}"))
    yield actions(*buttons)


def _edit(visit: Visit, arguments: Arguments) -> Form:
    admit_to_team(visit, pick(visit.directory(), Team, arguments.words[_TEAM.name]))
    with visit.ports.store.begin() as uow:
        return edit_team(visit, uow, pick(uow.directory(), Team, arguments.words[_TEAM.name]))


def _people(visit: Visit, arguments: Arguments) -> Form:
    team, seen = open_object(visit, Team, arguments.words[_TEAM.name])
    admit_to_team(visit, team)
    return edit_people(team, seen, visit.directory())


_EMPTY = "There are no teams yet. A team has people who take turns to answer alerts."

NOUN = Noun(
    name="team",
    summary="People who answer together, their turns and how long each layer waits.",
    commands=(
        Command(
            verb="add",
            summary="Make a team with its rota and its escalation.",
            run=_add,
            role=Role.ADMIN,
            opens="New team",
        ),
        Command(
            verb="list",
            summary="List the teams.",
            run=configured_objects.listing(Team, "Teams", _EMPTY, _row),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(
            verb="show",
            summary="Show a team: who is on call, its members, how it escalates.",
            run=_show,
            arguments=(_TEAM,),
            example="team show payments-db",
        ),
        Command(
            verb="edit",
            summary="Change a team.",
            run=_edit,
            arguments=(_TEAM,),
            role=Role.ADMIN,
            opens="Edit team",
            team_admins=True,
        ),
        Command(
            verb="people",
            summary="Choose a team's admins, its stakeholders, and who hears of dropped alerts and of handoffs.",
            run=_people,
            arguments=(_TEAM,),
            role=Role.ADMIN,
            opens="People of the team",
            team_admins=True,
            example="team people payments-db",
        ),
        *versions.commands(Team, _TEAM.name),
        copy_team_command(),
        handle_command(Team),
        replace_command(Team),
        Command(
            verb="delete",
            summary="Delete a team, after asking.",
            run=configured_objects.deleting(Team),
            arguments=(_TEAM,),
            role=Role.ADMIN,
            opens="Delete team",
        ),
    ),
)
