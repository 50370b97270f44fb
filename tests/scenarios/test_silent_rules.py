"""Nobody is silenced unseen: rules that several people use, and rules that send nothing."""

from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, NoticeKind, NotificationRule, Role, Status, Urgency, User, person
from bot.engine.paging.readiness import shortcomings
from bot.service import alert_cards, announce, explanation, history, lint, manage
from bot.service.rule_news import take_newest
from tests.harness import World, team_receiver

LOUD = "rules: [{match: {always: true}, actions: [{type: notify, channels: [voice]}]}]"
QUIET = "rules: [{name: peace, match: {always: true}, actions: [{type: ignore}]}]"
QUIET_AT_LOW = "rules: [{match: {alert.urgency: low}, actions: [{type: ignore}]}]"


def shares(world: World, author: str, *users: str, yaml: str = LOUD) -> NotificationRule:
    """Somebody writes a rule, and others attach it."""
    rule = NotificationRule(id=ids.new("ntr"), name="Shared", handle="shared", yaml=yaml)
    manage.create(world.ports, rule, person(world.person(author).id, "slack"))
    for name in users:
        changes(world, take_newest(world.person(name), rule.id))
    return rule


def changes(world: World, user: User) -> None:
    with world.ports.store.begin() as uow:
        seen = uow.version_of(user.id)
    manage.change(world.ports, user, SYSTEM, seen)


def saves(world: World, author: str, rule: NotificationRule) -> None:
    with world.ports.store.begin() as uow:
        seen = uow.version_of(rule.id)
    manage.change(world.ports, rule, person(world.person(author).id, "slack"), seen)


def told(world: World, name: str) -> list[str]:
    announce.drain(world.ports)
    said = [text for phones in world.phones.values() for text in phones.told]
    return [text for text in said if text.startswith(f"{name}: ")]


def why(world: World, title: str) -> str:
    alert = world.alert(title)
    with world.ports.store.begin() as uow:
        explained = explanation.why_alert(uow, f"#{alert.number}", world.clock.now())
    return "\n".join(line.text for part in explained.parts for line in part.lines)


def critical(world: World, title: str = "disk full") -> None:
    world.fires(title, urgency=Urgency.CRITICAL)


def test_who_attached_a_rule_goes_on_by_the_version_that_they_attached(world: World) -> None:
    world.policy(("bob", 5))
    rule = shares(world, "alice", "bob")
    saves(world, "alice", replace(rule, yaml=QUIET))
    critical(world)
    world.expect("bob", "voice", NoticeKind.OPEN, "disk full")
    assert "(rule shared v1 (rule 1))" in why(world, "disk full")


def test_a_change_is_told_to_others_and_theirs_when_they_take_it(world: World) -> None:
    world.policy(("bob", 5), ("carol", 5))
    rule = shares(world, "alice", "alice", "bob")
    saves(world, "alice", replace(rule, yaml=QUIET_AT_LOW))
    assert told(world, "alice") == []
    [said] = told(world, "bob")
    assert "Alice changed the notification rule Shared" in said
    assert "You keep version 1 until you take the new one, version 2." in said
    changes(world, take_newest(world.person("bob"), rule.id))
    world.fires("slow", urgency=Urgency.LOW)
    world.expect_silence()


def test_the_author_is_paged_by_what_they_wrote(world: World) -> None:
    world.policy(("alice", 5))
    rule = shares(world, "alice", "alice")
    saves(world, "alice", replace(rule, yaml=LOUD.replace("voice", "email")))
    critical(world)
    world.expect("alice", "email", NoticeKind.OPEN, "disk full")


@pytest.mark.parametrize("off", ["disabled", "deleted", "restored"])
def test_whatever_becomes_of_a_rule_is_told_to_those_who_use_it(world: World, off: str) -> None:
    rule = shares(world, "alice", "bob")
    author = person(world.person("alice").id, "slack")
    match off:
        case "disabled":
            saves(world, "alice", replace(rule, enabled=False))
        case "deleted":
            manage.remove(world.ports, rule.id, author)
        case _:
            saves(world, "alice", replace(rule, yaml=QUIET))
            changes(world, take_newest(world.person("bob"), rule.id))
            world.phones["sms"].told.clear()
            history.restore(world.ports, rule.id, 1, author)
    said = told(world, "bob")[-1]
    assert f"Alice {'changed' if off == 'restored' else off} the notification rule Shared" in said
    assert "version 3" in said or off != "restored"


def test_a_version_that_is_what_they_keep_is_theirs_again_without_a_word(world: World) -> None:
    rule = shares(world, "alice", "bob")
    saves(world, "alice", replace(rule, yaml=QUIET))
    assert len(told(world, "bob")) == 1
    saves(world, "alice", rule)
    assert len(told(world, "bob")) == 1
    assert world.person("bob").kept_rule is None


def test_who_is_attached_with_the_change_itself_agrees_to_it(world: World) -> None:
    rule = shares(world, "alice", "bob")
    bob = world.person("bob")
    with world.ports.store.begin() as uow:
        seen = uow.version_of(rule.id), uow.version_of(bob.id)
    edited = (replace(rule, yaml=QUIET_AT_LOW), seen[0]), (replace(bob, zone="Europe/Rome"), seen[1])
    manage.change_all(world.ports, edited, SYSTEM)
    assert world.person("bob").kept_rule is None
    assert told(world, "bob") == []


def test_a_critical_alert_goes_on_at_once_where_a_rule_sends_nothing(world: World) -> None:
    world.policy(("bob", 5), ("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    critical(world)
    world.expect_sms("carol", "disk full")
    alert = world.alert("disk full")
    assert "Not paged: @bob, whose rule shared v1 (peace) sends nothing." in world.said(alert)
    assert "their rules send nothing: going on at once" in world.said(alert)
    assert "Bob, layer 1: not paged, their rule shared v1 (peace) sends nothing" in why(world, "disk full")
    with world.ports.store.begin() as uow:
        card = alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]
    assert [each.unpaged for each in card.asked] == ["their rule shared v1 (peace) sends nothing", ""]


def test_for_other_alerts_the_layer_has_its_time(world: World) -> None:
    world.policy(("bob", 5), ("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    world.fires("slow", urgency=Urgency.HIGH)
    world.passes(minutes=4, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("carol", "slow")


def test_somebody_else_in_the_layer_has_its_time(world: World) -> None:
    world.policy(("bob+dora", 5), ("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    critical(world)
    world.expect_sms("dora", "disk full")
    world.passes(minutes=4)
    world.expect_silence()


def test_when_all_who_were_paged_reject_those_who_were_not_are_not_waited_for(world: World) -> None:
    world.policy(("bob+dora", 5), ("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    critical(world)
    world.expect_sms("dora", "disk full")
    world.rejects("dora", world.alert("disk full"))
    world.expect_sms("carol", "disk full")


def test_silence_in_all_layers_reassigns_at_once_and_is_told_where_nothing_is_left(world: World) -> None:
    other = world.team("other", ("dora", 5))
    world.policy(("bob", 5), ("carol", 5), reassign=(team_receiver(other),))
    shares(world, "bob", "bob", "carol", "dora", yaml=QUIET)
    critical(world)
    alert = world.alert("disk full")
    assert alert.status is Status.OPEN
    said = told(world, "ops-admin") + told(world, "other-admin")
    assert any(
        "Nobody in layer 1 is paged, as their rules send nothing, and there is no other layer" in x for x in said
    )
    world.passes(minutes=5)
    assert world.alert("disk full").status is Status.DROPPED
    world.expect("other-admin", "email", NoticeKind.DROPPED, "disk full")
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def test_what_gets_worse_leaves_a_layer_that_was_silent_before(world: World) -> None:
    world.policy(("bob", 5), ("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    world.fires("slow", urgency=Urgency.LOW)
    critical(world, "slow")
    world.expect_sms("carol", "slow")


def test_whoever_has_it_and_wants_to_hear_nothing_is_not_waited_for(world: World) -> None:
    world.policy(("carol", 5))
    shares(world, "bob", "bob", yaml=QUIET)
    alert = world.fires("slow", urgency=Urgency.LOW)
    world.expect_sms("carol", "slow")
    world.acknowledges("bob", alert)
    world.expect("carol", "sms", NoticeKind.ACKNOWLEDGED, "slow")
    critical(world, "slow")
    world.expect_sms("carol", "slow")
    assert world.alert("slow").status is Status.OPEN


@pytest.mark.parametrize(
    ("match", "silent"),
    [
        ("always: true", True),
        ("alert.urgency: low", False),
        ("alert.urgency: {$in: [low, critical]}", True),
        ("alert.urgency: {$ne: critical}", False),
        ('alert.title: {$regex: "^staging"}', True),
        ("$and: [{alert.urgency: {$nin: [high, critical]}}, {alert.title: x}]", False),
        ("$or: [{alert.urgency: low}, {alert.title: x}]", True),
        ("$or: [{alert.urgency: low}, {alert.urgency: medium}]", False),
        ("$nor: [{alert.urgency: critical}]", False),
        ("$nor: [{alert.title: x}]", True),
    ],
)
def test_a_rule_that_may_silence_critical_alerts_is_said_everywhere(world: World, match: str, silent: bool) -> None:
    yaml = f"rules: [{{name: peace, match: {{{match}}}, actions: [{{type: ignore}}]}}]"
    rule = shares(world, "bob", "bob", yaml=yaml)
    directory = world.ports.store.directory()
    said = shortcomings(world.person("bob"), directory, world.phones)
    assert any("sends you nothing for critical alerts" in each for each in said) is silent
    hints = lint.hints_for(world.ports, rule)
    assert any("sends nothing, also for critical alerts" in each.message for each in hints) is silent


def test_a_rule_that_critical_alerts_never_come_to_is_not_said(world: World) -> None:
    first = "{match: {alert.urgency: critical}, actions: [{type: notify, channels: [sms]}]}"
    shares(world, "bob", "bob", yaml=f"rules: [{first}, {{match: {{always: true}}, actions: [{{type: ignore}}]}}]")
    said = shortcomings(world.person("bob"), world.ports.store.directory(), world.phones)
    assert not any("sends you nothing" in each for each in said)


def test_steps_that_a_layer_does_not_come_to_are_said_to_whoever_has_them(world: World) -> None:
    steps = "{type: notify, channels: [sms], timeout: 10m}, {type: notify, channels: [voice]}"
    world.policy(("bob", 5))
    shares(world, "bob", "bob", yaml=f"rules: [{{match: {{always: true}}, actions: [{steps}]}}]")
    said = shortcomings(world.person("bob"), world.ports.store.directory(), world.phones)
    assert (
        "Step 2 of 'rule 1' in your notification rule (voice) never comes: "
        "it is 10m after the first page, and layer 1 of team:ops waits 5m."
    ) in said


def test_why_names_the_step_of_each_page_and_what_default_channels_are_for(world: World) -> None:
    steps = "{type: notify, channels: [sms], timeout: 1m}, {type: notify, channels: [voice]}"
    world.policy(("bob+carol", 5))
    shares(world, "bob", "bob", yaml=f"rules: [{{name: days, match: {{always: true}}, actions: [{steps}]}}]")
    world.person("carol", "email", role=Role.MEMBER)
    world.fires("disk full")
    world.passes(minutes=1)
    said = why(world, "disk full")
    assert "(rule shared v1 (days), step 1)" in said
    assert "(rule shared v1 (days), step 2)" in said
    assert "(default channels: no notification rule is attached)" in said
    world.inbox.clear()
