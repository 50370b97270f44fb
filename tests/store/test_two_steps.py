"""Each version's schema serves the version before as well: old processes run on while new ones start, and come back.

The record of the version before (`tests/store/release.py`) says what its tables are, what it wrote and what it asks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, select

from bot.engine.model import NoticeKind, Status
from bot.store import check, migrations, open_store, upgrade
from bot.store.engines import address, connect
from tests.databases import Postgres
from tests.harness import World
from tests.store import release, story
from tests.store.packing import unpack
from tests.store.release import describe

Json = dict[str, Any]

VERSIONS = sorted(path.stem for path in release.RELEASED.glob("*.json"))
MADE_UP = {"TEXT": "x", "BIGINT": 1, "INTEGER": 1, "SMALLINT": 1, "BOOLEAN": False, "BLOB": b"x", "BYTEA": b"x"}


@pytest.fixture(params=VERSIONS)
def before(request: pytest.FixtureRequest) -> Json:
    """The record of the version before."""
    return release.read(request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    name: str = request.param
    return name


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without tables."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'before.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = connect(address(url))
    yield engine
    engine.dispose()


@pytest.fixture
def old(engine: Engine, before: Json) -> Engine:
    """The database as the version before left it, with what it wrote."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, before["revision"])
    with engine.begin() as connection:
        write(connection, before)
    return engine


def columns_of(connection: Connection, before: Json) -> Iterator[Table]:
    """The tables of the version before with the columns that it knows, and no others."""
    metadata = MetaData()
    for name, told in before["tables"][connection.dialect.name].items():
        yield Table(name, metadata, autoload_with=connection, include_columns=list(told["columns"]))


def write(connection: Connection, before: Json) -> None:
    """Write the rows of the version before, naming its columns only. A fresh database has the one of its version."""
    for table in columns_of(connection, before):
        connection.execute(table.delete())
        if rows := before["rows"][table.name]:
            connection.execute(table.insert(), unpack(rows))
    if connection.dialect.name == "postgresql":
        _count_on(connection, before)


def _count_on(connection: Connection, before: Json) -> None:
    """Rows were written with their numbers, which PostgreSQL does not notice."""
    for table in columns_of(connection, before):
        for column in table.columns:
            sequence = connection.scalar(select(sa.func.pg_get_serial_sequence(table.name, column.name)))
            last = connection.scalar(select(sa.func.max(column))) if sequence else None
            if last:
                connection.execute(select(sa.func.setval(sequence, last)))


def test_there_is_one_version_before() -> None:
    assert len(VERSIONS) == 1, "delete the record of the version before the last, once the last has one"


def test_the_steps_of_the_version_before_are_as_they_were(old: Engine, before: Json) -> None:
    with old.connect() as connection:
        assert describe(connection) == before["tables"][connection.dialect.name]


def test_what_the_version_before_wrote_is_read_and_gone_on_with(old: Engine, url: str) -> None:
    upgrade(url)
    with open_store(url) as store:
        world = World(store)
        world.clock.move_to(world.alert(story.PAGED).changed_at)
        found = {title: world.alert(title).status for title in story.TITLES}
        assert found == {
            story.ANSWERED: Status.ACKNOWLEDGED,
            story.PAGED: Status.OPEN,
            story.CLOSED: Status.RESOLVED,
            story.QUIET: Status.ACKNOWLEDGED,
        }
        assert "I look at it." in world.said(world.alert(story.PAGED))
        world.acknowledges("bo", world.alert(story.PAGED))
        world.inbox.clear()
        world.fires("fresh")
        world.expect("ann", "sms", NoticeKind.OPEN, "fresh")
        world.resolves("ann", world.alert(story.ANSWERED))
        assert world.alert(story.ANSWERED).status is Status.RESOLVED


def test_the_version_before_writes_what_it_wrote(engine: Engine, url: str, before: Json) -> None:
    upgrade(url)
    with engine.begin() as connection:
        write(connection, before)
        for table in columns_of(connection, before):
            told = before["tables"][connection.dialect.name][table.name]["columns"]
            if not before["rows"][table.name]:
                connection.execute(table.insert(), [made_up(told)])
            assert connection.execute(select(sa.func.count()).select_from(table)).scalar_one() > 0


def made_up(columns: Json) -> Json:
    """A row that says no more than it has to."""
    needed = {name: each for name, each in columns.items() if not (each["nullable"] or each["has_default"])}
    return {name: MADE_UP[each["type"]] for name, each in needed.items()}


def test_the_version_before_asks_what_it_asked(engine: Engine, url: str, before: Json, kind: str) -> None:
    """Each of its statements is planned, and each question answered, on what the new version wrote."""
    upgrade(url)
    with open_store(url) as store:
        story.tell(World(store))
    asked = before["statements"][kind]
    assert len(asked) > 100
    for each in asked:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"EXPLAIN {each['sql']}", unpack(each["parameters"]))
            if each["sql"].lstrip().startswith("SELECT"):
                connection.exec_driver_sql(each["sql"], unpack(each["parameters"])).all()


def test_what_the_new_version_writes_is_what_the_one_before_may_find(engine: Engine, url: str, before: Json) -> None:
    upgrade(url)
    with open_store(url) as store:
        story.tell(World(store))
    with engine.connect() as connection:
        for table in columns_of(connection, before):
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            assert bool(rows) == bool(before["rows"][table.name]), f"{table.name}: move the story to what it tells now"
            told = before["tables"][connection.dialect.name][table.name]["columns"]
            assert not [
                name for row in rows for name, value in row.items() if value is None and not told[name]["nullable"]
            ]


def differences(before: Json, now: Json) -> list[str]:
    """What a version finds otherwise than it knows it, so that it could no longer read or write; table by table."""
    gone = [f"table {name} is gone" for name in before if name not in now]
    return gone + [said for name in before if name in now for said in _differences(name, before[name], now[name])]


def _differences(table: str, before: Json, now: Json) -> Iterator[str]:
    for name, column in before["columns"].items():
        if problem := _changed(column, now["columns"].get(name)):
            yield f"column {table}.{name} {problem}"
    for name, column in now["columns"].items():
        if name not in before["columns"] and not (column["nullable"] or column["has_default"]):
            yield f"column {table}.{name} is new, and has to be given"
    if now["key"] != before["key"]:
        yield f"the key of {table} is another"
    if more := set(now["bounds"]) - set(before["bounds"]):
        yield f"rows of {table} are bound by {', '.join(sorted(more))}"


def _changed(before: Json, now: Json | None) -> str:
    if now is None:
        return "is gone"
    if (now["type"], now["nullable"]) != (before["type"], before["nullable"]):
        return "is another"
    return "has no default any more" if before["has_default"] and not now["has_default"] else ""


def test_nothing_that_the_version_before_knows_is_gone_or_another(engine: Engine, url: str, before: Json) -> None:
    upgrade(url)
    with engine.connect() as connection:
        assert differences(before["tables"][connection.dialect.name], describe(connection)) == []


ONE_STEP: list[tuple[Callable[[Operations], None], str]] = [
    (lambda op: op.drop_table("aside"), "table aside is gone"),
    (lambda op: batch(op, lambda table: table.drop_column("search")), "column alerts.search is gone"),
    (
        lambda op: batch(op, lambda table: table.alter_column("search", new_column_name="words")),
        "column alerts.search is gone",
    ),
    (
        lambda op: batch(op, lambda table: table.alter_column("search", nullable=True, existing_type=sa.Text())),
        "column alerts.search is another",
    ),
    (
        lambda op: batch(op, lambda table: table.alter_column("parent_id", nullable=False, existing_type=sa.Text())),
        "column alerts.parent_id is another",
    ),
    (
        lambda op: batch(op, lambda table: table.alter_column("version", type_=sa.BigInteger())),
        "column alerts.version is another",
    ),
    (
        lambda op: batch(op, lambda table: table.add_column(sa.Column("colour", sa.Text(), nullable=False))),
        "column alerts.colour is new, and has to be given",
    ),
    (
        lambda op: op.create_index("one_each", "alerts", ["integration_id"], unique=True),
        "rows of alerts are bound by unique integration_id",
    ),
]


def batch(op: Operations, change: Callable[[Any], None]) -> None:
    with op.batch_alter_table("alerts") as table:
        change(table)


@pytest.mark.parametrize(("change", "said"), ONE_STEP)
def test_a_change_in_one_step_is_found(
    engine: Engine, url: str, before: Json, change: Callable[[Operations], None], said: str
) -> None:
    upgrade(url)
    with engine.begin() as connection:
        change(Operations(MigrationContext.configure(connection)))
    with engine.connect() as connection:
        assert said in differences(before["tables"][connection.dialect.name], describe(connection))


def test_a_change_that_expands_is_let_through(engine: Engine, url: str, before: Json) -> None:
    upgrade(url)
    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        op.add_column("alerts", sa.Column("colour", sa.Text()))
        op.add_column("alerts", sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
        op.create_table("shades", sa.Column("id", sa.Text(), primary_key=True))
        op.create_index("ix_alerts_colour", "alerts", ["colour"])
    with engine.begin() as connection:
        assert differences(before["tables"][connection.dialect.name], describe(connection)) == []
        write(connection, before)
    check(url)
