"""What is foreseen of an open alert is what then happens."""

from datetime import timedelta

from bot.engine.alerts.routing import Material
from bot.engine.model import NoticeKind, Status
from bot.engine.rehearsal.playthrough import Forecast, Pending, foresee
from bot.handlers.forecast import say
from tests.harness import World, team_receiver


def foreseen(world: World, title: str) -> Forecast:
    alert = world.alert(title)
    with world.ports.store.begin() as uow:
        situation = uow.glance([alert.id])[alert.id]
        timers = uow.pending_timers([alert.id])
        cycles = uow.cycles({timer.cycle_id for timer in timers if timer.cycle_id})
        pending = Pending(escalations=situation.escalations, timers=timers, cycles=cycles)
        return foresee(situation.alert, pending, Material(), uow.directory())


def test_the_ladder_that_is_foreseen_is_the_one_that_is_climbed(world: World) -> None:
    backup = world.team("backup", ("dave", 5))
    world.policy(("alice", 5), ("", 7), ("bob+carol", 10), repeat=1, reassign=(team_receiver(backup),))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=2)
    forecast = foreseen(world, "disk full")
    begun = world.clock.now()
    paged = [(page.at, page.to.removeprefix("user:"), page.channel) for page in forecast.ladder if page.layer]

    heard = []
    for _ in range(61):
        pages = [message for message in world.inbox if message.kind is NoticeKind.OPEN]
        heard += [(world.clock.now(), message.to, message.channel) for message in pages]
        for message in pages:
            world.inbox.remove(message)
        world.passes(minutes=1)
    assert sorted(heard) == sorted(paged)
    assert forecast.ended.status is world.alert("disk full").status is Status.DROPPED
    assert forecast.ended.settled_at == world.alert("disk full").settled_at == begun + timedelta(minutes=33)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")
    world.expect("backup-admin", "email", NoticeKind.DROPPED, "disk full")


def test_dead_ends_are_said(world: World) -> None:
    world.policy(("alice", 5), ("", 7), ("bob", 10))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    said = list(say(foreseen(world, "disk full")))
    assert [each.split("UTC> ")[1] for each in said] == [
        "⚠️ Nobody is on call in layer 2.",
        "layer 3: bob by sms",
        "⚠️ *dropped*: nobody is left to page",
    ]
    world.resolves("alice", world.alert("disk full"))


def test_whose_layers_they_are_is_said_where_there_are_several(world: World) -> None:
    backup = world.team("backup", ("dave", 5))
    world.policy(("alice", 5), ("bob+carol", 10), reassign=(team_receiver(backup),))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    said = [each.split("UTC> ")[1] for each in say(foreseen(world, "disk full"))]
    assert said == [
        "layer 2 of team:ops: bob by sms, carol by sms",
        "layer 1 of team:backup: dave by sms",
        "⚠️ *dropped*: nobody is left to page",
    ]
    world.resolves("alice", world.alert("disk full"))


def test_nothing_is_foreseen_of_what_is_over(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    assert foreseen(world, "disk full").ladder == ()
