"""Notification rules that several people use: a change by somebody else is told, and is theirs when they take it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import SYSTEM, Actor, NotificationRule, RuleVersion, User
from bot.ports import Ports, UnitOfWork
from bot.service import announce
from bot.service.announce import About


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A notification rule saved anew: the configuration `before`, the rule `after`, and by whom.

    `consenting` are those, by id, who were attached to it with the change itself.
    """

    before: Directory
    after: NotificationRule
    author: Actor
    consenting: Collection[str] = ()


def keep_versions(ports: Ports, uow: UnitOfWork, change: RuleChange) -> None:
    """Leave everybody else with the version of a rule that they took, and tell them, in the same transaction.

    Who changes the rule takes the new version by that.
    """
    after = change.after
    known = change.before.notification_rules.get(after.id)
    if known is None or _pages_alike(known, after):
        return
    now, directory = ports.clock.now(), uow.directory()
    took = RuleVersion(version=change.before.versions.get(after.id, 0), rule=known)
    for user in _users_of(after.id, directory):
        kept = _kept(user, took, change)
        if kept != user.kept_rule:
            uow.put(replace(user, kept_rule=kept), SYSTEM, now, seen=uow.version_of(user.id))
        if kept and user.active:
            about = _about(directory, change, kept, now)
            uow.announce(tuple(announce.for_user(user, about, ports)))


def _kept(user: User, took: RuleVersion, change: RuleChange) -> RuleVersion | None:
    """The version that somebody goes on with; None where that is the new one."""
    own = user.kept_rule if user.kept_rule and user.kept_rule.rule.id == change.after.id else took
    follows = user.id == change.author.id or user.id in change.consenting or _pages_alike(own.rule, change.after)
    return None if follows else own


def tell_deletion(ports: Ports, uow: UnitOfWork, before: Directory, object_id: str, author: Actor) -> None:
    """Tell those who used a rule that it is gone, and how they are paged now."""
    gone, now = before.notification_rules.get(object_id), ports.clock.now()
    for user in _users_of(object_id, before) if gone else ():
        if gone and user.active and user.id != author.id:
            said = f"{_by(before, author)} deleted the notification rule {gone.name}, which decided how you are paged."
            instead = f"You are paged at once by {', '.join(user.channels)} now. /pagertree me shows it."
            about = About(
                id=f"rule.{object_id}.gone.{now.timestamp():.0f}",
                title=f"{gone.name} was deleted",
                text=f"{said} {instead}",
                at=now,
            )
            uow.announce(tuple(announce.for_user(user, about, ports)))


def take_newest(user: User, rule_id: str) -> User:
    """Somebody who is paged by the newest version of a rule from now on, until somebody else changes it."""
    return replace(user, notification_rule_id=rule_id, kept_rule=None)


def _pages_alike(one: NotificationRule, other: NotificationRule) -> bool:
    return (one.yaml, one.enabled) == (other.yaml, other.enabled)


def _users_of(rule_id: str, directory: Directory) -> tuple[User, ...]:
    found = (each for each in directory.users.values() if each.notification_rule_id == rule_id)
    return tuple(sorted(found, key=lambda each: each.id))


def _about(directory: Directory, change: RuleChange, kept: RuleVersion, now: datetime) -> About:
    rule = change.after
    version = directory.versions.get(rule.id, 0)
    did = "changed" if rule.enabled or not kept.rule.enabled else "disabled"
    said = f"{_by(directory, change.author)} {did} the notification rule {rule.name}, which decides how you are paged."
    keeps = f"You keep version {kept.version} until you take the new one, version {version}."
    look = f"/pagertree rule diff {rule.handle} {kept.version} {version} shows what is new, "
    return About(
        id=f"rule.{rule.id}.{version}",
        title=f"{rule.name} was {did}",
        text=f"{said} {keeps} {look}/pagertree rule take {rule.handle} takes it.",
        at=now,
    )


def _by(directory: Directory, author: Actor) -> str:
    user = directory.users.get(author.id)
    return user.name if user else "Somebody"
