"""What people change about an alert: its urgency, whether it is an incident, who is told, and what is run for it."""

from dataclasses import replace

from bot.engine.alerts import lifecycle
from bot.engine.alerts.life import AlertEvent, answer
from bot.engine.decision import Decision, RunAutomations
from bot.engine.directory import Directory
from bot.engine.intake import repetition
from bot.engine.model import (
    Actor,
    ActorKind,
    Alert,
    Automation,
    EntryKind,
    Incident,
    NoticeKind,
    Severity,
    Stakeholder,
    Status,
    Urgency,
)
from bot.engine.paging import stakeholders
from bot.errors import NotFound, Refused
from bot.ports import Ports
from bot.service.answers import LONGEST_NOTE
from bot.service.desk import Acted, Desk, act

_LONGEST_MESSAGE = 500  # characters of an incident's message


def change_urgency(ports: Ports, reference: str, actor: Actor, urgency: Urgency) -> Acted:
    """Say how urgent an alert is; an urgency above all that it had asks again, as a worse repetition does.

    Raises `NotFound`, or `Refused` for one that is resolved, and for `silent`, which would make a page disappear.
    """
    return act(ports, reference, actor, lambda desk: _change_urgency(desk, actor, urgency))


def declare_incident(ports: Ports, reference: str, actor: Actor, severity: Severity, message: str = "") -> Acted:
    """Flag an alert as an incident, or give its incident another severity and message. Raises `NotFound`."""
    incident = Incident(severity=severity, message=message[:_LONGEST_MESSAGE])
    return act(ports, reference, actor, lambda desk: _declare(desk, actor, incident))


def end_incident(ports: Ports, reference: str, actor: Actor) -> Acted:
    """Take the flag of an incident from an alert, which goes on. Raises `NotFound`, or `Refused` when it has none."""
    return act(ports, reference, actor, lambda desk: _end_incident(desk, actor))


def attach_stakeholder(ports: Ports, reference: str, actor: Actor, stakeholder_id: str) -> Acted:
    """Have a stakeholder told what becomes of an alert, and at once how it stands.

    Raises `NotFound`, or `Refused` when it is told already.
    """
    return act(ports, reference, actor, lambda desk: _attach(desk, actor, stakeholder_id))


def run_automation(ports: Ports, reference: str, actor: Actor, automation_id: str) -> Acted:
    """Have an automation run for an alert, once. Raises `NotFound`, or `Refused` when it did, or the alert is over."""
    return act(ports, reference, actor, lambda desk: _run(desk, actor, automation_id))


# --- On the desk --------------------------------------------------------------------------------------------------


def _change_urgency(desk: Desk, actor: Actor, urgency: Urgency) -> tuple[Decision, str]:
    alert = desk.alert
    if alert.status is Status.RESOLVED:
        raise Refused(desk.already())
    if urgency is Urgency.SILENT:
        raise Refused("An alert that somebody may be asked about never becomes silent: low is the least.")
    if urgency is alert.urgency:
        return desk.decision, f"#{alert.number} is {urgency} already."
    decision = repetition.set_urgency(desk.decision, urgency, actor, desk.name(actor), desk.now)
    decision = _ask_anew(desk, decision, actor) if urgency.loudness > lifecycle.loudest(alert).loudness else decision
    said = f"#{alert.number} is {urgency} now, {alert.urgency} before"
    follows = desk.outcome(decision)
    return decision, f"{said}: {follows}" if follows else f"{said}. Nobody is paged for that."


def _ask_anew(desk: Desk, decision: Decision, actor: Actor) -> Decision:
    """Ask whom the table names for what got worse; whoever has it and says so themselves knows it."""
    alert = decision.alert
    holder = desk.alert.settled_by if desk.alert.status is Status.ACKNOWLEDGED else None
    if holder and (holder.kind, holder.id) == (ActorKind.USER, actor.id):
        return decision
    routing = desk.route(alert, desk.destinations())
    wakes = answer(desk.alert, AlertEvent.WORSE).wakes
    return repetition.wake(decision, wakes, routing, desk.directory, desk.now, is_worse=True)


def _declare(desk: Desk, actor: Actor, incident: Incident) -> tuple[Decision, str]:
    alert = desk.alert
    if alert.incident == incident:
        return desk.decision, f"#{alert.number} is an incident already: {_say(incident)}."
    verb = "changed" if alert.incident else "declared"
    text = f"Incident {verb} by {desk.name(actor)}: {_say(incident)}."
    decision = _noted(desk, actor, replace(alert, incident=incident), text)
    return decision, f"#{alert.number} is an incident now: {_say(incident)}."


def _end_incident(desk: Desk, actor: Actor) -> tuple[Decision, str]:
    alert = desk.alert
    if alert.incident is None:
        raise Refused(f"#{alert.number} is no incident.")
    text = f"Incident ended by {desk.name(actor)}: it was {_say(alert.incident)}."
    goes_on = "" if alert.status is Status.RESOLVED else f" The alert is {alert.status} still."
    return _noted(
        desk, actor, replace(alert, incident=None), text
    ), f"#{alert.number} is no incident any more.{goes_on}"


def _say(incident: Incident) -> str:
    return f"{incident.severity}{f', {incident.message}' if incident.message else ''}".rstrip(".")


def _attach(desk: Desk, actor: Actor, stakeholder_id: str) -> tuple[Decision, str]:
    alert, found = desk.alert, desk.directory.get(Stakeholder, stakeholder_id)
    if not isinstance(found, Stakeholder):
        raise NotFound("There is no such stakeholder any more.")
    if found in stakeholders.told_of(alert, desk.directory):
        raise Refused(f"stakeholder:{found.handle} is told of #{alert.number} already.")
    attached = replace(alert, stakeholder_ids=(*alert.stakeholder_ids, found.id))
    text = f"stakeholder:{found.handle} was attached by {desk.name(actor)}."
    decision = stakeholders.tell_one(_noted(desk, actor, attached, text), _standing(alert), found, desk.directory)
    heard = len(decision.effects) - len(desk.decision.effects)
    told = "are told how it stands now" if heard else "reach nobody: put people or addresses into it"
    return decision, f"stakeholder:{found.handle} is attached to #{alert.number}; its people {told}."


def _standing(alert: Alert) -> NoticeKind:
    match alert.status:
        case Status.ACKNOWLEDGED:
            return NoticeKind.ACKNOWLEDGED
        case Status.RESOLVED:
            return NoticeKind.RESOLVED
        case Status.DROPPED:
            return NoticeKind.DROPPED
        case _:
            return NoticeKind.ASSIGNED


def _run(desk: Desk, actor: Actor, automation_id: str) -> tuple[Decision, str]:
    alert, found = desk.alert, _automation(desk.directory, automation_id)
    if alert.status is Status.RESOLVED:
        raise Refused(f"{desk.already()} Nothing is run for it any more.")
    if found.id in desk.uow.automations_of(alert.id):
        raise Refused(f"automation:{found.handle} ran for #{alert.number} already, or is about to: it does so once.")
    text = f"automation:{found.handle} is run by {desk.name(actor)}."
    decision = _noted(desk, actor, alert, text).do(RunAutomations(ids=(found.id,)))
    said = f"automation:{found.handle} is about to run for #{alert.number}: the timeline will say what it was answered."
    return decision, said


def _automation(directory: Directory, automation_id: str) -> Automation:
    found = directory.get(Automation, automation_id)
    if not isinstance(found, Automation):
        raise NotFound("There is no such automation any more.")
    return found


def _noted(desk: Desk, actor: Actor, alert: Alert, text: str) -> Decision:
    changed = desk.decision.change(lifecycle.touch(alert, desk.now))
    return changed.tell(EntryKind.NOTE, actor, text[:LONGEST_NOTE], desk.now)
