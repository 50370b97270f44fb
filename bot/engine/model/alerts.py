"""Signals, and the alerts that they become."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.engine.model.paging import Escalation
from bot.engine.model.words import Actor, Receiver, Severity, Status, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The flag that makes an alert an incident."""

    severity: Severity = Severity.UNKNOWN
    message: str = ""


class SignalKind(StrEnum):
    """What a payload asks for."""

    CREATE = "create"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a source read in a payload. `urgency=None` means the integration's.

    `dedup_key=""` means the sender has none: the alert gets a key of its own and can be resolved by people only.
    `members` name those of a group that fire at this moment, where the signal stands for a group.
    """

    kind: SignalKind
    dedup_key: str = ""
    title: str = ""
    description: str = ""
    urgency: Urgency | None = None
    tags: tuple[str, ...] = ()
    incident: Incident | None = None
    data: dict[str, object] = field(default_factory=dict)
    dedup_keys: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


class Answer(StrEnum):
    """What a responder said."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who was asked to answer, in which escalation and layer, and what they said.

    `because` says what put them there at that moment; empty where it was not written down. `unpaged` says why they were
    sent nothing all the same: their notification rule wants it so.
    """

    user_id: str
    escalation_id: str
    layer: int
    passage: int
    answer: Answer | None = None
    because: str = ""
    unpaged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Somebody made others answer for an alert, or (`is_help`) asked them to help those who do, with a note."""

    by: Actor
    note: str = ""
    is_help: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A state that somebody must answer for. `number` is given by the store when it is first saved (0 before).

    `receivers` are all who were ever asked, `in_charge` those since it was last handed off.

    `loudest` is the highest urgency since it was last opened (None: the one it has), `was` the one before it got worse.
    `is_worse`: whoever acknowledged it is asked about that, and has not answered. `urgency_by` is the person who set
    the urgency by hand; `urgency_ruled` says that a router did. `asked_at` is when somebody was last asked, and
    `layer_time` how long they had; `reopened_at` when a repetition last opened it again; `returns` are the instants of
    the last minutes at which its key fired again after it was over. `members` are those of the sender's group that
    fire, `joined` the newest of them. `successor_id` is the child that took its place; `latest_log_id` the log of its
    newest repetition. `maintenance` names a window that was opened while people were asked about it, which goes on, and
    `maintenance_until` is that window's end.

    `why_dropped` says why nobody is left to ask. `appeal` is the last handoff, or call for help, of those who are asked
    now. `stood_at` are the escalations that were running when it was acknowledged, so that this can be taken back.
    `asks_help`: others are asked beside whoever acknowledged it. `expiry` is the timer that ends it by itself, where
    that is not the one of its beginning. `given` is the number of its last escalation before it was handed off.
    """

    id: str
    title: str
    urgency: Urgency
    created_at: datetime
    changed_at: datetime
    number: int = 0
    description: str = ""
    status: Status = Status.QUEUED
    version: int = 0
    tags: tuple[str, ...] = ()
    incident: Incident | None = None
    dedup_key: str = ""
    integration_id: str | None = None
    log_id: str | None = None
    parent_id: str | None = None
    count: int = 1
    data: dict[str, object] = field(default_factory=dict)
    responders: tuple[Responder, ...] = ()
    stakeholder_ids: tuple[str, ...] = ()
    escalations: int = 0
    receivers: tuple[Receiver, ...] = ()
    in_charge: tuple[Receiver, ...] = ()
    settled_by: Actor | None = None
    settled_at: datetime | None = None
    loudest: Urgency | None = None
    was: Urgency | None = None
    is_worse: bool = False
    urgency_by: Actor | None = None
    urgency_ruled: bool = False
    asked_at: datetime | None = None
    layer_time: timedelta | None = None
    reopened_at: datetime | None = None
    returns: tuple[datetime, ...] = ()
    members: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    successor_id: str | None = None
    latest_log_id: str | None = None
    why_dropped: str = ""
    appeal: Appeal | None = None
    stood_at: tuple[Escalation, ...] = ()
    asks_help: bool = False
    expiry: str = ""
    given: int = 0
    maintenance: str = ""
    maintenance_until: datetime | None = None
