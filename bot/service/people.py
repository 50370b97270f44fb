"""What people set for themselves, and admins for them: addresses, channels, time zone, notification rule, role.

An address is used once its owner has typed the code that was sent to it. Of a code only a salted hash is kept; it is
good for ten minutes and five tries, and five of them are sent in an hour: texts and calls cost money.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.engine.departing import departed
from bot.engine.model import Actor, Contact, NotificationRule, Role, User, person
from bot.engine.paging import phones
from bot.errors import Invalid, NotFound, Problem, Refused, Undelivered
from bot.ports import Announcement, Ports, UnitOfWork, Verification
from bot.service import departures
from bot.service.announce import can_tell, herald
from bot.service.checks import check
from bot.service.setup_pages import how_to_set_up

VALID = timedelta(minutes=10)
TRIES = 5
MOST_CODES = 5
_PERIOD = timedelta(hours=1)
_DIGITS = 6
_MOST_CONTACTS = 20
_EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,190}")
_BY_PHONE = ("sms", "voice")
CHANNELS = ("slack", "sms", "voice", "email", "push")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A code that is on its way."""

    address: str
    channel: str


# --- Addresses ----------------------------------------------------------------------------------------------------


def send_code(ports: Ports, user_id: str, address: str, by: str = "") -> Sent:
    """Send a code to a phone number or an email address that somebody wants to be reached at.

    Raises `Invalid` for what is no address, `Refused` after too many codes, or `Undelivered`.
    """
    proving, code = _prove(ports, user_id, address, by)
    told = f"{code} is your PagerTree code. It is good for {VALID // timedelta(minutes=1)} minutes."
    spoken = f"Your PagerTree code is {', '.join(code)}."
    said = Announcement(
        id=f"code.{proving.user_id}.{proving.digest[:16]}",
        channel=proving.channel,
        address=proving.address,
        title="Your PagerTree code",
        text=spoken if proving.channel == "voice" else told,
        due_at=ports.clock.now(),
    )
    try:
        herald(ports, proving.channel).tell(said, None)
    except Undelivered as error:
        raise _wrong("address", f"The code was not sent: {error.reason}", "Try again, or another address.") from error
    return Sent(address=proving.address, channel=proving.channel)


def _prove(ports: Ports, user_id: str, address: str, by: str) -> tuple[Verification, str]:
    kind, known = _read_address(address)
    now, code, salt = ports.clock.now(), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}", secrets.token_hex(8)
    with ports.store.begin() as uow:
        user, before = _find(uow, user_id), uow.verification(user_id)
        channel = _channel(ports, user, kind, by)
        if len(user.contacts) >= _MOST_CONTACTS:
            raise Refused(f"You have {_MOST_CONTACTS} addresses: remove one first")
        lately = tuple(at for at in (before.sent_at if before else ()) if at > now - _PERIOD)
        if len(lately) >= MOST_CODES:
            raise Refused(f"{MOST_CODES} codes were sent to you in the last hour: try again later")
        proving = Verification(
            user_id=user_id,
            kind=kind,
            channel=channel,
            address=known,
            salt=salt,
            digest=_digest(code, salt),
            expires_at=now + VALID,
            sent_at=(*lately, now),
        )
        uow.put_verification(proving)
    return proving, code


def _read_address(address: str) -> tuple[str, str]:
    """The kind of an address, and the address as it is kept."""
    if number := phones.normal(address):
        return phones.PHONE, number
    if _EMAIL.fullmatch(address.strip()):
        return "email", address.strip()
    mend = "Write +442071234567 or jane@example.com."
    raise _wrong("address", f"{address!r:.60} is no phone number and no email address.", mend)


def _channel(ports: Ports, user: User, kind: str, by: str) -> str:
    fitting = _BY_PHONE if kind == phones.PHONE else (kind,)
    found = [each for each in fitting if can_tell(ports, each) and by in {"", each}]
    if found:
        return found[0]
    said = f"A code cannot be sent by {by[:40] or ' or '.join(fitting)} here."
    if by and by not in fitting:
        raise _wrong("by", said, f"Use {' or '.join(fitting)}.")
    raise _wrong("by", said, how_to_set_up((by,) if by else fitting, user))


def verify(ports: Ports, user_id: str, code: str) -> Contact:
    """Take the code that was sent: the address is used from now on.

    Raises `Refused` when there is none, it is too old, or it was tried too often; `Invalid` when it is another one.
    """
    now = ports.clock.now()
    with ports.store.begin() as uow:
        proving = uow.verification(user_id)
        if proving is None or not proving.digest:
            raise Refused("There is no code to check: add an address first")
        if proving.tries >= TRIES:
            raise Refused("The code was tried too often: have a new one sent")
        if now >= proving.expires_at:
            raise Refused("The code is too old: have a new one sent")
        right = hmac.compare_digest(proving.digest, _digest("".join(code.split()), proving.salt))
        uow.put_verification(replace(proving, tries=proving.tries + 1, digest="" if right else proving.digest))
        if right:
            contact = Contact(channel=proving.kind, address=proving.address, verified_at=now)
            _put(ports, uow, user_id, lambda user: _with_contact(user, contact))
            return contact
    left = TRIES - proving.tries - 1
    raise _wrong("code", f"That is not the code; {left} more {'try' if left == 1 else 'tries'}.", "Look again.")


def _digest(code: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()


def _with_contact(user: User, contact: Contact) -> User:
    """Add an address, or note of a known one that it is verified: its place stays, and so does a STOP."""
    at = next((n for n, each in enumerate(user.contacts) if _is_same(each, contact)), None)
    if at is None:
        return replace(user, contacts=(*user.contacts, contact))
    known = replace(user.contacts[at], verified_at=contact.verified_at)
    return replace(user, contacts=(*user.contacts[:at], known, *user.contacts[at + 1 :]))


def _is_same(one: Contact, other: Contact) -> bool:
    return (one.channel, one.address.lower()) == (other.channel, other.address.lower())


def remove_address(ports: Ports, user_id: str, address: str) -> User:
    """Take an address away. Raises `NotFound`."""

    def change(user: User) -> User:
        found = _contact(user, address)
        return replace(user, contacts=tuple(each for each in user.contacts if each != found))

    return _change(ports, user_id, change)


def prefer_address(ports: Ports, user_id: str, address: str) -> User:
    """Make an address the primary one of its kind. Raises `NotFound`."""

    def change(user: User) -> User:
        found = _contact(user, address)
        return replace(user, contacts=(found, *(each for each in user.contacts if each != found)))

    return _change(ports, user_id, change)


def _contact(user: User, address: str) -> Contact:
    wanted = {address.strip().lower(), phones.normal(address)}
    found = next((each for each in user.contacts if each.address.lower() in wanted and each.channel != "push"), None)
    if found is None:
        raise NotFound(f"You have no address {address[:60]}.")
    return found


# --- Preferences --------------------------------------------------------------------------------------------------


def set_channels(ports: Ports, user_id: str, channels: tuple[str, ...]) -> User:
    """Choose the channels on which somebody is paged unless a rule says otherwise. Raises `Invalid`."""
    chosen = tuple(dict.fromkeys(channels))
    if not chosen:
        raise _wrong("channels", "Nobody could reach you.", f"Name one or more of {', '.join(CHANNELS)}.")

    def change(user: User) -> User:
        problems = [problem for each in chosen if (problem := _unreachable(ports, user, each))]
        if problems:
            raise Invalid(problems)
        return replace(user, channels=chosen)

    return _change(ports, user_id, change)


def _unreachable(ports: Ports, user: User, channel: str) -> Problem | None:
    where = ("channels",)
    if channel not in CHANNELS:
        return Problem(
            message=f"There is no channel {channel!r:.40}.", mend=f"There are {', '.join(CHANNELS)}.", where=where
        )
    if channel not in ports.channels:
        mend = how_to_set_up((channel,), user)
        return Problem(message=f"The channel {channel} is not set up here.", mend=mend, where=where)
    has_phone = any(each.channel == phones.PHONE and each.verified_at for each in user.contacts)
    if channel in _BY_PHONE and not has_phone:
        mend = "Add a phone first: /pagertree me add +442071234567."
        return Problem(message=f"You have no verified phone for {channel}.", mend=mend, where=where)
    return None


def set_zone(ports: Ports, user_id: str, zone: str) -> User:
    """Choose somebody's time zone. Raises `Invalid`."""
    return _change(ports, user_id, lambda user: replace(user, zone=zone))


def attach_rule(ports: Ports, user_id: str, rule: NotificationRule | None) -> User:
    """Choose by which notification rule somebody is paged, or by none."""
    return _change(ports, user_id, lambda user: replace(user, notification_rule_id=rule.id if rule else None))


def set_reminders(ports: Ports, user_id: str, before: timedelta | None, *, afterwards: bool) -> User:
    """Choose how long before going on call somebody hears of it (None: not at all), and whether when it is over."""
    if before is not None and not timedelta(minutes=5) <= before <= timedelta(days=7):
        raise _wrong("before", "That is no time to be reminded ahead.", "Give 5m to 7d, such as 3h.")
    return _change(ports, user_id, lambda user: replace(user, remind_before=before, told_off_duty=afterwards))


# --- Roles --------------------------------------------------------------------------------------------------------


def set_role(ports: Ports, user_id: str, role: Role, author: Actor) -> User:
    """Make somebody an admin or a member. Raises `Refused` where no admin would be left, or who asks is none."""
    return _administer(ports, user_id, author, lambda user: replace(user, role=role))


def set_active(ports: Ports, user_id: str, active: bool, author: Actor) -> User:
    """Let somebody be paged and use the bot, or no more. Raises `Refused` as `set_role` does.

    What they were asked or had taken, others are asked at once.
    """
    changed = _administer(ports, user_id, author, lambda user: replace(user, active=True) if active else departed(user))
    return changed if active else departures.leave(ports, user_id, author)


def _administer(ports: Ports, user_id: str, author: Actor, change: Callable[[User], User]) -> User:
    with ports.store.begin() as uow:
        users = uow.directory().users
        asking = users.get(author.id)
        if asking is None or asking.role is not Role.ADMIN or not asking.active:
            raise Refused("Only admins may do this")
        changed = _put(ports, uow, user_id, change, author)
        if not any(each.role is Role.ADMIN and each.active for each in {**users, user_id: changed}.values()):
            raise Refused(f"{changed.name} is the last admin: make somebody else one first")
    return changed


# --- Inside -------------------------------------------------------------------------------------------------------


def _change(ports: Ports, user_id: str, change: Callable[[User], User]) -> User:
    with ports.store.begin() as uow:
        return _put(ports, uow, user_id, change)


def _put(
    ports: Ports, uow: UnitOfWork, user_id: str, change: Callable[[User], User], author: Actor | None = None
) -> User:
    user = _find(uow, user_id)
    changed = change(user)
    if changed == user:
        return user
    check(changed, uow.directory().including([changed]), ports.sources)
    uow.put(changed, author or person(user_id, "slack"), ports.clock.now(), seen=uow.version_of(user_id))
    return changed


def _find(uow: UnitOfWork, user_id: str) -> User:
    found = uow.directory().users.get(user_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def _wrong(where: str, message: str, mend: str) -> Invalid:
    return Invalid([Problem(message=message, mend=mend, where=(where,))])
