"""Health, figures, and what else is at the web process's addresses."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.store import SqlStore, open_store
from tests.web.serving import web


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url, timedelta(seconds=0.2)) as opened:
        yield opened


def test_alive_and_ready(store: SqlStore) -> None:
    with web(store) as running:
        live, ready = running.client.get("/health/live"), running.client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "database": "ok", "redis": "ok"})


def test_without_redis_it_is_ready_with_a_warning(store: SqlStore) -> None:
    with web(store, redis_answers=False) as running:
        ready = running.client.get("/health/ready")
        figures = running.client.get("/metrics").text

    assert ready.status_code == 200
    assert ready.json()["redis"].startswith("warning")
    assert "pagertree_redis_up 0.0" in figures


def test_without_its_database_it_is_alive_but_not_ready(store: SqlStore, tmp_path: Path) -> None:
    with web(store) as running, closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        live, ready = running.client.get("/health/live"), running.client.get("/health/ready")
        figures = running.client.get("/metrics").text

    assert live.status_code == 200
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
    assert "pagertree_database_up 0.0" in figures


def test_figures_tell_of_work_and_workers(store: SqlStore) -> None:
    now = SystemClock().now()
    with store.begin() as uow:
        uow.beat("paging@here:1", now - timedelta(seconds=30))
        uow.beat("paging@gone:2", now - timedelta(hours=2))
    with web(store) as running:
        running.post(running.integration())
        figures = dict(
            line.rsplit(" ", 1) for line in running.client.get("/metrics").text.splitlines() if not line.startswith("#")
        )

    assert figures['pagertree_ingest_answers_total{status="200"}'] == "1.0"
    assert figures["pagertree_unread_logs"] == "1.0"
    assert 29 < float(figures['pagertree_worker_silence_seconds{worker="paging@here:1"}']) < 90
    assert not any("gone" in name for name in figures)


def test_what_is_not_there_is_said_in_json(store: SqlStore) -> None:
    with web(store) as running:
        nothing, wrong = running.client.get("/nothing"), running.client.get("/slack/events")

    assert (nothing.status_code, nothing.json()) == (404, {"error": "There is nothing at this address."})
    assert (wrong.status_code, wrong.json()) == (405, {"error": "This address does not take that."})


def test_the_front_page_says_what_this_is(store: SqlStore) -> None:
    with web(store) as running:
        page = running.client.get("/")

    assert page.headers["content-type"].startswith("text/html")
    assert "/pagertree help" in page.text
