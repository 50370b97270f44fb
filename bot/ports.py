"""What the use cases need of the world, as protocols; `wiring.py` says who provides it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from bot.engine.automating import Outgoing
from bot.engine.card import Card
from bot.engine.decision import Decision
from bot.engine.directory import Configured, Directory
from bot.engine.model import (
    Actor,
    Alert,
    Cycle,
    DeliveryState,
    Entry,
    Escalation,
    Notification,
    Signal,
    Status,
    Timer,
    Trace,
    User,
)
from bot.errors import Problem

C = TypeVar("C", bound=Configured)


class Clock(Protocol):
    """Tells the time: asked once per unit of work."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...


# --- Payloads -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A payload as it came: header names in lower case, `query` as sent, `remote` the peer's address.

    `at` is when it came, where that is known: rules may ask for the time of day.
    """

    method: str
    path: str
    body: bytes = b""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    remote: str = ""
    at: datetime | None = field(default=None, compare=False)


class LogState(StrEnum):
    """Where a log stands: waiting for `receive`, done, refused at the door, or given up on and announced."""

    UNREAD = "unread"
    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A payload with what was answered. `seq` is its place in the order of arrival, given by the store."""

    id: str
    integration_id: str
    at: datetime
    request: Request
    answered: int
    state: LogState = LogState.UNREAD
    outcome: str = ""
    seq: int = 0
    trace: Trace = ()
    alert_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """What deciding whether to keep a log needs of it; `size` is in bytes."""

    seq: int
    at: datetime
    state: LogState
    alert_ids: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting of an integration type. `secret` ones are never shown again; a `long` one has many lines."""

    name: str
    default: str | int | bool = ""
    label: str = ""
    secret: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A payload that a sender really sends, with the signals that it must be read as."""

    name: str
    request: Request
    signals: tuple[Signal, ...]
    options: Mapping[str, object] = field(default_factory=dict)


class Source(Protocol):
    """One integration type: a module in `bot/sources` with these names. It is pure, and discovered."""

    NAME: str
    """How the type is named in configuration and commands."""
    TITLE: str
    """How people call the sender."""
    SETUP: str
    """What the person who configures the sender has to do there, with `{url}` for the ingest address."""
    OPTIONS: Sequence[Option]
    METHODS: Sequence[str]
    """HTTP methods that the type takes."""
    EXAMPLES: Sequence[Example]

    def verify(self, request: Request, options: Mapping[str, object], now: datetime) -> None:
        """Raise `Forbidden` when the token or signature is wrong, missing or stale."""
        ...

    def read(self, request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
        """Read the signals, deterministic, or raise `Unreadable`."""
        ...

    def document(self, request: Request) -> object:
        """The body as `data` for rules and templates: plain JSON values."""
        ...


class Beat(StrEnum):
    """What a heartbeat says: a run began, or one is over (which is a sign of life in itself)."""

    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """When an integration has to be heard from; `run` is how long a run may take, `dedup_key` that of its alert."""

    dedup_key: str
    period: timedelta
    grace: timedelta
    run: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When an integration was last heard from, which run is not over, and when people were told that it is late."""

    integration_id: str
    last_at: datetime
    started_at: datetime | None = None
    told_at: datetime | None = None


@runtime_checkable
class Particular(Protocol):
    """What a source has besides, whose options can be set wrongly."""

    def problems(self, options: Mapping[str, object]) -> Iterable[Problem]:
        """Say everything that is wrong, each with the option's name first in `where`."""
        ...


@runtime_checkable
class Pulsing(Protocol):
    """What a source has besides, whose silence makes an alert."""

    def beat(self, request: Request) -> Beat:
        """Read what a payload says."""
        ...

    def expectation(self, options: Mapping[str, object]) -> Expectation:
        """Read when the next one has to come."""
        ...


# --- Messages -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A notification with all that its channel needs to draw and address it. `user` is None for a conversation."""

    notification: Notification
    card: Card
    user: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The provider's answer: its id of the message, the conversation it went to, and how far it got."""

    provider_id: str = ""
    conversation: str = ""
    state: DeliveryState = DeliveryState.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What answered an automation's request: the status, and the beginning of the body as text."""

    status: int
    said: str = ""


class Channel(Protocol):
    """One way to reach a person: an object made by a module's `build` in `bot/channels`, discovered by that."""

    name: str
    repaints: bool
    """Whether a message can be changed after it was sent."""

    def send(self, page: Page) -> Receipt:
        """Send, or raise one of the `Undelivered` errors. Never called inside a transaction."""
        ...

    def repaint(self, page: Page) -> None:
        """Change what was sent (`page.notification.provider_id`) into what the card says now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to say that is about no alert: a shift, a gap, a maintenance window.

    Its id is made of what it is about, so that it is said once. `address` is as in a notification; `text` is plain.
    """

    id: str
    channel: str
    address: str
    title: str
    text: str
    due_at: datetime
    user_id: str | None = None
    attempts: int = 0


@runtime_checkable
class Herald(Protocol):
    """What a channel has besides, that can say plain text."""

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Say it, or raise one of the `Undelivered` errors. Never called inside a transaction."""
        ...


class Requester(Protocol):
    """Makes the requests of automations."""

    def send(self, request: Outgoing) -> Answered:
        """Send, or raise `Rejected` (trying again cannot help), `Unavailable` or `Unanswered`.

        Never called inside a transaction. The answer is bounded in size, and all of it in time.
        """
        ...


@runtime_checkable
class Fetcher(Protocol):
    """What a requester has besides, that can fetch something whole."""

    def fetch(self, url: str, most: int) -> bytes:
        """The body at an address, of at most so many bytes. Raises as `send` does; `Rejected` for any other answer."""
        ...


class Linker(Protocol):
    """Writes links that act for one person."""

    def register(self, user_id: str, expires_at: datetime) -> str:
        """The address at which a person registers a browser or a phone for push."""
        ...


# --- Waking -------------------------------------------------------------------------------------------------------


class Job(StrEnum):
    """The drains that a worker can be woken for. Each works on what is due in SQL until nothing is."""

    RECEIVE = "receive"
    FIRE = "fire"
    DELIVER = "deliver"
    AUTOMATE = "automate"
    REFRESH = "refresh"


class Queue(Protocol):
    """An alarm clock that may be smashed: losing a wake-up makes things late by seconds, never lost."""

    def wake(self, job: Job) -> None:
        """Have the drain run soon; many calls at once wake it once. Never raises."""
        ...

    def wake_at(self, job: Job, at: datetime) -> None:
        """Have the drain run at an instant, never before it. Never raises."""
        ...


# --- The truth ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An alert as it stands, with its running escalations; locked until the transaction ends."""

    alert: Alert
    escalations: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of one attempt. `retry_at` puts the notification back into the queue."""

    notification_id: str
    state: DeliveryState
    receipt: Receipt = field(default_factory=Receipt)
    painted: int = 0
    error: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationRun:
    """An automation that has to run for an alert, once. `attempts` counts the one that is claimed."""

    alert_id: str
    automation_id: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved version of a configured object; `body` is None when it was deleted."""

    object_id: str
    version: int
    at: datetime
    author: Actor
    body: Configured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a list shows, newest first. Empty tuples mean all; `after` is the number the last page ended on."""

    statuses: tuple[Status, ...] = ()
    integration_id: str = ""
    parent_id: str = ""
    responder_id: str = ""
    text: str = ""
    before_number: int | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """An aggregate's children: how many there are, and the newest few."""

    count: int
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


class UnitOfWork(Protocol):
    """One transaction. It commits when its `with` block ends and rolls back when the block raises."""

    def directory(self) -> Directory:
        """The configuration as of this transaction (cached until its version changes)."""
        ...

    # Payloads
    def integrations_with_unread(self) -> tuple[str, ...]:
        """Integrations that have logs in state `unread`, the one waiting longest first."""
        ...

    def lock_integration(self, integration_id: str) -> bool:
        """Take the right to read this integration's logs until the transaction ends; False when it is taken."""
        ...

    def unread_logs(self, integration_id: str, limit: int) -> tuple[Log, ...]:
        """The integration's unread logs in order of arrival."""
        ...

    def settle_logs(self, logs: Iterable[Log]) -> None:
        """Write `state`, `outcome`, `trace` and `alert_ids` of these logs."""
        ...

    def log(self, log_id: str) -> Log | None:
        """One log in full."""
        ...

    def logs(self, integration_id: str = "", *, before_seq: int | None = None, limit: int = 20) -> tuple[Log, ...]:
        """Logs, newest first."""
        ...

    def oldest_logs(self, after_seq: int, limit: int) -> tuple[StoredLog, ...]:
        """Logs that came after one, in order of arrival, without what was sent."""
        ...

    def size_of_logs(self) -> int:
        """How many bytes all logs take."""
        ...

    def delete_logs(self, seqs: Iterable[int]) -> None:
        """Delete logs for good; one that is unread stays."""
        ...

    def append(self, logs: Sequence[Log]) -> None:
        """Add logs that the bot itself writes, in the order in which they are given."""
        ...

    def heartbeats(self) -> Mapping[str, Heartbeat]:
        """All heartbeats by their integration's id."""
        ...

    def await_heartbeats(self, integration_ids: Iterable[str], since: datetime) -> None:
        """Begin to wait for heartbeats that are not kept yet."""
        ...

    def put_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write how an integration's heartbeat stands."""
        ...

    def forget_heartbeats(self, integration_ids: Iterable[str]) -> None:
        """Forget heartbeats that nobody waits for any more."""
        ...

    # Alerts
    def lock_dedup_keys(self, integration_id: str, keys: Iterable[str]) -> None:
        """Hold these dedup keys until the transaction ends, in an order that cannot deadlock."""
        ...

    def live_alerts(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, Situation]:
        """Alerts that a signal with one of the keys is about (every status but resolved), by key; locked.

        A suppressed alert is found too, so that its resolve can be taken; deduplication leaves it out by its status.
        """
        ...

    def window(self, fingerprint: str, at: datetime) -> Situation | None:
        """The parent alert of the aggregation window that is open for a fingerprint; locked."""
        ...

    def children(self, alert_id: str) -> tuple[Alert, ...]:
        """An aggregate's children, oldest first."""
        ...

    def gatherings(self, alert_ids: Iterable[str]) -> Mapping[str, Gathering]:
        """What each of the alerts gathered; those that gathered nothing are left out."""
        ...

    def situation(self, reference: str) -> Situation | None:
        """An alert by id or by number (`1042`, `#1042`), locked."""
        ...

    def situations(self, alert_ids: Iterable[str]) -> Mapping[str, Situation]:
        """Alerts by id, locked in an order that cannot deadlock."""
        ...

    def glance(self, alert_ids: Iterable[str]) -> Mapping[str, Situation]:
        """Alerts by id as they are at this moment; like `situations`, but not locked."""
        ...

    def alerts(self, wanted: AlertFilter) -> tuple[Alert, ...]:
        """Alerts, newest first; not locked."""
        ...

    def entries(self, alert_id: str) -> tuple[Entry, ...]:
        """An alert's timeline, oldest first."""
        ...

    def save(self, decisions: Sequence[Decision]) -> None:
        """Write decisions whole, or raise `Conflict` when an alert's version is no longer the one `seen`."""
        ...

    # Timers and cycles
    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Claim timers that are due, the longest overdue first, and mark them done in this transaction."""
        ...

    def pending_timers(self, alert_ids: Iterable[str]) -> tuple[Timer, ...]:
        """Timers of the alerts that are still to come, soonest first."""
        ...

    def cycles(self, cycle_ids: Iterable[str]) -> Mapping[str, Cycle]:
        """Paging cycles by id."""
        ...

    # The ledger
    def claim_notifications(self, now: datetime, lease: timedelta, limit: int) -> tuple[Notification, ...]:
        """Claim notifications to send, the loudest and longest due first.

        Due are those `queued` whose time has come, and those `sending` whose claim is older than the lease.
        """
        ...

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write what became of attempts, and count them."""
        ...

    def notifications(self, alert_ids: Iterable[str]) -> Mapping[str, tuple[Notification, ...]]:
        """The ledger of alerts, oldest first."""
        ...

    def notification(self, notification_id: str) -> Notification | None:
        """One message of the ledger; what a provider's callback is about."""
        ...

    def claim_stale_messages(self, channels: Iterable[str], now: datetime, limit: int) -> tuple[Notification, ...]:
        """Claim sent messages on these channels that show an older version than their alert has, for 30 s."""
        ...

    def paint(self, painted: Mapping[str, int]) -> None:
        """Note which version each message (by notification id) now shows."""
        ...

    # Automations
    def claim_automations(self, now: datetime, lease: timedelta, limit: int) -> tuple[AutomationRun, ...]:
        """Claim runs that are due, the longest due first; one that is not settled within the lease is due again."""
        ...

    def settle_automation(self, run: AutomationRun, retry_at: datetime | None) -> None:
        """Have a run tried again at an instant, or (None) never again."""
        ...

    # Configuration
    def put(self, body: Configured, author: Actor, at: datetime, *, seen: int | None = None) -> int:
        """Save an object as a new version and return its number.

        `seen` is the version that the author edited (None: create). Raises `Conflict` when it is not the latest, or
        when another object of the kind has the handle.
        """
        ...

    def delete(self, object_id: str, author: Actor, at: datetime) -> None:
        """Delete an object; its versions stay. Raises `NotFound`."""
        ...

    def version_of(self, object_id: str) -> int:
        """The latest version of an object, 0 when there is none."""
        ...

    def revisions(self, object_id: str = "", *, limit: int = 20) -> tuple[Revision, ...]:
        """Versions of an object, or all changes when no id is given, newest first."""
        ...

    # Announcements
    def announce(self, said: Sequence[Announcement]) -> int:
        """Have things said, each once by its id; returns how many are new."""
        ...

    def claim_announcements(self, now: datetime, lease: timedelta, limit: int) -> tuple[Announcement, ...]:
        """Claim what is due; what is not settled within the lease is due again."""
        ...

    def settle_announcement(self, said: Announcement, error: str, retry_at: datetime | None) -> None:
        """Note what became of one: no error is said, an error is tried again at an instant or given up."""
        ...

    def forget_announcements(self, now: datetime) -> None:
        """Forget what was said long ago."""
        ...

    # Verifications
    def verification(self, user_id: str) -> Verification | None:
        """What somebody is proving, locked."""
        ...

    def put_verification(self, proving: Verification) -> None:
        """Keep what somebody is proving, in place of what was before."""
        ...

    # Housekeeping
    def first_sight(self, event_id: str, at: datetime) -> bool:
        """Whether an event's id is seen for the first time (Slack sends events again)."""
        ...

    def beat(self, worker: str, at: datetime) -> None:
        """Note that a worker is alive."""
        ...

    def beats(self) -> Mapping[str, datetime]:
        """When each worker was last alive."""
        ...

    def backlog(self, now: datetime) -> Backlog:
        """How far behind the work is."""
        ...


class Store(Protocol):
    """Where the truth is kept."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that may write. Raises `StoreUnavailable` when it cannot begin or commit."""
        ...

    def append(self, logs: Sequence[Log]) -> None:
        """Commit payloads, synced to disk, in one transaction. Raises `StoreUnavailable`."""
        ...

    def directory(self) -> Directory:
        """The configuration, read again when its version has changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of the world that a use case may touch."""

    store: Store
    queue: Queue
    clock: Clock
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    requester: Requester | None = None
    links: Linker | None = None
