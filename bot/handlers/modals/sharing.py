"""What several teams use: a form that changes it names them, and asks whether it changes for all or is copied."""

from collections.abc import Iterator
from dataclasses import replace

from bot.engine.directory import Directory
from bot.engine.model import Policy, Team
from bot.engine.schedules import Schedule
from bot.handlers.filled import Filled
from bot.handlers.modals.saving import handle_of
from bot.service.shared_news import say_teams, teams_sharing
from bot.slack.blocks import Block, code, context, line, section
from bot.slack.forms import Choice, input_block, menu

FOR = "shared"
_ALL, COPY = "all", "copy"


def say_shared(directory: Directory, found: Schedule | Policy) -> Iterator[Block]:
    """Name the teams that a change of the thing itself changes it for."""
    teams, noun = teams_sharing(directory, found.id), type(found).__name__.lower()
    if len(teams) > 1:
        copy = code(f"/pagertree {noun} copy {found.handle} <team>")
        yield section(
            f"⚠️ *{len(teams)} teams use it*: {line(say_teams(teams), 400)}. Saving changes it for all of them."
        )
        yield context(f"To change it for one team, make a copy first: {copy}")


def shared_inputs(directory: Directory, team: Team, parts: tuple[Schedule | Policy | None, ...]) -> Iterator[Block]:
    """What of a team's form other teams use as well, and whether they get the change, too."""
    named = [(each, others_with(directory, team, each.id)) for each in parts if each]
    shared = [(each, others) for each, others in named if others]
    for each, others in shared:
        noun = type(each).__name__.lower()
        yield context(f"⚠️ The {noun} *{line(each.name, 100)}* is also used by {line(say_teams(others), 400)}.")
    if shared:
        choices = (
            Choice(value=COPY, label="This team only: it gets copies of its own"),
            Choice(value=_ALL, label="All teams that use them: their admins are told"),
        )
        chosen = menu(FOR, choices, COPY)
        yield input_block(FOR, "What is changed above of what others use, changes for", chosen)


def others_with(directory: Directory, team: Team, object_id: str) -> tuple[Team, ...]:
    """The other teams that use a schedule or a policy."""
    return tuple(each for each in teams_sharing(directory, object_id) if each.id != team.id)


def is_copied(filled: Filled) -> bool:
    """Whether a change is to be this team's alone; so it is unless it was said that it is for all."""
    return filled.choice(FOR) != _ALL


def schedule_for(directory: Directory, schedule: Schedule, copy_id: str, name: str) -> Schedule:
    """A copy of a schedule, with a name and a handle of its own."""
    named = f"{name} on call"
    return replace(schedule, id=copy_id, name=named, handle=handle_of(directory, Schedule, copy_id, named))


def policy_for(directory: Directory, policy: Policy, copy_id: str, name: str) -> Policy:
    """A copy of a policy, with a name and a handle of its own."""
    named = f"{name} policy"
    return replace(policy, id=copy_id, name=named, handle=handle_of(directory, Policy, copy_id, named))
