"""Those who answer for a team: who has to know what becomes of an alert that nobody answers."""

from bot.engine.directory import Directory
from bot.engine.model import Alert, Role, Team, User


def answerable(alert: Alert, directory: Directory) -> tuple[tuple[Team | None, tuple[User, ...]], ...]:
    """Who has to know what becomes of an alert that nobody answers: its teams with their admins, or all admins."""
    asked = dict.fromkeys(directory.teams[each.id] for each in alert.receivers if each.id in directory.teams)
    return tuple((team, _admins(team, directory)) for team in asked) or ((None, _admins(None, directory)),)


def _admins(team: Team | None, directory: Directory) -> tuple[User, ...]:
    admins = [member.user_id for member in team.members if member.role is Role.ADMIN] if team else []
    ids = (team.told_of_drops if team else ()) or admins
    own = tuple(user for user in (directory.users.get(each) for each in ids) if user and user.active)
    return own or tuple(user for user in directory.users.values() if user.role is Role.ADMIN and user.active)
