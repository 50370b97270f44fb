"""Killed processes and a lost Redis: everything accepted is delivered, at least once, and soon."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from bot import ids
from bot.engine.model import (
    SYSTEM,
    Integration,
    Layer,
    Member,
    Policy,
    Receiver,
    ReceiverKind,
    Team,
    Urgency,
    User,
)
from bot.engine.schedules import Schedule, weekly
from tests.end_to_end.machine import LONG, PATIENCE, Machine, machine

BOB, CAROL = "U0BOB000002", "U0CAROL0003"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Machine]:
    with machine(tmp_path, DATABASE_URL=database_url) as ready:
        yield ready


def two_layers(here: Machine, timeout: timedelta) -> Integration:
    """Bob is paged, after the timeout Carol, for whatever comes to the integration."""
    bob = User(id=ids.new("usr"), name="Bob", handle="bob", slack_id=BOB)
    carol = User(id=ids.new("usr"), name="Carol", handle="carol", slack_id=CAROL)
    start = datetime.fromisoformat("2020-01-01T00:00:00")
    always = [
        weekly(id=ids.new("evt"), layer=layer, attendees=(user.id,), handover=start)
        for layer, user in enumerate((bob, carol), 1)
    ]
    schedule = Schedule(id=ids.new("sch"), name="Rota", handle="rota", zone="Etc/UTC", events=tuple(always))
    layers = (Layer(number=1, timeout=timeout), Layer(number=2, timeout=timedelta(hours=1)))
    policy = Policy(id=ids.new("esc"), name="Policy", handle="policy", layers=layers)
    team = Team(
        id=ids.new("tem"),
        name="Ops",
        handle="ops",
        members=(Member(user_id=bob.id), Member(user_id=carol.id)),
        schedule_id=schedule.id,
        policy_id=policy.id,
    )
    integration = Integration(
        id=ids.new("int"),
        name="Scripts",
        handle="scripts",
        type="webhook",
        key=ids.secret(),
        urgency=Urgency.HIGH,
        destinations=(Receiver(kind=ReceiverKind.TEAM, id=team.id),),
    )
    with here.ports() as ports, ports.store.begin() as uow:
        for each in (bob, carol, schedule, policy, team, integration):
            uow.put(each, SYSTEM, ports.clock.now())
    return integration


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_at_every_step_everything_accepted_is_delivered(here: Machine) -> None:
    integration = two_layers(here, timedelta(hours=1))
    here.start("web")
    here.post(integration, title="killed after the answer", id="1")
    here.kill("web")
    here.redis.stop()  # the wake-up is lost as well
    here.start("web")
    here.post(integration, title="read by nobody yet", id="2")
    here.start("worker")
    assert here.slack.messages("bob", "killed after the answer")
    assert here.slack.messages("bob", "read by nobody yet")

    here.slack.post("misbehaviour", method="chat.postMessage", kind="timeout", times=1, seconds=60)
    here.post(integration, title="on its way", id="3")
    here.slack.wait_for_fault()
    here.kill("worker")
    here.start("worker")
    here.post(integration, title="after all that", id="4")

    assert here.slack.messages("bob", "after all that")
    assert here.slack.messages("bob", "on its way", wait=LONG)
    assert here.stop() == {"web": 0, "worker": 0}


def test_pages_leave_when_they_are_due_though_redis_was_flushed_and_stopped(here: Machine) -> None:
    timeout = timedelta(seconds=4)
    integration = two_layers(here, timeout)
    here.start("web", "worker")
    here.post(integration, title="flushed", id="1")
    first = here.slack.messages("bob", "flushed")
    with here.redis.client() as redis:
        redis.flushall()
    here.redis.stop()

    (page,) = here.slack.messages("carol", "flushed")

    paged_at = datetime.fromtimestamp(float(page["ts"]), UTC)
    due_at = datetime.fromtimestamp(float(first[0]["ts"]), UTC) + timeout
    assert -timedelta(seconds=1) < paged_at - due_at < timedelta(seconds=10)
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
        deadline = monotonic() + PATIENCE
        while redis.info("clients")["blocked_clients"] == 0:  # a worker that waits for wake-ups
            assert monotonic() < deadline
    here.post(integration, title="after", id="3")
    assert here.slack.messages("bob", "after")
