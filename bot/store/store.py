"""The store: transactions, the door for payloads, and the configuration at hand."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from bot.engine.directory import Directory
from bot.engine.model import NO_KINDS, ChannelKinds
from bot.ports import Log, UnitOfWork
from bot.store.alert_lists import AlertLists
from bot.store.alerts import Alerts
from bot.store.announcements import Announcements
from bot.store.arrival import Arrival
from bot.store.automations import Automations
from bot.store.decisions import Decisions
from bot.store.engines import PATIENCE, address, connect, is_sqlite, path_of, reading
from bot.store.failures import translated
from bot.store.gate import Gate
from bot.store.heartbeats import Heartbeats
from bot.store.housekeeping import Housekeeping
from bot.store.ledger import Ledger
from bot.store.logs import Payloads
from bot.store.migrate import check, upgrade
from bot.store.objects import DirectoryCache, Objects
from bot.store.refusals import Refusals
from bot.store.storms import Storms
from bot.store.timers import Timers
from bot.store.verifications import Verifications
from bot.store.withheld import WithheldProblems


class SqlUnitOfWork(
    Payloads,
    Alerts,
    AlertLists,
    Decisions,
    Timers,
    Ledger,
    Storms,
    Automations,
    Announcements,
    Verifications,
    Objects,
    Heartbeats,
    Refusals,
    WithheldProblems,
    Housekeeping,
):
    """One transaction on either database: `bot.ports.UnitOfWork`."""


class SqlStore:
    """Where the truth is kept: `bot.ports.Store` on SQLite or PostgreSQL. Safe to use from many threads."""

    def __init__(self, engine: Engine, gate: Gate | None, channel_kinds: ChannelKinds = NO_KINDS) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._arrival = Arrival(self._reading)
        self._gate = gate
        self._shelf = DirectoryCache(channel_kinds)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a transaction that may write. Raises `StoreUnavailable` when it cannot begin or commit."""
        with translated(), self._turn(), self._engine.begin() as connection:
            work = SqlUnitOfWork(connection, self._shelf)
            yield work
            work.finish()

    def append(self, logs: Sequence[Log]) -> None:
        """Commit payloads, synced to disk, in one transaction. Raises `StoreUnavailable`."""
        if not logs:
            return
        with translated(), self._turn():
            self._arrival.append(logs)

    def directory(self) -> Directory:
        """The configuration, read again when its version has changed."""
        with translated(), self._reading.connect() as connection:
            return self._shelf.directory(connection)

    def close(self) -> None:
        """Close every connection. The store must not be used any more."""
        self._arrival.close()
        self._engine.dispose()
        if self._gate:
            self._gate.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _turn(self) -> AbstractContextManager[None]:
        return self._gate.passed() if self._gate else nullcontext()


def open_store(url: str, patience: timedelta = PATIENCE, channel_kinds: ChannelKinds = NO_KINDS) -> SqlStore:
    """Open the store at a database URL. A SQLite file is made and its schema brought up to date.

    `patience` bounds every wait for a lock or a connection; `channel_kinds` are the channels that the directory tells
    of. Raises `Invalid` for a URL that is not of SQLite or
    PostgreSQL, and `StoreUnavailable` when the database cannot be reached or PostgreSQL's schema is behind.
    """
    target = address(url)
    if is_sqlite(target):
        upgrade(url)
        return SqlStore(connect(target, patience), Gate(path_of(target), patience), channel_kinds)
    check(url)
    return SqlStore(connect(target, patience), None, channel_kinds)
