"""What people and senders say about an alert: acknowledge and resolve."""

from dataclasses import replace
from datetime import datetime

from bot.engine.alerts import lifecycle
from bot.engine.alerts.lifecycle import asks_holder
from bot.engine.decision import Decision, Quiet, SetTimer
from bot.engine.model import Actor, ActorKind, Answer, EntryKind, Escalation, Receiver, Status, Timer, TimerKind
from bot.errors import Refused


def acknowledge(decision: Decision, actor: Actor, name: str, now: datetime) -> Decision:
    """Stop all paging: somebody has it. Raises `Refused` when the status does not allow it."""
    verb = lifecycle.Verb.CONFIRM if asks_holder(decision.alert) else lifecycle.Verb.ACKNOWLEDGE
    alert = lifecycle.apply(decision.alert, verb, actor, now)
    answered = tuple(
        replace(each, answer=Answer.ACKNOWLEDGED) if actor.kind is ActorKind.USER and each.user_id == actor.id else each
        for each in alert.responders
    )
    decision = decision.change(replace(alert, responders=answered, stood_at=_stood_at(decision)))
    return _stop_asking(decision).tell(EntryKind.ACKNOWLEDGED, actor, f"Acknowledged by {name}.", now)


def resolve(decision: Decision, actor: Actor, name: str, now: datetime) -> Decision:
    """Close the alert. Raises `Refused` when the status does not allow it."""
    decision = decision.change(lifecycle.apply(decision.alert, lifecycle.Verb.RESOLVE, actor, now))
    return _quiet(decision).tell(EntryKind.RESOLVED, actor, f"Resolved by {name}.", now)


def snooze(
    decision: Decision, until: datetime, actor: Actor, said: str, now: datetime, *, receivers: tuple[Receiver, ...]
) -> Decision:
    """Quiet an acknowledged alert until an instant; unless it was resolved it opens then, and receivers are asked.

    Raises `Refused` for an alert that nobody has acknowledged: snoozing must not make a page disappear.
    """
    alert = decision.alert
    if alert.status is not Status.ACKNOWLEDGED:
        raise Refused(f"#{alert.number} is {alert.status}; only an acknowledged alert can be snoozed")
    touched = lifecycle.touch(replace(alert, is_worse=False, asks_help=False), now)
    timer = Timer(
        id=f"{alert.id}.snooze{touched.version}",
        kind=TimerKind.SNOOZE_END,
        alert_id=alert.id,
        due_at=until,
        receivers=receivers,
    )
    return _quiet(decision.change(touched)).do(SetTimer(timer=timer)).tell(EntryKind.SNOOZED, actor, said, now)


def _stood_at(decision: Decision) -> tuple[Escalation, ...]:
    """What is stopped by an acknowledgement; that somebody knows that it got worse does not begin anew."""
    known = decision.alert.stood_at if asks_holder(decision.alert) else ()
    return (*known, *(each for each in decision.escalations if not each.asks_holder and not each.is_help))


def _stop_asking(decision: Decision) -> Decision:
    """Stop everything but what asks others to help whoever has the alert."""
    helping = tuple(each for each in decision.escalations if each.is_help)
    if not helping:
        return _quiet(decision)
    others = (each for each in decision.escalations if not each.is_help)
    return replace(decision, escalations=helping).do(*(Quiet(escalation_id=each.id) for each in others))


def _quiet(decision: Decision) -> Decision:
    return replace(decision, escalations=()).do(Quiet())
