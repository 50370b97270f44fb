"""Bringing a schema up to date."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from bot.engine.model import DeliveryState
from bot.errors import StoreUnavailable
from bot.ports import Settlement
from bot.store import check, migrations, open_store, upgrade
from bot.store.engines import address, connect
from bot.store.migrate import serves
from bot.store.schema import metadata
from tests.databases import Postgres
from tests.store.making import NOW, create, make_alert, saved

_SQLITE_CATALOGUE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY 1, 2"
_OF_ONE_DATABASE = "alert_words"  # the index of texts, which each database makes in its own way
_POSTGRES_CATALOGUE = (
    """
    SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
    """,
    """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1
    """,
    """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%' ORDER BY 1
    """,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has no tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'made' / 'new.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create()


def engine_of(url: str) -> Engine:
    return connect(address(url))


def catalogue(url: str) -> list[object]:
    engine = create_engine(address(url))
    queries = (_SQLITE_CATALOGUE,) if url.startswith("sqlite") else _POSTGRES_CATALOGUE
    with engine.connect() as connection:
        rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    engine.dispose()
    ours = [row for row in rows if not any(_OF_ONE_DATABASE in str(each) for each in row)]
    return [tuple(" ".join(str(each).split()) for each in row) for row in ours]


def test_upgraded_schema_is_the_one_that_the_code_knows(new_url: str) -> None:
    upgrade(new_url)
    engine = engine_of(new_url)
    with engine.connect() as connection:
        options = {"include_name": lambda name, *_: not (name or "").startswith(_OF_ONE_DATABASE)}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_upgraded_schema_is_made_of_the_same_tables_indexes_and_defaults(new_url: str, postgres: Postgres) -> None:
    upgrade(new_url)
    other = f"{new_url}.code" if new_url.startswith("sqlite") else postgres.create()
    engine = create_engine(address(other))
    metadata.create_all(engine)
    engine.dispose()
    upgraded = catalogue(new_url)
    assert len(upgraded) > 30
    assert sorted(map(normal, upgraded)) == sorted(map(normal, catalogue(other)))


def normal(row: object) -> str:
    """Say a line of a catalogue so that only its meaning counts: columns' constraints may stand in any order."""
    return str(sorted(str(row).replace("(", " ( ").replace(")", " ) ").replace(",", " , ").replace('"', "").split()))


def test_upgrading_again_changes_nothing(new_url: str) -> None:
    upgrade(new_url)
    with open_store(new_url) as store:
        alert = saved(store, create(make_alert()))
    upgrade(new_url)
    with open_store(new_url) as store, store.begin() as uow:
        assert [*uow.glance([alert.id])] == [alert.id]


WAITING = (  # id, kind, urgency and state before messages had a precedence
    ("news", "alert.resolved", "critical", "queued"),
    ("card", "card", "low", "queued"),
    ("page", "alert.open", "low", "queued"),
    ("loud page", "alert.open", "high", "queued"),
    ("page on its way", "alert.open", "medium", "sending"),
    ("sent", "alert.open", "high", "sent"),
)
FILL = """
    INSERT INTO notifications (id, alert_id, kind, channel, address, urgency, loudness, due_at, state)
    VALUES (:id, 'alt_a', :kind, 'slack', 'primary', :urgency, 1, 1, :state)
"""


def fill_before_storms(url: str) -> None:
    """Make a database as it was before storms and precedence, with messages in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = engine_of(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        rows = [dict(zip(("id", "kind", "urgency", "state"), each, strict=True)) for each in WAITING]
        connection.execute(text(FILL), rows)
    engine.dispose()


def test_messages_that_wait_while_the_schema_is_upgraded_leave_in_their_order(new_url: str) -> None:
    fill_before_storms(new_url)
    upgrade(new_url)
    lease = timedelta(seconds=30)
    with open_store(new_url) as store:
        with store.begin() as uow:
            (on_its_way,) = (each for each in uow.claim_notifications(NOW, lease, 1) if each.state == "sending")
            again = Settlement(notification_id=on_its_way.id, state=DeliveryState.QUEUED, retry_at=NOW)
            uow.settle([again])
        with store.begin() as uow:
            left = [each.id for _ in range(6) for each in uow.claim_notifications(NOW, lease, 1)]
            ledger = uow.notifications(["alt_a"])["alt_a"]
    assert on_its_way.id == "page on its way"
    assert left == ["loud page", "page on its way", "page", "card", "news"]
    assert {(each.storm_id, each.muted, each.waited) for each in ledger} == {(None, False, False)}


def test_many_that_start_at_once_upgrade_once(new_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [new_url] * 4))
    check(new_url)
    with open_store(new_url) as store:
        assert store.directory().version == 0


def test_schema_that_is_behind_is_named_with_what_to_do(new_url: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"at nothing, this version needs \w+\. Run `pagertree db upgrade`"):
        check(new_url)
    upgrade(new_url)
    check(new_url)


@pytest.mark.parametrize(
    ("found", "wanted", "works"),
    [
        (None, "0008", False),
        ("0007", "0008", False),
        ("0008", "0008", True),
        ("0011", "0008", True),
        ("0012.0008", "0008", True),
        ("0012.0009", "0008", False),
        ("0012.0009", "0009", True),
        ("0012.0009", "0012.0009", True),
        ("0011", "0012.0009", False),
        ("0013.0009", "0012.0009", True),
        ("0013.0013", "0012.0009", False),
    ],
)
def test_a_schema_serves_the_versions_that_its_name_says(found: str | None, wanted: str, works: bool) -> None:
    assert serves(found, wanted) is works


def revise(url: str, revision: str) -> None:
    """Make the schema say that a newer version made it."""
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
    engine.dispose()


def test_a_schema_that_a_newer_version_made_is_worked_on_as_it_is(new_url: str) -> None:
    upgrade(new_url)
    revise(new_url, "9001")
    check(new_url)
    upgrade(new_url)
    with open_store(new_url) as store:
        saved(store, create(make_alert()))
    assert [row for row in catalogue(new_url) if "alerts" in str(row)]


def test_a_schema_that_a_newer_version_took_something_from_is_refused_with_what_to_do(new_url: str) -> None:
    upgrade(new_url)
    revise(new_url, "9001.9000")
    for ask in (check, upgrade, open_store):
        with pytest.raises(StoreUnavailable, match=r"at 9001\.9000, this version .* install that version\."):
            ask(new_url)


def test_steps_are_numbered_and_say_on_what_older_code_works_from_then_on() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    steps = [each.revision.partition(".") for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert [int(number) for number, _, _ in steps] == list(range(1, len(steps) + 1))
    assert [oldest for _, _, oldest in steps] == sorted(oldest for _, _, oldest in steps)
    assert all(len(number) == 4 and (not oldest or oldest <= number) for number, _, oldest in steps)


def test_postgresql_is_not_upgraded_unasked(postgres: Postgres) -> None:
    with pytest.raises(StoreUnavailable, match="pagertree db upgrade"):
        open_store(postgres.create())


def test_sqlite_is_upgraded_when_it_is_opened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'er' / 'new.db'}"
    with open_store(url) as store:
        assert store.directory().version == 0
    check(url)
