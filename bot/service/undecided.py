"""Telling whoever answers for a text of rules that a rule of it could not be decided: once for each of its versions."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import ActorKind, Role, User
from bot.engine.rules.undecided import GivenUp
from bot.ports import Announcement, Ports, Revision, UnitOfWork
from bot.service.announce import About, for_user

_MEND = (
    "What came of it: the default destination was asked, nothing was ignored, and no urgency was lowered. "
    "Write the rule so that it can be decided, for example without references to groups such as \\1 in its pattern."
)


def tell(ports: Ports, uow: UnitOfWork, directory: Directory, given_up: Iterable[GivenUp], now: datetime) -> None:
    """Have the owners told of rules that could not be decided."""
    for each in given_up:
        latest = next(iter(uow.revisions(each.object_id, limit=1)), None)
        uow.announce(tuple(_words(ports, each, latest, directory, now)))


def _words(
    ports: Ports, given_up: GivenUp, latest: Revision | None, directory: Directory, now: datetime
) -> Iterator[Announcement]:
    version = latest.version if latest else 0
    about = About(
        id=f"undecided.{given_up.object_id}.{version}",
        title=f"A rule of {given_up.subject} could not be decided",
        text=f"{given_up.said}. {_MEND}",
        at=now,
    )
    for user in _owners(latest, directory):
        yield from for_user(user, about, ports)


def _owners(latest: Revision | None, directory: Directory) -> tuple[User, ...]:
    """Whoever saved the text last, else the admins."""
    author = latest.author if latest else None
    user = directory.users.get(author.id) if author and author.kind is ActorKind.USER else None
    if user and user.active:
        return (user,)
    return tuple(each for each in directory.users.values() if each.role is Role.ADMIN and each.active)
