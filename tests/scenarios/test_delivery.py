"""A provider that fails: the page is tried again, the next channel starts, and the ledger tells the truth."""

from bot.engine.model import DeliveryState, NoticeKind, Notification
from bot.errors import Limited, Rejected, Unanswered, Unavailable
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
