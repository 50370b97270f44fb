"""How each database is opened: its address, its settings, and how a transaction begins."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import Invalid, Problem, StoreUnavailable

PATIENCE = timedelta(seconds=10)
"""How long anybody waits for a lock or a connection before the store counts as unavailable."""


_SUPPORTED = "Use sqlite:///path/to/file.db or postgresql://user:password@host/name."
_READ_ONLY = "25006"  # https://www.postgresql.org/docs/current/errcodes-appendix.html: read_only_sql_transaction


def address(url: str) -> URL:
    """Read a database URL as people write it, `postgresql://user@one:5432,two:5432/name` included.

    Raises `Invalid` for one that is not of SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(_one_place(url))
    except (ArgumentError, ValueError):
        raise Invalid([Problem(message="The database URL cannot be read.", mend=_SUPPORTED)]) from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise Invalid([Problem(message=f"{parsed.drivername} is not a database that is supported.", mend=_SUPPORTED)])
    if parsed.database in {None, "", ":memory:"}:
        raise Invalid([Problem(message="SQLite needs a file: workers share it.", mend=_SUPPORTED)])
    return parsed.set(drivername="sqlite+pysqlite")


def _one_place(url: str) -> str:
    """Name several hosts in the query, where the library looks for them; libpq takes them with commas between.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
    """
    scheme, slashes, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    login, at, hosts = place.rpartition("@")
    if "," not in hosts:
        return url
    name, _, query = path.partition("?")
    named = "&".join((*(f"host={quote(host, safe=':[]')}" for host in hosts.split(",")), *filter(None, [query])))
    return f"{scheme}{slashes}{login}{at}{slash}{name}?{named}"


def is_sqlite(url: URL) -> bool:
    """Tell the two databases apart."""
    return url.get_backend_name() == "sqlite"


def path_of(url: URL) -> Path:
    """Say where a SQLite database is."""
    return Path(url.database or "").absolute()


def connect(url: URL, patience: timedelta = PATIENCE) -> Engine:
    """Make the engine for an address; nothing is opened yet, but a SQLite file's folder is made.

    Raises `StoreUnavailable` when it cannot be.
    """
    return _sqlite(url, patience) if is_sqlite(url) else _postgresql(url, patience)


def reading(engine: Engine) -> Engine:
    """Use the same connections for single reads: on SQLite they wait for no writer, on PostgreSQL they open nothing."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(begins="BEGIN")
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _sqlite(url: URL, patience: timedelta) -> Engine:
    _make_folder(path_of(url).parent)
    seconds = patience.total_seconds()
    engine = create_engine(url, pool_size=8, max_overflow=24, pool_timeout=seconds, connect_args={"timeout": seconds})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"the database's folder cannot be made: {error}") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Sync every commit to disk. Transactions begin where `_begin_sqlite` says, not where the driver guesses.

    https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
    """
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -16000",  # KiB
        "journal_size_limit = 67108864",  # bytes that a write-ahead log keeps once it has grown
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begins", "BEGIN IMMEDIATE"))


def _postgresql(url: URL, patience: timedelta) -> Engine:
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_timeout=patience.total_seconds(),
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args=_connecting(url.query, patience),
    )
    event.listen(engine, "handle_error", _leave_what_became_read_only)
    return engine


def _connecting(asked: Mapping[str, Any], patience: timedelta) -> dict[str, Any]:
    """How connections are opened and given up; what the address says itself counts more.

    A host that is gone without a word, as at a failover, is noticed by its silence, and one that can only be read is
    none: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    milliseconds = int(patience.total_seconds() * 1000)
    settings = {
        "lock_timeout": milliseconds,
        "statement_timeout": 6 * milliseconds,
        "idle_in_transaction_session_timeout": 12 * milliseconds,
        # Tables of work to do grow and shrink by the minute: a plan made for an empty one is ruinous an hour later.
        "plan_cache_mode": "force_custom_plan",
        "jit": "off",
    }
    ours = {
        "connect_timeout": max(2, int(patience.total_seconds())),
        "application_name": "pagertree",
        "keepalives_idle": 5,  # seconds
        "keepalives_interval": 2,  # seconds
        "keepalives_count": 3,
        "tcp_user_timeout": max(2_000, milliseconds),
        "target_session_attrs": "read-write",
    }
    said = " ".join([*(f"-c {name}={value}" for name, value in settings.items()), str(asked.get("options", ""))])
    return {name: value for name, value in ours.items() if name not in asked} | {"options": said.strip()}


def _leave_what_became_read_only(context: ExceptionContext) -> None:
    """Look for the server that can be written to: connections stay open to one that was made a standby."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True
