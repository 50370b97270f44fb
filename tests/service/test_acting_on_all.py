"""Taking many alerts at once: each by itself, so that one that cannot be taken holds back no other."""

from collections.abc import Iterator

import pytest

from bot.engine.model import Status, person
from bot.ports import Store
from bot.service import answers, bulk
from tests.harness import World, world_on


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with world_on(store) as world:
        yield world


def test_each_that_cannot_be_taken_is_named_with_the_reason(world: World) -> None:
    world.policy(("alice", 5))
    bodies = [{"event_type": "create", "id": f"{n}", "title": f"drop {n}"} for n in range(3)]
    world.sends_together(*bodies)
    alerts = [world.alert(f"drop {n}") for n in range(3)]
    world.resolves("bob", alerts[1])
    alice = person(world.person("alice").id, "slack")
    answers.acknowledge(world.ports, alerts[2].id, alice)

    world.inbox.clear()
    acted = bulk.acknowledge_all(world.ports, [*(each.id for each in alerts), "alt_gone"], alice)

    assert acted.count == 1
    assert set(acted.refused) == {
        f"#{alerts[1].number} is already resolved, just now by Bob.",
        f"You have #{alerts[2].number} already.",
    }
    assert world.alert("drop 0").status is Status.ACKNOWLEDGED
