"""Who hears by mail that a caller left a message: addresses, the team, its admins, whoever is on call."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import Receiver, Role, Team
from bot.engine.schedules import on_call
from bot.errors import Invalid, Problem

TEAM, ADMINS, ON_CALL = "team", "admins", "on_call"
MOST = 20
_ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}")


def is_address(text: str) -> bool:
    """Whether a text has the shape of a mail address."""
    return _ADDRESS.fullmatch(text) is not None


def problems(written: str) -> Iterator[Problem]:
    """What is wrong with a list such as `team, on_call, desk@example.com`."""
    words = _words(written)
    if len(words) > MOST:
        yield Problem(message=f"There are {len(words)} entries; the most is {MOST}.", mend="Mail to a group address.")
    for word in (each for each in words if each not in {TEAM, ADMINS, ON_CALL} and not is_address(each)):
        mend = f"Write {TEAM}, {ADMINS}, {ON_CALL} or an address such as desk@example.com."
        yield Problem(message=f"{word!r:.80} is nobody that a message can be mailed to.", mend=mend)


def addresses(written: str) -> tuple[str, ...]:
    """The plain addresses of a list."""
    return tuple(each for each in _words(written)[:MOST] if is_address(each))


def listeners(written: str, called: Iterable[Receiver], directory: Directory, now: datetime) -> tuple[str, ...]:
    """The ids of the users that a list means, for the teams that were called."""
    wanted = set(_words(written))
    teams = [directory.teams[each.id] for each in called if each.id in directory.teams]
    found = (user_id for team in teams for user_id in _of_team(team, wanted, directory, now))
    active = (directory.users[each] for each in dict.fromkeys(found) if each in directory.users)
    return tuple(user.id for user in active if user.active)


def _words(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in (part.strip() for part in written.split(",")) if each))


def _of_team(team: Team, wanted: set[str], directory: Directory, now: datetime) -> Iterator[str]:
    if TEAM in wanted:
        yield from (member.user_id for member in team.members)
    if ADMINS in wanted:
        yield from (member.user_id for member in team.members if member.role is Role.ADMIN)
    schedule = directory.schedules.get(team.schedule_id or "")
    if ON_CALL in wanted and schedule:
        try:
            yield from (shift.user_id for shift in on_call(schedule, now))
        except Invalid:
            return
