"""A database that does not answer: somebody else holds what every writer, or everybody, needs."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from time import monotonic

import psycopg

_EVERY_TABLE = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name);
        END LOOP;
    END $$
"""


@contextmanager
def stalled(database_url: str, least: timedelta = timedelta(0)) -> Iterator[None]:
    """Hold the database up until the block ends, and for `least` at least."""
    with _held(database_url):
        end = monotonic() + least.total_seconds()
        yield
        threading.Event().wait(max(0.0, end - monotonic()))


@contextmanager
def _held(database_url: str) -> Iterator[None]:
    if not database_url.startswith("sqlite"):
        with psycopg.connect(database_url) as connection:
            connection.execute(_EVERY_TABLE)
            yield
            connection.rollback()
        return
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection_:
        connection_.execute("BEGIN EXCLUSIVE")
        yield
        connection_.rollback()
