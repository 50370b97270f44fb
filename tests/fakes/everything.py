"""The World with every channel real: Slack, Twilio, a mail server and a push service, each on a port and at hand."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from bot import channels
from bot.channels.email.channel import Email
from bot.channels.push.channel import Push
from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Alert, Contact, Member, Notification, Role, Team, User
from bot.ports import Channel, Store
from bot.service import manage, subscriptions
from bot.slack.web import SlackWeb
from sandbox.server import Running
from tests.fakes import smtp, webpush
from tests.fakes.phoning import ALICE, BOB, PUBLIC, VERIFIED_AT, phoning
from tests.fakes.twilio import FakeTwilio
from tests.harness import World

SLACK_IDS = {"alice": "U0ALICE0001", "bob": "U0BOB000002"}
NUMBERS = {"alice": ALICE, "bob": BOB}
_HASTE = 0.5  # seconds that Slack has for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """All providers at hand, and people whom each of them can reach."""

    world: World
    slack: httpx.Client
    twilio: FakeTwilio
    post: smtp.Post
    push: webpush.Service
    server_key: str

    def person(self, name: str, *reached_by: str, has: tuple[str, ...] = ()) -> User:
        """Somebody who is paged on these channels, and has addresses on others."""
        user = self.world.person(name, *reached_by)
        contacts = tuple(self._contact(name, each) for each in dict.fromkeys(_contacts((*reached_by, *has))))
        changed = replace(user, contacts=contacts, slack_id=SLACK_IDS.get(name, ""))
        manage.change(self.world.ports, changed, SYSTEM, 1)
        return changed

    def makes_admin(self, team: Team, name: str) -> None:
        """Have somebody, and nobody else, hear what becomes of a team's alerts that nobody answers."""
        seen = self.world.ports.store.directory().teams[team.id]
        admin = Member(user_id=self.world.person(name).id, role=Role.ADMIN)
        manage.change(self.world.ports, replace(seen, members=(admin,)), SYSTEM, 1)

    def reached_on(self, name: str) -> set[str]:
        """The channels on which somebody has an alert's page, as the other side sees it."""
        number = NUMBERS[name]
        device = self.push.devices.get(name)
        found = {
            "slack": bool(self.messages(name)),
            "sms": any(message.to == number for message in self.twilio.messages),
            "voice": any(line.called == number for line in self.twilio.lines),
            "email": any(f"{name}@example.com" in mail.recipients for mail in self.post.taken),
            "push": bool(device and device.shown),
        }
        return {channel for channel, is_there in found.items() if is_there}

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """What Slack shows in a conversation."""
        answer = self.slack.get("messages", params={"channel": conversation}).raise_for_status().json()
        found: list[dict[str, Any]] = answer["messages"]
        return found

    def slack_is(self, path: str, **said: object) -> None:
        """Tell Slack how to be."""
        self.slack.post(path, json=said).raise_for_status()

    def loses_the_mail_server(self) -> None:
        """Have nobody listen where mail is taken."""
        with smtp.serve() as gone:
            nobody = channels.discover({**_environment(gone, Path()), "PUBLIC_URL": PUBLIC})["email"]
        known: dict[str, Channel] = {**self.world.ports.channels, "email": nobody}
        self.world.ports = replace(self.world.ports, channels=known)

    def ledger(self, alert: Alert) -> tuple[Notification, ...]:
        """The messages about an alert, in the order in which they were asked for."""
        with self.world.ports.store.begin() as uow:
            return tuple(uow.notifications([alert.id]).get(alert.id, ()))

    def _contact(self, name: str, channel: str) -> Contact:
        match channel:
            case "phone":
                return Contact(channel="phone", address=NUMBERS[name], verified_at=VERIFIED_AT)
            case "push":
                device = self.push.device(name, self.server_key)
                return Contact(channel="push", address=json.dumps(device.subscription()))
            case _:
                return Contact(channel="email", address=f"{name}@example.com")


@contextmanager
def everything(store: Store, slack: Running, folder: Path) -> Iterator[Everything]:
    """Set all of it up around a Slack that runs."""
    with ExitStack() as stack:
        phones = stack.enter_context(phoning(store))
        post = stack.enter_context(smtp.serve())
        push = stack.enter_context(webpush.serve())
        control = stack.enter_context(httpx.Client(base_url=f"{slack.url}/_control/", timeout=20))
        control.post("reset").raise_for_status()
        given = channels.discover({**phones.environment, **_environment(post, folder)})
        web = stack.enter_context(closing(SlackWeb(slack.config.bot_token, slack.api_url, timeout=_HASTE)))
        email, pushing = given["email"], given["push"]
        assert isinstance(email, Email)
        assert isinstance(pushing, Push)
        stack.callback(email.close)
        stack.callback(pushing.close)
        world = phones.world
        real: dict[str, Channel] = {"slack": Slack(web), "email": email, "push": pushing}
        world.ports = replace(world.ports, channels={**world.ports.channels, **real})
        subscriptions.watch(world.ports)
        world.person("ops-admin", "slack", role=Role.ADMIN)
        yield Everything(
            world=world, slack=control, twilio=phones.twilio, post=post, push=push, server_key=pushing.server_key
        )


def _contacts(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name != "slack":
            yield "phone" if name in {"sms", "voice"} else name


def _environment(post: smtp.Post, folder: Path) -> Mapping[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(post.port),
        "SMTP_TLS": "none",
        "EMAIL_FROM": "pager@example.com",
        "LINK_SECRET": "a secret that is long enough for links",
        "DATA_DIR": str(folder),
        "PUSH_ALLOW_PRIVATE": "127.0.0.1",
    }
