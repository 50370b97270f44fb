"""Who wants to be told, and where: browsers registered for push, and stakeholders who want no more mail."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

import msgspec

from bot.engine.model import SYSTEM, Contact, User, person
from bot.errors import Invalid, NotFound, Problem
from bot.ports import Ports, UnitOfWork
from bot.service.announce import About, for_user

PUSH = "push"
MOST = 5
"""Browsers of one person; one more replaces the one registered first."""

_LONGEST = 2_000  # characters of a subscription; those of today's browsers have up to 700


@dataclass(frozen=True, slots=True, kw_only=True)
class PushKeys:
    """What a message to a browser is encrypted with, as base64url (RFC 8291)."""

    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where a browser's push service takes messages for it, as `PushSubscription.toJSON()` names the parts."""

    endpoint: str
    keys: PushKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A registered browser: the subscription, and the text of the contact that holds it."""

    address: str
    subscription: Subscription = field(repr=False)


@runtime_checkable
class Pushing(Protocol):
    """A push channel that says which subscriptions their service no longer knows."""

    gone: Callable[[str, str], None]
    """Called with a user's id and the address of their device."""


def parse(text: str | bytes) -> Subscription:
    """Read a subscription that a browser sent. Raises `Invalid`; where it leads is checked by the channel."""
    if len(text) > _LONGEST:
        raise Invalid([Problem(message=f"The subscription is longer than {_LONGEST} characters.")])
    try:
        return msgspec.json.decode(text, type=Subscription)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid([Problem(message=f"This is no push subscription: {error}.")]) from None


def devices(user: User) -> tuple[Device, ...]:
    """A person's registered browsers, the latest first; contacts that cannot be read are left out."""
    return tuple(found for contact in reversed(user.contacts) if (found := _device(contact)))


def register(ports: Ports, user_id: str, subscription: Subscription, *, arrived: bool) -> User:
    """Add a browser to a person's contacts, and push to their default channels if it is their first.

    `arrived` is whether a message reached its push service. A browser belongs to one person: whoever had it before no
    longer does. Raises `NotFound`, or `Conflict` when the person was changed at the same moment.
    """
    now = ports.clock.now()
    address = msgspec.json.encode(subscription).decode()
    contact = Contact(channel=PUSH, address=address, verified_at=now if arrived else None)
    with ports.store.begin() as uow:
        user = _known(uow, user_id)
        for other in uow.directory().users.values():
            if other.id != user_id and any(_is_at(each, subscription.endpoint) for each in other.contacts):
                _put(ports, uow, other, _without(other, subscription.endpoint))
        changed = _with(_without(user, subscription.endpoint), contact)
        _put(ports, uow, user, changed)
    return changed


def forget(ports: Ports, user_id: str, endpoint: str) -> None:
    """Take a browser off a person's contacts; doing it twice is harmless. Raises `NotFound` or `Conflict`."""
    with ports.store.begin() as uow:
        user = _known(uow, user_id)
        left = _without(user, endpoint)
        if not any(each.channel == PUSH for each in left.contacts):
            channels = tuple(each for each in left.channels if each != PUSH)
            left = replace(left, channels=channels or left.channels)
        _put(ports, uow, user, left)


def renew(ports: Ports, old: Subscription, new: Subscription) -> None:
    """Put a browser's new subscription in the place of its old one, whose secret proves that it is the same browser.

    Raises `NotFound` when nobody has the old one.
    """
    with ports.store.begin() as uow:
        found = ((user, device) for user in uow.directory().users.values() for device in devices(user))
        owner = next((user for user, device in found if device.subscription == old), None)
        if owner is None:
            raise NotFound("This browser is not registered.")
        address = msgspec.json.encode(new).decode()
        changed = _with(_without(owner, old.endpoint), Contact(channel=PUSH, address=address))
        _put(ports, uow, owner, changed)


def watch(ports: Ports) -> None:
    """Have the push channel's lost subscriptions taken off the contacts of whoever they belonged to, who is told."""
    channel: object = ports.channels.get(PUSH)
    if isinstance(channel, Pushing):
        channel.gone = lambda user_id, address: lose(ports, user_id, parse(address).endpoint)


def lose(ports: Ports, user_id: str, endpoint: str) -> None:
    """Forget a browser that its push service knows no more, and say so over the person's other channels.

    Raises `NotFound` or `Conflict`.
    """
    forget(ports, user_id, endpoint)
    with ports.store.begin() as uow:
        user = _known(uow, user_id)
        left = len(devices(user))
        others = "It was the only one." if not left else f"{left} other{'' if left == 1 else 's'} still get them."
        host = urlsplit(endpoint).hostname or "its push service"
        what = About(
            id=f"push.lost.{hashlib.sha256(endpoint.encode()).hexdigest()[:16]}",
            title="A device of yours gets no more pages",
            text=f"A browser of yours is no longer known to {host}, so no page reaches it. {others} "
            "To register it again, open the link that /pagertree me push gives on that device.",
            at=ports.clock.now(),
        )
        elsewhere = replace(user, channels=tuple(each for each in user.channels if each != PUSH))
        uow.announce(tuple(for_user(elsewhere, what, ports)))


def leave(ports: Ports, email: str) -> int:
    """Take an email address off every stakeholder and return from how many; doing it twice is harmless."""
    with ports.store.begin() as uow:
        listed = [each for each in uow.directory().stakeholders.values() if _lists(each.emails, email)]
        for each in listed:
            left = tuple(address for address in each.emails if address.lower() != email.lower())
            uow.put(replace(each, emails=left), SYSTEM, ports.clock.now(), seen=uow.version_of(each.id))
    return len(listed)


def _known(uow: UnitOfWork, user_id: str) -> User:
    user = uow.directory().users.get(user_id)
    if user is None or not user.active:
        raise NotFound("This link belongs to somebody who is no longer here.")
    return user


def _put(ports: Ports, uow: UnitOfWork, seen: User, changed: User) -> None:
    if changed != seen:
        uow.put(changed, person(seen.id, PUSH), ports.clock.now(), seen=uow.version_of(seen.id))


def _with(user: User, contact: Contact) -> User:
    pushed = [each for each in user.contacts if each.channel == PUSH]
    dropped = pushed[: len(pushed) + 1 - MOST] if len(pushed) >= MOST else []
    contacts = (*(each for each in user.contacts if each not in dropped), contact)
    channels = user.channels if pushed or PUSH in user.channels else (*user.channels, PUSH)
    return replace(user, contacts=contacts, channels=channels)


def _without(user: User, endpoint: str) -> User:
    return replace(user, contacts=tuple(each for each in user.contacts if not _is_at(each, endpoint)))


def _is_at(contact: Contact, endpoint: str) -> bool:
    device = _device(contact)
    return device is not None and device.subscription.endpoint == endpoint


def _device(contact: Contact) -> Device | None:
    if contact.channel != PUSH:
        return None
    try:
        return Device(address=contact.address, subscription=parse(contact.address))
    except Invalid:
        return None


def _lists(emails: tuple[str, ...], email: str) -> bool:
    return any(address.lower() == email.lower() for address in emails)
