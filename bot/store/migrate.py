"""Bringing a database's schema up to date."""

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

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_211_003_902  # PostgreSQL's advisory lock that upgrades wait for; any number that nobody else takes
_WAIT = "5min"  # for whoever is upgrading already; a step itself may take as long as the tables need


def upgrade(url: str) -> None:
    """Create or update the tables of a database. Many processes may ask at once: one does it, the others wait.

    Raises `StoreUnavailable` when the database cannot be reached.
    """
    with _opened(url) as engine, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{_WAIT}'"))
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if _found(connection) != _wanted():  # Alembic loads every step before it sees that there is none to take
            command.upgrade(_config(connection), "head")


def check(url: str) -> None:
    """Raise `StoreUnavailable` when the schema is not the one that this version needs."""
    with _opened(url) as engine, reading(engine).connect() as connection:
        found = _found(connection)
    if found != _wanted():
        behind = f"The database's schema is at {found or 'nothing'}, this version needs {_wanted()}."
        raise StoreUnavailable(f"{behind} Run `pagertree db upgrade`.")


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _wanted() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


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
