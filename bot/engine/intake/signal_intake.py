"""From a signal to an alert that somebody is asked about."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.alerts.routing import Aggregation, Assignment, Material, Routing, route
from bot.engine.decision import Decision, OpenWindow, RunAutomations, SetTimer
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation import climbing
from bot.engine.model import (
    SYSTEM,
    Actor,
    ActorKind,
    Alert,
    EntryKind,
    Integration,
    Status,
    Timer,
    TimerKind,
)
from bot.engine.rules.actions import Route

UNANSWERED = frozenset({Status.QUEUED, Status.OPEN, Status.DROPPED})
"""Where an alert can stand and still be sent to somebody later."""


def dispatch(routing: Routing, directory: Directory, now: datetime) -> Decision:
    """Begin what follows from routing a new alert: suppression, waiting, or the first pages."""
    return follow(begin(routing, now), routing, directory, now)


def begin(routing: Routing, now: datetime) -> Decision:
    """Begin the decision on a new alert as routing left it."""
    alert = lifecycle.touch(routing.alert, now)
    return Decision(alert=alert, seen=0).tell(
        EntryKind.CREATED, _sender_of(alert), f"Created: {alert.title[:200]}", now
    )


def follow(decision: Decision, routing: Routing, directory: Directory, now: datetime) -> Decision:
    """Go where routing leads: wait where it says so, page whom it names, and drop what leads to nobody."""
    if routing.automations:
        decision = decision.do(RunAutomations(ids=routing.automations))
    if routing.ignored and decision.alert.status is Status.QUEUED:
        suppressed = lifecycle.apply(decision.alert, lifecycle.Verb.SUPPRESS, SYSTEM, now)
        said = "Suppressed: a router ignores it."
        return decision.change(suppressed).tell(EntryKind.SUPPRESSED, SYSTEM, said, now)
    for number, aggregation in enumerate(routing.aggregations):
        decision = _hold(decision, aggregation, number, directory, now)
    for number, assignment in enumerate(each for each in routing.assignments if each.delay):
        decision = _wait(decision, assignment, number, directory, now)
    for assignment in (each for each in routing.assignments if each.receivers and not each.delay):
        decision = climbing.assign(decision, assignment.receivers, directory, now)
    for ladder in routing.ladders:
        decision = climbing.climb_ladder(decision, ladder, directory, now)
    if not routing.leads_somewhere:
        decision = climbing.open_alert(decision, now)
    return climbing.settle(decision, directory, now)


def go_on(decision: Decision, timer: Timer, material: Material, directory: Directory, now: datetime) -> Decision:
    """Send an alert where it was to go later: an assignment's delay, or an aggregation's window, is over."""
    if decision.alert.status not in UNANSWERED:
        return decision
    routing = _unasked(route(decision.alert, material, timer.receivers, directory, now), decision)
    # The version is in the ids of timers: what waits once more must not be taken for what waited already.
    return follow(decision.change(lifecycle.touch(routing.alert, now)), routing, directory, now)


def _unasked(routing: Routing, decision: Decision) -> Routing:
    """Leave out those who are asked at this moment: nobody is asked twice about one alert."""
    asked = {each.receiver for each in decision.escalations}
    ladders = tuple(each for each in routing.ladders if not climbing.climbs(decision, each))
    kept = (tuple(each for each in one.receivers if one.delay or each not in asked) for one in routing.assignments)
    assignments = tuple(replace(one, receivers=left) for one, left in zip(routing.assignments, kept, strict=True))
    return replace(routing, assignments=assignments, ladders=ladders)


def sends_on(timer: Timer, alert: Alert) -> bool:
    """Whether the end of an aggregation sends the alert itself, which may be asked about elsewhere by then."""
    return alert.status in UNANSWERED and not timer.sends_children_only


def _hold(decision: Decision, aggregation: Aggregation, number: int, directory: Directory, now: datetime) -> Decision:
    """Open an aggregation window: the alert waits for its end, unless the rule sends the first one at once."""
    end_at = now + aggregation.timeout
    decision = decision.do(OpenWindow(fingerprint=aggregation.fingerprint, end_at=end_at))
    names = ", ".join(directory.name(receiver) for receiver in aggregation.receivers)
    if not aggregation.receivers:
        said = f"Gathers {aggregation.what} for {say_duration(aggregation.timeout)}."
        return decision.tell(EntryKind.AGGREGATED, SYSTEM, said, now)
    if aggregation.route is Route.FIRST:
        said = f"Gathers others like it for {say_duration(aggregation.timeout)}; goes to {names} at once."
        decision = decision.tell(EntryKind.AGGREGATED, SYSTEM, said, now)
        return climbing.assign(decision, aggregation.receivers, directory, now)
    timer = Timer(
        id=f"{decision.alert.id}.aggregation{decision.alert.version}.{number}",
        kind=TimerKind.AGGREGATION_END,
        alert_id=decision.alert.id,
        due_at=end_at,
        receivers=aggregation.receivers,
    )
    said = f"Held for {say_duration(aggregation.timeout)} to gather others like it, then goes to {names}."
    return decision.do(SetTimer(timer=timer)).tell(EntryKind.AGGREGATED, SYSTEM, said, now)


def _wait(decision: Decision, assignment: Assignment, number: int, directory: Directory, now: datetime) -> Decision:
    timer = Timer(
        id=f"{decision.alert.id}.assign{decision.alert.version}.{number}",
        kind=TimerKind.ASSIGN_DELAY,
        alert_id=decision.alert.id,
        due_at=now + assignment.delay,
        receivers=assignment.receivers,
    )
    names = ", ".join(directory.name(receiver) for receiver in assignment.receivers)
    said = f"Waits {say_duration(assignment.delay)}, then goes to {names}."
    return decision.do(SetTimer(timer=timer)).tell(EntryKind.ROUTED, SYSTEM, said, now)


def apply_settings(decision: Decision, integration: Integration, now: datetime) -> Decision:
    """Do what the integration says of all its alerts: resolve after a time."""
    return _expire(decision, integration.auto_resolve, now) if integration.auto_resolve else decision


def _expire(decision: Decision, after: timedelta, now: datetime) -> Decision:
    alert = decision.alert
    timer = Timer(id=f"{alert.id}.expiry", kind=TimerKind.AUTO_RESOLVE, alert_id=alert.id, due_at=now + after)
    return decision.do(SetTimer(timer=timer))


def sender(integration: Integration) -> Actor:
    """The integration as the one who did something."""
    return Actor(kind=ActorKind.INTEGRATION, id=integration.id)


def _sender_of(alert: Alert) -> Actor:
    return Actor(kind=ActorKind.INTEGRATION, id=alert.integration_id) if alert.integration_id else SYSTEM
