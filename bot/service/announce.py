"""Say what is about no alert: claim, say outside any transaction, settle."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot.engine.directory import Directory
from bot.engine.model import User
from bot.engine.paging import conversations
from bot.errors import Rejected, Undelivered
from bot.ports import Announcement, Herald, Ports, ShiftNotice, UnitOfWork
from bot.service.pacing import NoRoom, room_for, words_ask
from bot.service.retried_writes import surely

BATCH = 50
LEASE = timedelta(minutes=1)
_MOST_ATTEMPTS = 12
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(minutes=10)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What there is to say: `id` names it, so that it is said once to each place; `notice` is kept with it."""

    id: str
    title: str
    text: str
    at: datetime
    notice: ShiftNotice | None = None


def drain(ports: Ports) -> int:
    """Say what is due, and return how much was said.

    What could not be said in half its lease is left: it is claimed anew, and must not be said by two.
    """
    until, done = ports.clock.now() + LEASE / 2, 0
    with ports.store.begin() as uow:
        due = uow.claim_announcements(ports.clock.now(), LEASE, BATCH)
        directory = uow.directory()
    for each in takewhile(lambda _: ports.clock.now() < until, due):
        surely(ports.store, _say(ports, _placed(each, directory), directory.users.get(each.user_id or "")))
        done += 1
    return done


def for_user(user: User, what: About, ports: Ports) -> Iterator[Announcement]:
    """What to say to somebody on their channels that can say it, but for calls; else on those that are by default."""
    known = [each for each in user.channels if can_tell(ports, each) and ports.channels[each].kind.tells]
    by_default = [name for name, channel in ports.channels.items() if channel.kind.by_default]
    for channel in known or by_default or user.channels:
        yield Announcement(
            id=f"{what.id}.{user.id}.{channel}",
            channel=channel,
            address="primary",
            title=what.title,
            text=what.text,
            due_at=what.at,
            user_id=user.id,
            notice=what.notice,
        )


def herald(ports: Ports, name: str) -> Herald:
    """The channel of that name. Raises `Rejected` when it is not set up, or says nothing but pages."""
    found: object = ports.channels.get(name)
    if isinstance(found, Herald):
        return found
    raise Rejected(f"The channel {name} is not set up, or cannot say plain text.")


def can_tell(ports: Ports, name: str) -> bool:
    """Whether a channel is set up and can say plain text."""
    return hasattr(ports.channels.get(name), Herald.tell.__name__)  # asking the protocol takes 50 times as long


def _placed(said: Announcement, directory: Directory) -> Announcement:
    """What is said in a conversation, with where that is now."""
    if said.user_id:
        return said
    return replace(said, address=conversations.place_of(said.channel, said.address, directory))


def _say(ports: Ports, said: Announcement, user: User | None) -> Callable[[UnitOfWork], object]:
    """Say one thing, and return what writes down how that went: what was wrong, and when it is tried again."""
    try:
        with room_for(ports, said.channel, words_ask(ports, said, user)):
            herald(ports, said.channel).tell(said, user)
    except NoRoom as full:
        free_at = ports.clock.now() + timedelta(seconds=full.wait)
        return lambda uow: uow.put_back_announcement(said, free_at)
    except Undelivered as error:
        _log.warning("announcement %s: %s", said.id, error.reason)
        again = None if isinstance(error, Rejected) else _again(said, ports.clock.now())
        return _settling(said, error.reason, again)
    except Exception as error:  # noqa: BLE001  # one that cannot be said must not hold back the others
        _log.exception("announcement %s could not be said", said.id)
        return _settling(said, type(error).__name__, _again(said, ports.clock.now()))
    return _settling(said, "", None)


def _settling(said: Announcement, error: str, again: datetime | None) -> Callable[[UnitOfWork], object]:
    return lambda uow: uow.settle_announcement(said, error, again)


def _again(said: Announcement, now: datetime) -> datetime | None:
    if said.attempts >= _MOST_ATTEMPTS:
        return None
    return now + min(_LONGEST, _FIRST * (1 << (said.attempts - 1)))
