"""Payloads as they arrive: the one statement that ingest waits for, with the least that each driver needs for a row.

docs/decisions/0005-store.md has the figures: for 100 payloads, SQLAlchemy's own insert costs half as much again on
SQLite, and on PostgreSQL `COPY` takes a fifth of the processor time of any INSERT.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine

from bot.ports import Log
from bot.store.rows import log_row
from bot.store.schema import logs as table

_IDLE = 1.0  # seconds after which a connection is checked before it is used again

_COLUMNS = [column.name for column in table.c if column is not table.c.seq]
_INTO = f"{table.name} ({', '.join(_COLUMNS)})"
_PLACES = f"({', '.join('?' * len(_COLUMNS))})"
_COPY = f"COPY {_INTO} FROM STDIN"
_in_order = itemgetter(*_COLUMNS)


def append(connection: Connection, logs: Sequence[Log]) -> None:
    """Insert payloads by one statement, in the order in which they are given; at most 3,000, which SQLite takes."""
    rows = [_in_order(log_row(log)) for log in logs]
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute(_insert(len(rows)), list(chain.from_iterable(rows)))
        return
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(rows: int) -> str:
    return f"INSERT INTO {_INTO} VALUES {', '.join([_PLACES] * rows)}"  # noqa: S608  # our own names only


class Arrival:
    """A connection for payloads on which no transaction is begun: the statement that appends them is one by itself.

    It is kept while they keep coming: getting and checking a connection costs as much as a small batch.
    """

    def __init__(self, single: Engine) -> None:
        self._engine = single
        self._connection: Connection | None = None
        self._used_at = 0.0
        self._lock = Lock()

    def append(self, logs: Sequence[Log]) -> None:
        """Commit payloads, synced to disk."""
        with self._connected() as connection:
            append(connection, logs)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
        self._connection = None

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._lock:
            if monotonic() - self._used_at > _IDLE:
                self.close()
            self._connection = connection = self._connection or self._engine.connect()
            try:
                yield connection
            except BaseException:
                connection.invalidate()
                self.close()
                raise
            self._used_at = monotonic()
