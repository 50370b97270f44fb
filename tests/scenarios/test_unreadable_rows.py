"""What cannot be read is told to people, and worked on once it can be."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from bot import ids
from bot.engine.model import Role
from bot.ports import Log, LogState, Request, Store
from bot.service import health, unreadable_rows
from bot.store.engines import address, connect
from bot.store.schema import logs, timers
from tests.harness import World
from tests.surroundings import START

LEASE = timedelta(minutes=1)


@pytest.fixture
def database(store: Store, database_url: str) -> Engine:
    """The database below the store, to break things in."""
    return connect(address(database_url))


def test_a_payload_that_cannot_be_read_pages_once_and_is_read_when_it_can_be(world: World, database: Engine) -> None:
    world.policy(("alice", 60))
    world.loses_redis = True
    [integration] = world.ports.store.directory().integrations.values()
    body = json.dumps({"event_type": "create", "id": "1", "title": "disk full"}).encode()
    request = Request(method="POST", path="/", body=body, headers={"content-type": "application/json"})
    log = Log(id=ids.new("log"), integration_id=integration.id, at=START, request=request, answered=200)
    world.ports.store.append([log])
    with database.begin() as connection:
        kept = connection.execute(logs.select().where(logs.c.id == log.id)).one().request
        connection.execute(update(logs).values(request="{"))
    world.passes(minutes=3)
    world.expect_sms("alice", "A payload of webhook could not be processed")
    with database.begin() as connection:
        connection.execute(update(logs).values(request=kept))
    world.passes(minutes=2)
    world.expect_sms("alice", "disk full")
    with world.ports.store.begin() as uow:
        found = uow.log(log.id)
    assert found
    assert found.state is LogState.READ
    database.dispose()


def test_admins_hear_once_an_hour_of_what_cannot_be_read(world: World, database: Engine) -> None:
    world.policy(("alice", 5), ("bob", 5))
    world.person("carol", "sms", role=Role.ADMIN)
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with database.begin() as connection:
        connection.execute(update(timers).values(document="{"))
    world.passes(minutes=6)
    unreadable_rows.drain(world.ports)
    assert unreadable_rows.drain(world.ports) == 1
    with world.ports.store.begin() as uow:
        [said] = uow.claim_announcements(world.clock.now(), LEASE, 10)
        assert len(uow.set_aside(10)) == 1
    assert said.title == "A stored row cannot be read"
    assert said.text.startswith("1 of timers (")
    findings = health.findings(world.ports, world.clock.now())
    assert any("Stored rows cannot be read: 1 of timers" in each.said for each in findings)
    database.dispose()
