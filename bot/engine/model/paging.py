"""Who is asked, how and when: escalations, cycles, timers and the ledger of notifications."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.engine.model.words import Receiver, Urgency


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
    the alert was passed through by reassignment or hand-over, ending with this one. With a `turn`, one of those on call
    in a layer is asked: the one at that place in the circle. `asks_holder`: it asks whoever has an acknowledged alert
    that got worse, and the alert opens again when it ends. `is_help`: it asks others beside whoever has the alert.
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
    turn: int | None = None
    asks_holder: bool = False
    is_help: bool = False


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
    """One run of a person's notification rule for one layer of one escalation: the steps, and which is next.

    `rung` and `passage` say which layer, as in its escalation; before version 0.3 only the id said it. `because` names
    what the steps are from.
    """

    id: str
    alert_id: str
    escalation_id: str
    user_id: str
    steps: tuple[PagingStep, ...]
    position: int = 0
    running: bool = True
    rung: int | None = None
    passage: int | None = None
    because: str = ""

    def is_of(self, escalation: Escalation) -> bool:
        """Whether it belongs to the layer at which its escalation stands."""
        if self.rung is None:
            return self.id == cycle_id(escalation, self.user_id)
        here = (escalation.id, escalation.passage, escalation.position)
        return here == (self.escalation_id, self.passage, self.rung)


def cycle_id(escalation: Escalation, user_id: str) -> str:
    """The id of a person's cycle in the layer at which an escalation stands."""
    return f"{escalation.id}.{escalation.passage}.{escalation.position}.{user_id}"


def cycle_id_again(escalation: Escalation, user_id: str, version: int) -> str:
    """The id of one more cycle in the same layer: they are paged again because the alert is worse at this version."""
    return f"{cycle_id(escalation, user_id)}.again{version}"


def is_same_place(cycle: str, other: str | None) -> bool:
    """Whether a cycle's id is `cycle`, which `cycle_id` made, or that of one more cycle in the same layer."""
    return other is not None and (other == cycle or other.startswith(f"{cycle}.again"))


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
    """Something due at an instant. Its id is derived from what it is for, so that it cannot be set twice.

    `rung` and `passage` are those of the escalation whose layer ends, `step` is the next of a cycle, and with
    `only_children` the end of an aggregation sends what is left of its children, as the parent went out at once. Before
    version 0.3 all of them were the `position`, which is written for older processes and read where they are missing.
    """

    id: str
    kind: TimerKind
    alert_id: str
    due_at: datetime
    escalation_id: str = ""
    cycle_id: str = ""
    position: int = 0
    passage: int = 0
    receivers: tuple[Receiver, ...] = ()
    rung: int | None = None
    step: int | None = None
    only_children: bool = False

    @property
    def ends_rung(self) -> int:
        """The rung of the escalation whose time is up."""
        return self.position if self.rung is None else self.rung

    @property
    def next_step(self) -> int:
        """The step of the cycle that is to be sent."""
        return self.position if self.step is None else self.step

    @property
    def sends_children_only(self) -> bool:
        """Whether the parent of an aggregation went out before its end."""
        return self.only_children or (self.kind is TimerKind.AGGREGATION_END and self.position == _CHILDREN_ONLY)


_CHILDREN_ONLY = 1  # the `position` that said so before version 0.3


class NoticeKind(StrEnum):
    """What a notification says. The `alert.…` kinds are those of notification rules' `types`."""

    OPEN = "alert.open"
    ACKNOWLEDGED = "alert.acknowledged"
    REJECTED = "alert.rejected"
    RESOLVED = "alert.resolved"
    DROPPED = "alert.dropped"
    TIMEOUT = "alert.timeout"
    HANDOFF = "alert.handoff"
    ASSIGNED = "assigned"  # to stakeholders: somebody is asked
    REMINDER = "reminder"  # to whoever acknowledged: it is still not resolved
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

    `address` is a conversation's id, or, for a user, which of their addresses the channel has to take: `primary`,
    `secondary` or a literal one.
    `waited` says that it was put back once because its provider had no room for it before `due_at`.
    `provider_id` and `conversation` are the provider's own names for what was sent; `painted` is the version of the
    alert that the message shows. `storm_id` is set on what a storm's summary says in its place. A message that is
    `muted` was sent and does not count as reaching anybody; `error` says why. `because` names the notification rule,
    its version and the step that it is from, or says why there is none.
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
    muted: bool = False
    waited: bool = False
    storm_id: str | None = None
    because: str = ""
