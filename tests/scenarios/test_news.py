"""What people hear beside being asked, when their notification rule wants it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, NoticeKind, NotificationRule, User
from bot.service import fire, manage
from tests.harness import World, user_receiver

NEWS = """
rules:
  - match: {always: true}
    types: [alert.acknowledged, alert.rejected, alert.resolved, alert.dropped, alert.timeout, alert.handoff]
    actions:
      - {type: notify, channels: [email], timeout: 5m}
      - {type: notify, channels: [voice]}
"""


def wants(world: World, name: str, yaml: str = NEWS) -> User:
    """Attach a notification rule to somebody."""
    rule = NotificationRule(id=ids.new("ntr"), name=name, handle=name, yaml=yaml)
    manage.create(world.ports, rule, SYSTEM)
    user = replace(world.person(name), notification_rule_id=rule.id)
    with world.ports.store.begin() as uow:
        seen = uow.version_of(user.id)
    manage.change(world.ports, user, SYSTEM, seen)
    return user


@pytest.fixture
def paged(world: World) -> World:
    """Alice and Bob are asked together; Bob wants the news."""
    world.policy(("alice+bob", 5))
    wants(world, "bob")
    return world


def test_who_was_asked_hears_once_that_somebody_has_it(paged: World) -> None:
    alert = paged.fires("disk full")
    paged.expect_sms("alice", "disk full")
    paged.expect_sms("bob", "disk full")
    paged.acknowledges("alice", alert)
    paged.expect("bob", "email", NoticeKind.ACKNOWLEDGED, "disk full")
    paged.passes(minutes=60)
    paged.expect_silence()


def test_whoever_does_it_is_not_told(paged: World) -> None:
    alert = paged.fires("disk full")
    paged.expect_sms("alice", "disk full")
    paged.expect_sms("bob", "disk full")
    paged.acknowledges("bob", alert)
    paged.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    paged.resolves("bob", alert)
    paged.expect_silence()


def test_without_a_rule_one_hears_who_has_it_but_is_not_called_about_it(world: World) -> None:
    world.person("alice", "sms")
    world.person("bob", "voice", "push", "slack")
    world.policy(("alice+bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    for channel in ("voice", "push", "slack"):
        world.expect("bob", channel, NoticeKind.OPEN, "disk full")
    world.acknowledges("alice", alert)
    world.expect("bob", "push", NoticeKind.ACKNOWLEDGED, "disk full")
    world.resolves("alice", alert)
    world.expect_silence()


def test_a_sender_that_resolves_is_told_of(paged: World) -> None:
    paged.fires("disk full")
    paged.expect_sms("alice", "disk full")
    paged.expect_sms("bob", "disk full")
    paged.clears("disk full")
    paged.expect("bob", "email", NoticeKind.RESOLVED, "disk full")


def test_a_rejection_a_timeout_and_a_drop_are_told(paged: World) -> None:
    alert = paged.fires("disk full")
    paged.expect_sms("alice", "disk full")
    paged.expect_sms("bob", "disk full")
    paged.rejects("alice", alert)
    paged.expect("bob", "email", NoticeKind.REJECTED, "disk full")
    paged.passes(minutes=5)
    paged.expect("bob", "email", NoticeKind.TIMEOUT, "disk full")
    paged.expect("bob", "email", NoticeKind.DROPPED, "disk full")
    paged.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def test_whom_it_is_handed_to_hears_that_too(world: World) -> None:
    world.policy(("alice", 60))
    carol = wants(world, "carol")
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.hands_off("alice", alert, user_receiver(carol))
    world.expect_sms("carol", "disk full")
    world.expect("carol", "email", NoticeKind.HANDOFF, "disk full")


def test_an_admin_hears_of_a_drop_whatever_the_rule_says(world: World) -> None:
    world.policy(("alice", 5))
    ignore = "rules: [{match: {always: true}, types: [alert.dropped], actions: [{type: ignore}]}]"
    wants(world, "ops-admin", ignore)
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")


def test_a_rule_that_is_about_news_leaves_pages_to_the_default_channels(paged: World) -> None:
    paged.fires("silent", urgency=None)
    paged.expect_sms("alice", "silent")
    paged.expect_sms("bob", "silent")


SPARED = "rules: [{match: {always: true}, actions: [{type: ignore}]}]"
TOLD = "{match: {always: true}, types: [alert.acknowledged], actions: [{type: notify, channels: [email]}]}"


@pytest.fixture
def in_that_instant(world: World) -> World:
    """Layer 1's time is up and Bob is to be paged, but nothing has left yet."""
    world.policy(("alice", 5), ("bob+carol", 5))
    return world


def times_out(world: World) -> None:
    """The next layer is decided on, and no worker has come to send its pages."""
    world.clock.move_to(world.clock.now() + timedelta(minutes=5))
    fire.drain(world.ports)
    world.queue.smash()


def test_whose_page_is_called_off_before_it_leaves_hears_of_nothing(in_that_instant: World) -> None:
    world = in_that_instant
    wants(world, "bob")
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    times_out(world)
    assert "paging @bob" in world.said(alert)
    world.acknowledges("alice", alert)
    world.passes(minutes=60)


def test_a_sender_that_acknowledges_in_that_instant_tells_only_those_who_were_paged(in_that_instant: World) -> None:
    world = in_that_instant
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    times_out(world)
    world.sends({"event_type": "acknowledge", "id": "disk full"})
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


def test_who_was_paged_in_an_earlier_pass_hears_of_it(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5), repeat=1)
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect_sms("bob", "disk full")
    world.passes(minutes=5)
    world.expect_sms("alice", "disk full")
    times_out(world)
    world.acknowledges("alice", alert)
    world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


def test_whom_their_rule_spares_pages_is_spared_the_news_of_them(world: World) -> None:
    world.policy(("alice+bob", 5))
    wants(world, "bob", SPARED)
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)


def test_whom_their_rule_spares_pages_hears_the_news_that_it_wants(world: World) -> None:
    world.policy(("alice+bob", 5))
    wants(world, "bob", f"{SPARED[:-1]}, {TOLD}]")
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.expect("bob", "email", NoticeKind.ACKNOWLEDGED, "disk full")
