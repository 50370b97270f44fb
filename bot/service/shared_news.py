"""Telling teams that somebody changed what they share with others: a schedule, a policy, a stakeholder."""

from collections.abc import Iterator
from dataclasses import fields

from bot.engine.directory import Configured, Directory
from bot.engine.model import Actor, ActorKind, Policy, Role, Stakeholder, Team
from bot.engine.schedules import Schedule
from bot.ports import Announcement, Ports, UnitOfWork
from bot.service import announce
from bot.service.announce import About

_MOST_NAMED = 5


def teams_sharing(directory: Directory, object_id: str) -> tuple[Team, ...]:
    """The teams that use a schedule, a policy or a stakeholder, by name."""
    found = (each for each in directory.teams.values() if object_id in _shared_parts(each))
    return tuple(sorted(found, key=lambda team: (team.name.casefold(), team.id)))


def say_teams(teams: tuple[Team, ...]) -> str:
    """Name teams, a few of many, not escaped."""
    more = f" and {len(teams) - _MOST_NAMED} more" if len(teams) > _MOST_NAMED else ""
    return ", ".join(team.name for team in teams[:_MOST_NAMED]) + more


def tell(ports: Ports, uow: UnitOfWork, before: Directory, after: Configured, author: Actor) -> None:
    """Put down what the admins of the teams that share a thing are told, but for its author, where it changed."""
    if author.kind is not ActorKind.USER or not isinstance(after, Schedule | Policy | Stakeholder):
        return
    was = before.get(type(after), after.id)
    teams = teams_sharing(before, after.id)
    if was is None or was == after or len(teams) < 2:
        return
    uow.announce(tuple(_said(ports, uow, was, after, author)))


def _said(ports: Ports, uow: UnitOfWork, was: Configured, after: Configured, author: Actor) -> Iterator[Announcement]:
    directory, noun = uow.directory(), type(after).__name__.lower()
    by, version = directory.users.get(author.id), uow.version_of(after.id)
    parts = [each.name for each in fields(after) if getattr(was, each.name) != getattr(after, each.name)]
    teams = teams_sharing(directory, after.id)
    for user_id in _admins_of(teams):
        user = directory.users.get(user_id)
        if user is None or not user.active or user.id == author.id:
            continue
        own = tuple(team for team in teams if _leads(team, user_id))
        about = About(
            id=f"shared.{after.id}.{version}",
            title=f"The {noun} {after.name} was changed",
            text=(
                f"{by.name if by else 'Somebody'} changed the {noun} {after.name}, which {say_teams(own)} shares with "
                f"other teams: {', '.join(parts)}. /pagertree {noun} diff {after.handle} {version - 1} shows what."
            ),
            at=ports.clock.now(),
        )
        yield from announce.for_user(user, about, ports)


def _shared_parts(team: Team) -> tuple[str | None, ...]:
    return (team.schedule_id, team.policy_id, *team.stakeholder_ids)


def _admins_of(teams: tuple[Team, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.user_id for team in teams for each in team.members if each.role is Role.ADMIN))


def _leads(team: Team, user_id: str) -> bool:
    return any(each.user_id == user_id and each.role is Role.ADMIN for each in team.members)
