"""The tables. What is configured is kept as documents with all their versions; what happens is relational.

Instants are integers: microseconds since 1970 in UTC, which compare and keep their precision alike on both databases.
A column named `document` holds the whole value as JSON; the columns beside it are what queries ask for. Conditions of
partial indexes are spelled with literals, here and in the queries, because SQLite uses such an index only when the
query's condition is the same text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
    true,
)

from bot.engine.model import DeliveryState, NoticeKind, Status
from bot.ports import LogState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Counter = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up in columns of type INTEGER only


def word(value: str) -> ColumnElement[str]:
    """Spell one of our own constants as a literal. Never for anything that came from outside."""
    return literal_column(f"'{value}'", String)


def _alert_id(*, primary_key: bool = False) -> Column[str]:
    """Point at an alert. No foreign key: one statement writes these rows, beside the alert, and no alert is deleted;
    the check of each row would double the cost of a save on PostgreSQL.
    """
    return Column("alert_id", Text, nullable=False, primary_key=primary_key)


# --- What is configured -------------------------------------------------------------------------------------------

configuration = Table(
    "configuration",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
)

objects = Table(
    "objects",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("kind", "handle"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("object_id", Text, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("seq", _Counter, primary_key=True),
    Column("object_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("body", Text),
    UniqueConstraint("object_id", "version"),
    sqlite_autoincrement=True,
)

# --- What came in -------------------------------------------------------------------------------------------------

logs = Table(
    "logs",
    metadata,
    Column("seq", _Counter, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("integration_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered", SmallInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("alert_ids", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "integration_id", "seq"),
    sqlite_autoincrement=True,
)

UNREAD = logs.c.state == word(LogState.UNREAD)
Index("ix_logs_unread", logs.c.integration_id, logs.c.seq, sqlite_where=UNREAD, postgresql_where=UNREAD)

# --- Alerts -------------------------------------------------------------------------------------------------------

alerts = Table(
    "alerts",
    metadata,
    Column("number", _Counter, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("integration_id", Text),
    Column("dedup_digest", Text),
    Column("parent_id", Text),
    Column("repaint", Boolean(create_constraint=False), nullable=False),
    Column("search", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("loudness", SmallInteger, nullable=False, server_default=text("4")),
    Column("created_at", BigInteger),
    Column("holder_id", Text),
    Column("indexed", Boolean(create_constraint=False)),
    Index(None, "integration_id", "number"),
    Index(None, "status", "number"),
    sqlite_autoincrement=True,
)

UNRESOLVED = alerts.c.status != word(Status.RESOLVED)
COUNTING = alerts.c.status.in_(
    [word(Status.QUEUED), word(Status.OPEN), word(Status.ACKNOWLEDGED), word(Status.DROPPED)]
)
RESOLVED = alerts.c.status == word(Status.RESOLVED)
LIVE = alerts.c.status.in_([word(Status.QUEUED), word(Status.OPEN), word(Status.ACKNOWLEDGED)])
CHILD = alerts.c.parent_id.is_not(None)
REPAINT = alerts.c.repaint == true()
HELD = alerts.c.holder_id.is_not(None)
UNINDEXED = alerts.c.indexed.is_(None)
Index("ix_alerts_unresolved", alerts.c.dedup_digest, sqlite_where=UNRESOLVED, postgresql_where=UNRESOLVED)
Index("uq_alerts_counting", alerts.c.dedup_digest, unique=True, sqlite_where=COUNTING, postgresql_where=COUNTING)
Index("ix_alerts_resolved", alerts.c.dedup_digest, alerts.c.number, sqlite_where=RESOLVED, postgresql_where=RESOLVED)
Index("ix_alerts_children", alerts.c.parent_id, alerts.c.number, sqlite_where=CHILD, postgresql_where=CHILD)
Index("ix_alerts_repaint", alerts.c.id, sqlite_where=REPAINT, postgresql_where=REPAINT)

Index("ix_alerts_loudness", alerts.c.loudness.desc(), alerts.c.number.desc())
Index("ix_alerts_created_at", alerts.c.created_at, alerts.c.number)
Index("ix_alerts_held", alerts.c.holder_id, alerts.c.number, sqlite_where=HELD, postgresql_where=HELD)
Index("ix_alerts_unindexed", alerts.c.number, sqlite_where=UNINDEXED, postgresql_where=UNINDEXED)

responders = Table(
    "responders",
    metadata,
    Column("user_id", Text, primary_key=True),
    _alert_id(primary_key=True),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", _Counter, primary_key=True),
    _alert_id(),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "alert_id", "seq"),
    sqlite_autoincrement=True,
)

windows = Table(
    "windows",
    metadata,
    Column("digest", Text, primary_key=True),
    _alert_id(),
    Column("end_at", BigInteger, nullable=False, index=True),
)

automation_runs = Table(
    "automation_runs",
    metadata,
    _alert_id(primary_key=True),
    Column("automation_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("claimed_at", BigInteger),
)

AUTOMATION_QUEUED, AUTOMATION_DONE = "queued", "done"
TO_RUN = automation_runs.c.state == word(AUTOMATION_QUEUED)
Index("ix_automation_runs_due", automation_runs.c.due_at, sqlite_where=TO_RUN, postgresql_where=TO_RUN)

# --- What is under way --------------------------------------------------------------------------------------------

escalations = Table(
    "escalations",
    metadata,
    Column("id", Text, primary_key=True),
    _alert_id(),
    Column("running", Boolean(create_constraint=False), nullable=False),
    Column("document", Text, nullable=False),
)

ESCALATING = escalations.c.running == true()
Index("ix_escalations_running", escalations.c.alert_id, sqlite_where=ESCALATING, postgresql_where=ESCALATING)

cycles = Table(
    "cycles",
    metadata,
    Column("id", Text, primary_key=True),
    _alert_id(),
    Column("escalation_id", Text, nullable=False),
    Column("running", Boolean(create_constraint=False), nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "escalation_id"),
)

PAGING = cycles.c.running == true()
Index("ix_cycles_running", cycles.c.alert_id, sqlite_where=PAGING, postgresql_where=PAGING)

TIMER_PENDING, TIMER_DONE, TIMER_CANCELLED = "pending", "done", "cancelled"

timers = Table(
    "timers",
    metadata,
    Column("id", Text, primary_key=True),
    _alert_id(),
    Column("escalation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("document", Text, nullable=False),
)

PENDING = timers.c.state == word(TIMER_PENDING)
Index("ix_timers_due", timers.c.due_at, sqlite_where=PENDING, postgresql_where=PENDING)
Index("ix_timers_pending", timers.c.alert_id, sqlite_where=PENDING, postgresql_where=PENDING)

notifications = Table(
    "notifications",
    metadata,
    Column("seq", _Counter, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _alert_id(),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("precedence", SmallInteger, nullable=False, server_default=text("0")),
    Column("due_at", BigInteger, nullable=False),
    Column("user_id", Text),
    Column("cycle_id", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("deadline_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("provider_id", Text, nullable=False, server_default=text("''")),
    Column("conversation", Text, nullable=False, server_default=text("''")),
    Column("painted", Integer, nullable=False, server_default=text("0")),
    Column("error", Text, nullable=False, server_default=text("''")),
    Column("claimed_at", BigInteger, nullable=False, server_default=text("0")),
    Column("repainting_until", BigInteger, nullable=False, server_default=text("0")),
    Column("storm_id", Text),
    Column("muted", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Column("waited", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Column("because", Text),
    Index(None, "alert_id", "seq"),
    sqlite_autoincrement=True,
)

QUEUED = notifications.c.state == word(DeliveryState.QUEUED)
SENDING = notifications.c.state == word(DeliveryState.SENDING)
ARRIVED = notifications.c.state.in_([word(DeliveryState.SENT), word(DeliveryState.DELIVERED)])
FAILED = notifications.c.state == word(DeliveryState.FAILED)
PAGE = notifications.c.kind == word(NoticeKind.OPEN)
Index(
    "ix_notifications_queued",
    notifications.c.precedence.desc(),
    notifications.c.due_at,
    sqlite_where=QUEUED,
    postgresql_where=QUEUED,
)
Index("ix_notifications_sending", notifications.c.claimed_at, sqlite_where=SENDING, postgresql_where=SENDING)

GATHERED = notifications.c.storm_id.is_not(None)
Index(
    "ix_notifications_storm",
    notifications.c.storm_id,
    notifications.c.seq,
    sqlite_where=GATHERED,
    postgresql_where=GATHERED,
)

storms = Table(
    "storms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("due_at", BigInteger, index=True),
    Column("document", Text, nullable=False),
)

traffic = Table(
    "traffic",
    metadata,
    Column("place", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("receiver_id", Text, primary_key=True),
    Column("taken", BigInteger, nullable=False),
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_id", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("claimed_at", BigInteger, nullable=False, server_default=text("0")),
    Column("error", Text, nullable=False, server_default=text("''")),
    Column("notice", Text),
)

aside = Table(
    "aside",
    metadata,
    Column("name", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("again_at", BigInteger, nullable=False),
)

verifications = Table(
    "verifications",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

UNSAID = announcements.c.state == word(DeliveryState.QUEUED)
Index("ix_announcements_unsaid", announcements.c.due_at, sqlite_where=UNSAID, postgresql_where=UNSAID)

# --- Housekeeping -------------------------------------------------------------------------------------------------

events_seen = Table(
    "events_seen",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)

beats = Table(
    "beats",
    metadata,
    Column("worker", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("integration_id", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("told_at", BigInteger),
)

withheld = Table(
    "withheld",
    metadata,
    Column("integration_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

refusals = Table(
    "refusals",
    metadata,
    Column("integration_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
)
