"""An alert that cannot be worked on, whatever is wrong with us: it holds up no other."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from bot.engine.model import Alert, NoticeKind
from bot.ports import Job, Store
from bot.service import fire
from bot.store.engines import address, connect
from bot.store.schema import alerts, notifications, timers
from tests.harness import World
from tests.surroundings import START


@pytest.fixture
def database(store: Store, database_url: str) -> Iterator[Engine]:
    """The database below the store, to break things in."""
    engine = connect(address(database_url))
    yield engine
    engine.dispose()


def break_alert(database: Engine, alert: Alert) -> None:
    """Leave an alert that cannot be read."""
    with database.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == alert.id).values(document="{}"))


def test_a_timer_that_cannot_be_fired_holds_back_no_other(world: World, database: Engine) -> None:
    world.policy(("alice", 5), ("bob", 5))
    broken = world.fires("broken")
    world.passes(seconds=1)
    world.fires("disk full")
    world.expect_sms("alice", "broken")
    world.expect_sms("alice", "disk full")
    break_alert(database, broken)

    world.clock.move_to(START + timedelta(minutes=6))

    assert fire.drain(world.ports) == 2
    assert fire.drain(world.ports) == 0
    world.queue.awake.clear()
    world.queue.awake.append(Job.DELIVER)
    with database.begin() as connection:
        connection.execute(update(notifications).where(notifications.c.alert_id == broken.id).values(state="failed"))
    world.works()
    world.expect("bob", "sms", NoticeKind.OPEN, "disk full")


def test_a_timer_that_could_not_be_fired_is_tried_again(world: World, database: Engine) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with database.begin() as connection:
        kept = connection.execute(alerts.select().where(alerts.c.id == alert.id)).one().document
    break_alert(database, alert)
    world.clock.move_to(START + timedelta(minutes=6))
    fire.drain(world.ports)
    with database.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == alert.id).values(document=kept))
        assert connection.execute(timers.select().where(timers.c.state == "pending")).all()
    world.passes(seconds=30)
    world.expect_silence()
    world.clock.move_to(START + timedelta(minutes=7))
    fire.drain(world.ports)
    world.works()
    world.expect_sms("bob", "disk full")
