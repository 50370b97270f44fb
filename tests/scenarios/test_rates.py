"""A provider that takes messages only so fast: what has to wait goes back into the queue, the loudest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.engine.delivery.pacing import LEAVES, Ask, Booking, Pace
from bot.engine.model import DeliveryState, Notification, Urgency, User
from bot.errors import Limited, Unavailable
from bot.ports import Announcement, Page
from bot.queue.buckets import LocalRates
from bot.service import announce
from tests.harness import World, team_receiver
from tests.surroundings import HandClock, Phones


@dataclass
class SlowPhones(Phones):
    """Phones that take one message in ten seconds from each person, two at once, one of them for what is loud."""

    def paces(self, page: Page) -> tuple[Pace, ...]:
        return self._paces(page.notification.user_id)

    def paces_of_words(self, said: Announcement, user: User | None) -> tuple[Pace, ...]:  # noqa: ARG002 - the port's
        return self._paces(said.user_id)

    def _paces(self, user_id: str | None) -> tuple[Pace, ...]:
        return (
            Pace(key=f"{self.name} {user_id}", period=timedelta(seconds=10), burst=2, spare=1),
            Pace(key=self.name, period=timedelta(seconds=0.1), burst=100, spare=10),
        )


@pytest.fixture
def slow(world: World) -> SlowPhones:
    """The World's SMS, paced."""
    phones = SlowPhones(name="sms", inbox=world.inbox)
    world.phones["sms"] = phones
    world.ports = replace(world.ports, rates=LocalRates(), channels=dict(world.phones))
    return phones


def page_of(world: World, title: str) -> Notification:
    alert = world.alert(title)
    with world.ports.store.begin() as uow:
        return uow.notifications([alert.id])[alert.id][0]


def test_what_comes_too_fast_leaves_in_its_turn_and_nothing_was_tried_before(world: World, slow: SlowPhones) -> None:
    world.policy(("alice", 5))
    for title in ("first", "second", "third"):
        world.fires(title, urgency=Urgency.MEDIUM)
    world.expect_sms("alice", "first")
    world.expect_silence()
    assert page_of(world, "third").state is DeliveryState.QUEUED
    world.passes(seconds=10)
    world.expect_sms("alice", "second")
    world.expect_silence()
    world.passes(seconds=10)
    world.expect_sms("alice", "third")
    third = page_of(world, "third")
    assert (third.state, third.attempts, third.error) == (DeliveryState.SENT, 1, "")


def test_a_critical_page_passes_those_who_wait(world: World, slow: SlowPhones) -> None:
    world.policy(("alice", 5))
    for number in range(5):
        world.fires(f"noise {number}", urgency=Urgency.MEDIUM)
    world.expect_sms("alice", "noise 0")
    world.fires("database down", urgency=Urgency.CRITICAL)
    world.expect_sms("alice", "database down")
    world.expect_silence()
    world.passes(minutes=2)
    for number in range(1, 5):
        world.expect_sms("alice", f"noise {number}")


def test_one_person_whom_much_reaches_holds_back_nobody_else(world: World, slow: SlowPhones) -> None:
    world.policy(("alice", 5))
    world.integration("quiet", team_receiver(world.team("quiet", ("bob", 5))))
    for number in range(5):
        world.fires(f"noise {number}", urgency=Urgency.MEDIUM)
    world.expect_sms("alice", "noise 0")
    world.fires("bob's", urgency=Urgency.MEDIUM, integration="quiet")
    world.expect_sms("bob", "bob's")
    world.expect_silence()


def test_the_wait_that_a_provider_asks_for_holds_for_all_that_would_follow(world: World, slow: SlowPhones) -> None:
    world.policy(("alice", 5))
    slow.trouble = [Limited("429", retry_after=20)]
    world.fires("refused", urgency=Urgency.MEDIUM)
    world.integration("quiet", team_receiver(world.team("quiet", ("bob", 5))))
    world.fires("spared", urgency=Urgency.MEDIUM, integration="quiet")
    assert page_of(world, "spared").attempts == 0
    world.passes(seconds=19)
    world.expect_silence()
    world.passes(seconds=40)
    world.expect_sms("alice", "refused")
    world.expect_sms("bob", "spared")


def test_a_page_whose_turn_is_after_its_deadline_lets_the_next_channel_start(world: World, slow: SlowPhones) -> None:
    world.policy(("alice", 5))
    world.changes_contacts(world.person("alice"), "email")
    slow.trouble = [Limited("429", retry_after=600)]
    world.fires("refused", urgency=Urgency.MEDIUM)
    alert = world.fires("spared", urgency=Urgency.MEDIUM)
    assert page_of(world, "spared").attempts == 0
    assert page_of(world, "spared").error == "waits: sms takes no more messages for now"
    assert "could not be reached by sms; trying email at once" in world.said(alert)
    assert sorted(str(each) for each in world.inbox) == [
        "alice by email: alert.open 'refused'",
        "alice by email: alert.open 'spared'",
    ]
    world.inbox.clear()


def test_what_is_said_waits_for_room_in_its_conversation_and_that_was_no_attempt(
    world: World, slow: SlowPhones
) -> None:
    world.person("alice", "sms")
    with world.ports.store.begin() as uow:
        uow.announce([announcement(number, world) for number in range(3)])
    announce.drain(world.ports)
    assert slow.told == ["alice: shift 0"]
    world.passes(seconds=10)
    slow.trouble = [Unavailable("503")]
    announce.drain(world.ports)
    assert slow.told == ["alice: shift 0"]
    for _ in range(4):
        world.passes(seconds=10)
        announce.drain(world.ports)
    assert sorted(slow.told) == ["alice: shift 0", "alice: shift 1", "alice: shift 2"]


def announcement(number: int, world: World) -> Announcement:
    return Announcement(
        id=f"shift.{number}",
        channel="sms",
        address="primary",
        title="",
        text=f"shift {number}",
        due_at=world.clock.now(),
        user_id=world.person("alice").id,
    )


@dataclass
class Tired(LocalRates):
    """Rates after whose first booking the process is stopped for a while."""

    clock: HandClock

    def __post_init__(self) -> None:
        super().__init__()
        self.booked = 0

    def book(self, asks: Sequence[Ask], now: datetime, name: int | None = None) -> Sequence[Booking]:
        self.booked += 1
        booked = super().book(asks, now, name)
        if self.booked == 1:
            self.clock.move_to(now + LEAVES + timedelta(seconds=1))
        return booked


def test_a_page_that_does_not_leave_soon_after_its_booking_books_anew(world: World, slow: SlowPhones) -> None:
    tired = Tired(clock=world.clock)
    world.ports = replace(world.ports, rates=tired)
    world.policy(("alice", 5))
    world.fires("late", urgency=Urgency.MEDIUM)
    world.passes(seconds=30)
    world.expect_sms("alice", "late")
    assert tired.booked == 3
    assert page_of(world, "late").attempts == 1
