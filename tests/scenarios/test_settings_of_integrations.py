"""What an integration says of all its alerts: gather those with one title, resolve after a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.model import SYSTEM, Alert, Status
from bot.errors import Invalid
from bot.ports import AlertFilter
from bot.service import manage
from tests.harness import World

QUARTER = timedelta(minutes=15)


def sets(world: World, **settings: timedelta) -> None:
    """Have a team answer, and change the integration."""
    world.policy(("alice", 60))
    (integration,) = world.ports.store.directory().integrations.values()
    manage.change(world.ports, replace(integration, **settings), SYSTEM, 1)  # type: ignore[arg-type]


def fires(world: World, key: str, title: str = "disk full") -> Alert:
    """Post an alert with a key of its own; gives the one that was made last."""
    world.sends({"event_type": "create", "id": key, "title": title})
    with world.ports.store.begin() as uow:
        return uow.alerts(AlertFilter(limit=1))[0]


def latest(world: World, alert: Alert) -> Alert:
    """An alert as it is now."""
    with world.ports.store.begin() as uow:
        found = uow.situation(alert.id)
    assert found is not None
    return found.alert


def test_alerts_with_one_title_page_once(world: World) -> None:
    sets(world, auto_aggregate=QUARTER)
    first = fires(world, "a")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=14)
    second, other = fires(world, "b"), fires(world, "c", "something else")
    world.expect_sms("alice", "something else")
    assert (second.status, second.parent_id) == (Status.SUPPRESSED, first.id)
    assert other.parent_id is None
    world.passes(minutes=1)
    assert fires(world, "d").parent_id is None
    world.expect_sms("alice", "disk full")


def test_the_window_counts_from_the_first(world: World) -> None:
    sets(world, auto_aggregate=QUARTER)
    fires(world, "a")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=10)
    fires(world, "b")
    world.passes(minutes=10)
    fires(world, "c")
    world.expect_sms("alice", "disk full")


def test_what_is_left_of_a_title_when_the_first_is_resolved_goes_on_by_itself(world: World) -> None:
    sets(world, auto_aggregate=QUARTER)
    fires(world, "a")
    world.expect_sms("alice", "disk full")
    left = fires(world, "b")
    world.clears("a")
    world.passes(minutes=15)
    world.expect_sms("alice", "disk full")
    assert latest(world, left).status is Status.OPEN


def test_after_the_first_is_resolved_the_same_title_pages_again(world: World) -> None:
    sets(world, auto_aggregate=QUARTER)
    fires(world, "a")
    world.expect_sms("alice", "disk full")
    world.clears("a")
    assert fires(world, "b").parent_id is None
    world.expect_sms("alice", "disk full")


def test_an_alert_resolves_after_its_time_even_when_somebody_has_it(world: World) -> None:
    sets(world, auto_resolve=QUARTER)
    first, second = fires(world, "a"), fires(world, "b", "other")
    world.expect_sms("alice", "disk full")
    world.expect_sms("alice", "other")
    world.acknowledges("alice", first)
    world.passes(minutes=14.9)
    assert latest(world, first).status is Status.ACKNOWLEDGED
    world.passes(minutes=0.1)
    assert [latest(world, each).status for each in (first, second)] == [Status.RESOLVED, Status.RESOLVED]
    assert "Resolved by its integration's setting" in world.said(second)


def test_a_resolved_alert_is_left_alone(world: World) -> None:
    sets(world, auto_resolve=QUARTER)
    first = fires(world, "a")
    world.expect_sms("alice", "disk full")
    world.clears("a")
    version = latest(world, first).version
    world.passes(minutes=20)
    assert latest(world, first).version == version


def test_times_that_are_too_short_are_refused(world: World) -> None:
    with pytest.raises(Invalid, match="auto_resolve is 0ms"):
        sets(world, auto_resolve=timedelta(0), auto_aggregate=QUARTER)
