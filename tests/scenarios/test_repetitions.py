"""A problem that is reported again: what is news wakes people, everything else is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.decision import consider
from bot.engine.delivery.card import Card
from bot.engine.intake.repetition import set_urgency
from bot.engine.model import SYSTEM, Alert, Maintenance, NoticeKind, Role, Status, Urgency, person
from bot.errors import Refused
from bot.ports import AlertFilter
from bot.service import alert_cards, departures, manage, people
from tests.harness import World, team_receiver

BY_URGENCY = """
rules:
  - match: {alert.urgency: critical}
    actions: [%s]
  - match: {always: true}
    actions: [{type: assign, receiver: team:ops}]
"""


def the_card(world: World, alert: Alert) -> Card:
    """The card of an alert as it is now."""
    with world.ports.store.begin() as uow:
        return alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]


def latest(world: World, alert: Alert) -> Alert:
    """An alert as it is now."""
    with world.ports.store.begin() as uow:
        found = uow.situation(alert.id)
    assert found is not None
    return found.alert


def reports(world: World, title: str, urgency: Urgency = Urgency.MEDIUM, **more: object) -> Alert:
    """Have the sender report the one problem in these words."""
    world.sends({"event_type": "create", "id": "disk", "title": title, "urgency": urgency, **more})
    return world.alert(title)


def test_the_newest_words_are_shown_and_the_timeline_keeps_all(world: World) -> None:
    world.policy(("alice", 5))
    alert = reports(world, "Disk 82 %", description="82 of 100", tags=["disk"])
    world.expect_sms("alice", "Disk 82 %")
    again = reports(world, "Disk 91 %", description="91 of 100", tags=["disk", "soon"])
    assert (again.id, again.title, again.description, again.tags) == (
        alert.id,
        "Disk 91 %",
        "91 of 100",
        ("disk", "soon"),
    )
    assert "Created: Disk 82 %" in world.said(alert)
    assert "Before, it said: 82 of 100" in world.said(alert)


def test_an_integration_can_keep_the_first_words(world: World) -> None:
    world.policy(("alice", 5))
    (integration,) = world.ports.store.directory().integrations.values()
    manage.change(world.ports, replace(integration, keeps_first=True), SYSTEM, 1)
    reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.sends({"event_type": "create", "id": "disk", "title": "Disk FULL", "urgency": "critical"})
    world.expect_sms("alice", "Disk 82 %")
    assert world.alert("Disk 82 %").urgency is Urgency.CRITICAL
    assert "Disk FULL" in world.said(world.alert("Disk 82 %"))


def test_an_open_alert_that_gets_worse_pages_those_who_are_asked_now(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.passes(minutes=5)
    world.expect_sms("bob", "Disk 82 %")
    alert = reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("bob", "Disk FULL")
    card = the_card(world, alert)
    assert (card.urgency, card.was) == (Urgency.CRITICAL, Urgency.MEDIUM)
    assert "Worse: critical now, medium before." in world.said(alert)


def test_what_gets_worse_does_not_put_off_the_next_layer(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.passes(minutes=4)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    world.passes(minutes=1)
    world.expect_sms("bob", "Disk FULL")


def test_whoever_rejected_is_not_paged_again(world: World) -> None:
    world.policy(("alice+bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.expect_sms("bob", "Disk 82 %")
    world.rejects("alice", alert)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("bob", "Disk FULL")


def test_a_milder_one_is_shown_and_wakes_nobody_and_swings_ask_once(world: World) -> None:
    world.policy(("alice", 30))
    reports(world, "Disk", Urgency.HIGH)
    world.expect_sms("alice", "Disk")
    assert reports(world, "Disk", Urgency.LOW).urgency is Urgency.LOW
    for _ in range(3):
        assert reports(world, "Disk", Urgency.HIGH).urgency is Urgency.HIGH
        reports(world, "Disk", Urgency.LOW)
    world.expect_silence()
    reports(world, "Disk", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk")


def test_an_alert_that_somebody_is_asked_about_never_goes_silent(world: World) -> None:
    world.policy(("alice", 5))
    reports(world, "Disk", Urgency.HIGH)
    world.expect_sms("alice", "Disk")
    assert reports(world, "Disk", Urgency.SILENT).urgency is Urgency.LOW
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")


def test_a_silent_alert_that_gets_worse_is_asked_about(world: World) -> None:
    world.policy(("alice", 5))
    reports(world, "Disk", Urgency.SILENT)
    world.expect_silence()
    reports(world, "Disk", Urgency.HIGH)
    world.expect_sms("alice", "Disk")


def test_whoever_has_it_is_told_that_it_is_worse_and_it_opens_unless_they_answer(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    worse = reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    assert (worse.status, worse.is_worse) == (Status.ACKNOWLEDGED, True)
    world.passes(minutes=4, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("alice", "Disk FULL")
    assert latest(world, alert).status is Status.OPEN
    world.passes(minutes=5)
    world.expect_sms("bob", "Disk FULL")


def test_whoever_has_it_and_says_so_again_keeps_it(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    assert world.acknowledges("alice", alert) == f"You have #{alert.number}."
    world.passes(minutes=60)
    assert latest(world, alert).status is Status.ACKNOWLEDGED
    assert world.acknowledges("alice", alert) == f"You have #{alert.number} already."


def test_whoever_has_it_and_rejects_gives_it_back_at_once(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    world.rejects("alice", alert)
    world.expect_sms("alice", "Disk FULL")
    assert latest(world, alert).status is Status.OPEN


def test_another_can_take_what_got_worse(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    world.acknowledges("bob", alert)
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "Disk FULL")
    assert latest(world, alert).settled_by == person(world.person("bob").id, "sms")
    world.passes(minutes=30)


def test_what_gets_worse_ends_a_snooze(world: World) -> None:
    world.policy(("alice", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    world.snoozes("alice", alert, minutes=60)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    world.acknowledges("alice", alert)
    world.passes(minutes=60)
    assert latest(world, alert).status is Status.ACKNOWLEDGED


def test_what_got_worse_and_is_over_asks_nobody(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    world.clears("disk")
    world.passes(minutes=30)
    assert latest(world, alert).status is Status.RESOLVED


def test_what_a_sender_acknowledged_opens_at_once_when_it_gets_worse(world: World) -> None:
    world.policy(("alice", 5))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.sends({"event_type": "acknowledge", "id": "disk"})
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "Disk 82 %")
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")
    assert latest(world, alert).status is Status.OPEN


def test_the_router_is_asked_again_and_can_add_those_whom_it_names_now(world: World) -> None:
    world.team("ops", ("alice", 5))
    world.team("boss", ("betty", 5))
    yaml = BY_URGENCY % "{type: assign, receiver: [team:ops, team:boss]}"
    world.integration("webhook", world.router("main", yaml))
    alert = reports(world, "Disk 82 %")
    world.expect_sms("alice", "Disk 82 %")
    world.acknowledges("alice", alert)
    log = world.sends({"event_type": "create", "id": "disk", "title": "Disk FULL", "urgency": "critical"})
    world.expect_sms("alice", "Disk FULL")
    world.expect_sms("betty", "Disk FULL")
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
    assert settled is not None
    assert settled.outcome == "counted as a repetition, which is worse"
    assert any("boss" in line.said for line in settled.trace)
    world.acknowledges("alice", alert)
    world.expect("betty", "sms", NoticeKind.ACKNOWLEDGED, "Disk FULL")
    world.passes(minutes=60)


def test_a_router_that_is_asked_again_takes_nothing_away(world: World) -> None:
    for number, actions in enumerate(
        (
            "{type: ignore}",
            "{type: setval, map: {urgency: low}}, {type: assign, receiver: team:ops}",
            "{type: assign, receiver: team:ops, delay: 1h}",
            "{type: aggregate, by: [alert.integration_id], timeout: 1h, receiver: team:ops}",
        )
    ):
        name = f"w{number}"
        if number == 0:
            world.team("ops", ("alice", 5))
        world.integration(name, world.router(f"r{number}", BY_URGENCY % actions))
        world.fires(f"a {name}", key="k", urgency=Urgency.LOW, integration=name)
        world.expect_sms("alice", f"a {name}")
        alert = world.fires(f"b {name}", key="k", urgency=Urgency.CRITICAL, integration=name)
        world.expect_sms("alice", f"b {name}")
        assert (alert.status, alert.urgency) == (Status.OPEN, Urgency.CRITICAL)
        world.resolves("alice", alert)


def test_what_a_router_ruled_from_the_first_holds(world: World) -> None:
    world.team("ops", ("alice", 30))
    yaml = "rules: [{match: {always: true}, actions: [%s, {type: assign, receiver: team:ops}]}]"
    low = "{type: setval, map: {urgency: low, title: staging}}"
    world.integration("webhook", world.router("staging", yaml % low))
    world.sends({"event_type": "create", "id": "disk", "title": "slow", "urgency": "medium"})
    world.expect_sms("alice", "staging")
    world.sends({"event_type": "create", "id": "disk", "title": "slow", "urgency": "critical"})
    assert world.alert("staging").urgency is Urgency.LOW


def test_a_dropped_alert_that_fires_again_opens_again_but_seldom(world: World) -> None:
    world.policy(("alice", 5))
    alert = reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")
    reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")
    for _ in range(8):
        world.passes(minutes=3)
        assert reports(world, "Disk").status is Status.DROPPED
    world.passes(minutes=1)
    assert reports(world, "Disk").status is Status.OPEN
    world.expect_sms("alice", "Disk")
    assert latest(world, alert).count == 11
    world.resolves("alice", alert)


def test_a_dropped_alert_of_a_long_policy_opens_once_in_its_length(world: World) -> None:
    world.policy(("alice", 60))
    alert = reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.rejects("alice", alert)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")
    reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.rejects("alice", alert)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")
    world.passes(minutes=59)
    assert reports(world, "Disk").status is Status.DROPPED
    world.passes(minutes=1)
    assert reports(world, "Disk").status is Status.OPEN
    world.expect_sms("alice", "Disk")
    world.resolves("alice", alert)


def test_a_dropped_alert_that_gets_worse_opens_at_once(world: World) -> None:
    world.policy(("alice", 5))
    reports(world, "Disk")
    for urgency in (Urgency.HIGH, Urgency.CRITICAL):
        world.expect_sms("alice", "Disk")
        world.passes(minutes=5)
        world.expect("ops-admin", "email", NoticeKind.DROPPED, "Disk")
        assert reports(world, "Disk", urgency).status is Status.OPEN
    world.expect_sms("alice", "Disk")


def test_a_queued_alert_goes_at_its_higher_urgency_in_its_time(world: World) -> None:
    world.team("ops", ("alice", 5))
    late = "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops, delay: 2m}]}]"
    world.integration("webhook", world.router("late", late))
    reports(world, "Disk 82 %")
    world.passes(minutes=1)
    assert reports(world, "Disk FULL", Urgency.CRITICAL).status is Status.QUEUED
    world.passes(seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("alice", "Disk FULL")
    assert world.alert("Disk FULL").urgency is Urgency.CRITICAL
    world.resolves("alice", world.alert("Disk FULL"))


def test_a_persons_setting_holds_until_the_sender_exceeds_its_maximum(world: World) -> None:
    world.policy(("alice", 60))
    alert = reports(world, "Disk", Urgency.HIGH)
    world.expect_sms("alice", "Disk")
    with world.ports.store.begin() as uow:
        found = uow.situation(alert.id)
        assert found is not None
        actor = person(world.person("alice").id, "slack")
        decision = set_urgency(consider(found.alert, found.escalations), Urgency.LOW, actor, "Alice", world.clock.now())
        uow.save([decision])
    for urgency in (Urgency.MEDIUM, Urgency.HIGH):
        assert reports(world, "Disk", urgency).urgency is Urgency.LOW
    assert reports(world, "Disk", Urgency.CRITICAL).urgency is Urgency.CRITICAL
    world.expect_sms("alice", "Disk")


def test_in_a_maintenance_window_a_repetition_wakes_nobody_and_does_afterwards(world: World) -> None:
    world.policy(("alice", 120))
    reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    (integration,) = world.ports.store.directory().integrations.values()
    now = world.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="upgrade",
        handle="upgrade",
        integration_ids=(integration.id,),
        start_at=now,
        end_at=now + timedelta(hours=1),
    )
    manage.create(world.ports, window, SYSTEM)
    assert reports(world, "Disk FULL", Urgency.CRITICAL).count == 2
    world.passes(minutes=61)
    reports(world, "Disk FULL", Urgency.CRITICAL)
    world.expect_sms("alice", "Disk FULL")


def test_many_repetitions_in_one_batch_ask_once_for_each_that_is_worse(world: World) -> None:
    world.policy(("alice", 5))
    bodies = [
        {"event_type": "create", "id": "disk", "title": "Disk", "urgency": urgency}
        for urgency in ("low", "medium", "low", "critical", "high", "critical")
    ]
    world.sends_together(*bodies)
    heard = [each for each in world.inbox if each.to == "alice"]
    assert len(heard) == 1  # the earlier pages were called off before they left
    world.inbox.clear()
    assert world.alert("Disk").urgency is Urgency.CRITICAL


GROUP = {"groupKey": "g", "groupLabels": {"alertname": "Down"}, "commonLabels": {"alertname": "Down"}}


def a_group(*hosts: tuple[str, str]) -> dict[str, object]:
    """Alertmanager's group with these hosts firing, each at a severity."""
    firing = [
        {
            "status": "firing",
            "labels": {"alertname": "Down", "instance": host, "severity": severity},
            "annotations": {"summary": f"{host} is down"},
            "fingerprint": host,
        }
        for host, severity in hosts
    ]
    return {**GROUP, "status": "firing", "alerts": firing}


def group_title(world: World) -> str:
    """What the only alert is called at this moment."""
    with world.ports.store.begin() as uow:
        return uow.alerts(AlertFilter(limit=1))[0].title


def test_a_new_member_of_a_group_is_told_and_pages_when_it_is_more_urgent(world: World) -> None:
    team = world.team("ops", ("alice", 5))
    world.integration("am", team_receiver(team), type="prometheus")
    world.sends(a_group(("web1", "warning")), integration="am")
    world.expect_sms("alice", group_title(world))
    world.sends(a_group(("web1", "warning"), ("web2", "warning")), integration="am")
    world.expect_silence()
    alert = world.alert(group_title(world))
    assert 'New in the group: {instance="web2"}' in world.said(alert)
    assert the_card(world, alert).joined == ('{instance="web2"}',)
    world.sends(a_group(("web1", "warning"), ("web2", "warning"), ("web3", "critical")), integration="am")
    world.expect_sms("alice", group_title(world))
    world.resolves("alice", alert)


def comes_and_goes(world: World, times: int) -> None:
    """Have a problem come and go."""
    for _ in range(times):
        reports(world, "Flap", Urgency.CRITICAL)
        world.passes(seconds=10)
        world.clears("disk")
        world.passes(seconds=10)


def test_what_comes_and_goes_is_one_alert_that_asks_once_in_a_layers_time(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    comes_and_goes(world, 4)
    assert [each.to for each in world.inbox] == ["alice"] * 4
    world.inbox.clear()
    comes_and_goes(world, 10)
    world.expect_silence()
    alert = reports(world, "Flap", Urgency.CRITICAL)
    assert (alert.number, alert.status) == (4, Status.QUEUED)
    assert "Flapping: it came back 14 times" in world.said(alert)
    assert the_card(world, alert).returns == 14
    world.passes(minutes=5)
    world.expect_sms("alice", "Flap")
    world.passes(minutes=5)
    world.expect_sms("bob", "Flap")
    world.resolves("bob", alert)


def test_what_came_and_went_and_is_over_asks_nobody(world: World) -> None:
    world.policy(("alice", 5))
    comes_and_goes(world, 12)
    world.inbox.clear()
    world.passes(minutes=60)
    world.expect_silence()
    with world.ports.store.begin() as uow:
        assert len(uow.alerts(AlertFilter(limit=100))) == 4


def test_what_comes_back_seldom_is_a_new_alert_each_time(world: World) -> None:
    world.policy(("alice", 5))
    for number in range(1, 8):
        assert reports(world, "Flap").number == number
        world.expect_sms("alice", "Flap")
        world.clears("disk")
        world.passes(minutes=6)


def test_what_flaps_and_gets_worse_does_not_wait(world: World) -> None:
    world.policy(("alice", 5))
    for _ in range(4):
        reports(world, "Flap", Urgency.LOW)
        world.clears("disk")
    world.inbox.clear()
    reports(world, "Flap", Urgency.CRITICAL)
    world.expect_sms("alice", "Flap")


def test_an_alert_whose_holder_is_gone_opens_again(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    root = world.person("root", role=Role.ADMIN)
    alert = reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.acknowledges("alice", alert)
    people.set_active(world.ports, world.person("alice").id, False, person(root.id, "slack"))
    world.works()
    assert latest(world, alert).status is Status.OPEN
    world.expect_sms("bob", "Disk")  # nobody is on call in the first layer now


def test_the_next_layer_starts_when_whoever_is_asked_alone_is_gone(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    departures.leave(world.ports, world.person("alice").id, SYSTEM)
    world.works()
    world.expect_sms("bob", "Disk")


def test_whoever_is_gone_leaves_those_who_are_asked_with_them(world: World) -> None:
    world.policy(("alice+carol", 5), ("bob", 5))
    reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.expect_sms("carol", "Disk")
    manage.remove(world.ports, world.person("alice").id, SYSTEM)
    world.works()
    world.passes(minutes=4)
    world.expect_silence()


def test_nothing_can_be_left_to_somebody_who_is_deactivated(world: World) -> None:
    world.policy(("alice+bob", 5))
    alert = reports(world, "Disk")
    world.expect_sms("alice", "Disk")
    world.expect_sms("bob", "Disk")
    departures.leave(world.ports, world.person("alice").id, SYSTEM)
    with pytest.raises(Refused, match="is deactivated, and answers no alerts"):
        world.acknowledges("alice", alert)
    assert latest(world, alert).status is Status.OPEN
