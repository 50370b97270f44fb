"""What comes back of mails that page people: replies, bounces hours after a 250, and machines that answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.channels.email.channel import Email
from bot.engine.model import SYSTEM, Alert, Contact, DeliveryState, Status
from bot.service import manage
from bot.service.links import Links
from bot.store import open_store
from bot.web.doors.returned import ReturnedMail
from bot.worker import drains
from tests.fakes import smtp
from tests.harness import World, world_on
from tests.scenarios.test_email import SECRET, Mailed

DOMAIN = "alerts.example.com"


class Answering(Mailed):
    """A World whose people can answer mails."""

    def connect(self, public_url: str = "https://pager.example.com") -> Email:
        made = super().connect(public_url)
        self.email = Email(made._relay, made._sender, made._links, DOMAIN)
        self.world.ports = replace(
            self.world.ports,
            channels={**self.world.ports.channels, "email": self.email},
            links=Links(public_url, SECRET.encode),
        )
        return made

    @property
    def door(self) -> ReturnedMail:
        return ReturnedMail(self.world.ports, "pager@example.com", DOMAIN)

    def replies(self, text: str, mail_id: str = "<r1@phone>", **headers: str) -> str:
        """Alice answers the first mail; returns what she is mailed for it, "" for nothing."""
        mail = self.post.taken[0].mail
        answer = EmailMessage()
        answer["From"], answer["To"] = "Alice <alice@example.com>", mail["Reply-To"]
        answer["Subject"], answer["Message-ID"] = f"Re: {mail['Subject']}", mail_id
        answer["In-Reply-To"] = mail["Message-ID"]
        for name, value in headers.items():
            answer[name.replace("_", "-")] = value
        answer.set_content(text)
        before = len(self.post.taken)
        address = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
        assert self.door.is_ours(address)
        self.door.take(address, answer.as_bytes())
        drains.sweep(self.world.ports)
        return "\n".join(each.text() for each in self.post.taken[before:])

    def status(self, alert: Alert) -> Status:
        return self.world.alert(alert.title).status


@pytest.fixture
def mailed(sqlite_url: str) -> Iterator[Answering]:
    with ExitStack() as stack:
        world: World = stack.enter_context(world_on(stack.enter_context(open_store(sqlite_url))))
        mailed = Answering(world, stack.enter_context(smtp.serve()))
        stack.callback(mailed.connect().close)
        yield mailed
        world.inbox.clear()


@pytest.mark.parametrize(
    "text", ["A", "ack", "Ack.\n\nSent from my phone", "a\n\nOn Monday PagerTree wrote:\n> disk full\n> R"]
)
def test_a_reply_acknowledges_and_is_answered(mailed: Answering, text: str) -> None:
    alert = mailed.fires()

    said = mailed.replies(text)

    assert mailed.status(alert) is Status.ACKNOWLEDGED
    assert "You have #1." in said


def test_a_mail_says_whether_replies_are_read(mailed: Answering) -> None:
    mailed.fires()
    assert "A reply is read: A in its first line acknowledges" in mailed.post.taken[0].text()


def test_a_reply_that_is_no_answer_changes_nothing_and_says_so(mailed: Answering) -> None:
    alert = mailed.fires()

    assert "nothing was changed" in mailed.replies("Who is looking at this? R you there")
    assert mailed.status(alert) is Status.OPEN


def test_a_machine_that_replies_is_not_heard_and_not_answered(mailed: Answering) -> None:
    alert = mailed.fires()

    assert mailed.replies("A", Auto_Submitted="auto-replied") == ""
    assert mailed.status(alert) is Status.OPEN


def test_one_that_writes_for_ever_is_answered_five_times_an_hour(mailed: Answering) -> None:
    mailed.fires()
    answered = [mailed.replies("I am driving", f"<r{number}@phone>") for number in range(9)]
    assert sum(bool(each) for each in answered) == 5


def test_a_reply_that_comes_again_is_taken_once(mailed: Answering) -> None:
    mailed.fires()
    assert [bool(mailed.replies("A")) for _ in range(2)] == [True, False]


def test_a_forged_reply_is_nobodys(mailed: Answering) -> None:
    alert = mailed.fires()
    forged = EmailMessage()
    forged["From"], forged["Subject"] = "alice@example.com", "Re: disk full"
    forged.set_content("A")
    address = f"page+{alert.id}.{'0' * 20}@{DOMAIN}"

    mailed.door.take(address, forged.as_bytes())

    assert mailed.status(alert) is Status.OPEN


def test_a_bounce_after_a_250_starts_the_next_channel(mailed: Answering) -> None:
    alert = mailed.fires()

    mailed.door.take("pager@example.com", smtp.bounce(mailed.post.taken[0], "550 5.1.1 No such user"))
    mailed.world.works()

    mailed.world.expect_sms("alice", "disk full")
    page = mailed.ledger(alert)["email"]
    assert (page.state, page.error) == (DeliveryState.FAILED, "The mail came back: 550 5.1.1 No such user")


def test_a_delay_is_no_bounce(mailed: Answering) -> None:
    alert = mailed.fires()

    mailed.door.take("pager@example.com", smtp.bounce(mailed.post.taken[0], "451 greylisted", "delayed"))
    mailed.world.works()

    assert mailed.ledger(alert)["email"].state is DeliveryState.SENT


def test_a_mail_can_be_answered_for_three_days(mailed: Answering) -> None:
    mailed.fires(minutes=60 * 24 * 5)
    manage.change(
        mailed.world.ports,
        replace(mailed.world.person("alice"), contacts=(Contact(channel="email", address="a@b.example"),)),
        SYSTEM,
        2,
    )
    mailed.world.clock.move_to(mailed.world.clock.now().replace(day=mailed.world.clock.now().day + 4))
    assert "older than 3 days" in mailed.replies("A")
