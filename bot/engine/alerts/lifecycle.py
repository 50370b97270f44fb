"""The alert state machine: which verb leads from which status to which."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.engine.model import Actor, Alert, Status
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
}

_HANDED_OFF = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED})
_SETTLING = frozenset({Verb.ACKNOWLEDGE, Verb.RESOLVE, Verb.DROP, Verb.SUPPRESS})
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
    if verb in _SETTLING:
        return touch(replace(alert, status=status, settled_by=actor, settled_at=now), now)
    return touch(replace(alert, status=status, settled_by=None, settled_at=None), now)


def touch(alert: Alert, now: datetime) -> Alert:
    """Raise the version: what was decided on the alert as it was before is out of date."""
    return replace(alert, version=alert.version + 1, changed_at=now)
