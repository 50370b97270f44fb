"""Nobody answers, somebody answers, everybody says no: what the people of a team hear and when."""

import pytest

from bot.engine.model import NoticeKind, Status, Urgency
from bot.errors import Refused
from tests.harness import World, team_receiver, user_receiver

DROPPED = NoticeKind.DROPPED


def test_nobody_answers_until_the_alert_is_dropped(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10), ("carol", 15))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=4, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("bob", "disk full")
    world.passes(minutes=10)
    world.expect_sms("carol", "disk full")
    world.passes(minutes=14, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect("ops-admin", "email", DROPPED, "disk full")
    assert world.alert("disk full").status is Status.DROPPED
    assert "Dropped" in world.said(alert)


def test_a_policy_that_repeats_asks_everybody_again_before_it_drops(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10), ("carol", 15), repeat=1)
    world.fires("disk full")
    for _ in range(2):
        world.expect_sms("alice", "disk full")
        world.passes(minutes=5)
        world.expect_sms("bob", "disk full")
        world.passes(minutes=10)
        world.expect_sms("carol", "disk full")
        assert world.alert("disk full").status is Status.OPEN
        world.passes(minutes=15)
    world.expect("ops-admin", "email", DROPPED, "disk full")


def test_an_acknowledgement_stops_everything(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert world.acknowledges("alice", alert) == f"You have #{alert.number}."
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED


def test_a_second_acknowledgement_hears_who_was_faster(world: World) -> None:
    world.policy(("alice+bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect_sms("bob", "disk full")
    world.acknowledges("alice", alert)
    world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    world.passes(seconds=4)
    assert world.acknowledges("alice", alert) == f"You have #{alert.number} already."
    with pytest.raises(Refused, match=f"#{alert.number} is already acknowledged, 4s ago by Alice"):
        world.acknowledges("bob", alert)


def test_an_acknowledgement_after_a_resolve_changes_nothing(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.clears("disk full")
    before = world.alert("disk full")
    with pytest.raises(Refused, match="already resolved"):
        world.acknowledges("alice", alert)
    assert world.alert("disk full") == before


def test_layers_without_anybody_are_passed_over_at_once(world: World) -> None:
    world.policy(("", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("bob", "disk full")
    assert "Nobody is on call in layer 1." in world.said(alert)


def test_nobody_on_call_anywhere_drops_at_once_and_tells_the_admins(world: World) -> None:
    world.policy(("", 5), ("", 10), repeat=3)
    world.fires("disk full")
    world.expect("ops-admin", "email", DROPPED, "disk full")
    assert world.alert("disk full").status is Status.DROPPED


def test_everybody_in_a_layer_rejects_and_the_next_layer_starts_at_once(world: World) -> None:
    world.policy(("alice+bob", 5), ("carol", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect_sms("bob", "disk full")
    world.rejects("alice", alert)
    world.expect_silence()
    assert world.rejects("alice", alert) == f"You rejected #{alert.number} already."
    world.rejects("bob", alert)
    world.expect_sms("carol", "disk full")
    world.passes(minutes=9, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect("ops-admin", "email", DROPPED, "disk full")


def test_only_those_who_are_asked_can_reject(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with pytest.raises(Refused, match="not being asked"):
        world.rejects("bob", alert)


def test_reassignment_goes_on_with_another_team(world: World) -> None:
    backup = world.team("backup", ("dave", 5))
    world.policy(("alice", 5), reassign=(team_receiver(backup),))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect_sms("dave", "disk full")
    world.passes(minutes=5)
    world.expect("ops-admin", "email", DROPPED, "disk full")
    world.expect("backup-admin", "email", DROPPED, "disk full")


def test_a_user_as_receiver_is_one_layer_of_30_minutes(world: World) -> None:
    world.integration("webhook", user_receiver(world.person("alice")))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=29, seconds=59)
    assert world.alert("disk full").status is Status.OPEN
    world.passes(seconds=1)
    assert world.alert("disk full").status is Status.DROPPED


def test_several_destinations_are_asked_at_once_and_dropped_only_together(world: World) -> None:
    one, other = world.team("one", ("alice", 5)), world.team("other", ("bob", 10))
    world.integration("webhook", team_receiver(one), team_receiver(other))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect_sms("bob", "disk full")
    world.passes(minutes=5)
    assert world.alert("disk full").status is Status.OPEN
    world.passes(minutes=5)
    world.expect("one-admin", "email", DROPPED, "disk full")
    world.expect("other-admin", "email", DROPPED, "disk full")


def test_a_silent_alert_is_kept_and_notifies_nobody(world: World) -> None:
    world.policy(("alice", 5))
    world.fires("disk full", urgency=Urgency.SILENT)
    world.passes(minutes=60)
    assert world.alert("disk full").urgency is Urgency.SILENT


def test_the_team_channel_gets_one_card_however_often_the_policy_repeats(world: World) -> None:
    team = world.team("ops", ("alice", 5), repeat=2, slack_channel="C0OPS")
    world.integration("webhook", team_receiver(team))
    world.fires("disk full")
    world.expect("C0OPS", "slack", NoticeKind.CARD, "disk full")
    for _ in range(3):
        world.expect_sms("alice", "disk full")
        world.passes(minutes=5)
    world.expect("C0OPS", "slack", DROPPED, "disk full")
    world.expect("ops-admin", "email", DROPPED, "disk full")


def test_losing_redis_makes_pages_late_by_seconds_and_loses_none(world: World) -> None:
    world.policy(("alice", 1), ("bob", 10))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.queue.smash()
    world.loses_redis = True
    world.passes(minutes=1, seconds=2)
    world.expect_sms("bob", "disk full")
