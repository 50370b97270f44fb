"""Whether a page would reach somebody: what stands in its way, said so that they can mend it."""

from collections.abc import Collection, Iterator, Sequence

from bot.engine.directory import Directory
from bot.engine.model import ChannelChoice, NoticeKind, NotificationRule, User
from bot.engine.paging import phones
from bot.engine.paging.paging_cycles import default_channels
from bot.engine.rules.notifications import read_notification_rule
from bot.errors import Invalid

_MEND_PHONE = "/pagertree me add +442071234567 adds one."
_MEND_EMAIL = "/pagertree me add you@example.com adds one."
_MEND_PUSH = "/pagertree me push shows how."
_MEND_CHANNELS = "/pagertree me channels chooses others."
_MOST = 10


def shortcomings(
    user: User, directory: Directory, set_up: Collection[str], everybody: Sequence[str] = ()
) -> tuple[str, ...]:
    """What keeps pages from somebody, in plain words, at most ten; empty when all their ways are open.

    `set_up` are the channels that this installation has, `everybody` the numbers at which anybody may be paged.
    """
    rule = directory.notification_rules.get(user.notification_rule_id or "")
    said = [*_of_rule(user, rule)]
    allowed = phones.allowed_for(user, directory, everybody)
    for choice in _choices(rule):
        said += _of_choice(user, choice, set_up, allowed, _mend_choice(rule))
    for choice in default_channels(user):
        said += _of_choice(user, choice, set_up, allowed, _MEND_CHANNELS)
    return tuple(dict.fromkeys(said))[:_MOST]


def advice(user: User, directory: Directory, set_up: Collection[str]) -> str:
    """Say that one way alone is one failure away from silence, where there could be another; empty otherwise."""
    rule = directory.notification_rules.get(user.notification_rule_id or "")
    chosen = _choices(rule)
    used = {choice.channel for choice in (*chosen, *default_channels(user))}
    others = [each for each in ("sms", "voice", "push", "email") if each in set_up and each not in used]
    if len(used) > 1 or not others:
        return ""
    mend = _mend_choice(rule) if chosen else _MEND_CHANNELS
    return f"Only {next(iter(used), 'nothing')} reaches you. {', '.join(others)} could too: {mend}"


def every_channel(user: User, set_up: Collection[str]) -> tuple[str, ...]:
    """Every channel on which somebody has an address, or wants to be paged; those that are not set up are left out."""
    opened = (each for contact in user.contacts for each in phones.CHANNELS.get(contact.channel, (contact.channel,)))
    mailed = ("email",) if user.email else ()
    linked = ("slack",) if user.slack_id else ()
    return tuple(each for each in dict.fromkeys((*user.channels, *linked, *opened, *mailed)) if each in set_up)


def _of_rule(user: User, rule: NotificationRule | None) -> Iterator[str]:
    instead = f"you are paged at once by {', '.join(user.channels)} instead"
    if rule is None:
        return
    if not rule.enabled:
        yield f"Your notification rule {rule.handle} is disabled: {instead}."
        return
    try:
        read_notification_rule(rule.yaml)
    except Invalid:
        yield f"Your notification rule {rule.handle} cannot be read: {instead}."


def _choices(rule: NotificationRule | None) -> tuple[ChannelChoice, ...]:
    """The channels that a rule's steps name for pages."""
    try:
        rules = read_notification_rule(rule.yaml).rules if rule and rule.enabled else ()
    except Invalid:
        return ()
    paging = (each for each in rules if NoticeKind.OPEN.value in each.types)
    return tuple(choice for each in paging for step in each.steps for choice in step.channels)


def _mend_choice(rule: NotificationRule | None) -> str:
    """How to choose other channels than those that a rule names, or without one."""
    return f"/pagertree rule edit {rule.handle} chooses others." if rule else _MEND_CHANNELS


def _of_choice(
    user: User, choice: ChannelChoice, set_up: Collection[str], allowed: Sequence[str], mend: str
) -> Iterator[str]:
    if choice.channel not in set_up:
        yield f"{choice.channel} is not set up here, so that no page comes by it. {mend}"
        return
    match choice.channel:
        case "slack" if not user.slack_id:
            yield "You are not linked to Slack: typing /pagertree there does it."
        case "sms" | "voice":
            yield from _of_phone(user, choice, allowed)
        case "email" if not (user.email or _has(user, "email")):
            yield f"You have no email address. {_MEND_EMAIL}"
        case "push" if not _has(user, "push"):
            yield f"No browser of yours is registered for push. {_MEND_PUSH}"
        case _:
            pass


def _of_phone(user: User, choice: ChannelChoice, allowed: Sequence[str]) -> Iterator[str]:
    numbers, why_not = phones.candidates(user, choice.channel, phones.wanted(choice), allowed)
    if not numbers:
        mend = _MEND_PHONE if not _has(user, phones.PHONE) else ""
        yield f"{choice.channel} does not reach you: {why_not} {mend}".rstrip()


def _has(user: User, channel: str) -> bool:
    return any(contact.channel == channel and contact.verified_at for contact in user.contacts)
