"""Somebody is here no more: what they were asked, others are asked; what they had taken, is asked again."""

from dataclasses import replace
from datetime import datetime

from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.escalation import climbing
from bot.engine.model import ActorKind, Alert, Status, User

_PUSH = "push"


def departed(user: User) -> User:
    """Somebody as they are kept when they are gone: paged no more, and nothing that they hold answers.

    The address of their calendar is forgotten, as are their browsers; phones and mail addresses stay, unused, so that
    they need not be proved again should the person come back.
    """
    contacts = tuple(each for each in user.contacts if each.channel != _PUSH)
    channels = tuple(each for each in user.channels if each != _PUSH)
    return replace(user, active=False, feed_key="", contacts=contacts, channels=channels or ("slack",))


def holds(alert: Alert, user: User) -> bool:
    """Whether an alert was acknowledged by somebody and is not resolved."""
    by = alert.settled_by
    return alert.status is Status.ACKNOWLEDGED and by is not None and (by.kind, by.id) == (ActorKind.USER, user.id)


def hand_on(decision: Decision, user: User, directory: Directory, now: datetime) -> Decision:
    """The alert without somebody who is gone; as it was where it does not need them."""
    if holds(decision.alert, user):
        return climbing.ask_those_in_charge(decision, f"Reopened: @{user.handle} had it, and is gone.", directory, now)
    return climbing.let_go(decision, user, directory, now)
