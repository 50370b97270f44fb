"""What a database's errors mean to everybody else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from bot.errors import StoreUnavailable

_OURS = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)
_OURS_BY_SQLITE = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.NotSupportedError)
_BYPASSING = (psycopg.OperationalError, psycopg.InterfaceError, sqlite3.DatabaseError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` for what the database or the way to it did; let our own mistakes through.

    Deadlocks, serialization failures and timeouts are of the first kind: asking again helps.
    """
    try:
        yield
    except (*_OURS, *_OURS_BY_SQLITE):
        raise
    except exc.DBAPIError as error:
        raise StoreUnavailable(f"the database failed: {error.orig}") from error
    except _BYPASSING as error:  # payloads bypass SQLAlchemy
        raise StoreUnavailable(f"the database failed: {error}") from error
    except (exc.TimeoutError, exc.PendingRollbackError) as error:
        raise StoreUnavailable(f"the database cannot be reached: {error}") from error
