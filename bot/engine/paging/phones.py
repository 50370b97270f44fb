"""Phone numbers: which of them a person is reached at, and whose a number is.

A number in a person's contacts is used for SMS and calls once it is verified; after STOP it is called, but not texted.
A number that a notification rule spells out is used if it is a verified one of the person who is paged, or allowed: by
the settings, or by an admin who saved the rule. Else anybody could have any number called, for money (toll fraud).
"""

import re
from collections.abc import Sequence

from bot.engine.directory import Directory
from bot.engine.model import AddressForm, ChannelChoice, ChannelKinds, Contact, User
from bot.engine.rules.notifications import read_notification_rule
from bot.errors import Invalid

PHONE = "phone"
"""The `channel` of contacts that are phone numbers."""
TEXTED = "sms"
"""The channel that STOP is about."""
OTHERS = " or others"
"""Ends the address of a notification that may go to the person's other numbers when the first cannot be used."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # https://www.itu.int/rec/T-REC-E.164
_PLACES = {"": 0, "primary": 0, "secondary": 1}
_PUNCTUATION = re.compile(r"[\s().-]+")


def normal(number: str) -> str | None:
    """Write a number as `+442071234567`; None when it is not an international number."""
    plain = _PUNCTUATION.sub("", number)
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    return plain if _E164.fullmatch(plain) else None


def wanted(choice: ChannelChoice) -> str:
    """What a notification carries as its address: the one chosen, and whether others may stand in for it."""
    return f"{choice.address}{OTHERS}" if choice.fallback else choice.address


def allowed_for(user: User | None, directory: Directory, everybody: Sequence[str]) -> tuple[str, ...]:
    """Numbers beside their own at which somebody may be paged: of their rule, and what `everybody` may be paged at."""
    taken = directory.rule_of(user) if user else None
    return (*(taken.rule.vouched if taken else ()), *everybody)


def may_be_reached_at(number: str, user: User | None, allowed: Sequence[str]) -> bool:
    """Whether a number that is spelled out may be used for somebody.

    `allowed` are numbers, and beginnings of numbers that end with `*`.
    """
    plain = normal(number)
    if plain is None:
        return False
    own = (normal(each.address) for each in _phones(user) if each.verified_at) if user else ()
    return plain in own or any(_covers(each, plain) for each in allowed)


def candidates(user: User, channel: str, address: str, allowed: Sequence[str] = ()) -> tuple[tuple[str, ...], str]:
    """Numbers to try in turn for a notification's address, and why there are not more (for a person to read).

    `allowed` are those beside the person's own that may be spelled out.
    """
    chosen = address.removesuffix(OTHERS)
    numbers, is_place = _phones(user), chosen in _PLACES
    if is_place:
        first = numbers[_PLACES[chosen] :][:1]
        missing = "" if first else f"{user.name} has no {chosen or 'primary'} phone number."
    else:
        first, missing = tuple(each for each in numbers if normal(each.address) == normal(chosen)), ""
        first = first or (Contact(channel=PHONE, address=chosen, verified_at=None),)
    others = tuple(each for each in numbers if each not in first) if address.endswith(OTHERS) else ()
    tried = (*first, *others)
    reasons = [_why_not(each, user, channel, allowed if each in first and not is_place else ()) for each in tried]
    usable = [normal(each.address) for each, reason in zip(tried, reasons, strict=True) if not reason]
    return tuple(dict.fromkeys(each for each in usable if each)), " ".join(filter(None, (missing, *reasons)))


def owners(directory: Directory, number: str, everybody: Sequence[str] = ()) -> tuple[User, ...]:
    """Who is reached at a number: those who verified it, and those whose notification rule spells it out and may.

    `everybody` are the numbers at which anybody may be paged, as in `allowed_for`.
    """
    active = (user for user in directory.users.values() if user.active)
    found = (user for user in active if _is_reached(user, number, directory, everybody))
    return tuple(sorted(found, key=lambda user: user.id))


def has_stopped(user: User, number: str) -> bool:
    """Whether a number of the person's has asked for no more messages."""
    return any(each.stopped_at is not None for each in _phones(user) if normal(each.address) == number)


def _phones(user: User) -> tuple[Contact, ...]:
    return tuple(each for each in user.contacts if each.channel == PHONE)


def _why_not(contact: Contact, user: User, channel: str, allowed: Sequence[str]) -> str:
    number = normal(contact.address)
    if number is None:
        return f"{contact.address!r:.40} is not an international phone number such as +442071234567."
    if channel == TEXTED and contact.stopped_at is not None:
        return f"{contact.address} of {user.name} has answered STOP; START from that phone takes it back."
    if contact.verified_at or any(_covers(each, number) for each in allowed):
        return ""
    if contact in user.contacts:
        return f"{contact.address} of {user.name} is not verified."
    return (
        f"{number} is no verified number of {user.name} and nobody has allowed it: an admin can save the notification "
        "rule, or name it in PHONE_ALLOW."
    )


def _covers(allowed: str, number: str) -> bool:
    return number.startswith(allowed[:-1]) if allowed.endswith("*") else number == allowed


def _is_reached(user: User, number: str, directory: Directory, everybody: Sequence[str]) -> bool:
    if any(each.verified_at and normal(each.address) == number for each in _phones(user)):
        return True
    taken = directory.rule_of(user)
    rule = taken.rule if taken else None
    if rule is None or not rule.enabled or number not in rule.yaml:
        return False
    allowed = may_be_reached_at(number, user, (*rule.vouched, *everybody))
    return allowed and any(normal(each.address) == number for each in _choices(rule.yaml, directory.channel_kinds))


def _choices(yaml: str, channels: ChannelKinds) -> tuple[ChannelChoice, ...]:
    try:
        rules = read_notification_rule(yaml, channels).rules
    except Invalid:
        return ()
    steps = (step for rule in rules for step in rule.steps)
    return tuple(
        choice for step in steps for choice in step.channels if channels.of(choice.channel).form is AddressForm.PHONE
    )
