"""What is kept beside alerts: ledgers, versions, backlogs."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.engine.directory import Configured
from bot.engine.model import Actor, Alert, DeliveryState, Escalation, Status, Urgency
from bot.ports.messages import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An alert as it stands, with its running escalations; locked until the transaction ends."""

    alert: Alert
    escalations: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of one attempt. `retry_at` puts the notification back into the queue.

    `waits`: no attempt was made, because the provider has no room for it before then. `overturns`: it holds against an
    arrival that was noted before.
    """

    notification_id: str
    state: DeliveryState
    receipt: Receipt = field(default_factory=Receipt)
    painted: int = 0
    error: str = ""
    retry_at: datetime | None = None
    waits: bool = False
    overturns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationRun:
    """An automation that has to run for an alert, once. `attempts` counts the one that is claimed.

    `is_forsaken`: whoever claimed it before never said what became of it, so that it may have been made.
    """

    alert_id: str
    automation_id: str
    attempts: int
    is_forsaken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A problem that was reported while a maintenance window was open, under one key of an integration.

    `title` and `urgency` are those of the alert that it would have been, `log_id` its newest payload, `count` how
    often it was reported, and `over_at` when its sender said that it is over.
    """

    integration_id: str
    key: str
    title: str
    urgency: Urgency
    window_id: str
    window: str
    first_at: datetime
    log_id: str
    count: int = 1
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved version of a configured object; `body` is None when it was deleted."""

    object_id: str
    version: int
    at: datetime
    author: Actor
    body: Configured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes of the configuration a list shows, newest first: all, or those of any of these.

    `kinds` are prefixes of ids, `at` is when they were made, `skipped` how many are on the pages before.
    """

    is_narrowed: bool = False
    object_ids: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    author_ids: frozenset[str] = frozenset()
    at: datetime | None = None
    skipped: int = 0
    limit: int = 20


class AlertOrder(StrEnum):
    """In which order alerts are listed; by urgency, the newest of each come first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    URGENCY = "urgency"


SHORTEST_INDEXED = 3
"""Characters that a text has at least to be found in all alerts; a shorter one is looked for among the newest."""
NEWEST_LOOKED_AT = 10_000
"""Alerts, the newest ones, that a shorter text is looked for in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a list shows and in which order; what is empty leaves out none.

    `responder_id` is a person who was asked, or a team or another receiver that people were asked for; `concerned_id`
    is a person who was asked or has it. Every word of `text` has to be somewhere in the title, the dedup key, the tags
    or the fields. `before_number` ended the last page; `skipped` is how many are on the pages before.
    """

    statuses: tuple[Status, ...] = ()
    integration_id: str = ""
    parent_id: str = ""
    responder_id: str = ""
    concerned_id: str = ""
    storm_id: str = ""
    urgency: Urgency | None = None
    since: datetime | None = None
    text: str = ""
    order: AlertOrder = AlertOrder.NEWEST
    before_number: int | None = None
    skipped: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How far behind the outbox is: what a health check and the metrics show."""

    unread_logs: int = 0
    oldest_unread_at: datetime | None = None
    queued_notifications: int = 0
    oldest_due_at: datetime | None = None
    overdue_timers: int = 0
    oldest_timer_at: datetime | None = None
    set_aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRow:
    """A row that this version cannot read, and since when; it is tried again every minute."""

    table: str
    id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The alerts of a storm as they stand: how many there are of each status and urgency, and the newest few."""

    counts: tuple[tuple[Status, Urgency, int], ...]
    newest: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """An address that somebody is proving to be theirs, and the hash of the code that was sent to it over a channel.

    `digest` is empty once it was proved; `sent_at` is when codes were sent in the last hour.
    """

    user_id: str
    kind: str
    channel: str
    address: str
    salt: str
    digest: str
    expires_at: datetime
    tries: int = 0
    sent_at: tuple[datetime, ...] = ()
