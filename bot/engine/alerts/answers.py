"""What people and senders say about an alert: acknowledge and resolve."""

from dataclasses import replace
from datetime import datetime

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision, Quiet, SetTimer
from bot.engine.model import Actor, ActorKind, Answer, EntryKind, Status, Timer, TimerKind
from bot.errors import Refused


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


def snooze(decision: Decision, until: datetime, actor: Actor, said: str, now: datetime) -> Decision:
    """Quiet an acknowledged alert until an instant; it reopens then unless it was resolved.

    Raises `Refused` for an alert that nobody has acknowledged: snoozing must not make a page disappear.
    """
    alert = decision.alert
    if alert.status is not Status.ACKNOWLEDGED:
        raise Refused(f"#{alert.number} is {alert.status}; only an acknowledged alert can be snoozed")
    touched = lifecycle.touch(alert, now)
    timer = Timer(
        id=f"{alert.id}.snooze{touched.version}",
        kind=TimerKind.SNOOZE_END,
        alert_id=alert.id,
        due_at=until,
        receivers=alert.in_charge or alert.receivers,
    )
    return _quiet(decision.change(touched)).do(SetTimer(timer=timer)).tell(EntryKind.SNOOZED, actor, said, now)


def _quiet(decision: Decision) -> Decision:
    return replace(decision, escalations=()).do(Quiet())
