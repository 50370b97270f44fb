"""What the admins of a team may change beside the admins of the installation: what belongs to their team."""

from collections.abc import Iterable

from bot.engine.directory import Directory
from bot.engine.model import Integration, ReceiverKind, Role, Team, User
from bot.errors import Refused
from bot.handlers.visit import Visit, admit


def admit_to(visit: Visit, object_id: str) -> None:
    """Raise `Refused` unless the person is an admin, or an admin of a team that has this schedule or policy."""
    if may_change(visit, object_id):
        return
    try:
        admit(visit, Role.ADMIN)
    except Refused as refused:
        raise Refused(f"{refused} An admin of the team that it belongs to may, too.") from refused


def may_change(visit: Visit, object_id: str) -> bool:
    """Whether the person may change a team's schedule or policy."""
    return visit.user.role is Role.ADMIN or any(
        leads(team, visit.user) for team in _teams_of(visit.directory(), object_id)
    )


def is_of(visit: Visit, schedule_id: str) -> bool:
    """Whether the person belongs to a team that has this schedule."""
    teams = _teams_of(visit.directory(), schedule_id)
    return any(member.user_id == visit.user.id for team in teams for member in team.members)


def admit_to_silence(visit: Visit, integrations: Iterable[Integration]) -> None:
    """Raise `Refused` unless the person is an admin, or an admin of a team that each integration goes to."""
    directory = visit.directory()
    for integration in integrations:
        to = (directory.teams.get(each.id) for each in integration.destinations if each.kind is ReceiverKind.TEAM)
        if not any(team and leads(team, visit.user) for team in to):
            admit(visit, Role.ADMIN)


def admit_to_team(visit: Visit, team: Team | None) -> None:
    """Raise `Refused` unless the person is an admin, or an admin of this team; a new team is for admins."""
    if team is not None and leads(team, visit.user):
        return
    try:
        admit(visit, Role.ADMIN)
    except Refused as refused:
        leaders = [each.user_id for each in team.members if each.role is Role.ADMIN] if team else []
        users = visit.directory().users
        names = ", ".join(users[each].name for each in leaders[:5] if each in users)
        raise Refused(f"{refused} {f'So may the admins of the team: {names}.' if names else ''}".strip()) from refused


def admit_leader(visit: Visit) -> None:
    """Raise `Refused` unless the person is an admin, of the installation or of some team."""
    if not any(leads(team, visit.user) for team in visit.directory().teams.values()):
        admit(visit, Role.ADMIN)


def leads(team: Team, user: User) -> bool:
    """Whether somebody is an admin of a team."""
    return any(member.user_id == user.id and member.role is Role.ADMIN for member in team.members)


def _teams_of(directory: Directory, object_id: str) -> tuple[Team, ...]:
    return tuple(team for team in directory.teams.values() if object_id in (team.schedule_id, team.policy_id))
