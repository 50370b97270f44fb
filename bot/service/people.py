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
from bot.engine.model import (
    READING_LANGUAGES,
    Account,
    Actor,
    AddressForm,
    ChannelKind,
    ChannelKinds,
    Contact,
    NotificationRule,
    Role,
    User,
    person,
)
from bot.engine.paging import phones
from bot.engine.rules.numbers import LOOK_AGAIN, read_typed
from bot.errors import Invalid, NotFound, Problem, Refused, Undelivered
from bot.ports import Addressed, Announcement, Ports, UnitOfWork, Verification
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
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A code that is on its way, and why it may not come: no country is known to have such a number."""

    address: str
    channel: str
    doubt: str = ""


# --- Addresses ----------------------------------------------------------------------------------------------------


def send_code(ports: Ports, user_id: str, address: str, by: str = "") -> Sent:
    """Send a code to a phone number or an email address that somebody wants to be reached at.

    Raises `Invalid` for what is no address, `Refused` after too many codes, or `Undelivered`.
    """
    proving, code = _prove(ports, user_id, address, by)
    kind = ports.channels[proving.channel].kind
    told = f"{code} is your PagerTree code. It is good for {VALID // timedelta(minutes=1)} minutes."
    spoken = f"Your PagerTree code is {', '.join(code)}."
    said = Announcement(
        id=f"code.{proving.user_id}.{proving.digest[:16]}",
        channel=proving.channel,
        address=proving.address,
        title="Your PagerTree code",
        text=spoken if kind.spoken else told,
        due_at=ports.clock.now(),
    )
    try:
        herald(ports, proving.channel).tell(said, None)
    except Undelivered as error:
        raise _wrong("address", f"The code was not sent: {error.reason}", "Try again, or another address.") from error
    doubt = read_typed(proving.address).doubt if proving.kind == phones.PHONE else ""
    return Sent(address=proving.address, channel=proving.channel, doubt=doubt)


def _prove(ports: Ports, user_id: str, address: str, by: str) -> tuple[Verification, str]:
    kind, known = _read_address(ports, address)
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


def _read_address(ports: Ports, address: str) -> tuple[str, str]:
    """The kind of an address, and the address as it is kept."""
    if number := phones.normal(address):
        typed = read_typed(number)
        if typed.impossible:
            raise _wrong("address", typed.impossible, LOOK_AGAIN)
        return phones.PHONE, typed.number
    if _EMAIL.fullmatch(address.strip()):
        return "email", address.strip()
    examples = ("+442071234567", "jane@example.com", *(each.example or each.name for each in own_forms(ports)))
    mend = f"Write {', '.join(examples[:-1])} or {examples[-1]}."
    if contact := _own_address(ports, address):
        return contact
    raise _wrong("address", f"{address!r:.60} is no phone number and no email address.", mend)


def own_forms(ports: Ports) -> tuple[ChannelKind, ...]:
    """The channels that are set up here whose addresses are typed behind their name, as in `ntfy:my-topic`."""
    kinds = (channel.kind for name, channel in ports.channels.items() if can_tell(ports, name))
    own = (each for each in kinds if each.form is AddressForm.OWN and each.account is Account.NONE)
    return tuple(each for each in own if each.pages and not each.hidden)


def _own_address(ports: Ports, address: str) -> tuple[str, str] | None:
    name, _, rest = (part.strip() for part in address.strip().partition(":"))
    kind = next((each for each in own_forms(ports) if each.name == name.lower()), None)
    if kind is None:
        return None
    channel: object = ports.channels[kind.name]
    kept = channel.read_address(rest) if isinstance(channel, Addressed) else rest
    if not kept or len(kept) > _LONGEST_ADDRESS or not kept.isprintable():
        raise _wrong("address", f"{rest!r:.60} is no address for {kind.title}.", f"Write it like {kind.example}.")
    return kind.contact, kept


def _channel(ports: Ports, user: User, kind: str, by: str) -> str:
    kinds = ports.store.directory().channel_kinds
    fitting = kinds.opened_by(kind)
    found = [each for each in fitting if can_tell(ports, each) and by in {"", each}]
    if found:
        return found[0]
    said = f"A code cannot be sent by {by[:40] or ' or '.join(fitting)} here."
    if by and by not in fitting:
        raise _wrong("by", said, f"Use {' or '.join(fitting)}.")
    raise _wrong("by", said, how_to_set_up([kinds.of(each) for each in ((by,) if by else fitting)], user))


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
    return one.channel == other.channel and _folded(one.address) == _folded(other.address)


def _folded(address: str) -> str:
    """An address as it is compared: capital letters of a mail address mean nothing, those of others may."""
    return address.lower() if "@" in address else address


def remove_address(ports: Ports, user_id: str, address: str) -> User:
    """Take an address away. Raises `NotFound`."""

    kinds = ports.store.directory().channel_kinds

    def change(user: User) -> User:
        found = _contact(user, address, kinds)
        return replace(user, contacts=tuple(each for each in user.contacts if each != found))

    return _change(ports, user_id, change)


def prefer_address(ports: Ports, user_id: str, address: str) -> User:
    """Make an address the primary one of its kind. Raises `NotFound`."""

    kinds = ports.store.directory().channel_kinds

    def change(user: User) -> User:
        found = _contact(user, address, kinds)
        return replace(user, contacts=(found, *(each for each in user.contacts if each != found)))

    return _change(ports, user_id, change)


def _contact(user: User, address: str, kinds: ChannelKinds) -> Contact:
    shown = (each for each in user.contacts if not kinds.is_hidden(each.channel))
    wanted = {address.strip().lower(), phones.normal(address)}
    found = next(
        (each for each in shown if wanted & {each.address.lower(), f"{each.channel}:{each.address}".lower()}), None
    )
    if found is None:
        raise NotFound(f"You have no address {address[:60]}.")
    return found


# --- Preferences --------------------------------------------------------------------------------------------------


def set_channels(ports: Ports, user_id: str, channels: tuple[str, ...]) -> User:
    """Choose the channels on which somebody is paged unless a rule says otherwise. Raises `Invalid`."""
    chosen, kinds = tuple(dict.fromkeys(channels)), ports.store.directory().channel_kinds
    if not chosen:
        raise _wrong("channels", "Nobody could reach you.", f"Name one or more of {', '.join(kinds.paging)}.")

    def change(user: User) -> User:
        problems = [problem for each in chosen if (problem := _unreachable(ports, user, each, kinds))]
        if problems:
            raise Invalid(problems)
        return replace(user, channels=chosen)

    return _change(ports, user_id, change)


def _unreachable(ports: Ports, user: User, channel: str, kinds: ChannelKinds) -> Problem | None:
    where, kind = ("channels",), kinds.of(channel)
    if not kinds.is_known(channel):
        mend = f"There are {', '.join(kinds.paging)}."
        return Problem(message=f"There is no channel {channel!r:.40}.", mend=mend, where=where)
    if channel not in ports.channels:
        return Problem(
            message=f"The channel {channel} is not set up here.", mend=how_to_set_up((kind,), user), where=where
        )
    if kind.account is Account.NONE and not any(
        each.channel == kind.contact and each.verified_at for each in user.contacts
    ):
        said = kind.missing or f"You have no verified {kind.contact} for {channel}."
        return Problem(message=said, mend=_how_to_add(kind), where=where)
    return None


def _how_to_add(kind: ChannelKind) -> str:
    return kind.mend or f"/pagertree me add {kind.example or f'{kind.name}:…'} adds one."


def set_zone(ports: Ports, user_id: str, zone: str) -> User:
    """Choose somebody's time zone. Raises `Invalid`."""
    return _change(ports, user_id, lambda user: replace(user, zone=zone))


def set_language(ports: Ports, user_id: str, language: str) -> User:
    """Choose in which language somebody hears and reads the fixed words of calls and texts. Raises `Invalid`."""
    wanted = language.strip().casefold()
    known = {said: code for code, name in READING_LANGUAGES.items() for said in (code, name.casefold())}
    if wanted not in known:
        named = ", ".join(f"{code} ({name})" for code, name in READING_LANGUAGES.items())
        raise _wrong("language", f"“{language[:30]}” is none of the languages.", f"There are {named}.")
    return _change(ports, user_id, lambda user: replace(user, language=known[wanted]))


def attach_rule(ports: Ports, user_id: str, rule: NotificationRule | None) -> User:
    """Choose by which notification rule somebody is paged, or by none."""
    return _change(
        ports, user_id, lambda user: replace(user, notification_rule_id=rule.id if rule else None, kept_rule=None)
    )


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
