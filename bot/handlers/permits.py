"""What the admins of a team may change beside the admins of the installation: what belongs to their team."""

from collections.abc import Sequence

from bot.engine.directory import Directory
from bot.engine.model import ActorKind, Integration, ReceiverKind, Role, Team, User
from bot.errors import Refused
from bot.handlers.visit import Visit, admit


def may_change_rule(visit: Visit, rule_id: str) -> bool:
    """Whether the person is an admin, or wrote the rule's first version."""
    if visit.user.role is Role.ADMIN:
        return True
    with visit.ports.store.begin() as uow:
        versions = uow.revisions(rule_id, limit=1_000)
    first = versions[-1].author if versions else None
    return first is not None and (first.kind, first.id) == (ActorKind.USER, visit.user.id)


def admit_to_rule(visit: Visit, rule_id: str) -> None:
    """Raise `Refused` unless the person may change the rule."""
    if may_change_rule(visit, rule_id):
        return
    try:
        admit(visit, Role.ADMIN)
    except Refused as refused:
        raise Refused(f"{refused} Whoever wrote the rule may, too; or make one of your own with rule add.") from refused


def admit_to(visit: Visit, object_id: str) -> None:
    """Raise `Refused` unless the person is an admin, or an admin of a team that has this schedule or policy."""
    if not may_change(visit, object_id):
        _admit_beside(visit, "An admin of the team that it belongs to may, too.")


def may_change(visit: Visit, object_id: str) -> bool:
    """Whether the person may change a team's schedule or policy."""
    return visit.user.role is Role.ADMIN or any(
        leads(team, visit.user) for team in _teams_of(visit.directory(), object_id)
    )


def may_delete(visit: Visit, object_id: str) -> bool:
    """Whether the person may delete a schedule or a policy: an admin of one team may not take it from another."""
    using = _teams_of(visit.directory(), object_id)
    return visit.user.role is Role.ADMIN or (bool(using) and all(leads(team, visit.user) for team in using))


def admit_to_delete(visit: Visit, object_id: str) -> None:
    """Raise `Refused` unless the person may delete this schedule or policy."""
    if may_delete(visit, object_id):
        return
    _admit_beside(visit, "So may an admin of every team that uses it.")


def admit_to_all(visit: Visit, object_id: str) -> None:
    """Raise `Refused` unless the person may change a schedule or a policy for every team that uses it."""
    if may_delete(visit, object_id):
        return
    teams = [team for team in _teams_of(visit.directory(), object_id) if not leads(team, visit.user)]
    names = ", ".join(team.name for team in teams[:5]) + (f" and {len(teams) - 5} more" if len(teams) > 5 else "")
    mend = "So may who is an admin of all of them. Or make a copy for your team, and change that."
    _admit_beside(visit, f"{names} would be changed, too. {mend}" if teams else "")


def may_silence(visit: Visit, integrations: Sequence[Integration]) -> bool:
    """Whether the person may open, change and end maintenance of these integrations."""
    try:
        admit_to_silence(visit, integrations)
    except Refused:
        return False
    return True


def is_of(visit: Visit, schedule_id: str) -> bool:
    """Whether the person belongs to a team that has this schedule."""
    teams = _teams_of(visit.directory(), schedule_id)
    return any(member.user_id == visit.user.id for team in teams for member in team.members)


def admit_to_silence(visit: Visit, integrations: Sequence[Integration]) -> None:
    """Raise `Refused` unless the person is an admin, or an admin of a team that each integration goes to."""
    directory = visit.directory()
    if not integrations:
        admit(visit, Role.ADMIN)
    for integration in integrations:
        to = (directory.teams.get(each.id) for each in integration.destinations if each.kind is ReceiverKind.TEAM)
        if not any(team and leads(team, visit.user) for team in to):
            _admit_beside(visit, f"So may an admin of a team that {integration.name} goes to.")


def _admit_beside(visit: Visit, others: str) -> None:
    """Raise `Refused` unless the person is an admin, and say who else may."""
    try:
        admit(visit, Role.ADMIN)
    except Refused as refused:
        raise Refused(f"{refused} {others}") from refused


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
