"""Both databases for tests: migrated and empty for every test."""

import itertools
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, event, make_url

from bot import channels
from bot.store import SqlStore, upgrade
from bot.store.engines import PATIENCE, address, connect, is_sqlite, path_of
from bot.store.gate import Gate
from tests import postgres_server

_EMPTY = """
    DO $$
    DECLARE name text;
    BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
            PERFORM setval(name::regclass, 1, false);
        END LOOP;
        INSERT INTO configuration (id, version) VALUES (1, 0);
    END $$
"""


_STORE = Path(__file__).parent / "store"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--all-databases`."""
    parser.addoption("--all-databases", action="store_true", help="run every variant of a test on both databases")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run each test on both databases. Its further variants take turns with them, but for those of the store."""
    if config.getoption("--all-databases"):
        return
    variants: dict[str, dict[str, int]] = defaultdict(dict)
    left = [item for item in items if not _is_its_turn(item, variants)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _is_its_turn(item: pytest.Item, variants: dict[str, dict[str, int]]) -> bool:
    """Whether a variant of a test runs on its database: the first one on both, then one here and one there."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or "database_url" not in callspec.params or item.path.is_relative_to(_STORE):
        return True
    of_test = variants[item.nodeid.partition("[")[0]]
    others = {name: value for name, value in callspec.indices.items() if name != "database_url"}
    turn = of_test.setdefault(repr(others), len(of_test))
    return turn == 0 or callspec.params["database_url"] == ("sqlite", "postgresql")[turn % 2]


class Postgres:
    """A process's databases on a PostgreSQL server: one is migrated, and emptied for each test, quicker than made."""

    def __init__(self, uri: str, worker: str) -> None:
        self._uri = make_url(uri).set(drivername="postgresql")
        self._worker = worker
        self._numbers = itertools.count(1)
        self._shared = self.create()
        upgrade(self._shared)

    def run(self, statement: str, database: str = "postgres") -> None:
        """Carry out a statement as the superuser."""
        with psycopg.connect(self._url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self) -> str:
        """Create a database without tables and return its address; it goes with the server."""
        name = f"test_{self._worker}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self._url(name)

    def emptied(self) -> str:
        """Empty the migrated database, whoever is still connected to it, and return its address."""
        with psycopg.connect(self._shared, autocommit=True) as connection:
            connection.execute(_EMPTY)
        return self._shared

    def _url(self, database: str) -> str:
        return self._uri.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Postgres]:
    """Databases on the one server of the session (with pytest-xdist: of all its workers)."""
    folder = tmp_path_factory.getbasetemp()
    with postgres_server.shared(folder if worker_id == "master" else folder.parent) as uri:
        yield Postgres(uri, worker_id)


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
def postgres_url(postgres: Postgres) -> str:
    """The address of an empty PostgreSQL database."""
    return postgres.emptied()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of either kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """A store on an empty database, of either kind."""
    with open_hurried(database_url) as opened:
        yield opened


@dataclass(slots=True, kw_only=True)
class _Hurried:
    """An engine that waits for no disk, for one test after the other: it knows most statements from those before."""

    engine: Engine
    file: str = ""  # of SQLite


_idle: dict[str, list[_Hurried]] = defaultdict(list)  # by the server's address, or "" for all files of SQLite


@contextmanager
def open_hurried(url: str) -> Iterator[SqlStore]:
    """Open a migrated store that waits for no disk: no test pulls the plug. What is written outlives a kill."""
    target = address(url)
    idle = _idle["" if is_sqlite(target) else url]
    hurried = idle.pop() if idle else _hurry(target)
    gate = Gate(path_of(target), PATIENCE) if is_sqlite(target) else None
    hurried.file = target.database or ""
    with SqlStore(hurried.engine, gate, channels.known()) as store:
        yield store
    idle.append(hurried)


def _hurry(target: URL) -> _Hurried:
    hurried = _Hurried(engine=connect(target))

    def go_to_the_file(_dialect: object, _record: object, arguments: list[str], _named: object) -> None:
        arguments[0] = hurried.file

    def sync_nothing(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    if is_sqlite(target):
        event.listen(hurried.engine, "do_connect", go_to_the_file)
        event.listen(hurried.engine, "connect", sync_nothing)
    return hurried
