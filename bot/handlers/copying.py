"""Copies: for one team of what it shares with others, whose change is that team's alone then; and of a whole team."""

from dataclasses import replace

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.errors import Refused
from bot.handlers.buttons import run
from bot.handlers.lookup import noun_of, pick
from bot.handlers.modals.saving import handle_of, open_object, save
from bot.handlers.modals.sharing import policy_for, schedule_for
from bot.handlers.permits import admit_to_team
from bot.handlers.table import Argument, Arguments, Command, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import actions, code, line, section

_TEAM = Argument(name="team")
_NAME = Argument(name="name", rest=True)


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


def copy_team_command() -> Command:
    """The command that makes another team like one that there is."""
    return Command(
        verb="copy",
        summary="Make another team with the same people, and a schedule and a policy of its own that begin as copies.",
        run=_copy_team,
        arguments=(_TEAM, _NAME),
        role=Role.ADMIN,
        example="team copy payments Payments EU",
    )


def _copy_team(visit: Visit, arguments: Arguments) -> Said:
    """Make the three as one; channels stay with the team that has them."""
    directory, name = visit.directory(), arguments.words[_NAME.name].text
    like = pick(directory, Team, arguments.words[_TEAM.name])
    schedule = directory.schedules.get(like.schedule_id or "")
    policy = directory.policies.get(like.policy_id or "")
    parts: list[Schedule | Policy] = []
    if schedule:
        parts.append(schedule_for(directory, schedule, ids.new("sch"), name))
    if policy:
        parts.append(policy_for(directory, policy, ids.new("esc"), name))
    team_id = ids.new("tem")
    team = replace(
        like,
        id=team_id,
        name=name,
        handle=handle_of(directory, Team, team_id, name),
        schedule_id=next((each.id for each in parts if isinstance(each, Schedule)), None),
        policy_id=next((each.id for each in parts if isinstance(each, Policy)), None),
        slack_channel=None,
        places=(),
    )
    save(visit, [*((each, 0) for each in parts), (team, 0)])
    named = f"*{line(name, 100)}* {code(f'team:{team.handle}')}"
    said = f"The team {named} is a copy of {line(like.name, 100)}, without its channel."
    return Said(text=said, blocks=(section(said), actions(run("Edit", f"team edit {team.handle}"))))
