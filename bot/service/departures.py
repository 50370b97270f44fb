"""People who are gone: found out from Slack, taken off everything that counts on them, and told to the admins.

Slack is believed only where it says so itself: a token that is no longer taken, an error or a list that breaks off
changes nobody. A daily look that would take off many at once, or one of very few, changes nobody either and asks the
admins, since a mistake of Slack's, or the wrong workspace, must not leave a team without anybody: who is gone and still
counted costs one refused message, who is counted as gone and is not costs the page.
"""

import logging
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.engine.decision import Decision, consider
from bot.engine.departing import departed, hand_on, holds
from bot.engine.directory import Directory
from bot.engine.model import SYSTEM, Actor, ActorKind, Alert, Role, Status, User
from bot.errors import NotFound, Undelivered
from bot.ports import AlertFilter, Announcement, Ports, Roster, UnitOfWork
from bot.service import announce, unreachable_layers
from bot.service.announce import About
from bot.service.dependents import dependences_on
from bot.service.waking import wake_for

_MOST = 2
_SHARE = 5
_PAGE = 100  # alerts
_MOST_SAID = 10

_log = logging.getLogger(__name__)


def leave(ports: Ports, user_id: str, author: Actor, why: str = "") -> User:
    """Deactivate somebody, and have others asked at once about what they were asked or had taken. Raises `NotFound`.

    With `why` the admins are told, and what counts on the person; doing it twice is harmless.
    """
    now = ports.clock.now()
    with ports.store.begin() as uow:
        directory = uow.directory()
        user = directory.users.get(user_id)
        if user is None:
            raise NotFound("There is no such person.")
        if user.active:
            uow.put(departed(user), author, now, seen=uow.version_of(user_id))
            if why:
                uow.announce(tuple(_say_left(ports, user, why, directory, now)))
    _hand_on(ports, user_id, now)
    return departed(user)


def drain(ports: Ports) -> int:
    """Once a minute see to it that nothing waits for somebody who is gone; once a day ask Slack who is."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        if not uow.first_sight(f"departures {now:%Y-%m-%dT%H:%M}", now):
            return 0
        gone = [user.id for user in uow.directory().users.values() if not user.active]
        unknown = _deleted(uow) if uow.first_sight(f"holders {now:%Y-%m-%dT%H}", now) else ()
        is_first = uow.first_sight(f"people {now:%Y-%m-%d}", now)
        left = tuple(each for user in unknown for each in hand_on_all(uow, user, now))
    wake_for(ports.queue, left)
    for user_id in gone:
        _hand_on(ports, user_id, now)
    return look(ports) if is_first else 0


def look(ports: Ports) -> int:
    """Ask Slack who is gone, and take them off; returns how many."""
    channel: object = ports.channels.get("slack")
    if not isinstance(channel, Roster):
        return 0
    try:
        accounts = {each.id: each.why_gone for each in channel.accounts()}
    except Undelivered as error:
        _log.warning("Slack did not say who is gone: %s", error.reason)
        return 0
    active = [user for user in ports.store.directory().users.values() if user.active and user.slack_id]
    gone = {user.id: why for user in active if (why := accounts.get(user.slack_id or "", ""))}
    if _is_doubtful(len(gone), len(active)):
        _ask_admins(ports, [user for user in active if user.id in gone])
        return 0
    for user_id, why in gone.items():
        leave(ports, user_id, SYSTEM, why)
    return len(gone)


def _is_doubtful(gone: int, active: int) -> bool:
    """Whether more are gone than two, or than a fifth of all: of fewer than five people, even one."""
    return gone > _MOST or gone * _SHARE > active


# --- Alerts -------------------------------------------------------------------------------------------------------


def _hand_on(ports: Ports, user_id: str, now: datetime) -> None:
    """Go on with the alerts of somebody who is gone, once for each time that they go."""
    with ports.store.begin() as uow:
        user = uow.directory().users.get(user_id)
        if user is None or user.active or not uow.first_sight(f"left {user_id} {uow.version_of(user_id)}", now):
            return
        changed = hand_on_all(uow, user, now)
    wake_for(ports.queue, changed)


def hand_on_all(uow: UnitOfWork, user: User, now: datetime) -> tuple[Decision, ...]:
    """Have others asked about everything that somebody who is gone was asked about, or had; returns what was saved."""
    directory = uow.directory()
    found = uow.situations(dict.fromkeys(each.id for each in _alerts_of(uow, user)))
    before = [consider(each.alert, each.escalations) for each in found.values()]
    after = [hand_on(each, user, directory, now) for each in before]
    decided = [each for each in after if each.effects or each.entries]
    changed = tuple(unreachable_layers.go_on_from_silence(uow, decided, now))
    uow.save(changed)
    return changed


def _deleted(uow: UnitOfWork) -> tuple[User, ...]:
    """Those who have an alert and are not known any more, however that came about."""
    known = uow.directory().users
    had = (each.settled_by for each in _every(uow, AlertFilter(statuses=(Status.ACKNOWLEDGED,), limit=_PAGE)))
    ids = dict.fromkeys(each.id for each in had if each and each.kind is ActorKind.USER and each.id not in known)
    return tuple(User(id=each, name=each, handle=each, active=False) for each in ids)


def _alerts_of(uow: UnitOfWork, user: User) -> Iterator[Alert]:
    yield from _every(uow, AlertFilter(statuses=(Status.OPEN, Status.ACKNOWLEDGED), responder_id=user.id, limit=_PAGE))
    yield from (
        each for each in _every(uow, AlertFilter(statuses=(Status.ACKNOWLEDGED,), limit=_PAGE)) if holds(each, user)
    )


def _every(uow: UnitOfWork, wanted: AlertFilter) -> Iterator[Alert]:
    while found := uow.alerts(wanted):
        yield from found
        wanted = replace(wanted, before_number=found[-1].number)


# --- Telling ------------------------------------------------------------------------------------------------------


def _say_left(ports: Ports, user: User, why: str, directory: Directory, now: datetime) -> Iterator[Announcement]:
    duties = dependences_on(directory, user, now)
    listed = [f"• {each.said}: /pagertree {each.typed}" for each in duties[:_MOST_SAID]]
    more = [f"… and {len(duties) - _MOST_SAID} more"] if len(duties) > _MOST_SAID else []
    counts = "Nothing counts on them." if not duties else "Put somebody else there:"
    text = "\n".join((f"{user.name} is {why}, and is paged no more. {counts}", *listed, *more))
    about = About(id=f"left.{user.id}.{now:%Y-%m-%dT%H:%M}", title=f"{user.name} is gone", text=text, at=now)
    for admin in _admins_without(directory, {user.id}):
        if admin.id != user.id:
            yield from announce.for_user(admin, about, ports)


def _ask_admins(ports: Ports, gone: Iterable[User]) -> None:
    now, found = ports.clock.now(), list(gone)
    about = About(id=f"doubtful.{now:%Y-%m-%d}", title="Is it true that they left?", text=_ask(found), at=now)
    with ports.store.begin() as uow:
        asked = _admins_without(uow.directory(), {user.id for user in found})
        uow.announce(tuple(each for admin in asked for each in announce.for_user(admin, about, ports)))


def _ask(gone: list[User]) -> str:
    names = ", ".join(user.name for user in islice(gone, _MOST_SAID))
    more = f" and {len(gone) - _MOST_SAID} more" if len(gone) > _MOST_SAID else ""
    said = f"{len(gone)} people are gone" if len(gone) > 1 else "one person is gone"
    return (
        f"Slack says that {said}: {names}{more}. That is much of all who are here, so nothing was changed: they are "
        f"on call and paged as before. Deactivate whoever left: /pagertree user deactivate {gone[0].handle}"
    )


def _admins_without(directory: Directory, gone: Container[str]) -> tuple[User, ...]:
    """The admins but for those who may be gone; where there are no others everybody else, and in the end they."""
    active = [user for user in directory.users.values() if user.active]
    admins = [user for user in active if user.role is Role.ADMIN]
    others = ([user for user in group if user.id not in gone] for group in (admins, active))
    return tuple(next((group for group in others if group), admins))
