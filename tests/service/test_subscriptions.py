"""Registered browsers: whose they are, how many, and what becomes of those that are gone."""

import json
from dataclasses import replace

import pytest

from bot.engine.model import SYSTEM, Contact, User
from bot.errors import Invalid, NotFound
from bot.ports import Store
from bot.service import manage, subscriptions
from bot.service.subscriptions import MOST, PushKeys, Subscription, devices, parse
from tests.harness import World


@pytest.fixture
def world(store: Store) -> World:
    world = World(store)
    world.person("alice", "sms")
    world.person("bob", "sms")
    return world


def browser(name: str) -> Subscription:
    return Subscription(endpoint=f"https://push.example.com/{name}", keys=PushKeys(p256dh="BA", auth=name))


def seen(world: World, name: str) -> User:
    return world.person(name)


def names(user: User) -> list[str]:
    return [device.subscription.keys.auth for device in devices(user)]


def registers(world: World, name: str, *browsers: str) -> None:
    for each in browsers:
        subscriptions.register(world.ports, world.person(name).id, browser(each), arrived=True)


def test_a_registered_browser_is_a_contact_and_push_a_default_channel(world: World) -> None:
    registers(world, "alice", "phone")
    alice = seen(world, "alice")
    assert names(alice) == ["phone"]
    assert alice.channels == ("sms", "push")
    assert alice.contacts[0].verified_at == world.clock.now()


def test_a_browser_is_registered_once(world: World) -> None:
    registers(world, "alice", "phone", "laptop", "phone")
    assert names(seen(world, "alice")) == ["phone", "laptop"]


def test_a_browser_belongs_to_one_person(world: World) -> None:
    registers(world, "alice", "phone")
    registers(world, "bob", "phone")
    assert (names(seen(world, "alice")), names(seen(world, "bob"))) == ([], ["phone"])


def test_one_browser_too_many_replaces_the_one_registered_first(world: World) -> None:
    alice = replace(seen(world, "alice"), contacts=(Contact(channel="email", address="alice@example.com"),))
    manage.change(world.ports, alice, SYSTEM, 1)
    registers(world, "alice", *(str(number) for number in range(MOST + 2)))
    found = seen(world, "alice")
    assert names(found) == [str(number) for number in range(MOST + 1, 1, -1)]
    assert found.contacts[0].channel == "email"


def test_who_forgets_their_last_browser_is_not_pushed_to(world: World) -> None:
    registers(world, "alice", "phone", "laptop")
    for name, channels in (("phone", ("sms", "push")), ("laptop", ("sms",)), ("laptop", ("sms",))):
        subscriptions.forget(world.ports, seen(world, "alice").id, browser(name).endpoint)
        assert seen(world, "alice").channels == channels


def test_a_renewed_subscription_takes_the_place_of_the_old_one(world: World) -> None:
    registers(world, "alice", "phone")
    subscriptions.renew(world.ports, browser("phone"), browser("new phone"))
    assert names(seen(world, "alice")) == ["new phone"]


def test_who_does_not_know_the_secret_cannot_renew(world: World) -> None:
    registers(world, "alice", "phone")
    guessed = replace(browser("phone"), keys=PushKeys(p256dh="BA", auth="guessed"))
    with pytest.raises(NotFound):
        subscriptions.renew(world.ports, guessed, browser("eve's phone"))
    assert names(seen(world, "alice")) == ["phone"]


def test_a_contact_that_cannot_be_read_is_left_out(world: World) -> None:
    alice = replace(seen(world, "alice"), contacts=(Contact(channel="push", address="push of alice"),))
    assert devices(alice) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"endpoint": 1}',
        '{"endpoint": "https://x"}',
        '{"endpoint":"x","keys":null}',
        "x" * 3_000,
        b"\xff",
    ],
)
def test_what_is_no_subscription_is_refused(text: str | bytes) -> None:
    with pytest.raises(Invalid):
        parse(text)


def test_a_subscription_is_read_as_browsers_write_it() -> None:
    written = {"endpoint": "https://push.example.com/x", "expirationTime": None, "keys": {"p256dh": "BA", "auth": "x"}}
    assert parse(json.dumps(written)).endpoint == "https://push.example.com/x"
