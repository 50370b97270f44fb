"""Pages by push: shown, answered from the notification, and given way when a subscription is gone."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.channels.push.channel import Push, build
from bot.engine.model import SYSTEM, Alert, Contact, DeliveryState, NoticeKind, Notification, Status
from bot.ports import Store
from bot.service import manage, subscriptions
from bot.settings import Settings
from bot.web.app import assemble
from bot.worker import drains
from tests.fakes import webpush
from tests.harness import World, world_on
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"


class Pushed:
    """A World whose people have phones with a browser."""

    def __init__(self, world: World, service: webpush.Service, folder: Path) -> None:
        self.world, self.service = world, service
        self.environment = {
            "PUBLIC_URL": "https://pager.example.com",
            "DATA_DIR": str(folder),
            "LINK_SECRET": SECRET,
            "PUSH_ALLOW_PRIVATE": "127.0.0.1",
        }
        self.push = self.connect()
        self.phone = service.device("phone", self.push.server_key)

    def connect(self, **more: str) -> Push:
        push = build(self.environment | more)
        assert isinstance(push, Push)
        self.world.ports = replace(self.world.ports, channels={**self.world.ports.channels, "push": push})
        subscriptions.watch(self.world.ports)
        return push

    def fires(self, others: str = "") -> Alert:
        """Alice, whom push reaches first and SMS second, is paged."""
        alice = self.world.person("alice", "push")
        contacts = (
            Contact(channel="push", address=json.dumps(self.phone.subscription())),
            Contact(channel="sms", address="+4412345678"),
        )
        manage.change(self.world.ports, replace(alice, contacts=contacts), SYSTEM, 1)
        self.world.policy((f"alice{others}", 5))
        return self.world.fires("disk full")

    def ledger(self, alert: Alert) -> dict[str, Notification]:
        with self.world.ports.store.begin() as uow:
            return {each.channel: each for each in uow.notifications([alert.id])[alert.id]}


@pytest.fixture
def pushed(store: Store, tmp_path: Path) -> Iterator[Pushed]:
    with ExitStack() as stack:
        service = stack.enter_context(webpush.serve())
        world = stack.enter_context(world_on(store))
        pushed = Pushed(world, service, tmp_path)
        stack.callback(pushed.push.close)
        yield pushed


def test_a_page_arrives_by_push(pushed: Pushed) -> None:
    alert = pushed.fires()
    [shown] = pushed.phone.shown
    assert shown.says["title"] == f"MEDIUM disk full · #{alert.number}"
    assert pushed.ledger(alert)["push"].state is DeliveryState.SENT


def test_a_subscription_that_is_gone_is_removed_and_the_next_channel_starts_at_once(pushed: Pushed) -> None:
    del pushed.service.devices["phone"]
    alert = pushed.fires()
    pushed.world.expect_sms("alice", "disk full")

    page = pushed.ledger(alert)["push"]
    assert (page.state, page.error) == (DeliveryState.FAILED, "The browser's subscription is gone.")
    assert "could not be reached by push; trying sms at once" in pushed.world.said(alert)
    assert [contact.channel for contact in pushed.world.person("alice").contacts] == ["sms"]
    drains.sweep(pushed.world.ports)
    told = [each for name, phone in pushed.world.phones.items() if name != "push" for each in phone.told]
    assert [each.partition(" so no page")[0] for each in told] == [
        "alice: A browser of yours is no longer known to 127.0.0.1,"
    ]


def test_a_push_service_that_is_down_gives_way_within_a_minute(pushed: Pushed) -> None:
    with webpush.serve() as gone:
        pushed.phone = gone.device("phone", pushed.push.server_key)
    alert = pushed.fires()
    pushed.world.expect_silence()
    pushed.world.passes(seconds=60)
    pushed.world.expect_sms("alice", "disk full")
    assert "cannot be reached" in pushed.ledger(alert)["push"].error
    assert len(pushed.world.person("alice").contacts) == 2


def test_the_wait_that_a_push_service_asks_for_is_kept(pushed: Pushed) -> None:
    pushed.phone.will_answer(429, retry_after="20")
    pushed.fires()
    pushed.world.passes(seconds=19)
    assert pushed.phone.shown == []
    pushed.world.passes(seconds=6)
    assert len(pushed.phone.shown) == 1


def test_the_notification_acknowledges(pushed: Pushed) -> None:
    with serve(assemble(Settings(environment=pushed.environment), pushed.world.ports, None, lambda: True)) as url:
        push = pushed.connect(PUBLIC_URL=url, PUSH_CONTACT="ops@example.com")
        alert = pushed.fires("+bob")
        pushed.world.expect_sms("bob", "disk full")
        address = pushed.phone.shown[0].says["url"]
        answer = httpx.post(address, data={"verb": "acknowledge"}, headers={"accept": "application/json"})
        push.close()
    pushed.world.works()
    assert answer.json() == {"said": f"You have #{alert.number}."}
    acknowledged = pushed.world.alert("disk full")
    assert acknowledged.status is Status.ACKNOWLEDGED
    assert acknowledged.settled_by is not None
    assert acknowledged.settled_by.via == "push"
    pushed.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


def test_the_notification_says_who_has_it(pushed: Pushed) -> None:
    alert = pushed.fires("+bob")
    pushed.world.expect_sms("bob", "disk full")
    pushed.world.acknowledges("bob", alert)
    page, news = pushed.phone.shown
    assert page.says["tag"] == news.says["tag"]
    assert "Acknowledged by Bob over sms" in news.says["body"]
