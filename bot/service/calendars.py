"""Calendars out and in: feeds at secret addresses, and schedules that are read from somebody else's feed."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot import ids
from bot.engine.directory import Directory
from bot.engine.ical import export, export_user, read_feed
from bot.engine.model import SYSTEM, Actor, User
from bot.engine.schedules import Schedule
from bot.errors import Conflict, Invalid, NotFound, PagerError, Problem, Undelivered
from bot.ports import Fetcher, Ports
from bot.service import manage

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 1_000_000  # bytes of a feed
PAST, AHEAD = timedelta(days=31), timedelta(days=366)
"""What of a schedule is in its feed."""
AT_ONCE = 8
"""How many feeds are read at the same time: whoever reads them has other things to do, and a feed may take its time."""
_KEPT = timedelta(days=7)
"""How long what is over stays in a schedule that is read from a feed."""


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
    if isinstance(owner, Schedule):
        names = {user.id: user.name for user in directory.users.values()}
        return export(owner, begins, ends, names, stamp)
    return export_user(_computable(directory), owner.id, begins, ends, stamp)


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


def import_feed(ports: Ports, wanted: Schedule, text: str, author: Actor) -> Imported:
    """Make a schedule (with its name, zone and address) of a feed's text, its attendees matched by email.

    Raises `Invalid` when it is no feed, or nothing in it can be taken over.
    """
    imported = _read(ports, wanted, text or fetch(ports, wanted.feed_url))
    if not imported.schedule.events:
        mend = "Invite the people by the email addresses that they have here."
        first = Problem(message="Nothing in the feed can be taken over.", mend=mend, where=("feed",))
        raise Invalid([first, *imported.left_out[:5]])
    manage.create(ports, imported.schedule, author)
    return imported


def fetch(ports: Ports, url: str) -> str:
    """Fetch a feed's text, bounded in time and size, never from inside. Raises `Invalid` with why it could not be."""
    found: object = ports.requester
    mend = "Give the address of an iCalendar feed that is reached from here."
    if not isinstance(found, Fetcher):
        raise Invalid([Problem(message="Nothing can be fetched here.", mend=mend, where=("url",))])
    address = f"https{url[6:]}" if url.startswith("webcal:") else url
    try:
        return found.fetch(address, LARGEST).decode("utf-8", "replace")
    except Undelivered as error:
        said = f"The feed was not fetched: {error.reason}."
        raise Invalid([Problem(message=said, mend=mend, where=("url",))]) from error


def refresh(ports: Ports, fed: Sequence[Schedule]) -> Iterator[tuple[Schedule, str]]:
    """Read schedules again from their feeds, at the same time; returns those that could not be, and why.

    A failure loses nothing: the schedule stays as it was.
    """
    if not fed:
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed") as readers:
        found = zip(fed, readers.map(lambda schedule: _trouble(ports, schedule), fed), strict=True)
        yield from ((schedule, trouble) for schedule, trouble in found if trouble)


def _trouble(ports: Ports, schedule: Schedule) -> str:
    """Read one again: why it could not be, empty when it was."""
    try:
        _refresh(ports, schedule)
    except Invalid as invalid:
        return invalid.problems[0].message
    except PagerError as error:
        return f"{error}."
    return ""


def _refresh(ports: Ports, schedule: Schedule) -> None:
    read_again = _read(ports, schedule, fetch(ports, schedule.feed_url)).schedule
    if not read_again.events:
        raise Invalid([Problem(message="Nothing in the feed can be taken over.", where=("feed",))])
    if read_again.events == schedule.events:
        return
    with ports.store.begin() as uow:
        current, version = uow.directory().schedules.get(schedule.id), uow.version_of(schedule.id)
    if current is None or current.feed_url != schedule.feed_url:
        raise Conflict("it was changed meanwhile")
    manage.change(ports, replace(current, events=read_again.events), SYSTEM, version)


def _read(ports: Ports, wanted: Schedule, text: str) -> Imported:
    addresses = _addresses(ports.store.directory())
    events, left_out = read_feed(text, wanted.zone, addresses, since=ports.clock.now() - _KEPT)
    return Imported(schedule=replace(wanted, events=events), left_out=left_out)


def _addresses(directory: Directory) -> Mapping[str, str]:
    """Users' ids by their email addresses; that of the account counts before a further one of somebody else."""
    further = {
        contact.address: user.id
        for user in directory.users.values()
        for contact in user.contacts
        if contact.channel == "email"
    }
    return further | {user.email: user.id for user in directory.users.values() if user.email}
