"""What people and senders say about an alert: acknowledge and resolve."""

from dataclasses import replace
from datetime import datetime

from bot.engine import lifecycle
from bot.engine.decision import Decision, Quiet
from bot.engine.model import Actor, ActorKind, Answer, EntryKind


def acknowledge(decision: Decision, actor: Actor, name: str, now: datetime) -> Decision:
    """Stop all paging: somebody has it. Raises `Refused` when the status does not allow it."""
    alert = lifecycle.apply(decision.alert, lifecycle.Verb.ACKNOWLEDGE, actor, now)
    answered = tuple(
        replace(each, answer=Answer.ACKNOWLEDGED) if actor.kind is ActorKind.USER and each.user_id == actor.id else each
        for each in alert.responders
    )
    decision = decision.change(replace(alert, responders=answered))
    return _quiet(decision).tell(EntryKind.ACKNOWLEDGED, actor, f"Acknowledged by {name}.", now)


def resolve(decision: Decision, actor: Actor, name: str, now: datetime) -> Decision:
    """Close the alert. Raises `Refused` when the status does not allow it."""
    decision = decision.change(lifecycle.apply(decision.alert, lifecycle.Verb.RESOLVE, actor, now))
    return _quiet(decision).tell(EntryKind.RESOLVED, actor, f"Resolved by {name}.", now)


def _quiet(decision: Decision) -> Decision:
    return replace(decision, escalations=()).do(Quiet())
