"""Who is on call changes while an alert is being answered: whoever is on call when a layer begins is asked."""

from datetime import datetime, timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Maintenance, NoticeKind, Status, person
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule
from bot.errors import Conflict, Invalid, Refused
from bot.service import answers, fire, maintenances, manage, rotas
from bot.service.rotas import EventPart, Extent
from tests.harness import World

EARLIER = datetime(2026, 1, 5)  # noqa: DTZ001  # wall-clock time: the Monday on which the World begins, at 09:00


def schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(found, Schedule)
    return found


def stands_in(world: World, name: str, *, layer: int, hours: float = 1) -> None:
    now = world.clock.now()
    override = Override(
        id=ids.new("ovr"),
        start_at=now,
        end_at=now + timedelta(hours=hours),
        action=Action.REPLACE,
        user_ids=(world.person(name).id,),
        layer=layer,
    )
    rotas.add_override(world.ports, schedule(world).id, override, SYSTEM)


def test_an_override_in_the_middle_of_an_escalation_decides_about_the_layers_to_come(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=2)
    stands_in(world, "carol", layer=2)
    stands_in(world, "dave", layer=1)
    world.expect_silence()
    world.passes(minutes=3)
    world.expect_sms("carol", "disk full")
    world.passes(minutes=10)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def hands_over_at(world: World, hour: int, *names: str) -> None:
    """Let layer 2 go to the next person every day at an hour."""
    start = EARLIER - timedelta(days=1) + timedelta(hours=hour)
    event = Event(
        id="evt_turns",
        layer=2,
        attendees=tuple(world.person(name).id for name in names),
        start=start,
        end=start + timedelta(days=1),
        recurrence="FREQ=DAILY",
        rotation=Rotation(),
    )
    found = schedule(world)
    old = next(each for each in found.events if each.layer == 2)
    rotas.remove_event(world.ports, found.id, EventPart(event_id=old.id, start=old.start, extent=Extent.ALL), SYSTEM)
    rotas.add_event(world.ports, found.id, event, SYSTEM)


@pytest.mark.parametrize(("minutes", "asked"), [(54, "bob"), (55, "carol"), (56, "carol")])
def test_a_shift_change_between_layers_asks_whoever_has_the_shift_then(world: World, minutes: int, asked: str) -> None:
    world.policy(("alice", 5), ("bob", 10))
    hands_over_at(world, 10, "bob", "carol")
    world.passes(minutes=minutes)
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect_sms(asked, "disk full")
    world.resolves(asked, world.alert("disk full"))


def test_the_worked_example_of_three_layers_and_one_repeat(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10), ("carol", 15), repeat=1)
    begun = world.clock.now()
    world.fires("disk full")
    heard = []
    for _ in range(60):
        heard += [(message.to, world.clock.now() - begun) for message in world.inbox]
        world.inbox.clear()
        world.passes(minutes=1)
    minutes = [(name, span // timedelta(minutes=1)) for name, span in heard]
    assert minutes == [("alice", 0), ("bob", 5), ("carol", 15), ("alice", 30), ("bob", 35), ("carol", 45)]
    assert world.alert("disk full").status is Status.DROPPED
    assert world.alert("disk full").settled_at == begun + timedelta(minutes=60)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def test_an_acknowledgement_in_the_instant_of_the_timeout_and_before_it_stops_it(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.clock.move_to(world.clock.now() + timedelta(minutes=5))
    answers.acknowledge(world.ports, alert.id, person(world.person("alice").id, "sms"))
    world.works()
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED
    assert "Layer 2" not in world.said(alert)


def test_an_acknowledgement_in_the_instant_of_the_timeout_and_after_it_stops_the_next_layer(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.clock.move_to(world.clock.now() + timedelta(minutes=5))
    assert fire.drain(world.ports) == 1
    world.acknowledges("alice", alert)  # bob's page was called off before it left: there is nothing to tell him
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED
    assert "Layer 2" in world.said(alert)


def test_a_resolve_while_the_assignment_waits_pages_nobody(world: World) -> None:
    world.team("ops", ("alice", 5))
    late = world.router(
        "late", "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops, delay: 2m}]}]"
    )
    world.integration("webhook", late)
    alert = world.fires("disk full")
    world.passes(minutes=1, seconds=59)
    world.clears("disk full")
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.RESOLVED
    assert "paging" not in world.said(alert)


# --- Schedules that are edited ------------------------------------------------------------------------------------


def test_an_edit_of_an_older_version_is_refused(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    found = schedule(world)
    place = EventPart(event_id=found.events[1].id, start=found.events[1].start, extent=Extent.FOLLOWING)
    rotas.remove_event(world.ports, found.id, place, SYSTEM, seen=1)
    with pytest.raises(Conflict, match="was changed since you opened it"):
        rotas.remove_event(world.ports, found.id, place, SYSTEM, seen=1)


def test_overrides_are_checked_and_the_same_one_twice_is_harmless(world: World) -> None:
    world.policy(("alice", 5))
    found, now = schedule(world), world.clock.now()
    bob = (world.person("bob").id,)
    good = Override(id="ovr_1", start_at=now, end_at=now + timedelta(hours=1), action=Action.ADD, user_ids=bob)
    late = Override(id="ovr_2", start_at=now, end_at=now, action=Action.ADD, user_ids=bob)
    rotas.add_override(world.ports, found.id, good, SYSTEM)
    rotas.add_override(world.ports, found.id, good, SYSTEM)
    assert schedule(world).overrides == (good,)
    with pytest.raises(Invalid, match="over already"):
        rotas.add_override(world.ports, found.id, late, SYSTEM)
    rotas.remove_override(world.ports, found.id, good.id, SYSTEM)
    assert schedule(world).overrides == ()


# --- Maintenance --------------------------------------------------------------------------------------------------


def test_maintenance_that_is_begun_at_once_silences_until_it_is_ended(world: World) -> None:
    world.policy(("alice", 5))
    [hook] = world.ports.store.directory().integrations
    window = maintenances.begin(world.ports, (hook,), timedelta(hours=1), SYSTEM)
    world.sends({"event_type": "create", "id": "a", "title": "a"})
    world.passes(minutes=30)
    maintenances.end(world.ports, window.id, SYSTEM)
    with pytest.raises(Refused, match="is not open now"):
        maintenances.end(world.ports, window.id, SYSTEM)
    world.fires("b")
    world.expect_sms("alice", "b")


def test_maintenance_that_recurs_silences_each_time(world: World) -> None:
    world.policy(("alice", 5))
    [hook] = world.ports.store.directory().integrations
    now = world.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="Nightly",
        handle="nightly",
        integration_ids=(hook,),
        start_at=now,
        end_at=now + timedelta(hours=1),
        recurrence="FREQ=DAILY",
    )
    manage.create(world.ports, window, SYSTEM)
    maintenances.end(world.ports, window.id, SYSTEM)
    world.fires("today")
    world.expect_sms("alice", "today")
    world.clears("today")
    world.clock.move_to(now + timedelta(days=1, minutes=59))
    world.sends({"event_type": "create", "id": "tomorrow", "title": "tomorrow"})
    world.expect_silence()
    world.clock.move_to(now + timedelta(days=1, minutes=60))
    world.fires("after")
    world.expect_sms("alice", "after")
