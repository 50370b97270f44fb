"""What was answered with 200 is there; what could not be stored was not; whatever happens in between."""

import http.client
import socket
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, closing
from datetime import datetime, timedelta
from itertools import islice
from threading import Event
from time import monotonic

import psycopg
import pytest
from sqlalchemy import make_url

from bot.engine.directory import Directory
from bot.engine.model import Signal
from bot.errors import StoreUnavailable
from bot.ports import Example, Log, Option, Request, Store, UnitOfWork
from bot.settings import Settings
from bot.store import SqlStore, open_store
from tests.web.serving import Web, web

PATIENCE = timedelta(seconds=0.3)
LOCKS = {"sqlite": "BEGIN EXCLUSIVE", "postgresql": "LOCK TABLE logs IN ACCESS EXCLUSIVE MODE"}


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_burst=100_000)) as started:
        yield started


class Watched:
    """A store that can hold commits back and says how many logs each one had."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.commits: list[int] = []
        self.entered = Event()
        self.free = Event()
        self.refused: set[bytes] = set()

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        return self._store.begin()

    def directory(self) -> Directory:
        return self._store.directory()

    def append(self, logs: Sequence[Log]) -> None:
        self.entered.set()
        assert self.free.wait(20)
        if any(log.request.body in self.refused for log in logs):
            raise ValueError("the database takes everything but this")
        self._store.append(logs)
        self.commits.append(len(logs))


def test_sixteen_at_once_are_sixteen_logs(running: Web) -> None:
    integration = running.integration()
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda number: running.post(integration, b'{"id": "%d"}' % number), range(16)))

    assert {answer.status_code for answer in answers} == {200}
    assert {log.id for log in running.logs(integration)} == {answer.json()["log_id"] for answer in answers}


def test_payloads_that_wait_at_the_same_moment_share_a_commit(store: SqlStore) -> None:
    watched = Watched(store)
    with web(watched) as running, ThreadPoolExecutor(16) as senders:
        integration = running.integration()
        first = senders.submit(running.post, integration)
        assert watched.entered.wait(10)
        others = [senders.submit(running.post, integration) for _ in range(15)]
        _wait_until_asked(running, 16)
        watched.free.set()

        assert {each.result().status_code for each in (first, *others)} == {200}
    assert sum(watched.commits) == 16
    assert len(watched.commits) < 16


def _wait_until_asked(running: Web, times: int) -> None:
    """Wait until the server has taken so many connections up, by asking it something in between."""
    for _ in range(times):
        running.client.get("/health/live")


def test_one_payload_that_the_database_refuses_does_not_harm_its_neighbours(store: SqlStore) -> None:
    watched = Watched(store)
    watched.refused.add(b'{"title": "poison"}')
    bodies = [b'{"title": "before"}', b'{"title": "poison"}', b'{"title": "after"}']
    with web(watched) as running, ThreadPoolExecutor(16) as senders:
        integration = running.integration()
        held = senders.submit(running.post, integration)
        assert watched.entered.wait(10)
        answers = [senders.submit(running.post, integration, body) for body in bodies]
        _wait_until_asked(running, 16)
        watched.free.set()

        assert held.result().status_code == 200
        assert [each.result().status_code for each in answers] == [200, 503, 200]
        assert len(running.logs(integration)) == 3


def test_more_than_this_process_can_hold_is_turned_away(store: SqlStore) -> None:
    watched = Watched(store)
    with web(watched, Settings(ingest_queue_limit=1)) as running, ThreadPoolExecutor(16) as senders:
        integration = running.integration()
        held = senders.submit(running.post, integration)
        assert watched.entered.wait(10)
        others = [senders.submit(running.post, integration) for _ in range(8)]
        refused = [each.result().status_code for each in islice(as_completed(others, timeout=20), 7)]
        watched.free.set()
        statuses = [each.result().status_code for each in (held, *others)]

    assert refused == [503] * 7
    assert statuses.count(200) == sum(watched.commits) == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_locked_database_is_503_and_nothing_accepted_is_lost(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    with open_store(url, PATIENCE) as store, web(store) as running, ThreadPoolExecutor(8) as senders:
        integration = running.integration()
        accepted = [running.post(integration)]
        with _locked(url, LOCKS[kind]):
            turned_away = list(senders.map(lambda _: running.post(integration), range(8)))
        accepted.append(running.post(integration))
        kept = {log.id for log in running.logs(integration)}

    assert {answer.status_code for answer in turned_away} == {503}
    assert {answer.headers["retry-after"] for answer in turned_away} == {"5"}
    assert kept == {answer.json()["log_id"] for answer in accepted}


def _locked(url: str, statement: str) -> AbstractContextManager[object]:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        connection.execute(statement)
        return closing(connection)
    other = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    other.execute(statement.encode())
    return closing(other)


def test_a_sender_that_leaves_after_sending_is_accepted(running: Web) -> None:
    integration = running.integration()
    with socket.create_connection(running.address) as connection:
        connection.sendall(_raw(integration.key, b'{"title": "gone"}', 17))

    assert [log.request.body for log in _logged(running, integration.id)] == [b'{"title": "gone"}']


def test_a_sender_that_leaves_before_the_end_is_not_accepted(running: Web) -> None:
    integration = running.integration()
    with socket.create_connection(running.address) as connection:
        connection.sendall(_raw(integration.key, b'{"title": "half', 1000))

    assert _figure(running, 'pagertree_ingest_answers_total{status="408"}') == 1
    assert running.logs(integration) == ()


def _raw(key: str, body: bytes, length: int) -> bytes:
    head = f"POST /integrations/{key} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n"
    return head.encode() + body


def _logged(running: Web, integration_id: str) -> tuple[Log, ...]:
    deadline = monotonic() + 10
    while monotonic() < deadline:
        with running.store.begin() as uow:
            if found := uow.logs(integration_id):
                return found
    return ()


def _figure(running: Web, name: str) -> float:
    deadline = monotonic() + 10
    while monotonic() < deadline:
        figures = dict(line.rsplit(" ", 1) for line in running.client.get("/metrics").text.splitlines() if name in line)
        if name in figures:
            return float(figures[name])
    return 0


def test_a_connection_is_kept_for_the_next_payload(running: Web) -> None:
    integration = running.integration()
    connection = http.client.HTTPConnection(*running.address)
    with closing(connection):
        for _ in range(3):
            connection.request("POST", f"/integrations/{integration.key}", b'{"title": "x"}')
            used = connection.sock.getsockname()
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, connection.sock.getsockname()) == (200, used)


class Broken:
    """A source that raises what no source should."""

    NAME = TITLE = SETUP = "broken"
    OPTIONS: Sequence[Option] = ()
    METHODS: Sequence[str] = ("POST",)
    EXAMPLES: Sequence[Example] = ()

    def verify(self, request: Request, options: Mapping[str, object], now: datetime) -> None:
        """Take everything."""

    def read(self, request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG002
        raise KeyError("a fault of ours")

    def document(self, request: Request) -> object:  # noqa: ARG002
        return {}


@pytest.mark.parametrize("kind", ["broken", "one that is not installed"])
def test_a_fault_of_ours_is_no_reason_to_refuse(store: SqlStore, kind: str) -> None:
    with web(store, sources={"broken": Broken()}) as running:
        integration = running.integration(type=kind)

        assert running.post(integration).status_code == 200
        assert len(running.logs(integration)) == 1


class Leaving(Watched):
    """A store that can go away."""

    away = False

    def directory(self) -> Directory:
        if self.away:
            raise StoreUnavailable("the database is away")
        return super().directory()


def test_a_key_that_may_be_new_is_not_unknown_while_the_store_is_away(store: Store) -> None:
    leaving = Leaving(store)
    leaving.free.set()
    with web(leaving) as running:
        known = running.post(running.integration()).status_code
        leaving.away = True
        new = running.post(running.integration(handle="new"))

    assert (known, new.status_code, new.headers["retry-after"]) == (200, 503, "5")


class Faulty(Watched):
    """A store that fails as no store should."""

    def directory(self) -> Directory:
        raise KeyError("a fault of ours")


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("*/*", "application/json")])
def test_a_fault_of_ours_is_answered_in_words(store: Store, accept: str, kind: str) -> None:
    with web(Faulty(store)) as running:
        answer = running.client.get("/ical/unknown.ics", headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (500, kind)
    assert "Something is broken here." in answer.text
    assert "fault of ours" not in answer.text


class Slow(Watched):
    """A store that gives the directory when it may."""

    slow = False

    def directory(self) -> Directory:
        if self.slow:
            self.entered.set()
            assert self.free.wait(20)
        return super().directory()


def test_a_key_that_is_asked_for_during_a_slow_look_is_looked_up_after_it(store: SqlStore) -> None:
    slow = Slow(store)
    with web(slow) as running, ThreadPoolExecutor(2) as senders:
        assert running.client.post("/integrations/guess").status_code == 404
        slow.slow = True
        first = senders.submit(running.client.post, "/integrations/guess-1")
        assert slow.entered.wait(20)
        second = senders.submit(running.client.post, "/integrations/guess-2")
        _wait_until_asked(running, 16)
        slow.free.set()

        assert (first.result().status_code, second.result().status_code) == (404, 404)


def test_guessing_keys_does_not_reach_the_database(store: SqlStore) -> None:
    counted = Counted(store)
    with web(counted) as running, ThreadPoolExecutor(16) as senders:
        began = monotonic()
        answers = list(senders.map(lambda n: running.client.post(f"/integrations/guess-{n}"), range(200)))
        seconds = monotonic() - began

    assert {answer.status_code for answer in answers} == {404}
    assert counted.asked <= 2 + seconds / 0.1


class Counted(Watched):
    """A store that counts how often it is asked for the directory."""

    asked = 0

    def directory(self) -> Directory:
        self.asked += 1
        return super().directory()
