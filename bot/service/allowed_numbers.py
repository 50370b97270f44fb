"""Who answers for the phone numbers that a notification rule spells out: the person whose they are, or an admin."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.engine.directory import Configured, Directory
from bot.engine.model import Actor, ActorKind, NotificationRule, Role, User
from bot.engine.paging import phones
from bot.engine.rules.numbers import check_numbers, check_possible, spelled


def with_allowed_numbers(body: Configured, author: Actor, directory: Directory, allowed: Sequence[str]) -> Configured:
    """What is saved of an object: a rule with the numbers that admins vouch for, everything else as it is.

    An admin, or the program itself, vouches for all numbers of the rule that they save. Of anybody else the numbers
    have to be their own, `allowed` by the settings, or vouched for before; raises `Invalid` with those that are not.
    """
    if not isinstance(body, NotificationRule):
        return body
    check_possible(body.yaml, directory.channel_kinds)
    written = tuple(
        dict.fromkeys(phones.normal(each) or each for _, each in spelled(body.yaml, directory.channel_kinds))
    )
    if _is_trusted(author, directory):
        return replace(body, vouched=written)
    known = directory.notification_rules.get(body.id)
    kept = tuple(each for each in known.vouched if each in written) if known else ()
    user = directory.users.get(author.id)
    check_numbers(
        body.yaml,
        directory.channel_kinds,
        lambda number: phones.may_be_reached_at(number, user, (*kept, *allowed)),
    )
    return replace(body, vouched=kept)


def not_called(directory: Directory, allowed: Sequence[str]) -> Iterator[tuple[NotificationRule, User, str]]:
    """Whose rules name which numbers that their pages would not go to."""
    for user in sorted(directory.users.values(), key=lambda each: each.name.lower()):
        taken = directory.rule_of(user)
        rule = taken.rule if taken else None
        if not user.active or rule is None or not rule.enabled:
            continue
        may = phones.allowed_for(user, directory, allowed)
        for number in dict.fromkeys(number for _, number in spelled(rule.yaml, directory.channel_kinds)):
            if not phones.may_be_reached_at(number, user, may):
                yield rule, user, number


def _is_trusted(author: Actor, directory: Directory) -> bool:
    if author.kind is not ActorKind.USER:
        return True
    user = directory.users.get(author.id)
    return user is not None and user.active and user.role is Role.ADMIN
