"""Payloads as they arrive: the one statement that ingest waits for."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert

from bot.ports import Log
from bot.store.rows import log_row
from bot.store.schema import logs as table


def append(connection: Connection, logs: Sequence[Log]) -> None:
    """Insert payloads in the order in which they are given."""
    connection.execute(insert(table), [log_row(log) for log in logs])
