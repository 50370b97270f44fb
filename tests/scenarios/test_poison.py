"""One payload that cannot be worked on, whatever is wrong with us: a person hears of it, and the others go on."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot import sources
from bot.engine.model import Integration
from bot.ports import Beat, LogState, Request
from tests.harness import World, team_receiver

BROKEN = "A payload of broken could not be processed"


def breaks(request: Request) -> Beat:
    """What a source does that has a mistake of ours in it."""
    raise ZeroDivisionError(f"on {len(request.body)} bytes")


@pytest.fixture
def broken(world: World) -> Integration:
    """An integration whose source fails where nothing looks after it."""
    ops = team_receiver(world.team("ops", ("alice", 5)))
    webhook = sources.discover()["webhook"]
    faulty = SimpleNamespace(**{name: getattr(webhook, name) for name in dir(webhook) if not name.startswith("__")})
    faulty.beat, faulty.expectation = breaks, lambda _options: None
    world.ports = replace(world.ports, sources={**world.ports.sources, "grafana": faulty})
    world.integration("webhook", ops)
    return world.integration("broken", ops, type="grafana")


def test_a_fault_of_ours_pages_and_holds_up_nobody(world: World, broken: Integration) -> None:
    log = world.sends({"event_type": "create", "id": "1", "title": "lost"}, integration=broken.handle)
    world.expect_sms("alice", BROKEN)
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
    assert settled
    assert (settled.state, settled.outcome) == (LogState.FAILED, "ZeroDivisionError while it was worked on")
    world.fires("disk full")
    world.expect_sms("alice", "disk full")


def test_those_behind_it_are_told_one_by_one(world: World, broken: Integration) -> None:
    world.sends_together(*({"event_type": "create", "id": str(each)} for each in range(3)), integration=broken.handle)
    for _ in range(3):
        world.expect_sms("alice", BROKEN)
