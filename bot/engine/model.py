"""The words of the domain as values: what is configured, and what happens.

All are frozen and keyword-only. Instants are aware UTC and named `…_at`; durations are `timedelta`. They are stored as
JSON, so fields hold plain values, enums, tuples, dicts and other dataclasses only.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias


class Urgency(StrEnum):
    """How loudly to page. `silent` notifies nobody; `critical` passes every storm limit."""

    SILENT = "silent"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def loudness(self) -> int:
        """0 for silent to 4 for critical."""
        return list(Urgency).index(self)


class Status(StrEnum):
    """Where an alert stands; `lifecycle.py` holds the transitions."""

    QUEUED = "queued"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    DROPPED = "dropped"
    SUPPRESSED = "suppressed"


class Severity(StrEnum):
    """Severity of an alert that is flagged as an incident."""

    SEV1 = "SEV-1"
    SEV2 = "SEV-2"
    SEV3 = "SEV-3"
    SEV4 = "SEV-4"
    SEV5 = "SEV-5"
    UNKNOWN = "SEV-UNKNOWN"


class Role(StrEnum):
    """What a person may change, in the whole installation or in one team."""

    ADMIN = "admin"
    MEMBER = "member"


class ReceiverKind(StrEnum):
    """The kinds of object that an alert can be sent to."""

    TEAM = "team"
    USER = "user"
    SCHEDULE = "schedule"
    ROUTER = "router"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where an alert goes, by id."""

    kind: ReceiverKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class ActorKind(StrEnum):
    """Who can cause a change."""

    USER = "user"
    INTEGRATION = "integration"
    ROUTER = "router"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who caused a change, and over which channel (`slack`, `sms`, …) when a person did."""

    kind: ActorKind
    id: str = ""
    via: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM)


def person(user_id: str, via: str) -> Actor:
    """Name a user who acted over a channel."""
    return Actor(kind=ActorKind.USER, id=user_id, via=via)


# --- What is configured -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One address of a person. `channel` is the channel that uses it; the first of a channel is the primary one."""

    channel: str
    address: str
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can be paged. `slack_id` links them to the workspace."""

    id: str
    name: str
    handle: str
    slack_id: str | None = None
    email: str | None = None
    zone: str = "Etc/UTC"
    role: Role = Role.MEMBER
    contacts: tuple[Contact, ...] = ()
    channels: tuple[str, ...] = ("slack",)
    notification_rule_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user's place in a team."""

    user_id: str
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who answer together. `slack_channel` is a conversation id."""

    id: str
    name: str
    handle: str
    members: tuple[Member, ...] = ()
    schedule_id: str | None = None
    policy_id: str | None = None
    slack_channel: str | None = None
    stakeholder_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One step of an escalation policy: layer `number` is paged, then `timeout` passes."""

    number: int
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An escalation policy: layers in order, `repeat` further passes (0–3), then `reassign`."""

    id: str
    name: str
    handle: str
    layers: tuple[Layer, ...]
    repeat: int = 0
    reassign: tuple[Receiver, ...] = ()


DEFAULT_LAYERS = (
    Layer(number=1, timeout=timedelta(minutes=5)),
    Layer(number=2, timeout=timedelta(minutes=10)),
    Layer(number=3, timeout=timedelta(minutes=15)),
)
USER_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A configured sender of payloads. `key` is the secret part of its address; `type` names its source."""

    id: str
    name: str
    handle: str
    type: str
    key: str
    urgency: Urgency = Urgency.MEDIUM
    destinations: tuple[Receiver, ...] = ()
    enabled: bool = True
    options: dict[str, object] = field(default_factory=dict)
    title_template: str = ""
    description_template: str = ""
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Ordered rules, as the YAML that a person wrote; the first match decides."""

    id: str
    name: str
    handle: str
    yaml: str
    enabled: bool = True
    default_destination: Receiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRule:
    """How one person wants to be reached, as the YAML that they wrote."""

    id: str
    name: str
    handle: str
    yaml: str
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakeholder:
    """People told of what happens to an alert without being asked to answer."""

    id: str
    name: str
    handle: str
    user_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One HTTP request that a router can have made."""

    id: str
    name: str
    handle: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A span in which the integrations' payloads are logged and alert nobody."""

    id: str
    name: str
    handle: str
    integration_ids: tuple[str, ...]
    start_at: datetime
    end_at: datetime
    zone: str = "Etc/UTC"


# --- What happens -------------------------------------------------------------------------------------------------


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


class Answer(StrEnum):
    """What a responder said."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who was asked to answer, in which escalation and layer, and what they said."""

    user_id: str
    escalation_id: str
    layer: int
    passage: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A state that somebody must answer for. `number` is given by the store when it is first saved (0 before)."""

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
    team_ids: tuple[str, ...] = ()
    settled_by: Actor | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One layer of a running escalation. `users=None`: whoever is on call in the schedule's layer `number` then.

    `hand_over` is set on a rung of a router's `escalate` whose receivers are not all users: reaching it ends the
    escalation and sends the alert to them.
    """

    number: int
    timeout: timedelta
    users: tuple[str, ...] | None = None
    hand_over: tuple[Receiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One run of an escalation policy for one receiver. Its id is derived from its alert's and a running number.

    `position` is the index of the current rung; `passage` counts from 0 to `repeat`; `lineage` are the receivers that
    the alert was passed through by reassignment or hand-over, ending with this one.
    """

    id: str
    alert_id: str
    receiver: Receiver
    rungs: tuple[Rung, ...]
    started_at: datetime
    schedule_id: str | None = None
    repeat: int = 0
    reassign: tuple[Receiver, ...] = ()
    lineage: tuple[Receiver, ...] = ()
    position: int = 0
    passage: int = 0
    running: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    """A channel in a step. `address` is `primary`, `secondary` or a literal address; `fallback` tries the others."""

    channel: str
    address: str = "primary"
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingStep:
    """Notify on these channels, then wait before the next step (None: there is no next)."""

    channels: tuple[ChannelChoice, ...]
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One run of a person's notification rule for one layer of one escalation: the steps, and which is next."""

    id: str
    alert_id: str
    escalation_id: str
    user_id: str
    steps: tuple[PagingStep, ...]
    position: int = 0
    running: bool = True


class TimerKind(StrEnum):
    """The kinds of "later"."""

    ASSIGN_DELAY = "assign_delay"
    LAYER_TIMEOUT = "layer_timeout"
    PAGING_STEP = "paging_step"
    AGGREGATION_END = "aggregation_end"
    SNOOZE_END = "snooze_end"
    ACKNOWLEDGE_REMINDER = "acknowledge_reminder"
    AUTO_RESOLVE = "auto_resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something due at an instant. Its id is derived from what it is for, so that it cannot be set twice."""

    id: str
    kind: TimerKind
    alert_id: str
    due_at: datetime
    escalation_id: str = ""
    cycle_id: str = ""
    position: int = 0
    passage: int = 0
    receivers: tuple[Receiver, ...] = ()


class NoticeKind(StrEnum):
    """What a notification says. The `alert.…` kinds are those of notification rules' `types`."""

    OPEN = "alert.open"
    ACKNOWLEDGED = "alert.acknowledged"
    REJECTED = "alert.rejected"
    RESOLVED = "alert.resolved"
    DROPPED = "alert.dropped"
    TIMEOUT = "alert.timeout"
    HANDOFF = "alert.handoff"
    CARD = "card"  # the team channel's one card of an alert, kept up to date


class DeliveryState(StrEnum):
    """Where a notification stands in the ledger. `sending` is a claim; `cancelled` was never sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one person or conversation on one channel: the outbox and the delivery ledger in one.

    `address` is where the channel sends it (a Slack user or conversation id, a phone number, an email address).
    `provider_id` and `conversation` are the provider's own names for what was sent; `painted` is the version of the
    alert that the message shows.
    """

    id: str
    alert_id: str
    kind: NoticeKind
    channel: str
    address: str
    urgency: Urgency
    due_at: datetime
    user_id: str | None = None
    cycle_id: str | None = None
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    deadline_at: datetime | None = None
    sent_at: datetime | None = None
    provider_id: str = ""
    conversation: str = ""
    painted: int = 0
    error: str = ""


class EntryKind(StrEnum):
    """What a timeline entry tells of."""

    CREATED = "created"
    REPEATED = "repeated"
    ROUTED = "routed"
    SUPPRESSED = "suppressed"
    AGGREGATED = "aggregated"
    ESCALATED = "escalated"
    LAYER_EMPTY = "layer_empty"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    RESOLVED = "resolved"
    DROPPED = "dropped"
    REASSIGNED = "reassigned"
    HANDED_OFF = "handed_off"
    SNOOZED = "snoozed"
    REOPENED = "reopened"
    NOTE = "note"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to an alert. `text` is plain words with handles, never markup."""

    alert_id: str
    at: datetime
    kind: EntryKind
    actor: Actor
    text: str


class Stage(StrEnum):
    """The steps a payload takes, in order; a trace names the one that each of its lines comes from."""

    SOURCE = "source"
    INTEGRATION_RULES = "integration rules"
    TEMPLATES = "templates"
    DEDUP = "deduplication"
    MAINTENANCE = "maintenance"
    ROUTER = "router"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLine:
    """One reason of a decision: `subject` is what was looked at (a rule, a receiver), `said` what came of it."""

    stage: Stage
    subject: str
    said: str


Trace: TypeAlias = tuple[TraceLine, ...]
