"""Who has it, and how that changes: handing off, escalating at once, snoozing."""

import pytest

from bot.engine.model import NoticeKind, Status
from bot.errors import Refused
from tests.harness import World, team_receiver, user_receiver


def test_a_hand_off_ends_the_escalation_and_begins_the_other_teams(world: World) -> None:
    other = world.team("other", ("oscar", 10))
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    said = world.hands_off("alice", alert, team_receiver(other), note="it is your disk")
    assert said == f"#{alert.number} is handed off to team:other: Oscar is paged now."
    world.expect_sms("oscar", "disk full")
    world.passes(minutes=9)
    world.expect_silence()
    assert "Handed off to team:other by Alice: it is your disk" in world.said(alert)
    world.passes(minutes=1)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")
    world.expect("other-admin", "email", NoticeKind.DROPPED, "disk full")


def test_a_hand_off_to_a_router_is_routed(world: World) -> None:
    world.team("night", ("nina", 10))
    night = world.router("night", "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:night}]}]")
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.hands_off("alice", alert, night)
    world.expect_sms("nina", "disk full")


def test_an_acknowledged_alert_can_be_handed_off_and_a_resolved_one_not(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.hands_off("alice", alert, user_receiver(world.person("bob")))
    world.expect_sms("bob", "disk full")
    assert world.alert("disk full").status is Status.OPEN
    world.resolves("bob", alert)
    with pytest.raises(Refused, match="already resolved"):
        world.hands_off("alice", alert, user_receiver(world.person("bob")))


def test_escalating_at_once_starts_the_next_layer_with_its_full_time(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=2)
    world.escalates("alice", alert)
    world.expect_sms("bob", "disk full")
    world.passes(minutes=9, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def test_a_snooze_quiets_an_acknowledged_alert_and_reopens_it(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with pytest.raises(Refused, match="only an acknowledged alert can be snoozed"):
        world.snoozes("alice", alert, minutes=30)
    world.acknowledges("alice", alert)
    assert (
        world.snoozes("alice", alert, minutes=30)
        == f"#{alert.number} is quiet for 30m. Then team:ops is asked again, unless it is resolved."
    )
    world.passes(minutes=29)
    world.expect_silence()
    world.passes(minutes=1)
    world.expect_sms("alice", "disk full")
    assert world.alert("disk full").status is Status.OPEN


def test_a_snooze_is_over_when_the_alert_is_resolved(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.snoozes("alice", alert, minutes=30)
    world.clears("disk full")
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.RESOLVED


def test_escalating_where_nobody_is_left_lets_nobody_go(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with pytest.raises(Refused, match=f"#{alert.number} has nobody left to escalate to; hand it off"):
        world.escalates("alice", alert)
    assert world.alert("disk full").status is Status.OPEN


def test_the_end_of_a_snooze_asks_who_has_it_now(world: World) -> None:
    world.policy(("alice", 30))
    other = world.team("other", ("bob", 30))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.hands_off("alice", alert, team_receiver(other))
    world.expect_sms("bob", "disk full")
    world.inbox.clear()
    world.acknowledges("bob", alert)
    world.inbox.clear()
    world.snoozes("bob", alert, minutes=10)
    world.passes(minutes=11)
    assert [str(each) for each in world.inbox if each.kind is NoticeKind.OPEN] == ["bob by sms: alert.open 'disk full'"]
    world.inbox.clear()
