"""Who is being asked about an alert at this moment: those in the layers that its running escalations stand at."""

from bot.engine.alerts.lifecycle import is_asking
from bot.engine.decision import Decision
from bot.engine.model import ActorKind, Alert, Answer, Escalation, Responder, Status, Urgency


def running(decision: Decision, escalation_id: str) -> Escalation | None:
    """Find a running escalation of the alert."""
    return next((each for each in decision.escalations if each.id == escalation_id), None)


def is_current(decision: Decision, responder: Responder) -> bool:
    """Whether somebody is asked in the layer that their escalation stands at."""
    escalation = running(decision, responder.escalation_id)
    if escalation is None:
        return False
    rung = escalation.rungs[escalation.position]
    return (rung.number, escalation.passage) == (responder.layer, responder.passage)


def still_asked(decision: Decision, escalation: Escalation) -> tuple[Responder, ...]:
    """Those in the layer at which an escalation stands who have not rejected."""
    own = (each for each in decision.alert.responders if each.escalation_id == escalation.id)
    return tuple(each for each in own if is_current(decision, each) and each.answer is not Answer.REJECTED)


def is_silent(decision: Decision, escalation: Escalation) -> bool:
    """Whether a critical alert asks people in its layer who are all sent nothing, because their rules want it so."""
    if decision.alert.urgency is not Urgency.CRITICAL or not is_asking(decision.alert):
        return False
    asked = still_asked(decision, escalation)
    return bool(asked) and all(each.unpaged for each in asked)


def asked_now(decision: Decision) -> tuple[str, ...]:
    """The ids of everybody who is being asked and has not answered, in the order in which they were asked."""
    waiting = (each for each in decision.alert.responders if each.answer is None and is_current(decision, each))
    return tuple(dict.fromkeys(each.user_id for each in waiting))


def concerns(alert: Alert, user_id: str) -> bool:
    """Whether somebody has an alert, or was asked about it since it was last handed off."""
    by = alert.settled_by
    if alert.status is Status.ACKNOWLEDGED and by is not None and (by.kind, by.id) == (ActorKind.USER, user_id):
        return True
    return any(each.user_id == user_id and _number(each.escalation_id) > alert.given for each in alert.responders)


def _number(escalation_id: str) -> int:
    """The running number of an escalation, which its id ends with."""
    number = escalation_id.rpartition(".")[2]
    return int(number) if number.isdecimal() else 1
