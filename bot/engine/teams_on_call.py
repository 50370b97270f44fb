"""Who is on call for each team at an instant, by layer."""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import Team
from bot.engine.schedules import Shift, layers, on_call
from bot.engine.staffing import gone_from, staffed


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Who answers for a team now: its shifts by layer, in the order in which they would be paged."""

    team: Team
    shifts: tuple[Shift, ...]
    layers: tuple[int, ...]
    gone: tuple[Shift, ...] = ()
    """The shifts of those who are here no more: nobody answers in them."""


def on_call_now(directory: Directory, now: datetime) -> tuple[OnCall, ...]:
    """Every team by name, with whoever is on call at an instant."""
    return tuple(_team_on_call(directory, team, now) for team in sorted(directory.teams.values(), key=_by_name))


def _team_on_call(directory: Directory, team: Team, now: datetime) -> OnCall:
    schedule = directory.schedules.get(team.schedule_id or "")
    if schedule is None:
        return OnCall(team=team, shifts=(), layers=())
    gone = gone_from(schedule, directory)
    away = tuple(each for each in on_call(schedule, now) if each.user_id in gone) if gone else ()
    return OnCall(team=team, shifts=on_call(staffed(schedule, directory), now), layers=layers(schedule), gone=away)


def _by_name(team: Team) -> str:
    return team.name.lower()
