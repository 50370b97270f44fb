"""What stakeholders hear on real channels: Twilio's texts and calls, a mail server, and a Slack."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

import httpx
import pytest

from bot.channels.email import channel
from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Alert, Contact, Stakeholder, Team
from bot.service import manage
from bot.slack.web import SlackWeb
from bot.store import open_store
from sandbox.config import Config
from sandbox.server import Running, start
from tests.fakes import smtp
from tests.fakes.phoning import BOB, STRANGER, Phoning, phoning
from tests.surroundings import KINDS

CAROL_IN_SLACK = "U0CAROL0003"
SETTINGS = {
    "SMTP_HOST": "127.0.0.1",
    "SMTP_TLS": "none",
    "EMAIL_FROM": "pager@example.com",
    "LINK_SECRET": "s" * 32,
    "PUBLIC_URL": "https://pager.example.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press office: zoe is texted, yann called, carol written to in Slack, meg by mail, and there is an address."""

    phones: Phoning
    post: smtp.Post
    slack_url: str

    def text(self) -> str:
        """What zoe was texted, the one message since the last time."""
        [message] = self.phones.twilio.messages
        self.phones.twilio.messages.clear()
        assert message.to == BOB
        return message.body

    def call(self) -> tuple[str, str]:
        """What yann heard in the one call since the last time, and how the line stands then."""
        line = self.phones.twilio.lines.pop()
        assert not self.phones.twilio.lines
        assert line.called == STRANGER
        line.answers()
        return line.heard[0], line.state

    def mails(self) -> dict[str, str]:
        """The mails since the last time, by who got them."""
        said = {each.recipients[0]: each.text() for each in self.post.taken}
        self.post.taken.clear()
        return said

    def message(self) -> str:
        """The newest message that carol has in Slack, and its buttons."""
        found = httpx.get(f"{self.slack_url}/_control/messages", params={"channel": "carol"}).json()["messages"]
        assert "actions" not in {block["type"] for block in found[-1]["blocks"]}
        return str(found[-1]["text"])


@pytest.fixture(scope="module")
def workspace() -> Iterator[Running]:
    with start(Config(port=0, rates=0)) as running:
        yield running


@pytest.fixture
def press(sqlite_url: str, workspace: Running) -> Iterator[Press]:
    with ExitStack() as stack:
        phones = stack.enter_context(phoning(stack.enter_context(open_store(sqlite_url, channel_kinds=KINDS))))
        post = stack.enter_context(smtp.serve())
        web = stack.enter_context(closing(SlackWeb("xoxb-sandbox", workspace.api_url)))
        mail = channel.build({**SETTINGS, "SMTP_PORT": str(post.port)})
        assert isinstance(mail, channel.Email)
        stack.callback(mail.close)
        world = phones.world
        team = phones.team(("ops-admin", 5))
        world.ports = replace(world.ports, channels={**world.ports.channels, "email": mail, "slack": Slack(web)})
        _set_up(phones, team)
        yield Press(phones=phones, post=post, slack_url=workspace.url)
        world.inbox.clear()


def _set_up(phones: Phoning, team: Team) -> None:
    world = phones.world
    people = [
        phones.person("zoe", BOB),
        phones.person("yann", STRANGER, reached_by=("voice",)),
        replace(world.person("carol", "slack"), slack_id=CAROL_IN_SLACK),
        replace(world.person("meg", "email"), contacts=(Contact(channel="email", address="meg@example.com"),)),
    ]
    for each in people[2:]:
        manage.change(world.ports, each, SYSTEM, 1)
    office = Stakeholder(
        id="stk_1",
        name="Press",
        handle="press",
        user_ids=tuple(each.id for each in people),
        emails=("press@example.com",),
    )
    manage.create(world.ports, office, SYSTEM)
    manage.change(world.ports, replace(team, stakeholder_ids=(office.id,)), SYSTEM, 1)


def fires(press: Press) -> Alert:
    return press.phones.world.fires("disk full")


def test_everyone_hears_on_their_own_channel_that_it_is_assigned_and_is_asked_for_nothing(press: Press) -> None:
    alert = fires(press)
    assert press.text() == f"Assigned: disk full\n#{alert.number} ops"
    assert press.call() == (f"Alert for ops. It was assigned. disk full. Alert number {alert.number}.", "ended")
    assert press.message().startswith(f"MEDIUM disk full · #{alert.number}")
    mails = press.mails()
    assert sorted(mails) == ["meg@example.com", "press@example.com"]
    for said in mails.values():
        assert "You need not do anything." in said
        assert "/answer/" not in said


def test_everyone_hears_who_has_it_and_that_it_is_over(press: Press) -> None:
    alert = fires(press)
    _listen(press)
    press.phones.world.acknowledges("ops-admin", alert)
    assert press.text() == f"Acknowledged by Ops-Admin: disk full\n#{alert.number} ops"
    assert "has been acknowledged" in press.call()[0]
    assert "Acknowledged" in press.message()
    assert all("Acknowledged by Ops-Admin" in said for said in press.mails().values())

    press.phones.world.resolves("ops-admin", alert)
    assert press.text() == f"Resolved by Ops-Admin: disk full\n#{alert.number} ops"
    assert "is resolved" in press.call()[0]
    assert "Resolved" in press.message()
    assert all("This alert is over." in said for said in press.mails().values())


def test_everyone_hears_that_nobody_answered(press: Press) -> None:
    fires(press)
    _listen(press)
    press.phones.world.passes(minutes=5)
    assert "DROPPED, nobody is left to ask: disk full" in press.text()
    assert "was dropped, because nobody is left to ask" in press.call()[0]
    assert all("it was dropped" in said for said in press.mails().values())


def _listen(press: Press) -> None:
    """Hear what there is, and wait for the next."""
    press.text()
    press.call()
    press.mails()
