"""Alerts that are gathered under another: how they join it, raise it, and take its place when it is over."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.alerts.life import AlertEvent, answer
from bot.engine.alerts.lifecycle import loudest
from bot.engine.alerts.routing import Aggregation, Routing
from bot.engine.decision import Decision, SetTimer
from bot.engine.directory import Directory
from bot.engine.escalation import climbing
from bot.engine.intake import repetition
from bot.engine.model import (
    SYSTEM,
    Alert,
    EntryKind,
    Integration,
    Status,
    Timer,
    TimerKind,
)
from bot.engine.rules.actions import Route

_INHERITED = frozenset({TimerKind.ASSIGN_DELAY, TimerKind.AGGREGATION_END})
_LISTED = 10
_AS_ONE = "gathered by name"
_TOGETHER = timedelta(minutes=10)
"""How long after the first others are gathered that are to be asked about as one."""
_OVER = frozenset({Status.RESOLVED, Status.SUPPRESSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An alert that is over, and what it gathered.

    `before` is the alert as it was before that, `pending` its timers then. `stays` are those of its children, by id,
    whose senders never say that something is over: they end with it.
    """

    before: Alert
    parent: Decision
    children: tuple[Decision, ...]
    pending: tuple[Timer, ...] = ()
    stays: frozenset[str] = frozenset()


def with_title(routing: Routing, integration: Integration) -> Routing:
    """Have an alert gather others with its title, where its integration says so."""
    if not integration.auto_aggregate or routing.ignored:
        return routing
    gathered = Aggregation(
        fingerprint=_title_fingerprint(integration, routing.alert),
        timeout=integration.auto_aggregate,
        receivers=(),
        route=Route.FIRST,
    )
    return replace(routing, aggregations=(*routing.aggregations, gathered))


def as_one(routing: Routing, what: str, name: str) -> Routing:
    """Have all alerts that are gathered by a name, and go to the same receivers, be asked about as one.

    What stands for them is the first; `what` says in words what it gathers.
    """
    if routing.ignored:
        return routing
    to = sorted(str(each) for each in routing.receivers)
    gathered = Aggregation(
        fingerprint=json.dumps([_AS_ONE, name, *to]), timeout=_TOGETHER, receivers=(), route=Route.FIRST, what=what
    )
    return replace(routing, aggregations=(*routing.aggregations, gathered))


def takes_in(parent: Alert) -> bool:
    """Whether an alert can gather others: one that is over, or that a router ignores, would make them vanish."""
    return parent.status not in _OVER


def join(
    child: Decision, parent: Decision, routing: Routing, directory: Directory, now: datetime
) -> tuple[Decision, Decision]:
    """Put a new alert under the parent of an aggregation window; returns the child and the parent."""
    alert = lifecycle.apply(child.alert, lifecycle.Verb.SUPPRESS, SYSTEM, now)
    child = child.change(replace(alert, parent_id=parent.alert.id))
    child = child.tell(EntryKind.AGGREGATED, SYSTEM, f"Gathered under {_named(parent.alert)}", now)
    return child, _grow(parent, alert, routing, directory, now, said="Gathered")


def tell_parent(
    parent: Decision, child: Alert, routing: Routing, directory: Directory, now: datetime, *, before: Alert
) -> Decision:
    """Tell the parent that one that it gathered was reported again: it may be more urgent, or worth asking again.

    `before` is the child as it was until then.
    """
    if _event(parent.alert, child) is AlertEvent.LOUD_MEMBER or parent.alert.status is Status.DROPPED:
        return _grow(parent, child, routing, directory, now, said="Reported again")
    is_shown = (before.title, before.urgency) == (child.title, child.urgency)
    return parent if is_shown else parent.change(lifecycle.touch(parent.alert, now))


def tell_over(parent: Decision, child: Alert, now: datetime) -> Decision:
    """Tell the parent that somebody has one that it gathered, or that it is over."""
    if parent.alert.status is Status.RESOLVED:
        return parent
    said = f"{child.status.capitalize()}: {_named(child)}, which was gathered here."
    return parent.change(lifecycle.touch(parent.alert, now)).tell(EntryKind.AGGREGATED, SYSTEM, said, now)


def succeed(family: Family, directory: Directory, now: datetime) -> tuple[Decision, ...]:
    """Decide what becomes of the children of an alert that is over; returns them, and the alert itself, as changed.

    The most urgent, oldest of those that are not over takes its place, and gathers the others.
    """
    left = [each for each in family.children if each.alert.status is Status.SUPPRESSED]
    staying = [each for each in left if each.alert.id in family.stays]
    coming = sorted((each for each in left if each.alert.id not in family.stays), key=_rank)
    parent = _tell_end(family.parent, [each.alert for each in staying], now) if staying else family.parent
    if not coming:
        return (parent,) if staying else ()
    heir, *others = coming
    promoted = _promote(heir, family, directory, now)
    parent = parent.change(lifecycle.touch(replace(parent.alert, successor_id=heir.alert.id), now))
    parent = parent.tell(EntryKind.AGGREGATED, SYSTEM, f"Not over: {_named(heir.alert)}, which takes its place.", now)
    return (parent, promoted, *(_move(each, heir.alert, now) for each in others))


def _promote(heir: Decision, family: Family, directory: Directory, now: datetime) -> Decision:
    before = family.before
    alert = lifecycle.apply(heir.alert, lifecycle.Verb.PROMOTE, SYSTEM, now)
    # Who was in charge of the parent is in charge of it, whoever is asked first.
    alert = replace(alert, parent_id=None, receivers=before.receivers, in_charge=before.in_charge or before.receivers)
    alert = replace(alert, layer_time=before.layer_time)
    said = f"Takes the place of {_named(before)}, which is over."
    promoted = heir.change(alert).tell(EntryKind.ROUTED, SYSTEM, said, now)
    inherited = [_inherit(each, alert, number) for number, each in enumerate(_waiting(family.pending))]
    promoted = promoted.do(*(SetTimer(timer=each) for each in inherited))
    if before.status is Status.QUEUED and inherited:
        return promoted
    by = before.settled_by if before.status is Status.ACKNOWLEDGED else None
    holder = directory.users.get(by.id) if by else None
    promoted = climbing.open_alert(promoted, now)
    if holder and holder.active:
        return climbing.ask_holder(promoted, holder, directory, now)
    return climbing.send_later(promoted, alert.in_charge, now)


def _waiting(pending: Iterable[Timer]) -> Iterable[Timer]:
    """What an alert was waiting for to be sent somewhere: timers that only ended a window have no receivers."""
    return (each for each in pending if each.kind in _INHERITED and each.receivers and not each.sends_children_only)


def _inherit(timer: Timer, heir: Alert, number: int) -> Timer:
    return replace(timer, id=f"{heir.id}.inherited{heir.version}.{number}", alert_id=heir.id)


def _move(child: Decision, heir: Alert, now: datetime) -> Decision:
    alert = lifecycle.touch(replace(child.alert, parent_id=heir.id), now)
    return child.change(alert).tell(EntryKind.AGGREGATED, SYSTEM, f"Gathered under {_named(heir)} now.", now)


def _tell_end(parent: Decision, staying: Sequence[Alert], now: datetime) -> Decision:
    more = f" and {len(staying) - _LISTED} more" if len(staying) > _LISTED else ""
    listed = "; ".join(_named(each) for each in staying[:_LISTED])
    said = f"Ends with it, because nothing ever says that it is over: {listed}{more}"
    return parent.change(lifecycle.touch(parent.alert, now)).tell(EntryKind.AGGREGATED, SYSTEM, said, now)


def _grow(
    parent: Decision, child: Alert, routing: Routing, directory: Directory, now: datetime, *, said: str
) -> Decision:
    """Show a child with its parent, which may be worse for it, or worth asking again."""
    known, event = parent.alert, _event(parent.alert, child)
    is_worse = event is AlertEvent.LOUD_MEMBER
    worse = f". Worse: {child.urgency} now, {known.urgency} before." if is_worse else ""
    alert = repetition.raised(known, child.urgency, SYSTEM) if is_worse else known
    grown = parent.change(lifecycle.touch(alert, now))
    grown = grown.tell(EntryKind.AGGREGATED, SYSTEM, f"{said}: {child.title[:200]}{worse}", now)
    return repetition.wake(grown, answer(known, event).wakes, routing, directory, now, is_worse=is_worse)


def _event(parent: Alert, child: Alert) -> AlertEvent:
    return AlertEvent.LOUD_MEMBER if child.urgency.loudness > loudest(parent).loudness else AlertEvent.MEMBER


def _rank(child: Decision) -> tuple[int, datetime, str]:
    return -child.alert.urgency.loudness, child.alert.created_at, child.alert.id


def _named(alert: Alert) -> str:
    return f"#{alert.number} {alert.title[:200]}" if alert.number else alert.title[:200]


def _title_fingerprint(integration: Integration, alert: Alert) -> str:
    return hashlib.sha256(f"title\n{integration.id}\n{alert.title}".encode(errors="replace")).hexdigest()
