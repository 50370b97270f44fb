"""What others report of alerts that were lost, doubled, stuck or woke the wrong person when they were repeated.

Each scene names the report that it was written after.
"""

import pytest

from bot.engine.model import Alert, NoticeKind, Status, Urgency
from bot.errors import Refused
from bot.ports import AlertFilter
from tests.harness import World, team_receiver

BY_SEVERITY = """
rules:
  - match: {alert.urgency: critical}
    actions: [{type: assign, receiver: team:ops}]
  - match: {always: true}
    actions: [{type: setval, map: {urgency: silent}}, {type: assign, receiver: team:ops}]
"""


def every(world: World) -> tuple[Alert, ...]:
    """All alerts, newest first."""
    with world.ports.store.begin() as uow:
        return uow.alerts(AlertFilter(limit=100))


def group(*members: tuple[str, str]) -> dict[str, object]:
    """A group as Alertmanager and Grafana send it: hosts and whether each fires."""
    alerts = [
        {"status": status, "labels": {"alertname": "Down", "instance": host}, "fingerprint": host}
        for host, status in members
    ]
    status = "firing" if any(each == "firing" for _, each in members) else "resolved"
    return {"groupKey": "g", "status": status, "groupLabels": {"alertname": "Down"}, "alerts": alerts}


def test_a_warning_that_pages_nobody_and_becomes_critical(world: World) -> None:
    """grafana/oncall#4421, alerta/alerta#263, opensearch-project/alerting#971"""
    world.team("ops", ("alice", 5))
    world.integration("webhook", world.router("severity", BY_SEVERITY))
    world.fires("hot", urgency=Urgency.MEDIUM)
    world.expect_silence()
    world.fires("hot", urgency=Urgency.CRITICAL)
    world.expect_sms("alice", "hot")
    world.clears("hot")


def test_an_acknowledge_that_arrives_with_the_resolve(world: World) -> None:
    """grafana/oncall#3161"""
    world.policy(("alice", 5))
    alert = world.fires("slow")
    world.expect_sms("alice", "slow")
    world.clears("slow")
    with pytest.raises(Refused, match="already resolved"):
        world.acknowledges("alice", alert)
    assert world.alert("slow").status is Status.RESOLVED


def test_pages_that_go_on_after_the_worse_one_is_acknowledged(world: World) -> None:
    """grafana/oncall#4654, #4760, #4761"""
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("slow", urgency=Urgency.LOW)
    world.expect_sms("alice", "slow")
    world.acknowledges("alice", alert)
    world.fires("slow", urgency=Urgency.CRITICAL)
    world.expect_sms("alice", "slow")
    world.acknowledges("alice", alert)
    world.passes(minutes=120)


def test_an_old_acknowledged_alert_that_escalates_by_itself(world: World) -> None:
    """grafana/oncall#3111"""
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("old", urgency=Urgency.HIGH)
    world.expect_sms("alice", "old")
    world.acknowledges("alice", alert)
    for _ in range(10):
        world.passes(minutes=60 * 24)
        world.fires("old", urgency=Urgency.HIGH)
    world.expect_silence()


def test_one_member_of_a_group_that_is_over_while_others_are_not(world: World) -> None:
    """grafana/grafana#42683"""
    team = world.team("ops", ("alice", 5))
    world.integration("am", team_receiver(team), type="prometheus")
    world.sends(group(("web1", "firing"), ("web2", "firing")), integration="am")
    world.expect_sms("alice", every(world)[0].title)
    world.sends(group(("web1", "resolved"), ("web2", "firing")), integration="am")
    assert every(world)[0].status is Status.OPEN
    world.sends(group(("web1", "resolved"), ("web2", "resolved")), integration="am")
    assert every(world)[0].status is Status.RESOLVED


def test_what_flaps_is_paged_more_than_once(world: World) -> None:
    """prometheus/alertmanager#1063"""
    world.policy(("alice", 5))
    for _ in range(3):
        world.fires("flap")
        world.expect_sms("alice", "flap")
        world.clears("flap")
        world.passes(minutes=10)


def test_a_member_that_comes_and_goes_does_not_page_for_the_others(world: World) -> None:
    """prometheus/alertmanager#2320"""
    team = world.team("ops", ("alice", 60))
    world.integration("am", team_receiver(team), type="prometheus")
    world.sends(group(("web1", "firing")), integration="am")
    world.expect_sms("alice", every(world)[0].title)
    for _ in range(4):
        world.sends(group(("web1", "firing"), ("web2", "firing")), integration="am")
        world.sends(group(("web1", "firing"), ("web2", "resolved")), integration="am")
    world.expect_silence()


def test_a_noisy_check_that_makes_a_hundred_alerts_a_day(world: World) -> None:
    """prometheus/alertmanager#204, #3048, gnacho/netpulse#366"""
    world.policy(("alice", 5))
    for _ in range(30):
        world.fires("noise")
        world.passes(seconds=20)
        world.clears("noise")
        world.passes(seconds=20)
    pages = [each for each in world.inbox if each.kind is NoticeKind.OPEN]
    world.inbox.clear()
    assert len(every(world)) == 4
    assert len(pages) <= 8


def test_a_resolve_that_comes_again_and_again(world: World) -> None:
    """prometheus/alertmanager#844"""
    world.policy(("alice", 5))
    world.fires("down")
    world.expect_sms("alice", "down")
    world.clears("down")
    version = world.alert("down").version
    for _ in range(5):
        world.clears("down")
    assert world.alert("down").version == version


def test_a_payload_that_is_delivered_twice(world: World) -> None:
    """grafana/grafana#59460"""
    world.policy(("alice", 5))
    body = {"event_type": "create", "id": "a", "title": "down"}
    world.sends_together(body, body)
    world.expect_sms("alice", "down")
    assert [each.count for each in every(world)] == [2]


def test_a_severity_that_flaps_stays_one_alert(world: World) -> None:
    """alerta/alerta#344, bosun-monitor/bosun#726"""
    world.policy(("alice", 60))
    for urgency in (Urgency.MEDIUM, Urgency.CRITICAL) * 6:
        world.fires("load", urgency=urgency)
    pages = [each for each in world.inbox if each.kind is NoticeKind.OPEN]
    world.inbox.clear()
    assert (len(pages), len(every(world))) == (2, 1)


def test_what_is_over_is_not_told_again_hours_later(world: World) -> None:
    """alerta/alerta#416"""
    world.policy(("alice", 5), ("bob", 5))
    world.fires("down")
    world.expect_sms("alice", "down")
    world.clears("down")
    world.passes(minutes=60 * 16)


def test_a_key_that_was_closed_pages_when_it_fires_again(world: World) -> None:
    """uptrace/uptrace#192"""
    world.policy(("alice", 5))
    first = world.fires("errors")
    world.expect_sms("alice", "errors")
    world.resolves("alice", first)
    world.passes(minutes=60 * 3)
    world.fires("errors")
    world.expect_sms("alice", "errors")
    assert len(every(world)) == 2


def test_notes_and_answers_survive_a_repetition(world: World) -> None:
    """keephq/keep#2292"""
    world.policy(("alice", 5))
    alert = world.fires("disk")
    world.expect_sms("alice", "disk")
    world.acknowledges("alice", alert)
    world.notes("alice", alert, "moved the logs away")
    again = world.fires("disk")
    assert again.status is Status.ACKNOWLEDGED
    assert "moved the logs away" in world.said(again)


def test_a_repetition_is_seen_to_be_the_latest(world: World) -> None:
    """keephq/keep#2316"""
    world.policy(("alice", 60))
    world.fires("disk")
    world.expect_sms("alice", "disk")
    world.passes(minutes=7)
    again = world.fires("disk")
    assert (again.count, again.changed_at) == (2, world.clock.now())


def test_a_group_that_is_over_when_all_of_it_is(world: World) -> None:
    """keephq/keep#3821, #2087"""
    world.team("ops", ("alice", 60))
    rule = "{type: aggregate, by: [data.cluster], timeout: 15m, receiver: team:ops, route: first}"
    world.integration("webhook", world.router("g", f"rules: [{{match: {{always: true}}, actions: [{rule}]}}]"))
    for title in ("a", "b", "c"):
        world.fires(title, cluster="x")
    world.expect_sms("alice", "a")
    for title in ("b", "c", "a"):
        world.clears(title)
    assert {each.status for each in every(world)} == {Status.RESOLVED}


def test_a_second_event_with_the_key_does_not_lose_the_first_one(world: World) -> None:
    """PagerDuty/pdpyras#45"""
    world.policy(("alice", 60))
    world.fires("test summary", key="k")
    world.expect_sms("alice", "test summary")
    again = world.fires("new summary", key="k")
    assert "test summary" in world.said(again)
    assert "new summary" in world.said(again)


def test_an_all_clear_without_a_problem_makes_none(world: World) -> None:
    """solana-labs/solana#28232, keephq/keep#5213"""
    world.policy(("alice", 5))
    world.clears("nothing")
    assert every(world) == ()


def test_a_resolve_of_one_key_leaves_the_others(world: World) -> None:
    """elastic/kibana#76908"""
    world.policy(("alice", 60))
    for title in ("one", "two"):
        world.fires(title)
        world.expect_sms("alice", title)
    world.clears("one")
    assert world.alert("two").status is Status.OPEN


def test_an_escalation_goes_on_while_repetitions_come(world: World) -> None:
    """grafana/oncall#895"""
    world.policy(("alice", 5), ("bob", 5))
    world.fires("down")
    world.expect_sms("alice", "down")
    for _ in range(9):
        world.passes(seconds=30)
        world.fires("down")
    world.passes(seconds=30)
    world.expect_sms("bob", "down")
    world.clears("down")
