"""Mail that does not get through: the page arrives on some channel within 60 s, and the ledger tells the truth."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bot import ids
from bot.channels.email.channel import Email, build
from bot.engine.model import SYSTEM, Alert, Contact, DeliveryState, Notification, Stakeholder, Status
from bot.ports import Store
from bot.service import manage
from bot.settings import Settings
from bot.web.app import assemble
from tests.fakes import smtp
from tests.harness import World, world_on
from tests.web.pressing import presses
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"


class Mailed:
    """A World whose people get real mail."""

    def __init__(self, world: World, post: smtp.Post) -> None:
        self.world = world
        self.post = post
        self.email: Email | None = None

    def connect(self, public_url: str = "https://pager.example.com") -> Email:
        environment = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.post.port),
            "SMTP_TLS": "none",
            "EMAIL_FROM": "pager@example.com",
            "PUBLIC_URL": public_url,
            "LINK_SECRET": SECRET,
        }
        built = build(environment)
        assert isinstance(built, Email)
        self.world.ports = replace(self.world.ports, channels={**self.world.ports.channels, "email": built})
        return built

    def fires(self, *, minutes: float = 5, others: str = "") -> Alert:
        """Alice, whom mail reaches first and SMS second, is paged."""
        alice = self.world.person("alice", "email")
        contacts = (
            Contact(channel="email", address="alice@example.com"),
            Contact(channel="sms", address="+4412345678"),
        )
        manage.change(self.world.ports, replace(alice, contacts=contacts), SYSTEM, 1)
        self.world.policy((f"alice{others}", minutes))
        return self.world.fires("disk full")

    def ledger(self, alert: Alert) -> dict[str, Notification]:
        with self.world.ports.store.begin() as uow:
            return {each.channel: each for each in uow.notifications([alert.id])[alert.id]}


@pytest.fixture
def mailed(store: Store) -> Iterator[Mailed]:
    with ExitStack() as stack:
        world = stack.enter_context(world_on(store))
        mailed = Mailed(world, stack.enter_context(smtp.serve()))
        stack.callback(mailed.connect().close)
        yield mailed


def test_a_page_arrives_by_mail(mailed: Mailed) -> None:
    alert = mailed.fires()
    page = mailed.ledger(alert)["email"]
    assert [received.mail["Subject"] for received in mailed.post.taken] == [f"MEDIUM disk full · #{alert.number}"]
    assert (page.state, page.conversation, page.provider_id[:9]) == (
        DeliveryState.SENT,
        "alice@example.com",
        "2.0.0 Ok:",
    )


def test_greylisting_makes_the_next_channel_start_at_once_and_the_mail_follow(mailed: Mailed) -> None:
    mailed.post.will("RCPT", "451 4.7.1 Greylisted, please try again in 300 seconds")
    alert = mailed.fires()
    mailed.world.expect_sms("alice", "disk full")

    waiting = mailed.ledger(alert)["email"]
    assert waiting.state is DeliveryState.QUEUED
    assert "Greylisted" in waiting.error
    assert waiting.due_at >= mailed.world.clock.now() + timedelta(seconds=300)
    assert "could not be reached by email; trying sms at once" in mailed.world.said(alert)
    mailed.world.passes(minutes=4, seconds=50)
    assert mailed.post.attempts == 1
    mailed.world.passes(seconds=80)


def test_a_greylisted_mail_arrives_when_the_server_takes_it(mailed: Mailed) -> None:
    mailed.post.will("RCPT", "450 4.2.0 Greylisted", "450 4.2.0 Greylisted")
    alert = mailed.fires(minutes=30)
    mailed.world.expect_sms("alice", "disk full")
    mailed.world.passes(minutes=3)
    assert (len(mailed.post.taken), mailed.post.attempts) == (1, 3)
    assert mailed.ledger(alert)["email"].state is DeliveryState.SENT


@pytest.mark.parametrize("reply", ["550 5.1.1 No such user", "554 5.7.1 Relay access denied"])
def test_a_refused_mail_makes_the_next_channel_start_at_once(mailed: Mailed, reply: str) -> None:
    mailed.post.will("RCPT", reply)
    alert = mailed.fires()
    mailed.world.expect_sms("alice", "disk full")
    page = mailed.ledger(alert)["email"]
    assert page.state is DeliveryState.FAILED
    assert reply in page.error


def test_a_server_that_comes_back_gets_the_mail(mailed: Mailed) -> None:
    with smtp.serve() as gone:
        mailed.post.port = gone.port
    email = mailed.connect()
    alert = mailed.fires()
    with smtp.serve(port=gone.port) as back:
        mailed.world.passes(seconds=5)
        assert len(back.taken) == 1
        email.close()
    assert mailed.ledger(alert)["email"].state is DeliveryState.SENT


def test_a_mail_that_may_have_arrived_is_sent_again_as_the_same_mail(mailed: Mailed) -> None:
    mailed.post.will("DATA", smtp.HANG_UP)
    alert = mailed.fires()
    mailed.world.passes(seconds=2)
    page = mailed.ledger(alert)["email"]
    assert (page.state, page.attempts, mailed.post.attempts) == (DeliveryState.SENT, 2, 2)


def test_the_link_in_the_mail_acknowledges(mailed: Mailed) -> None:
    settings = Settings(environment={"LINK_SECRET": SECRET})
    with serve(assemble(settings, mailed.world.ports, None, lambda: True)) as url:
        email = mailed.connect(url)
        alert = mailed.fires()
        found = re.search(r"Acknowledge: (\S+)", mailed.post.taken[0].text())
        assert found is not None
        assert mailed.world.alert("disk full").status is Status.OPEN
        shown = httpx.get(found[1])
        assert shown.status_code == 200
        assert mailed.world.alert("disk full").status is Status.OPEN
        assert f"You have #{alert.number}." in presses(mailed.world, found[1], "acknowledge").text
        email.close()
    mailed.world.works()
    assert mailed.world.alert("disk full").status is Status.ACKNOWLEDGED
    assert "Alice" in mailed.world.said(alert)


def test_news_comes_in_the_same_thread(mailed: Mailed) -> None:
    alert = mailed.fires(others="+bob")
    mailed.world.expect_sms("bob", "disk full")
    mailed.world.acknowledges("bob", alert)
    first, news = (received for received in mailed.post.taken)
    assert news.mail["Subject"] == f"Re: {first.mail['Subject']}"
    assert news.mail["References"] == first.mail["References"]
    assert "Acknowledged by Bob over sms" in news.text()
    assert "/answer/" not in news.text()


def test_a_stakeholder_is_told_by_mail_until_they_leave(mailed: Mailed) -> None:
    board = Stakeholder(id=ids.new("stk"), name="Board", handle="board", emails=("boss@example.com",))
    manage.create(mailed.world.ports, board, SYSTEM)
    ops = mailed.world.policy(("bob", 5))
    seen = mailed.world.ports.store.directory().teams[ops.id]
    manage.change(mailed.world.ports, replace(seen, stakeholder_ids=(board.id,)), SYSTEM, 1)

    mailed.world.fires("disk full")
    mailed.world.expect_sms("bob", "disk full")
    [told] = mailed.post.taken
    assert told.recipients == ("boss@example.com",)
    assert "/answer/" not in told.text()
    leave = told.mail["List-Unsubscribe"].strip("<>").removeprefix("https://pager.example.com")

    with serve(assemble(Settings(environment={"LINK_SECRET": SECRET}), mailed.world.ports, None, lambda: True)) as url:
        assert httpx.post(url + leave, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    mailed.world.fires("cpu hot")
    mailed.world.expect_sms("bob", "cpu hot")
    assert len(mailed.post.taken) == 1
