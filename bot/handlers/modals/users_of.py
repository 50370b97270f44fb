"""Which teams use a schedule or a policy: an input that both forms have."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.engine.directory import Directory
from bot.engine.model import Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.handlers.filled import Filled
from bot.handlers.modals.menus import matching, told_apart
from bot.handlers.table import Menu
from bot.handlers.visit import Visit, admit
from bot.slack.blocks import Block
from bot.slack.forms import Choice, input_block, multi_menu

TEAMS = "teams"
MENU = "teams_menu"


def team_choices(directory: Directory) -> tuple[Choice, ...]:
    """All teams."""
    return told_apart(directory.all(Team))


def teams_input(directory: Directory, object_id: str) -> Block:
    """The teams that use an object. A team has one schedule and one policy: it lets go of the one it had."""
    using = [team.id for team in directory.teams.values() if object_id in (team.schedule_id, team.policy_id)]
    chosen = multi_menu(MENU, team_choices(directory), using, "No team")
    return input_block(TEAMS, "Used by", chosen, optional=True)


def changed_teams(visit: Visit, filled: Filled, used: Schedule | Policy) -> list[tuple[Team, int]]:
    """The teams that begin or cease to use the object, with their versions. Raises `Refused`: only admins may that."""
    if not filled.touched(TEAMS):
        return []
    directory = visit.directory()
    changed = list(_changed(directory, used, frozenset(filled.choices(TEAMS))))
    if changed:
        admit(visit, Role.ADMIN)
    with visit.ports.store.begin() as uow:
        return [(team, uow.version_of(team.id)) for team in changed]


def _changed(directory: Directory, used: Schedule | Policy, chosen: frozenset[str]) -> Iterator[Team]:
    for team in directory.teams.values():
        now = used.id if team.id in chosen else None
        had = team.schedule_id if isinstance(used, Schedule) else team.policy_id
        if (had == used.id) == (team.id in chosen):
            continue
        yield replace(team, schedule_id=now) if isinstance(used, Schedule) else replace(team, policy_id=now)


def _find_teams(visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(team_choices(visit.directory()), typed)


MENUS = (Menu(action_id=MENU, choices=_find_teams),)
