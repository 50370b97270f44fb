"""Payloads as they arrive: the one statement that ingest waits for, with the least that each driver needs for a row.

docs/decisions/store.md has the figures: for 100 payloads, SQLAlchemy's own insert costs half as much again on SQLite,
and on PostgreSQL `COPY` takes a fifth of the processor time of any INSERT.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from bot.ports import Log
from bot.store.rows import log_row
from bot.store.schema import logs as table

_COLUMNS = [column.name for column in table.c if column is not table.c.seq]
_INTO = f"{table.name} ({', '.join(_COLUMNS)})"
_INSERT = f"INSERT INTO {_INTO} VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608  # our own names only
_COPY = f"COPY {_INTO} FROM STDIN"
_in_order = itemgetter(*_COLUMNS)


def append(connection: Connection, logs: Sequence[Log]) -> None:
    """Insert payloads in the order in which they are given."""
    rows = [_in_order(log_row(log)) for log in logs]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_INSERT, rows)
        return
    driver: Any = connection.connection.driver_connection  # a psycopg.Connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
