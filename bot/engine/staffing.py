"""Who of a schedule is still here: the shifts of those who are gone are gaps."""

from collections.abc import Iterator
from dataclasses import replace

from bot.engine.directory import Directory
from bot.engine.schedules import Action, Override, Schedule
from bot.engine.schedules.computing import EVER


def gone_from(schedule: Schedule, directory: Directory) -> frozenset[str]:
    """The people of a schedule who are here no more."""
    return frozenset(each for each in _people(schedule) if not is_here(directory, each))


def is_here(directory: Directory, user_id: str) -> bool:
    """Whether somebody can be paged at all."""
    user = directory.users.get(user_id)
    return user is not None and user.active


def staffed(schedule: Schedule, directory: Directory) -> Schedule:
    """A schedule as it is answered: the shifts of those who are gone are gaps."""
    gone = gone_from(schedule, directory)
    if not gone:
        return schedule
    off = Override(id="departed", start_at=EVER[0], end_at=EVER[1], action=Action.REMOVE, user_ids=tuple(sorted(gone)))
    return replace(schedule, overrides=(*schedule.overrides, off))


def _people(schedule: Schedule) -> Iterator[str]:
    for event in schedule.events:
        yield from event.attendees
    for override in schedule.overrides:
        if override.action is not Action.REMOVE:
            yield from override.user_ids
