"""What happens when the database, the disk or a process fails."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bot.errors import Invalid, StoreUnavailable
from bot.ports import AlertFilter, Store
from bot.store import SqlStore, open_store, upgrade
from bot.store.engines import address, connect
from tests.databases import Postgres
from tests.store.making import create, make_alert, make_log, saved

SHORT = timedelta(seconds=0.5)


def begin(store: Store) -> None:
    with store.begin() as uow:
        uow.beats()


def path_of(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("step", ["begun", "saved", "appended"])
def test_killed_process_leaves_all_or_nothing(store: SqlStore, database_url: str, step: str) -> None:
    command = [sys.executable, "-m", "tests.store.dying", database_url, step]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline().decode().strip() == step
        os.kill(victim.pid, signal.SIGKILL)
    with store.begin() as uow:
        assert uow.alerts(AlertFilter()) == ()
        assert len(uow.logs()) == (1 if step == "appended" else 0)
        uow.save([create(make_alert("the key that the dead one held"))])


def test_full_disk_makes_the_store_unavailable_and_loses_nothing_that_was_taken(sqlite_url: str) -> None:
    command = [sys.executable, "-m", "tests.store.filling", sqlite_url]
    taken = int(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    with open_store(sqlite_url) as store, store.begin() as uow:
        assert len(uow.logs(limit=10_000)) == taken > 0


def test_sqlite_file_that_somebody_else_writes_is_unavailable_for_writing_only(sqlite_url: str) -> None:
    with open_store(sqlite_url, SHORT) as store, closing(sqlite3.connect(path_of(sqlite_url))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            begin(store)
        with pytest.raises(StoreUnavailable, match="locked"):
            store.append([make_log()])
        assert store.directory().version == 0
        other.rollback()
        begin(store)


def test_sqlite_gate_that_somebody_else_keeps_shut_is_not_waited_for_for_ever(sqlite_url: str) -> None:
    with open_store(sqlite_url, SHORT) as store, open_store(sqlite_url, SHORT) as other:
        with other.begin(), pytest.raises(StoreUnavailable, match="another process"):
            begin(store)
        begin(store)


def test_transaction_inside_another_is_told_so_at_once_on_sqlite(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, store.begin(), pytest.raises(RuntimeError, match="must end"):
        begin(store)


def test_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is not a database " * 1000)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_store(f"sqlite:///{path}")


def test_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'file' / 'store.db'}")


def test_postgresql_row_that_somebody_else_holds_is_not_waited_for_for_ever(postgres_url: str) -> None:
    with open_store(postgres_url, SHORT) as store, open_store(postgres_url, SHORT) as other:
        alert = saved(store, create(make_alert("k")))
        with other.begin() as held:
            held.lock_dedup_keys("int_a", ["k"])
            held.situation(alert.id)
            with pytest.raises(StoreUnavailable, match="lock timeout"):
                look_at(store, alert.id)
            with pytest.raises(StoreUnavailable, match="lock timeout"):
                lock_key(store, "k")
        look_at(store, alert.id)
        lock_key(store, "k")


def look_at(store: Store, reference: str) -> None:
    with store.begin() as uow:
        uow.situation(reference)


def lock_key(store: Store, key: str) -> None:
    with store.begin() as uow:
        uow.lock_dedup_keys("int_a", [key])


def disconnect_all(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_postgresql_connections_that_died_while_idle_are_replaced(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        begin(store)
        disconnect_all(postgres_url)
        begin(store)
        disconnect_all(postgres_url)
        store.append([make_log()])
        disconnect_all(postgres_url)
        assert store.directory().version == 0


def test_postgresql_connections_to_a_server_that_became_a_standby_are_left(postgres_url: str) -> None:
    engine = connect(address(postgres_url))
    with SqlStore(engine, None) as store:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET default_transaction_read_only = on")
            connection.commit()
        with pytest.raises(StoreUnavailable, match="read-only"):
            saved(store, create(make_alert("k")))
        assert saved(store, create(make_alert("k"))).number == 1


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("postgres://a:p@h1:5432,h2:5433/x?target_session_attrs=any", ("h1:5432", "h2:5433")),
        ("postgresql://h1,h2,[::1]:6432/x", ("h1", "h2", "[::1]:6432")),
        ("postgresql://a@/x?host=/run/postgresql", "/run/postgresql"),
    ],
)
def test_postgresql_addresses_are_read_as_they_are_written(written: str, hosts: object) -> None:
    url = address(written)
    assert (url.query["host"], url.database, url.host) == (hosts, "x", None)


def test_postgresql_settings_of_the_address_count(postgres_url: str) -> None:
    asked = {"options": "-c work_mem=7MB -c lock_timeout=1234", "application_name": "mine"}
    url = address(postgres_url).update_query_dict(asked)
    shown = "SELECT current_setting(name) FROM unnest(%s::text[]) AS name"
    names = ["work_mem", "lock_timeout", "application_name", "plan_cache_mode"]
    engine = connect(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(shown, (names,)).scalars().all()
    engine.dispose()
    assert found == ["7MB", "1234ms", "mine", "force_custom_plan"]


def test_postgresql_server_that_can_only_be_read_is_unavailable(postgres: Postgres) -> None:
    url = postgres.create()
    upgrade(url)
    name = address(url).database
    with open_store(url) as store:
        postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        disconnect_all(url)
        with pytest.raises(StoreUnavailable, match="read-only"):
            begin(store)
        postgres.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        assert saved(store, create(make_alert("k"))).number == 1


def test_postgresql_connection_for_payloads_that_died_is_replaced(postgres_url: str) -> None:
    before, after = make_log(1), make_log(2)
    with open_store(postgres_url) as store:
        store.append([before])
        disconnect_all(postgres_url)
        with suppress(StoreUnavailable):  # the batch that finds out
            store.append([make_log(3)])
        store.append([after])
        with store.begin() as uow:
            assert {before.id, after.id} <= {log.id for log in uow.logs()}


def work_while_it_dies(store: Store, url: str) -> None:
    with store.begin() as uow:
        uow.save([create(make_alert())])
        disconnect_all(url)
        uow.alerts(AlertFilter())


def test_postgresql_connection_that_dies_in_a_transaction_makes_the_store_unavailable(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        with pytest.raises(StoreUnavailable):
            work_while_it_dies(store, postgres_url)
        with store.begin() as uow:
            assert uow.alerts(AlertFilter()) == ()


def test_postgresql_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        open_store("postgresql://nobody@127.0.0.1:9/none")


@pytest.mark.parametrize("url", ["", "store.db", "mysql://a@b/c", "sqlite://", "sqlite:///:memory:", "http://x"])
def test_url_that_is_of_neither_database_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(Invalid, match="Use sqlite:///"):
        open_store(url)
