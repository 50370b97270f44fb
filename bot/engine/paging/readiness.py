"""Whether a page would reach somebody: what stands in its way, said so that they can mend it."""

from collections.abc import Collection, Iterator, Sequence

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import (
    Account,
    AddressForm,
    ChannelChoice,
    ChannelKind,
    ChannelKinds,
    NoticeKind,
    NotificationRule,
    User,
)
from bot.engine.paging import phones
from bot.engine.paging.late_steps import LateStep, late_steps
from bot.engine.paging.paging_cycles import default_channels
from bot.engine.rules.notifications import NotifyRule, read_notification_rule
from bot.engine.rules.silences import silent_rules
from bot.errors import Invalid

_MEND_CHANNELS = "/pagertree me channels chooses others."
_MOST = 10


def shortcomings(
    user: User, directory: Directory, set_up: Collection[str], everybody: Sequence[str] = ()
) -> tuple[str, ...]:
    """What keeps pages from somebody, in plain words, at most ten; empty when all their ways are open.

    `set_up` are the channels that this installation has, `everybody` the numbers at which anybody may be paged.
    """
    rule, kinds = _rule(user, directory), directory.channel_kinds
    said = [*_of_rule(user, rule, kinds), *_late(user, rule, kinds, directory)]
    allowed = phones.allowed_for(user, directory, everybody)
    chosen = ((_mend_choice(rule), _choices(rule, kinds)), (_MEND_CHANNELS, default_channels(user)))
    for mend, choices in chosen:
        for choice in choices:
            kind = kinds.of(choice.channel) if choice.channel in set_up else None
            said += _of_choice(user, choice, kind, allowed, mend)
    return tuple(dict.fromkeys(said))[:_MOST]


def advice(user: User, directory: Directory, set_up: Collection[str]) -> str:
    """Say that one way alone is one failure away from silence, where there could be another; empty otherwise."""
    rule, kinds = _rule(user, directory), directory.channel_kinds
    chosen = _choices(rule, kinds)
    used = {choice.channel for choice in (*chosen, *default_channels(user))}
    own = [each for each in kinds.paging if each not in kinds.by_default]
    others = [each for each in own if each in set_up and each not in used]
    if len(used) > 1 or not others:
        return ""
    mend = _mend_choice(rule) if chosen else _MEND_CHANNELS
    return f"Only {next(iter(used), 'nothing')} reaches you. {', '.join(others)} could too: {mend}"


def _late(user: User, rule: NotificationRule | None, kinds: ChannelKinds, directory: Directory) -> Iterator[str]:
    """The steps of somebody's notification rule that a layer in which they are asked does not come to."""
    return (_say_late(late) for each in _rules(rule, kinds) for late in late_steps(each, (user,), directory))


def _say_late(late: LateStep) -> str:
    channels = ", ".join(each.channel for each in late.rule.steps[late.number - 1].channels)
    step = f"Step {late.number} of {late.rule.name!r:.80} in your notification rule ({channels})"
    after, lasts = say_duration(late.after), say_duration(late.lasts)
    return f"{step} never comes: it is {after} after the first page, and {late.layer} waits {lasts}."


def every_channel(user: User, kinds: ChannelKinds, set_up: Collection[str]) -> tuple[str, ...]:
    """Every channel on which somebody has an address, or wants to be paged; those that are not set up are left out."""
    opened = (each for contact in user.contacts for each in kinds.opened_by(contact.channel))
    owned = (name for name in kinds.paging if _has_account(user, kinds.of(name)))
    return tuple(each for each in dict.fromkeys((*user.channels, *owned, *opened)) if each in set_up)


def _of_rule(user: User, rule: NotificationRule | None, kinds: ChannelKinds) -> Iterator[str]:
    instead = f"you are paged at once by {', '.join(user.channels)} instead"
    if rule is None:
        return
    if not rule.enabled:
        yield f"Your notification rule {rule.handle} is disabled: {instead}."
        return
    try:
        rules = read_notification_rule(rule.yaml, kinds).rules
    except Invalid:
        yield f"Your notification rule {rule.handle} cannot be read: {instead}."
        return
    for silent in silent_rules(rules):
        said = (
            f"Your notification rule {rule.handle} sends you nothing for critical alerts that its {silent.name!r:.80}"
        )
        yield f"{said} matches: others are paged instead. {_mend_choice(rule)}"


def _rule(user: User, directory: Directory) -> NotificationRule | None:
    taken = directory.rule_of(user)
    return taken.rule if taken else None


def _choices(rule: NotificationRule | None, kinds: ChannelKinds) -> tuple[ChannelChoice, ...]:
    """The channels that a rule's steps name for pages."""
    return tuple(choice for each in _rules(rule, kinds) for step in each.steps for choice in step.channels)


def _rules(rule: NotificationRule | None, kinds: ChannelKinds) -> tuple[NotifyRule, ...]:
    """The rules about pages of somebody's notification rule, as far as it counts."""
    try:
        rules = read_notification_rule(rule.yaml, kinds).rules if rule and rule.enabled else ()
    except Invalid:
        return ()
    return tuple(each for each in rules if NoticeKind.OPEN.value in each.types)


def _mend_choice(rule: NotificationRule | None) -> str:
    """How to choose other channels than those that a rule names, or without one."""
    return f"/pagertree rule edit {rule.handle} chooses others." if rule else _MEND_CHANNELS


def _of_choice(
    user: User, choice: ChannelChoice, kind: ChannelKind | None, allowed: Sequence[str], mend: str
) -> Iterator[str]:
    """What keeps one choice from somebody; `kind` is None where the channel is not set up."""
    if kind is None:
        yield f"{choice.channel} is not set up here, so that no page comes by it. {mend}"
    elif kind.form is AddressForm.PHONE:
        yield from _of_phone(user, choice, kind, allowed)
    elif not _has_account(user, kind) and not _has(user, kind.contact):
        missing = kind.missing or f"{kind.title} has no address of yours, so that no page comes by it."
        yield f"{missing} {kind.mend}".rstrip()


def _of_phone(user: User, choice: ChannelChoice, kind: ChannelKind, allowed: Sequence[str]) -> Iterator[str]:
    numbers, why_not = phones.candidates(user, choice.channel, phones.wanted(choice), allowed)
    if not numbers:
        mend = kind.mend if not _has(user, kind.contact) else ""
        yield f"{choice.channel} does not reach you: {why_not} {mend}".rstrip()


def _has_account(user: User, kind: ChannelKind) -> bool:
    """Whether a person's own account is enough for a channel."""
    match kind.account:
        case Account.SLACK:
            return user.slack_id is not None
        case Account.EMAIL:
            return bool(user.email)
        case Account.NONE:
            return False


def _has(user: User, contact: str) -> bool:
    return any(each.channel == contact and each.verified_at for each in user.contacts)
