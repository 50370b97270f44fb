"""Addresses that people add in a form, and prove by the code that comes to them by text, call or mail."""

import re

import pytest

from bot.channels.ntfy import build
from bot.engine.model import User
from tests.fakes import ntfy
from tests.handlers.people import Person, words_of
from tests.harness import World

BOB, NUMBER = "U0BOB000002", "+442071234567"


def user(world: World) -> User:
    found = world.ports.store.directory().user_in_slack(BOB)
    assert found
    return found


def code_on(world: World, channel: str) -> str:
    """Look at the phone, listen to it, or open the mail."""
    said = world.phones[channel].told.pop().partition(": ")[2]
    return "".join(re.findall(r"\d", said)[:6])


@pytest.mark.parametrize(
    ("typed", "channel", "kept"),
    [
        ("+44 20 7123-4567", "sms", NUMBER),
        (NUMBER, "voice", NUMBER),
        ("bob.two@example.com", "email", "bob.two@example.com"),
    ],
)
def test_an_address_is_added_once_its_code_was_typed(
    world: World, bob: Person, typed: str, channel: str, kept: str
) -> None:
    bob.opens("/pagertree me add", showing="Phone or email")
    asked = words_of(bob.submits(address=typed, by="voice" if channel == "voice" else "text")["view"])
    assert f"A code is on its way to `{kept}` by {channel}" in asked
    assert user(world).contacts == ()

    code = code_on(world, channel)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "That is not the code; 4 more tries" in bob.submits(code=wrong)["errors"]["code"]
    assert f"`{kept}` is yours" in words_of(bob.submits(code=f"{code[:3]} {code[3:]}")["view"])
    assert [each.address for each in user(world).contacts] == [kept]


def test_what_is_no_address_or_reaches_nobody_is_said_where_it_was_typed(bob: Person) -> None:
    bob.opens("/pagertree me add", showing="Phone or email")
    assert "no phone number and no email address" in bob.submits(address="0171 1234")["errors"]["address"]
    assert "cannot be sent by voice" in bob.submits(address="b@example.com", by="voice")["errors"]["by"]


def test_a_form_that_was_closed_is_not_the_end_of_a_code(world: World, bob: Person) -> None:
    said = bob.asks(f"/pagertree me add {NUMBER} --by voice")
    assert "Type the code" in said
    bob.opens("/pagertree me verify", showing="sent to you last")
    assert bob.submits(code=code_on(world, "voice"))["ok"]
    assert user(world).contacts[0].address == NUMBER


def test_codes_are_not_sent_without_end(bob: Person) -> None:
    for _ in range(5):
        bob.asks(f"/pagertree me add {NUMBER}")
    bob.opens("/pagertree me add", showing="Phone or email")
    assert "in the last hour" in bob.submits(address=NUMBER)["errors"]["address"]


def test_the_first_of_a_kind_is_the_primary_one_and_another_is_put_first(world: World, bob: Person) -> None:
    for address in (NUMBER, "+442071234568"):
        bob.asks(f"/pagertree me add {address}")
        bob.asks(f"/pagertree me verify {code_on(world, 'sms')}")
    assert f"phone `{NUMBER}`, primary" in bob.asks("/pagertree me")
    assert "is the first that is tried" in bob.asks("/pagertree me prefer +44 20 7123 4568")
    assert f"phone `{NUMBER}`, secondary" in bob.asks("/pagertree me")


def test_a_topic_of_ntfy_is_proven_like_a_phone(world: World, bob: Person) -> None:
    with ntfy.serve() as server:
        channel = build({"NTFY_URL": server.url, "NTFY_ALLOW_PRIVATE": "127.0.0.1"})
        assert channel
        world.ports.channels["ntfy"] = channel  # type: ignore[index]  # the World's is a dict
        bob.opens("/pagertree me add", showing="ntfy: ntfy:my-secret-topic")
        assert "is no topic" in bob.submits(address="ntfy:bob two")["errors"]["address"]
        asked = words_of(bob.submits(address="ntfy:Bob-7f3")["view"])
        assert "A code is on its way to `Bob-7f3` by ntfy" in asked
        [shown] = server.shown
        said = words_of(bob.submits(code=shown["message"][:6])["view"])
        assert "/pagertree me channels slack ntfy" in said
    assert [(each.channel, each.address) for each in user(world).contacts] == [("ntfy", "Bob-7f3")]
    assert "You are paged by slack, ntfy." in bob.asks("/pagertree me channels slack ntfy")
    assert "`ntfy:Bob-7f3` is removed" in bob.asks("/pagertree me forget ntfy:Bob-7f3")
    assert "You have no ntfy topic." in bob.asks("/pagertree me")
