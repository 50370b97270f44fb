"""The World with real phones: SMS and calls go to a Twilio on a port, and Twilio calls a web process of ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import channels
from bot.channels.sms import Sms
from bot.channels.voice import Voice
from bot.engine.model import SYSTEM, Contact, DeliveryState, Notification, Role, Team, User
from bot.ports import Store
from bot.service import manage
from bot.settings import Settings
from bot.web.app import assemble
from tests.fakes.twilio import FakeTwilio, twilio
from tests.harness import World
from tests.web.serving import serve

PUBLIC = "https://pager.example.com"
REPLIES = f"{PUBLIC}/twilio/replies"
ALICE, BOB, STRANGER = "+442071230001", "+442071230002", "+442079990009"
VERIFIED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phoning:
    """A World whose phones are real; `url` is where our web process listens."""

    world: World
    twilio: FakeTwilio
    url: str
    environment: Mapping[str, str]

    def person(self, name: str, number: str, *more: str, reached_by: tuple[str, ...] = ("sms",)) -> User:
        """Make somebody with verified phone numbers."""
        user = self.world.person(name, *reached_by)
        contacts = tuple(Contact(channel="phone", address=each, verified_at=VERIFIED_AT) for each in (number, *more))
        changed = replace(user, contacts=contacts)
        manage.change(self.world.ports, changed, SYSTEM, 1)
        return changed

    def team(self, *layers: tuple[str, float], name: str = "ops") -> Team:
        """Set up the team with an integration; its admin is told in Slack, not by email."""
        self.world.person(f"{name}-admin", "push", role=Role.ADMIN)
        return self.world.team(name, *layers, integrated=True)

    def ledger(self, title: str) -> list[Notification]:
        """The pages and notices of an alert."""
        alert = self.world.alert(title)
        with self.world.ports.store.begin() as uow:
            return list(uow.notifications([alert.id]).get(alert.id, ()))

    def states(self, title: str) -> list[tuple[str, DeliveryState, str]]:
        """The ledger in short: channel, state and reason of each."""
        return [(each.channel, each.state, each.error) for each in self.ledger(title)]

    def texts(self, number: str, body: str, **more: str) -> str:
        """Somebody writes to us; returns the answer, "" for none."""
        answers = self.twilio.texts(REPLIES, number, body, **more)
        self.world.works()
        return "\n".join(answers)


@contextmanager
def phoning(store: Store, **changes: str) -> Iterator[Phoning]:
    """Set everything up; `changes` are further variables of the environment, "" takes one away."""
    world = World(store)
    with twilio() as (fake, given):
        environment = {name: value for name, value in {**given, **changes}.items() if value}
        real = {name: made for name, made in channels.discover(environment).items() if name in {"sms", "voice"}}
        world.ports = replace(world.ports, channels={**world.ports.channels, **real})
        settings = Settings(public_url=environment.get("PUBLIC_URL", ""), environment=environment)
        with serve(assemble(settings, world.ports, None, lambda: True)) as url:
            fake.reaches(PUBLIC, url)
            try:
                yield Phoning(world=world, twilio=fake, url=url, environment=environment)
            finally:
                for channel in real.values():
                    if isinstance(channel, Sms | Voice):
                        channel.close()
        world.expect_silence()
