"""What a database's errors mean to everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from bot.errors import StoreUnavailable

_OURS = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` for what the database or the way to it did; let our own mistakes through.

    Deadlocks, serialization failures and timeouts are of the first kind: asking again helps.
    """
    try:
        yield
    except _OURS:
        raise
    except exc.DBAPIError as error:
        raise StoreUnavailable(f"the database failed: {error.orig}") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:  # from what bypasses SQLAlchemy
        raise StoreUnavailable(f"the database failed: {error}") from error
    except (exc.TimeoutError, exc.PendingRollbackError) as error:
        raise StoreUnavailable(f"the database cannot be reached: {error}") from error
