"""The alert state machine: which verb leads from which status to which."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.engine.model import Actor, Alert, Status, Urgency
from bot.errors import Refused


class Verb(StrEnum):
    """What can be done to an alert's status."""

    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    DROP = "drop"
    SUPPRESS = "suppress"
    REOPEN = "reopen"
    PROMOTE = "promote"
    CONFIRM = "confirm"
    RETURN = "return"


TRANSITIONS: Mapping[Verb, Mapping[Status, Status]] = {
    Verb.OPEN: {Status.QUEUED: Status.OPEN, Status.OPEN: Status.OPEN},
    Verb.ACKNOWLEDGE: {
        Status.OPEN: Status.ACKNOWLEDGED,
        Status.DROPPED: Status.ACKNOWLEDGED,
        Status.SUPPRESSED: Status.ACKNOWLEDGED,
    },
    Verb.RESOLVE: {
        Status.QUEUED: Status.RESOLVED,
        Status.OPEN: Status.RESOLVED,
        Status.DROPPED: Status.RESOLVED,
        Status.ACKNOWLEDGED: Status.RESOLVED,
        Status.SUPPRESSED: Status.RESOLVED,
    },
    Verb.DROP: {Status.OPEN: Status.DROPPED},
    Verb.SUPPRESS: {Status.QUEUED: Status.SUPPRESSED},
    Verb.PROMOTE: {Status.SUPPRESSED: Status.QUEUED},
    Verb.REOPEN: {Status.ACKNOWLEDGED: Status.OPEN, Status.DROPPED: Status.OPEN},
    Verb.CONFIRM: {Status.ACKNOWLEDGED: Status.ACKNOWLEDGED},
    Verb.RETURN: {Status.RESOLVED: Status.QUEUED},
}

_HANDED_OFF = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED})
_SETTLING = frozenset({Verb.ACKNOWLEDGE, Verb.RESOLVE, Verb.DROP, Verb.SUPPRESS, Verb.CONFIRM})
_OPENING = frozenset({Verb.REOPEN, Verb.PROMOTE, Verb.RETURN})
"""From here on what was said before is old: only what is louder than this is news."""
_DONE: Mapping[Status, str] = {status: status.value for status in Status} | {Status.QUEUED: "not routed yet"}


def allows(status: Status, verb: Verb) -> bool:
    """Whether a verb fits a status."""
    return status in TRANSITIONS[verb]


def can_be_handed_off(status: Status) -> bool:
    """Whether somebody answers for the alert, or has to, and others can be made to instead."""
    return status in _HANDED_OFF


def apply(alert: Alert, verb: Verb, actor: Actor, now: datetime) -> Alert:
    """Take the alert where the verb leads, or raise `Refused` and say what it is already."""
    if not allows(alert.status, verb):
        raise Refused(f"#{alert.number} is {_DONE[alert.status]}")
    status = TRANSITIONS[verb][alert.status]
    peak = None if verb in _OPENING else alert.loudest
    moved = replace(alert, status=status, is_worse=False, loudest=peak, why_dropped="")
    moved = replace(moved, asks_help=alert.asks_help and verb is Verb.CONFIRM)
    if verb in _SETTLING:
        return touch(replace(moved, settled_by=actor, settled_at=now), now)
    return touch(replace(moved, settled_by=None, settled_at=None), now)


def loudest(alert: Alert) -> Urgency:
    """The highest urgency that an alert has had since it was last opened."""
    return max(alert.urgency, alert.loudest or alert.urgency, key=lambda each: each.loudness)


def touch(alert: Alert, now: datetime) -> Alert:
    """Raise the version: what was decided on the alert as it was before is out of date."""
    return replace(alert, version=alert.version + 1, changed_at=now)


def is_asking(alert: Alert) -> bool:
    """Whether an answer is waited for: it is open, or whoever has it is asked whether they know that it got worse,
    or others are asked to help them.
    """
    return alert.status is Status.OPEN or asks_holder(alert) or asks_help(alert)


def asks_holder(alert: Alert) -> bool:
    """Whether whoever acknowledged it is asked about its having got worse."""
    return alert.status is Status.ACKNOWLEDGED and alert.is_worse


def asks_help(alert: Alert) -> bool:
    """Whether others are asked beside whoever acknowledged it, who keeps it."""
    return alert.status is Status.ACKNOWLEDGED and alert.asks_help


def expires(alert: Alert, timer_id: str) -> bool:
    """Whether a timer ends the alert: it is not over, and was not opened again by somebody since it was set."""
    return allows(alert.status, Verb.RESOLVE) and alert.expiry in {"", timer_id}
