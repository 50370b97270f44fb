"""A provider that fails: the page is tried again, the next channel starts, and the ledger tells the truth."""

from dataclasses import replace

from bot.engine.model import SYSTEM, DeliveryState, NoticeKind, Notification, NotificationRule
from bot.errors import Limited, Rejected, Unanswered, Unavailable
from bot.service import alert_cards, manage
from tests.harness import World


def ledger(world: World, title: str) -> list[Notification]:
    alert = world.alert(title)
    with world.ports.store.begin() as uow:
        return list(uow.notifications([alert.id])[alert.id])


def test_a_passing_fault_is_tried_again(world: World) -> None:
    world.policy(("alice", 5))
    world.phones["sms"].trouble = [Unavailable("503"), Unanswered("no answer within 5 s")]
    world.fires("disk full")
    world.expect_silence()
    world.passes(seconds=10)
    world.expect_sms("alice", "disk full")
    (page,) = ledger(world, "disk full")
    assert (page.state, page.attempts, page.error) == (DeliveryState.SENT, 3, "")


def test_the_wait_that_a_provider_asks_for_is_kept(world: World) -> None:
    world.policy(("alice", 5))
    world.phones["sms"].trouble = [Limited("429", retry_after=20)]
    world.fires("disk full")
    world.passes(seconds=19)
    world.expect_silence()
    world.passes(seconds=6)
    world.expect_sms("alice", "disk full")


def test_a_refused_page_makes_the_next_channel_start_at_once(world: World) -> None:
    world.policy(("alice", 5))
    world.changes_contacts(world.person("alice"), "email")
    world.phones["sms"].trouble = [Rejected("the number does not exist")]
    alert = world.fires("disk full")
    world.expect("alice", "email", NoticeKind.OPEN, "disk full")
    assert [page.state for page in ledger(world, "disk full")] == [DeliveryState.FAILED, DeliveryState.SENT]
    assert "could not be reached by sms; trying email at once" in world.said(alert)


def test_a_page_that_is_limited_beyond_its_deadline_gives_way(world: World) -> None:
    world.person("zoe", "slack")
    world.policy(("zoe", 30))
    world.changes_contacts(world.person("zoe"), "sms")
    world.phones["slack"].trouble = [Limited("429", retry_after=600)]
    alert = world.fires("disk full")
    world.expect_sms("zoe", "disk full")
    assert "could not be reached by slack; trying sms at once" in world.said(alert)
    world.passes(minutes=13)
    world.expect("zoe", "slack", NoticeKind.OPEN, "disk full")


def test_nothing_is_sent_to_somebody_when_the_alert_was_answered_meanwhile(world: World) -> None:
    world.policy(("alice", 5))
    world.phones["sms"].trouble = [Unavailable("503")]
    alert = world.fires("disk full")
    world.acknowledges("alice", alert)
    world.passes(minutes=10)
    (page,) = ledger(world, "disk full")
    assert page.state is DeliveryState.CANCELLED


def test_a_channel_that_is_not_set_up_is_a_failed_page(world: World) -> None:
    world.person("alice", "carrier_pigeon")
    world.policy(("alice", 5))
    world.fires("disk full")
    (page,) = ledger(world, "disk full")
    assert page.state is DeliveryState.FAILED
    assert page.error == "the channel carrier_pigeon is not set up"


def test_a_message_in_do_not_disturb_does_not_count_and_the_next_channel_starts(world: World) -> None:
    world.person("zoe", "slack")
    world.policy(("zoe", 30))
    world.changes_contacts(world.person("zoe"), "sms")
    world.phones["slack"].resting = {"zoe"}
    alert = world.fires("disk full")
    world.expect("zoe", "slack", NoticeKind.OPEN, "disk full")
    world.expect_sms("zoe", "disk full")
    by_slack, by_sms = ledger(world, "disk full")
    assert (by_slack.state, by_slack.muted, by_slack.error) == (DeliveryState.SENT, True, "do-not-disturb is on")
    assert (by_sms.state, by_sms.muted) == (DeliveryState.SENT, False)
    assert "could not be reached by slack; trying sms at once" in world.said(alert)
    with world.ports.store.begin() as uow:
        card = alert_cards.cards(uow, {alert.id: [NoticeKind.CARD]})[alert.id, NoticeKind.CARD]
    assert card.undelivered == ("Zoe by slack: do-not-disturb is on",)
    assert [each.channels for each in card.asked] == [("sms",)]


def test_do_not_disturb_moves_a_notification_rule_on_to_its_next_step(world: World) -> None:
    steps = "{type: notify, channels: [slack], timeout: 10m}, {type: notify, channels: [voice]}"
    rule = NotificationRule(
        id="ntr_1", name="Zoe", handle="zoe", yaml=f"rules: [{{match: {{always: true}}, actions: [{steps}]}}]"
    )
    manage.create(world.ports, rule, SYSTEM)
    zoe = world.person("zoe", "slack", "email")
    manage.change(world.ports, replace(zoe, notification_rule_id=rule.id), SYSTEM, 1)
    world.policy(("zoe", 30))
    world.phones["slack"].resting = {"zoe"}
    world.fires("disk full")
    world.expect("zoe", "slack", NoticeKind.OPEN, "disk full")
    world.expect("zoe", "voice", NoticeKind.OPEN, "disk full")
    world.passes(minutes=20)
    world.expect_silence()


def test_pages_leave_though_timers_by_the_hundred_are_decided_on(world: World) -> None:
    world.policy(("alice", 5))
    with world.ports.rush.on():
        for number in range(10):
            world.fires(f"disk {number}")
    for number in range(10):
        world.expect_sms("alice", f"disk {number}")
