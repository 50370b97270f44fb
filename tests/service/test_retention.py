"""Payloads are let go of by age and size; what is needed stays."""

from datetime import timedelta

import pytest

from bot.engine.model import Status
from bot.ports import Log, LogState, Request
from bot.service import retention
from bot.service.retention import Limits
from bot.store import SqlStore
from tests.harness import World

DAY = timedelta(days=1)


@pytest.fixture
def world(store: SqlStore) -> World:
    world = World(store)
    world.policy(("alice", 5))
    return world


def kept(world: World) -> list[str]:
    """The ids of the logs that are there, the oldest first."""
    with world.ports.store.begin() as uow:
        return [log.id for log in reversed(uow.logs(limit=2_000))]


def sends(world: World, key: str, kind: str = "create") -> str:
    """Post a payload; gives its log."""
    return world.sends({"event_type": kind, "id": key, "title": key}).id


def test_old_payloads_go_and_young_ones_stay(world: World) -> None:
    nothing = sends(world, "x", "resolve")
    world.passes(minutes=24 * 60)
    young = sends(world, "y", "resolve")

    assert retention.forget(world.ports, Limits(age=DAY + timedelta(seconds=1))) == 0
    assert retention.forget(world.ports, Limits(age=DAY - timedelta(seconds=1))) == 1
    assert (nothing in kept(world), kept(world)) == (False, [young])


def test_what_a_live_alert_came_from_stays(world: World) -> None:
    opened, other = sends(world, "a"), sends(world, "b")
    acknowledged = world.alert("b")
    world.acknowledges("alice", acknowledged)
    resolved, end = sends(world, "c"), sends(world, "c", "resolve")
    world.passes(minutes=10)
    assert world.alert("a").status is Status.DROPPED
    world.acknowledges("alice", world.alert("a"))
    world.passes(minutes=2 * 24 * 60)

    assert retention.forget(world.ports, Limits(age=DAY)) == 2
    assert kept(world) == [opened, other]
    assert {resolved, end}.isdisjoint(kept(world))


def test_deduplication_does_not_need_payloads(world: World) -> None:
    sends(world, "a")
    world.passes(minutes=2 * 24 * 60)
    before = world.alert("a")
    retention.forget(world.ports, Limits(age=DAY))

    sends(world, "a")

    assert (world.alert("a").id, world.alert("a").count) == (before.id, 2)


def test_what_nobody_has_read_stays(world: World) -> None:
    (integration,) = world.ports.store.directory().integrations.values()
    request = Request(method="POST", path="/", body=b"{}")
    log = Log(id="log_unread", integration_id=integration.id, at=world.clock.now(), request=request, answered=200)
    world.ports.store.append([log])
    world.clock.move_to(world.clock.now() + 2 * DAY)

    assert retention.forget(world.ports, Limits(age=DAY, size=0)) == 0
    with world.ports.store.begin() as uow:
        (stored,) = uow.oldest_logs(0, 10)
    assert stored.state is LogState.UNREAD


def test_the_oldest_go_first_when_there_is_too_much(world: World) -> None:
    ids = [sends(world, f"key-{number}", "resolve") for number in range(10)]
    with world.ports.store.begin() as uow:
        size = uow.size_of_logs()
        each = [log.size for log in uow.oldest_logs(0, 10)]
    assert sum(each) == size

    assert retention.forget(world.ports, Limits(size=size)) == 0
    assert retention.forget(world.ports, Limits(size=size - sum(each[:2]) - 1)) == 3
    assert kept(world) == ids[3:]


def test_many_go_in_batches(world: World) -> None:
    (integration,) = world.ports.store.directory().integrations.values()
    request = Request(method="POST", path="/", body=b"{}")
    world.ports.store.append(
        [
            Log(
                id=f"log_{number}",
                integration_id=integration.id,
                at=world.clock.now(),
                request=request,
                answered=400,
                state=LogState.REFUSED,
            )
            for number in range(retention.BATCH * 2 + 7)
        ]
    )
    world.clock.move_to(world.clock.now() + DAY)

    assert retention.forget(world.ports, Limits(age=timedelta(hours=1))) == retention.BATCH * 2 + 7
    assert kept(world) == []
