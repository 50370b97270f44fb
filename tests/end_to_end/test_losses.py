"""Killed processes and a lost Redis: everything accepted is delivered, at least once, and soon."""

import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.engine.model import DeliveryState, Integration
from bot.ports import Ports
from tests.end_to_end import accounts
from tests.end_to_end.holding import Write, held_transaction, until
from tests.end_to_end.machine import LONG, PATIENCE, Machine, machine
from tests.end_to_end.on_call import people, two_layers

WEB, WORKER, HOUSEKEEPER = "web", "worker", "worker --housekeeping"
PAYMENTS = "C0PAYMENTS3"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Machine]:
    with machine(tmp_path, DATABASE_URL=database_url) as ready:
        yield ready


class Walk:
    """A walk over all the steps on one machine, from one kill to the next."""

    def __init__(self, here: Machine, ports: Ports) -> None:
        self.here = here
        self.ports = ports
        self.accepted: dict[str, str] = {}
        team = two_layers(here, timedelta(seconds=4), PAYMENTS)
        waiting = two_layers(here, timedelta(hours=1), name="waiting")
        self.integrations: Mapping[str, Integration] = {"team": team, "waiting team": waiting, **people(here)}

    def take(self, step: "Step") -> None:
        """Have an alert reach the step, kill there, and start again what was killed."""
        self.here.start(WEB, WORKER, *step.kills)
        with ThreadPoolExecutor(1) as sender:
            with step.held(self, step) as wait:
                posted = sender.submit(self.post, step, step.event)
                wait()
                for name in step.kills:
                    self.here.kill(name)
            self.here.start(WEB, WORKER)
        self.accepted[posted.result()] = step.title
        if step.sees:
            assert self.here.slack.messages(step.sees, step.title, wait=LONG), step

    def post(self, step: "Step", event: str) -> str:
        """Send the step's alert until it is accepted."""
        return self.here.post(self.integrations[step.to], title=step.title, id=step.title, event_type=event)

    def is_recorded(self, step: "Step") -> bool:
        """Whether all pages of the step's alert are recorded as sent."""
        books = self.books()
        pages = [page for alert in books.alerts.get(step.title, ()) for page in books.ledger.get(alert.id, ())]
        return {page.state for page in pages} == {DeliveryState.SENT}

    def pass_the_time(self, step: "Step") -> None:
        """Have all that waits of the step's alert be due now."""
        (alert,) = self.books().alerts[step.title]
        with self.ports.store.begin() as uow:
            uow.postpone_timers(uow.pending_timers([alert.id]), self.ports.clock.now())

    def books(self) -> accounts.Books:
        """The books as they are now."""
        return accounts.read(self.ports, self.here)


Held = Callable[[Walk, "Step"], AbstractContextManager[Callable[[], None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step between ingest and delivery, who is killed at it, and what holds them there.

    `to` is the integration, `event` what it is told; `sees` is who finds the page before the walk goes on ("": it takes
    until the dead process's claim runs out), `holds` what holds of how often it is posted to one place and attempted
    there: a later kill may meet its next attempt, too, where the walk takes longer than the claim.
    """

    title: str
    kills: tuple[str, ...]
    held: Held
    to: str = "alice"
    event: str = "create"
    sees: str = "alice"
    holds: Callable[[int, int], bool] = lambda posted, attempts: 1 <= posted <= attempts


def writing(verb: str, table: str, when: str) -> Held:
    """In the middle of the transaction that writes such a row."""
    return lambda walk, _: held_transaction(walk.here.settings.database, Write(verb=verb, table=table, when=when))


def telling_redis(command: bytes) -> Held:
    """After a commit, before Redis is told."""
    return lambda walk, _: walk.here.redis_line.cut_before(command)


def calling_slack(**fault: object) -> Held:
    """In a call to Slack that ends in this way."""
    return lambda walk, _: walk.here.slack.misbehaving(times=1, seconds=60, **fault)


def once_paged(then: Held) -> Held:
    """Send the alert, wait until it is recorded what was sent, and only then hold."""

    @contextmanager
    def held(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
        walk.accepted[walk.post(step, "create")] = step.title
        until(lambda: walk.is_recorded(step), "the pages in the ledger")
        with then(walk, step) as wait:
            yield wait

    return held


def out_of_time(then: Held) -> Held:
    """Hold, and only then have the layer's time be over: it runs out under nobody's hands on a slow machine."""

    @contextmanager
    def held(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
        with then(walk, step) as wait:
            walk.pass_the_time(step)
            yield wait

    return held


@contextmanager
def reading_a_body(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
    """In the middle of a body: its sender has been asked for it and keeps the rest."""
    url = urlsplit(f"{walk.here.settings.address}/integrations/{walk.integrations[step.to].key}")
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
    until(walk.here.answers, "the web process")
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as sending:
        sending.sendall(head.encode())
        assert b"100 Continue" in sending.recv(1000)
        sending.sendall(b'{"title": ')
        yield lambda: None


@contextmanager
def having_committed(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
    """As soon as the payload is in the database."""
    known = len(walk.books().logs)
    yield lambda: until(lambda: len(walk.books().logs) > known, "the payload in the database")


@contextmanager
def having_recorded(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
    """As soon as the ledger says that the page was sent."""
    yield lambda: until(lambda: walk.is_recorded(step), "the page in the ledger")


@contextmanager
def planning_another_attempt(walk: Walk, step: Step) -> Iterator[Callable[[], None]]:
    """After Slack failed and the next attempt was committed, before its alarm is set."""
    failing = walk.here.slack.misbehaving(method="chat.postMessage", kind="status", status=503, times=1)
    with failing, walk.here.redis_line.cut_before(b"deliver-") as wait:
        yield wait


def redis_says(verb: str, job: str) -> bytes:
    """A command about the wake-up of a job, as it is sent: https://redis.io/docs/latest/develop/reference/protocol-spec"""
    key = f"pagertree:woken:{job}"
    return f"{verb}\r\n${len(key)}\r\n{key}".encode()


POSTING = "chat.postMessage"
DELIVER = telling_redis(redis_says("SET", "deliver"))
STEPS = (
    Step(title="a job was fetched", kills=(WORKER,), held=telling_redis(redis_says("DEL", "receive"))),
    # Those that a dead worker had claimed come first: the others are walked through while their claims run out.
    Step(
        title="the request is on its way",
        kills=(WORKER,),
        held=calling_slack(method=POSTING, kind="timeout", channel="dave"),
        to="dave",
        sees="",
        holds=lambda posted, attempts: 1 <= posted < attempts,
    ),
    Step(
        title="Slack has posted and not answered",
        kills=(WORKER,),
        held=calling_slack(method=POSTING, kind="timeout_after", channel="erin"),
        to="erin",
        sees="",
        holds=lambda posted, attempts: 2 <= posted <= attempts,
    ),
    Step(
        title="the answer of Slack is being recorded",
        kills=(WORKER,),
        held=writing("UPDATE", "notifications", "NEW.state = 'sent' AND NEW.attempts = 1"),
        sees="",  # once or twice, as the transaction ends before the kill or not: the books know which is right
    ),
    Step(
        title="a repaint is on its way",
        kills=(WORKER, HOUSEKEEPER),
        held=once_paged(calling_slack(method="chat.update", kind="timeout")),
        to="team",
        event="resolve",
        sees="",
    ),
    Step(
        title="a repaint is being recorded",
        kills=(WORKER, HOUSEKEEPER),
        held=once_paged(writing("UPDATE", "notifications", "NEW.painted > OLD.painted")),
        to="team",
        event="resolve",
        sees="",
    ),
    Step(
        title="a repaint is being claimed",
        kills=(WORKER, HOUSEKEEPER),
        held=once_paged(writing("UPDATE", "notifications", "NEW.repainting_until > 0")),
        to="team",
        event="resolve",
        sees="",
    ),
    Step(title="a body is being read", kills=(WEB,), held=reading_a_body),
    Step(title="the payload is being committed", kills=(WEB,), held=writing("INSERT", "logs", "NEW.state = 'unread'")),
    Step(title="the payload is committed", kills=(WEB,), held=having_committed),
    Step(
        title="the payload is answered, nobody is woken",
        kills=(WEB,),
        held=telling_redis(redis_says("SET", "receive")),
    ),
    Step(
        title="the alert is being decided on", kills=(WORKER,), held=writing("INSERT", "alerts", "NEW.status = 'open'")
    ),
    Step(title="the alert is committed, nobody is woken", kills=(WORKER,), held=DELIVER),
    Step(
        title="the page is being claimed",
        kills=(WORKER,),
        held=writing("UPDATE", "notifications", "NEW.state = 'sending' AND NEW.attempts = 1"),
    ),
    Step(
        title="the answer of Slack is recorded",
        kills=(WORKER,),
        held=having_recorded,
        holds=lambda posted, attempts: posted == attempts == 1,
    ),
    Step(title="another attempt has no alarm", kills=(WORKER,), held=planning_another_attempt),
    Step(
        title="the next layer is being decided on",
        kills=(WORKER,),
        held=writing("UPDATE", "timers", "NEW.state = 'done'"),
        to="team",
        sees="carol",
    ),
    Step(
        title="the next layer is committed, nobody is woken",
        kills=(WORKER,),
        held=once_paged(out_of_time(DELIVER)),
        to="waiting team",
        sees="carol",
    ),
)


def test_killed_at_every_step_everything_accepted_is_delivered(here: Machine) -> None:
    with here.ports() as ports:
        walk = Walk(here, ports)
        for step in STEPS:
            walk.take(step)
        for step in STEPS:
            if step.event == "resolve":
                assert here.slack.messages("payments", f": {step.title} · #", wait=LONG), step
        until(lambda: walk.books().is_settled, "the end of all that is under way", LONG)
        assert here.stop() == {WEB: 0, WORKER: 0}

        books = walk.books()

    books.check(walk.accepted)
    figures = {step: books.posted_and_attempted(step.title) for step in STEPS}
    assert {step: each for step, each in figures.items() if not all(step.holds(*pair) for pair in each)} == {}


def test_pages_leave_when_they_are_due_though_redis_was_flushed_and_stopped(here: Machine) -> None:
    timeout = timedelta(seconds=4)
    integration = two_layers(here, timeout)
    here.start("web", "worker")
    here.post(integration, title="flushed", id="1")
    assert here.slack.messages("bob", "flushed")
    with here.redis.client() as redis:
        redis.flushall()
    here.redis.stop()

    (page,) = here.slack.messages("carol", "flushed")

    with here.ports() as ports:
        (alert,) = accounts.read(ports, here).alerts["flushed"]
    assert datetime.fromtimestamp(float(page["ts"]), UTC) >= alert.created_at + timeout
    assert here.stop() == {"web": 0, "worker": 0}


def test_a_worker_finds_redis_again(here: Machine) -> None:
    integration = two_layers(here, timedelta(hours=1))
    here.start("web", "worker")
    here.post(integration, title="before", id="1")
    here.slack.messages("bob", "before")
    here.redis.stop()
    here.post(integration, title="meanwhile", id="2")
    assert here.slack.messages("bob", "meanwhile")

    here.redis.start()

    with here.redis.client() as redis:
        until(lambda: redis.info("clients")["blocked_clients"] > 0, "a worker that waits for wake-ups")
    here.post(integration, title="after", id="3")
    assert here.slack.messages("bob", "after")
