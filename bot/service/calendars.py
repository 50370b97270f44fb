"""Calendars out and in: feeds at secret addresses, and schedules that are read from somebody else's feed."""

import codecs
import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol, runtime_checkable

from bot import ids
from bot.engine.directory import Directory
from bot.engine.ical import FeedReading, export, export_user, read_calendar
from bot.engine.model import SYSTEM, Actor, User
from bot.engine.schedules import Schedule
from bot.errors import Conflict, Invalid, NotFound, PagerError, Problem, Undelivered
from bot.ports import Fetcher, Ports
from bot.service import manage, rota_news
from bot.service.checks import check
from bot.service.manage import SlackProfile

_log = logging.getLogger(__name__)

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 5_000_000  # bytes of a feed
PAST, AHEAD = timedelta(days=31), timedelta(days=366)
"""What of a schedule is in its feed."""
AT_ONCE = 8
"""How many feeds are read at the same time: whoever reads them has other things to do, and a feed may take its time."""
_KEPT = timedelta(days=7)
"""How long what is over stays in a schedule that is read from a feed."""
_TOLD = timedelta(days=400)
"""How long it is remembered that somebody was told what is left out of a feed."""
_MOST_TOLD = 200
_MOST_LOOKED_UP = 20
"""How many addresses of one feed are looked up in Slack each hour, which takes 50 a minute in all."""


@runtime_checkable
class AccountFinder(Protocol):
    """Knows who has an account in the workspace."""

    def find_account(self, email: str) -> SlackProfile | None:
        """The account with this address, if a person has it who may use the bot. Raises `Undelivered`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A schedule as it was read, and what could not be taken over."""

    schedule: Schedule
    left_out: tuple[Problem, ...] = ()


def path_of(key: str) -> str:
    """Where a feed is reached."""
    return f"/ical/{key}.ics"


def feed_key(ports: Ports, object_id: str, author: Actor, *, renew: bool = False) -> str:
    """The secret part of a schedule's or a user's address; made when it is first asked for, and anew to renew it.

    Raises `NotFound`, or `Conflict` when the object is changed at the same time.
    """
    with ports.store.begin() as uow:
        directory = uow.directory()
        found = directory.schedules.get(object_id) or directory.users.get(object_id)
        if found is None:
            raise NotFound("It was deleted.")
        if found.feed_key and not renew:
            return found.feed_key
        keyed = replace(found, feed_key=ids.secret())
        uow.put(keyed, author, ports.clock.now(), seen=uow.version_of(found.id))
    return keyed.feed_key


def read(ports: Ports, key: str) -> str:
    """The calendar at a secret address, a month back and a year ahead. Raises `NotFound`."""
    directory, now = ports.store.directory(), ports.clock.now()
    stamp = now.replace(minute=0, second=0, microsecond=0)
    begins, ends = stamp - PAST, stamp + AHEAD
    owner = _owner(directory, key)
    handles = {user.id: user.handle for user in directory.users.values()}
    if isinstance(owner, Schedule):
        names = {user.id: user.name for user in directory.users.values()}
        return export(owner, begins, ends, names, stamp, handles=handles)
    return export_user(_computable(directory), owner.id, begins, ends, stamp, handles=handles)


def _owner(directory: Directory, key: str) -> Schedule | User:
    owners: Iterator[Schedule | User] = iter((*directory.schedules.values(), *directory.users.values()))
    given = key.encode()
    for owner in owners:
        if owner.feed_key and hmac.compare_digest(owner.feed_key.encode(), given):
            return owner
    raise NotFound("There is no calendar at this address: it may have been renewed.")


def _computable(directory: Directory) -> Iterator[Schedule]:
    """A schedule that cannot be computed must not take the others out of somebody's calendar."""
    for schedule in directory.schedules.values():
        try:
            export(schedule, _EPOCH, _EPOCH + timedelta(days=1), {}, _EPOCH)
        except Invalid:
            continue
        yield schedule


# --- In -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """How reading a schedule again went: why it could not be, else what of its feed is left out and was not told."""

    schedule: Schedule
    trouble: str = ""
    left_out: tuple[Problem, ...] = ()


def import_feed(ports: Ports, wanted: Schedule, text: str, author: Actor) -> Imported:
    """Make a schedule (with its name, zone and address) of a feed's text; see `read_calendar` for who is on call.

    Raises `Invalid` when it is no feed, or nothing in it can be taken over.
    """
    imported = _read(ports, wanted, text or fetch(ports, wanted.feed_url))
    if not imported.schedule.events:
        mend = "Invite the people by the email addresses that they have here."
        first = Problem(message="Nothing in the feed can be taken over.", mend=mend, where=("feed",))
        raise Invalid([first, *imported.left_out[:5]])
    manage.create(ports, imported.schedule, author)
    _not_yet_told(ports, imported.schedule, imported.left_out)
    return imported


def fetch(ports: Ports, url: str) -> str:
    """Fetch a feed's text, bounded in time and size, never from inside. Raises `Invalid` with why it could not be."""
    found: object = ports.requester
    mend = "Give the address of an iCalendar feed that is reached from here."
    if not isinstance(found, Fetcher):
        raise Invalid([Problem(message="Nothing can be fetched here.", mend=mend, where=("url",))])
    address = f"https{url[6:]}" if url.startswith("webcal:") else url
    try:
        return _text(found.fetch(address, LARGEST))
    except Undelivered as error:
        said = f"The feed was not fetched: {error.reason}."
        raise Invalid([Problem(message=said, mend=mend, where=("url",))]) from error


def _text(body: bytes) -> str:
    """The text of a feed: UTF-8 (RFC 5545 §3.1.4), or what its first bytes say."""
    wide = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return body.decode("utf-16" if body.startswith(wide) else "utf-8", "replace")


def refresh(ports: Ports, fed: Sequence[Schedule]) -> Iterator[Reread]:
    """Read schedules again from their feeds, at the same time; returns those of which there is something to say.

    A failure loses nothing: the schedule stays as it was.
    """
    if not fed:
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed") as readers:
        found = readers.map(lambda schedule: _reread(ports, schedule), fed)
        yield from (each for each in found if each.trouble or each.left_out)


def _reread(ports: Ports, schedule: Schedule) -> Reread:
    try:
        left_out = _refresh(ports, schedule)
    except Invalid as invalid:
        return Reread(schedule=schedule, trouble=invalid.problems[0].message)
    except PagerError as error:
        return Reread(schedule=schedule, trouble=f"{error}.")
    return Reread(schedule=schedule, left_out=_not_yet_told(ports, schedule, left_out))


def _refresh(ports: Ports, schedule: Schedule) -> tuple[Problem, ...]:
    """Read a schedule again; returns what of the feed is left out."""
    imported = _read(ports, schedule, fetch(ports, schedule.feed_url))
    read_again = imported.schedule
    if not read_again.events:
        why = "".join(f" {problem.message}" for problem in imported.left_out[:3])
        raise Invalid([Problem(message=f"Nothing in the feed can be taken over.{why}", where=("feed",))])
    if read_again.events != schedule.events:
        _take_over(ports, read_again)
    return imported.left_out


def _take_over(ports: Ports, read_again: Schedule) -> None:
    """Save what a feed says now, and have those told whose shifts it changes."""
    with ports.store.begin() as uow:
        directory, version = uow.directory(), uow.version_of(read_again.id)
        current = directory.schedules.get(read_again.id)
        if current is None or current.feed_url != read_again.feed_url:
            raise Conflict("it was changed meanwhile")
        after = replace(current, events=read_again.events)
        check(after, directory.including([after]), ports.sources)
        uow.put(after, SYSTEM, ports.clock.now(), seen=version)
        rota_news.tell_of_feed(ports, uow, current, after)


def _not_yet_told(ports: Ports, schedule: Schedule, left_out: Iterable[Problem]) -> tuple[Problem, ...]:
    """What of a feed is left out and was not told before; it counts as told from now on."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        return tuple(
            problem
            for problem in islice(left_out, _MOST_TOLD)
            if uow.first_sight(_name_of(schedule, problem), now, remembered=_TOLD)
        )


def _name_of(schedule: Schedule, problem: Problem) -> str:
    return f"left out {schedule.id} {hashlib.sha256(problem.message.encode(errors='replace')).hexdigest()[:32]}"


def _read(ports: Ports, wanted: Schedule, text: str) -> Imported:
    people = _people(ports.store.directory())
    reading = _reading(ports, wanted, text, people)
    if reading.unknown and (met := _meet(ports, reading.unknown)):
        reading = _reading(ports, wanted, text, {**people, **met})
    return Imported(schedule=replace(wanted, events=reading.events), left_out=reading.problems)


def _reading(ports: Ports, wanted: Schedule, text: str, people: Mapping[str, str]) -> FeedReading:
    since = ports.clock.now() - _KEPT
    return read_calendar(text, wanted.zone, people, since=since, is_read_again=bool(wanted.feed_url))


def _meet(ports: Ports, addresses: Sequence[str]) -> Mapping[str, str]:
    """Find people in Slack by their addresses who are not known here by them; users' ids by the addresses found."""
    roster: object = ports.channels.get("slack")
    met: dict[str, str] = {}
    if not isinstance(roster, AccountFinder):
        return met
    first = ports.clock.now().hour * _MOST_LOOKED_UP % len(addresses)  # others than an hour ago, where they are many
    try:
        for address in (*addresses[first:], *addresses[:first])[:_MOST_LOOKED_UP]:
            profile = roster.find_account(address)
            user = manage.link_person(ports, profile) if profile else None
            met |= {address: user.id} if user and user.active else {}
    except PagerError as error:
        _log.warning("people of a calendar were not looked up in Slack: %s", error)
    return met


def _people(directory: Directory) -> Mapping[str, str]:
    """Users' ids by what a calendar may call them: names that one person has, handles, and addresses.

    The address of the account counts before a further one of somebody else.
    """
    users = directory.users.values()
    names = Counter(user.name.casefold() for user in users)
    further = ((each.address, user.id) for user in users for each in user.contacts if each.channel == "email")
    return {
        **{user.name: user.id for user in users if names[user.name.casefold()] == 1},
        **{user.handle: user.id for user in users},
        **dict(further),
        **{user.email: user.id for user in users if user.email},
    }
