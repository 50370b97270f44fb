"""Bringing a database's schema up to date, and telling whether this version works on one that a newer version made.

A schema changes in two steps, a version apart (CONTRIBUTING.md). Revisions are numbers, `0009`; those from one that
takes something away on also name the oldest revision whose code still works, `0012.0010`. So a process knows from the
name alone whether a schema serves it, without the newer version's steps.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, text

from bot.errors import StoreUnavailable
from bot.store.engines import PATIENCE, address, connect, reading
from bot.store.failures import translated

logger = logging.getLogger(__name__)

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_211_003_902  # PostgreSQL's advisory lock that upgrades wait for; any number that nobody else takes
_WAIT = "5min"  # for whoever is upgrading already; a step itself may take as long as the tables need


def upgrade(url: str) -> None:
    """Create or update the tables of a database. Many processes may ask at once: one does it, the others wait.

    Raises `StoreUnavailable` when the database cannot be reached, or a newer version left what this one cannot work on.
    """
    with _opened(url) as engine, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{_WAIT}'"))
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        found = _found(connection)
        if not serves(found, _wanted()):  # Alembic loads every step before it sees that there is none to take
            _refuse_newer(found)
            command.upgrade(_config(connection), "head")


def _refuse_newer(found: str | None) -> None:
    if found and _number(found) > _number(_wanted()):
        raise StoreUnavailable(_mismatch(found, _wanted()))


def check(url: str) -> None:
    """Raise `StoreUnavailable` when the schema does not serve this version."""
    with _opened(url) as engine, reading(engine).connect() as connection:
        found = _found(connection)
    wanted = _wanted()
    if not serves(found, wanted):
        raise StoreUnavailable(_mismatch(found, wanted))
    if found != wanted:
        logger.warning("a newer version made the schema, %s; it serves this version (%s) as well", found, wanted)


def serves(found: str | None, wanted: str) -> bool:
    """Whether code that was written for one revision works on a database at another."""
    if found is None or found == wanted:
        return found == wanted
    revision, _, oldest = found.partition(".")
    return revision > _number(wanted) and (not oldest or oldest <= _number(wanted))


def _number(revision: str) -> str:
    return revision.partition(".")[0]


def _mismatch(found: str | None, wanted: str) -> str:
    said = f"The database's schema is at {found or 'nothing'}, this version needs {wanted}."
    if found and _number(found) > _number(wanted):
        return f"{said} A newer version took away what this one reads: install that version."
    return f"{said} Run `pagertree db upgrade`."


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _wanted() -> str:
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = connect(address(url), PATIENCE)
    try:
        with translated():
            yield engine
    finally:
        engine.dispose()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
