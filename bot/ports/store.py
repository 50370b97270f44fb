"""Where the truth is kept: transactions and the store."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.card_contents import Gathering
from bot.engine.decision import Decision
from bot.engine.delivery.storms import Storm, Traffic
from bot.engine.directory import Configured, Directory
from bot.engine.model import Actor, Alert, Cycle, Entry, Notification, Timer
from bot.ports.messages import Announcement, ShiftNotice
from bot.ports.payloads import Heartbeat, Log, RefusalHistory, StoredLog, UnreadLogs
from bot.ports.records import (
    AlertFilter,
    AutomationRun,
    Backlog,
    ChangeFilter,
    Revision,
    Settlement,
    Situation,
    Tally,
    UnreadableRow,
    Verification,
    Withheld,
)


class UnitOfWork(Protocol):
    """One transaction. It commits when its `with` block ends and rolls back when the block raises."""

    def directory(self) -> Directory:
        """The configuration as of this transaction (cached until its version changes)."""
        ...

    # Payloads
    def integrations_with_unread(self, now: datetime) -> tuple[str, ...]:
        """Integrations that have logs in state `unread` to be read now, the one waiting longest first."""
        ...

    def lock_integration(self, integration_id: str) -> bool:
        """Take the right to read this integration's logs until the transaction ends; False when it is taken."""
        ...

    def unread_logs(self, integration_id: str, limit: int, now: datetime) -> UnreadLogs:
        """The integration's unread logs in order of arrival, and those that were found not to be readable."""
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

    def newest_envelopes(self) -> Mapping[str, Log]:
        """The newest log of each integration that has any, by its id, without what was sent."""
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

    def refusal_history(self, integration_id: str) -> RefusalHistory | None:
        """What was refused of an integration. The caller holds the integration."""
        ...

    def put_refusal_history(self, history: RefusalHistory) -> None:
        """Write what was refused of an integration."""
        ...

    def withhold(self, problems: Iterable[Withheld]) -> None:
        """Write what a maintenance window withholds, each in place of what was known under its key."""
        ...

    def integrations_with_withheld(self) -> tuple[str, ...]:
        """The integrations of which anything is withheld, those with the loudest first."""
        ...

    def withheld_under(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, Withheld]:
        """What is withheld of an integration under these keys, by key. The caller holds the integration."""
        ...

    def withheld(self, integration_id: str, limit: int) -> tuple[Withheld, ...]:
        """What is withheld of an integration: the most urgent first, of those the oldest."""
        ...

    def forget_withheld(self, integration_id: str, keys: Iterable[str] | None = None) -> None:
        """Forget what was withheld under these keys; without any, all of the integration."""
        ...

    # Alerts
    def lock_dedup_keys(self, integration_id: str, keys: Iterable[str]) -> None:
        """Hold these dedup keys until the transaction ends, in an order that cannot deadlock."""
        ...

    def live_alerts(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, Situation]:
        """The first of the `namesakes` of each key."""
        ...

    def namesakes(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, tuple[Situation, ...]]:
        """Alerts that a signal with one of the keys is about (every status but resolved), by key; locked.

        The one that counts repetitions comes first, then the suppressed ones, the newest first: deduplication leaves
        these out by their status, and a resolve reaches all of them.
        """
        ...

    def lately_resolved(self, integration_id: str, keys: Iterable[str], since: datetime) -> Mapping[str, Situation]:
        """The newest alert with each of the keys that was resolved since an instant, by key; locked."""
        ...

    def parents_among(self, alert_ids: Iterable[str]) -> frozenset[str]:
        """Those of the alerts that have gathered others."""
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

    def live(self, alert_ids: Iterable[str]) -> frozenset[str]:
        """Those of the alerts that are queued, open or acknowledged."""
        ...

    def alerts(self, wanted: AlertFilter) -> tuple[Alert, ...]:
        """One page of the alerts that are wanted, in the order that is wanted; not locked."""
        ...

    def count_alerts(self, wanted: AlertFilter, most: int) -> int:
        """How many alerts are wanted on all pages together; counting ends at `most`."""
        ...

    def index_texts(self, limit: int) -> int:
        """Put the texts of so many alerts into the index that searches use, newest first; returns how many it were."""
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

    def postpone_timers(self, postponed: Iterable[Timer], due_at: datetime) -> None:
        """Have timers fire at an instant instead, if they are still to come."""
        ...

    def pending_timers(self, alert_ids: Iterable[str]) -> tuple[Timer, ...]:
        """Timers of the alerts that are still to come, soonest first."""
        ...

    def cycles(self, cycle_ids: Iterable[str]) -> Mapping[str, Cycle]:
        """Paging cycles by id."""
        ...

    # The ledger
    def claim_notifications(
        self, now: datetime, lease: timedelta, limit: int, others: int | None = None
    ) -> tuple[Notification, ...]:
        """Claim notifications to send, by their precedence and then the longest due first.

        At most so many `others` are among them that page nobody (None: as many as there is room for).
        Due are those `queued` whose time has come, and those `sending` whose claim is older than the lease.
        """
        ...

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write what became of attempts, and count them."""
        ...

    def notifications(self, alert_ids: Iterable[str]) -> Mapping[str, tuple[Notification, ...]]:
        """The ledger of alerts, oldest first."""
        ...

    def reach(self, alert_ids: Iterable[str]) -> Mapping[str, Mapping[str, bool]]:
        """Whom each alert has pages for, by their id, and whether one was sent, or may be on its way just now.

        Pages that were never tried are held until the transaction ends, so that nobody sends what it cancels.
        """
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

    # Storms
    def traffic(self, places: Iterable[str]) -> Mapping[str, Traffic]:
        """How much came lately in each of the places, held until the transaction ends."""
        ...

    def put_traffic(self, traffic: Iterable[Traffic]) -> None:
        """Keep how much came in places that are held."""
        ...

    def hold_back(self, storm_id: str, messages: Iterable[Notification], now: datetime, until: datetime) -> None:
        """Leave messages that were claimed to a storm's summary; those that it has not told `until` then are due.

        A page is due again at its deadline, if that comes first.
        """
        ...

    def put_storm(self, storm: Storm, due_at: datetime | None) -> None:
        """Keep a storm, and when it has to be looked at; None while nothing changes."""
        ...

    def storm(self, storm_id: str) -> Storm | None:
        """One storm."""
        ...

    def claim_storms(self, now: datetime, lease: timedelta, limit: int) -> tuple[Storm, ...]:
        """Claim storms that are due, the longest due first; one that is not put within the lease is due again."""
        ...

    def storms_on(self) -> tuple[Storm, ...]:
        """Every storm that has to be looked at some time."""
        ...

    def stale_storms(self) -> tuple[Storm, ...]:
        """Storms that nothing is due of, and whose alerts have changed since their summaries were told."""
        ...

    def gather(self, storm_id: str, now: datetime, limit: int) -> tuple[Notification, ...]:
        """Claim messages that were left to a storm's summary, or cancel those that nobody needs any more.

        From now on the summary counts as showing all of the storm's alerts as they are now.
        """
        ...

    def forget_storms(self, before: datetime) -> int:
        """Forget storms that were over by then and whose alerts are all resolved; returns how many there were.

        Places to which nothing came since then are forgotten, too.
        """
        ...

    def tally(self, storm_id: str) -> Tally:
        """The alerts of a storm as they stand."""
        ...

    # Automations
    def claim_automations(self, now: datetime, lease: timedelta, limit: int) -> tuple[AutomationRun, ...]:
        """Claim runs that are due, the longest due first; one that is not settled within the lease is due again."""
        ...

    def automations_of(self, alert_id: str) -> frozenset[str]:
        """The ids of the automations that ran for an alert, or are about to."""
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

    def revision(self, object_id: str, version: int) -> Revision | None:
        """One version of an object."""
        ...

    def changes(self, wanted: ChangeFilter) -> tuple[Revision, ...]:
        """One page of all changes that are wanted, newest first."""
        ...

    def count_changes(self, wanted: ChangeFilter) -> int:
        """How many changes are wanted on all pages together."""
        ...

    def deleted(self) -> tuple[Configured, ...]:
        """What was deleted, each as it was last."""
        ...

    # Announcements
    def announce(self, said: Sequence[Announcement]) -> int:
        """Have things said, each once by its id; returns how many are new."""
        ...

    def shift_notices(self, since: datetime) -> tuple[ShiftNotice, ...]:
        """What was to be said of shifts since then, each once, on however many channels it was said."""
        ...

    def claim_announcements(self, now: datetime, lease: timedelta, limit: int) -> tuple[Announcement, ...]:
        """Claim what is due; what is not settled within the lease is due again."""
        ...

    def settle_announcement(self, said: Announcement, error: str, retry_at: datetime | None) -> None:
        """Note what became of one: no error is said, an error is tried again at an instant or given up."""
        ...

    def put_back_announcement(self, said: Announcement, turn_at: datetime) -> None:
        """Leave one until its turn at the provider: it was no attempt."""
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
    def first_sight(self, event_id: str, at: datetime, *, remembered: timedelta | None = None) -> bool:
        """Whether something is seen for the first time: Slack's events, a link's use. It is remembered for days."""
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

    def set_aside(self, limit: int) -> tuple[UnreadableRow, ...]:
        """Rows that cannot be read, those that were found first, first."""
        ...

    def forget_what_is_legible(self, now: datetime) -> None:
        """Forget rows that were set aside and have been read since."""
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
