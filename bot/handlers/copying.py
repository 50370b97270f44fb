"""A copy for one team of what it shares with others: from then on a change of it is that team's alone."""

from dataclasses import replace

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.errors import Refused
from bot.handlers.buttons import run
from bot.handlers.lookup import noun_of, pick
from bot.handlers.modals.saving import open_object, save
from bot.handlers.modals.sharing import policy_for, schedule_for
from bot.handlers.permits import admit_to_team
from bot.handlers.table import Argument, Arguments, Command, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import actions, code, line, section

_TEAM = Argument(name="team")


def copy_command(kind: type[Schedule] | type[Policy]) -> Command:
    """The command that makes a copy of a schedule or a policy for one of the teams that use it."""
    noun = noun_of(kind)
    return Command(
        verb="copy",
        summary=f"Make a copy of a {noun} for one of the teams that share it; the others keep the one they have.",
        run=_schedule if kind is Schedule else _policy,
        arguments=(Argument(name=noun), _TEAM),
        role=Role.ADMIN,
        team_admins=True,
        example=f"{noun} copy follow-the-sun payments",
    )


def _schedule(visit: Visit, arguments: Arguments) -> Said:
    directory, team, seen = _team(visit, arguments)
    found = pick(directory, Schedule, arguments.words["schedule"])
    _check_use(found, team, team.schedule_id)
    copy = schedule_for(directory, found, ids.new("sch"), team.name)
    save(visit, [(copy, 0), (replace(team, schedule_id=copy.id), seen)])
    return _said("schedule", copy, team)


def _policy(visit: Visit, arguments: Arguments) -> Said:
    directory, team, seen = _team(visit, arguments)
    found = pick(directory, Policy, arguments.words["policy"])
    _check_use(found, team, team.policy_id)
    copy = policy_for(directory, found, ids.new("esc"), team.name)
    save(visit, [(copy, 0), (replace(team, policy_id=copy.id), seen)])
    return _said("policy", copy, team)


def _team(visit: Visit, arguments: Arguments) -> tuple[Directory, Team, int]:
    team, seen = open_object(visit, Team, arguments.words[_TEAM.name])
    admit_to_team(visit, team)
    return visit.directory(), team, seen


def _check_use(found: Schedule | Policy, team: Team, used_id: str | None) -> None:
    if found.id != used_id:
        raise Refused(f"{team.name} does not use the {noun_of(type(found))} {found.name}. Nothing was changed.")


def _said(noun: str, copy: Schedule | Policy, team: Team) -> Said:
    text = f"{line(team.name, 100)} has a {noun} of its own now: *{line(copy.name, 100)}* {code(copy.handle)}."
    return Said(text=text, blocks=(section(text), actions(run("Edit", f"{noun} edit {copy.handle}"))))
