"""Layers in which nobody can be reached: passed over at once, but never for nobody."""

from dataclasses import replace

from bot import ids
from bot.engine.model import SYSTEM, Policy, Receiver, Role, Status, Team, person
from bot.errors import Rejected
from bot.service import announce, manage, page
from tests.harness import World, team_receiver


def cannot_be_texted(world: World) -> None:
    world.phones["sms"].trouble = [Rejected("no such number")] * 20


def reassigns(world: World, team: Team, *receivers: Receiver) -> None:
    policy = world.ports.store.directory().policies[team.policy_id or ""]
    assert isinstance(policy, Policy)
    manage.change(world.ports, replace(policy, reassign=receivers), SYSTEM, 1)


def test_teams_that_reassign_to_each_other_go_on_trying_to_the_end_of_the_last_layer(world: World) -> None:
    one = world.team("one", ("alice", 5), integrated=True)
    other = world.team("other", ("bob", 5), reassign=(team_receiver(one),))
    reassigns(world, one, team_receiver(other))
    cannot_be_texted(world)
    alert = world.fires("disk full")
    assert world.alert("disk full").status is Status.OPEN
    assert world.said(alert).count("going on at once") == 1
    assert "Nobody in layer 1 can be reached, and there is no other layer." in world.said(alert)


def test_a_team_without_anybody_on_call_is_no_way_on(world: World) -> None:
    empty = world.team("empty", ("", 5))
    world.policy(("alice", 5), reassign=(team_receiver(empty),))
    cannot_be_texted(world)
    world.fires("disk full")
    assert world.alert("disk full").status is Status.OPEN


def test_a_further_pass_begins_when_its_time_has_come(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5), repeat=3)
    cannot_be_texted(world)
    alert = world.fires("disk full")
    assert world.said(alert).count("going on at once") == 1
    world.phones["sms"].trouble.clear()
    world.passes(minutes=4, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("alice", "disk full")


def test_who_cannot_be_reached_is_not_waited_for_when_the_others_reject(world: World) -> None:
    world.person("bob", "email")
    world.policy(("alice+bob", 5), ("carol", 5))
    world.phones["email"].trouble = [Rejected("no such mailbox")]
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.rejects("alice", alert)
    world.expect_sms("carol", "disk full")


def test_no_admin_hears_of_a_test_page_that_did_not_arrive(world: World) -> None:
    world.person("ada", "email", role=Role.ADMIN)
    alice = world.person("alice")
    cannot_be_texted(world)
    page.page_oneself(world.ports, ids.new("alt"), alice, person(alice.id, "slack"))
    world.works()
    announce.drain(world.ports)
    assert [said for phones in world.phones.values() for said in phones.told] == []
