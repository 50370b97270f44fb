"""Maintenance windows as they are planned, shown, changed and ended in Slack."""

from datetime import timedelta

import pytest

from bot.engine.model import Integration, Maintenance
from tests.handlers.people import Person
from tests.harness import World

HOUR = timedelta(hours=1)


@pytest.fixture
def hook(world: World, alice: Person) -> Integration:
    alice.asks("/pagertree")
    world.policy(("dave", 5))
    [found] = world.ports.store.directory().all(Integration)
    assert isinstance(found, Integration)
    return found


@pytest.fixture
def upgrade(world: World, alice: Person, hook: Integration) -> Maintenance:
    """Every week for an hour, for the first time in an hour."""
    begins = int((world.clock.now() + HOUR).timestamp())
    alice.opens("/pagertree maintenance add", showing="Repeats")
    answer = alice.submits(
        name="Upgrade", integrations=[hook.id], start_at=begins, end_at=begins + 3600, recurrence="FREQ=WEEKLY"
    )
    assert answer["ok"], answer
    return window(world)


def window(world: World) -> Maintenance:
    [found] = world.ports.store.directory().maintenances.values()
    return found


def test_a_window_is_shown(upgrade: Maintenance, alice: Person, world: World) -> None:
    shown = alice.asks("/pagertree maintenance show upgrade")
    assert "Nobody is alerted by webhook" in shown
    assert "Repeats every week" in shown
    assert [word in shown for word in ("Edit", "Delete", "End")] == [True, True, False]
    assert "In maintenance" not in alice.asks("/pagertree integration show webhook")
    world.passes(minutes=60)
    assert "In maintenance: what it sends alerts nobody. *Upgrade*" in alice.asks("/pagertree integration show webhook")
    assert "On now, until" in alice.asks("/pagertree maintenance show upgrade")
    assert "Show" not in alice.asks("/pagertree maintenance list")


def test_a_window_is_made_longer_and_repeats_otherwise(upgrade: Maintenance, alice: Person, world: World) -> None:
    form = alice.opens("/pagertree maintenance edit upgrade", showing="First time from")
    assert form["state"]["values"]["recurrence"]["recurrence"]["selected_option"]["value"] == "FREQ=WEEKLY"
    rule = "FREQ=MONTHLY;BYDAY=1MO"
    longer = int((upgrade.end_at + HOUR).timestamp())
    assert alice.submits(end_at=longer, recurrence="otherwise", rule=rule)["ok"]
    assert (window(world).recurrence, window(world).end_at - window(world).start_at) == (rule, 2 * HOUR)

    form = alice.opens("/pagertree maintenance edit upgrade", showing="First time from")
    values = form["state"]["values"]
    assert values["recurrence"]["recurrence"]["selected_option"]["value"] == "otherwise"
    assert values["rule"]["value"]["value"] == rule


def test_what_was_ended_stays_so_until_its_times_are_changed(upgrade: Maintenance, alice: Person, world: World) -> None:
    world.passes(minutes=70)
    assert "has ended" in alice.asks("/pagertree maintenance end upgrade")
    alice.opens("/pagertree maintenance edit upgrade", showing="First time from")
    assert alice.submits(name="Database upgrade")["ok"]
    assert window(world).ended_at == world.clock.now()

    alice.opens("/pagertree maintenance edit upgrade", showing="First time from")
    assert alice.submits(end_at=int((upgrade.end_at + HOUR).timestamp()))["ok"]
    assert window(world).ended_at is None
    assert "On now, until" in alice.asks("/pagertree maintenance show upgrade")


def test_a_window_that_is_over_says_when_it_was(hook: Integration, alice: Person, world: World) -> None:
    alice.asks("/pagertree maintenance start webhook 30m")
    world.passes(minutes=31)
    assert "does not come again" in alice.asks(f"/pagertree maintenance show {window(world).handle}")


def test_what_is_still_silent_when_a_window_ends_is_said(hook: Integration, alice: Person, world: World) -> None:
    alice.asks("/pagertree maintenance start webhook 30m")
    first = window(world).handle
    alice.asks("/pagertree maintenance start webhook 4h")
    ended = alice.asks(f"/pagertree maintenance end {first}")
    assert "webhook alerts nobody all the same" in ended
    [other] = [each.handle for each in world.ports.store.directory().maintenances.values() if each.handle != first]
    assert "alerts people again" in alice.asks(f"/pagertree maintenance end {other}")
