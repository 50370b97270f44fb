"""Pages through ntfy: shown on the phone, answered with its buttons, and given way when the server takes no more."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from bot.channels.ntfy import build
from bot.engine.model import SYSTEM, Alert, Contact, DeliveryState, Status
from bot.ports import Store
from bot.service import manage
from bot.settings import Settings
from bot.web.app import assemble
from tests.fakes import ntfy
from tests.harness import World, world_on
from tests.surroundings import START
from tests.web.serving import serve


class Subscribed:
    """A World in which Alice has a topic, and a web process that takes answers."""

    def __init__(self, world: World, server: ntfy.Server, environment: dict[str, str]) -> None:
        self.world, self.server = world, server
        channel = build(environment)
        assert channel
        world.ports = replace(world.ports, channels={**world.ports.channels, "ntfy": channel})
        alice = world.person("alice", "ntfy", "sms")
        topic = Contact(channel="ntfy", address="alice-7f3", verified_at=START)
        manage.change(world.ports, replace(alice, channels=("ntfy",), contacts=(topic,)), SYSTEM, 1)
        world.policy(("alice", 5))

    def fires(self) -> Alert:
        return self.world.fires("disk full", urgency=None)


@pytest.fixture
def subscribed(store: Store) -> Iterator[Subscribed]:
    with ExitStack() as stack:
        server = stack.enter_context(ntfy.serve())
        world = stack.enter_context(world_on(store))
        environment = {
            "NTFY_URL": server.url,
            "NTFY_ALLOW_PRIVATE": "127.0.0.1",
            "LINK_SECRET": "a secret that is long enough for links",
        }
        app = assemble(Settings(environment=environment), world.ports, None, lambda: True)
        url = stack.enter_context(serve(app))
        yield Subscribed(world, server, environment | {"PUBLIC_URL": url})


def test_the_buttons_acknowledge_and_resolve(subscribed: Subscribed) -> None:
    alert = subscribed.fires()
    assert subscribed.server.shown[-1]["topic"] == "alice-7f3"
    answer = subscribed.server.press("Acknowledge")
    assert (answer.status_code, answer.json()) == (200, {"said": f"You have #{alert.number}."})
    assert subscribed.server.shown == []
    acknowledged = subscribed.world.alert("disk full")
    assert acknowledged.status is Status.ACKNOWLEDGED
    assert acknowledged.settled_by
    assert acknowledged.settled_by.via == "ntfy"


def test_a_button_of_a_page_resolves_at_once(subscribed: Subscribed) -> None:
    subscribed.fires()
    assert subscribed.server.press("Resolve").is_success
    assert subscribed.world.alert("disk full").status is Status.RESOLVED


def test_a_button_that_comes_too_late_says_so_and_stays(subscribed: Subscribed) -> None:
    alert = subscribed.fires()
    subscribed.world.acknowledges("bob", alert)
    assert subscribed.server.press("Reject", 0).status_code == 409
    assert subscribed.server.shown


def test_a_day_without_messages_gives_way_to_the_next_channel_at_once(subscribed: Subscribed) -> None:
    world = subscribed.world
    alice = world.person("alice")
    topic, phone = alice.contacts[0], Contact(channel="sms", address="+4412345678")
    manage.change(world.ports, replace(alice, contacts=(topic, phone)), SYSTEM, 2)
    subscribed.server.trouble.append(ntfy.problem(*ntfy.DAILY))
    alert = subscribed.fires()
    world.expect_sms("alice", "disk full")
    with world.ports.store.begin() as uow:
        ledger = {each.channel: each for each in uow.notifications([alert.id])[alert.id]}
    assert "42908" in ledger["ntfy"].error
    assert ledger["sms"].state is DeliveryState.SENT
