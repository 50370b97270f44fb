"""Test pages: one on each channel of a person, and nobody else is bothered, whatever becomes of it."""

from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Alert, Contact, NoticeKind, Status, User, person
from bot.engine.paging import test_pages
from bot.errors import Refused
from bot.service import manage, page
from tests.harness import World
from tests.surroundings import START

TITLE = "Test page for Alice"


@pytest.fixture
def alice(world: World) -> User:
    """Somebody who wants SMS, and has an email address besides."""
    world.policy(("alice", 5), ("bob", 5))
    alice = world.person("alice")
    phone = Contact(channel="phone", address="+442071234567", verified_at=START)
    changed = replace(alice, contacts=(phone,), email="alice@example.com", channels=("sms",))
    manage.change(world.ports, changed, SYSTEM, 1)
    return changed


def drills(world: World, alice: User) -> Alert:
    acted = page.page_oneself(world.ports, ids.new("alt"), alice, person(alice.id, "slack"))
    world.works()
    return acted.alert


def test_every_channel_of_the_person_gets_a_page_at_once(world: World, alice: User) -> None:
    alert = drills(world, alice)
    for channel in ("sms", "voice", "email"):
        world.expect("alice", channel, NoticeKind.OPEN, TITLE)
    world.acknowledges("alice", alert)
    world.passes(minutes=60)
    assert world.alert(TITLE).status is Status.RESOLVED


def test_left_alone_it_is_resolved_and_nobody_else_is_asked(world: World, alice: User) -> None:
    alert = drills(world, alice)
    world.inbox.clear()
    world.passes(minutes=14)
    assert world.alert(TITLE).status is Status.OPEN
    world.passes(minutes=2)
    assert world.alert(TITLE).status is Status.RESOLVED
    assert "Resolved by the end of the test." in world.said(alert)


def test_rejecting_it_ends_it_and_no_admin_hears_of_a_drop(world: World, alice: User) -> None:
    alert = drills(world, alice)
    world.inbox.clear()
    world.rejects("alice", alert)
    world.passes(minutes=60)
    assert world.alert(TITLE).status is Status.RESOLVED


def test_escalating_it_asks_nobody_else(world: World, alice: User) -> None:
    alert = drills(world, alice)
    world.inbox.clear()
    world.escalates("alice", alert)
    assert world.alert(TITLE).status is Status.RESOLVED


def test_a_second_one_waits_for_the_first_to_be_answered(world: World, alice: User) -> None:
    first = drills(world, alice)
    with pytest.raises(Refused, match=f"Your test page #{first.number} is still open"):
        drills(world, alice)
    world.resolves("alice", first)
    assert drills(world, alice).number > first.number
    world.inbox.clear()


def test_nobody_without_an_address_is_told_that_it_was_sent(world: World) -> None:
    nobody = world.person("carol", "fax")
    with pytest.raises(Refused, match="No channel that is set up here has an address of yours"):
        drills(world, nobody)


def test_a_sender_cannot_make_its_alert_a_test_page(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full", tags=[test_pages.TAG])
    world.expect_sms("alice", "disk full")
    assert test_pages.TAG in alert.tags
    world.rejects("alice", alert)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")
    world.inbox.clear()
    assert world.alert("disk full").status is Status.DROPPED
