"""What is delivered twice, byte for byte, is done once."""

from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from bot.engine.model import Alert, EntryKind
from bot.handlers.app import receive
from bot.handlers.modals.verbs import ask_note
from bot.handlers.once import once
from bot.handlers.reception import Asker, Reception
from bot.handlers.table import Reply, Said
from bot.handlers.visit import Visit
from bot.slack.cards import ESCALATE, ticket
from bot.slack.forms import view
from sandbox.server import Running
from tests.handlers.conftest import PUBLIC_URL
from tests.handlers.people import Person
from tests.harness import World

ALICE = Asker(slack_id="U0ALICE0001", workspace="T0SANDBOX01")
TWICE = "Slack delivered this twice"


class Heard:
    """A place that keeps what is shown, for the test to wait for."""

    def __init__(self) -> None:
        self._said: SimpleQueue[str] = SimpleQueue()

    def show(self, reply: Reply) -> None:
        self._said.put(reply.text if isinstance(reply, Said) else reply.title)

    def next(self) -> str:
        return self._said.get(timeout=60)


@pytest.fixture
def reception(server: Running, world: World, alice: Person) -> Iterator[Reception]:
    alice.asks("/pagertree")
    opened = receive(world.ports, "xoxb-sandbox", server.api_url, PUBLIC_URL)
    yield opened
    opened.close()


@pytest.fixture
def alert(world: World) -> Alert:
    world.policy(("bob", 5), ("carol", 5))
    return world.fires("disk full")


def _count(world: World, alert: Alert, kind: EntryKind) -> int:
    return [entry.kind for entry in world.timeline(alert)].count(kind)


def test_a_command_is_run_once(reception: Reception, world: World, alert: Alert) -> None:
    heard = Heard()
    said = []
    for trigger in ("1.1", "1.1", "1.2"):
        reception.command(ALICE, f"alert note #{alert.number} rebooted it", trigger, heard)
        said.append(heard.next())

    assert [TWICE in each for each in said] == [False, True, False]
    assert _count(world, alert, EntryKind.NOTE) == 2


def test_a_click_counts_once(reception: Reception, world: World, alert: Alert) -> None:
    heard = Heard()
    said = []
    for _ in range(2):
        reception.press(ALICE, ESCALATE, ticket(alert.id, alert.version), "2.1", heard)
        said.append(heard.next())

    assert [TWICE in each for each in said] == [False, True]


def test_a_form_is_saved_once(reception: Reception, world: World, alert: Alert) -> None:
    visit = Visit(ports=world.ports, slack=reception.slack, user=world.person("bob"), now=world.clock.now())
    drawn = view(ask_note(visit, f"#{alert.number}"))
    filled = {"note": {"value": {"type": "plain_text_input", "value": "rebooted it"}}}
    sent = {**drawn, "id": "V1", "state": {"values": filled}}

    answers = [reception.submit(ALICE, sent, "3.1") for _ in range(2)]

    assert [TWICE in str(each) for each in answers] == [False, True]
    assert _count(world, alert, EntryKind.NOTE) == 1


def test_what_has_no_trigger_is_done_each_time(reception: Reception, world: World) -> None:
    visit = Visit(ports=world.ports, slack=reception.slack, user=world.person("bob"), now=world.clock.now())
    assert [once("", lambda found: found.user.name)(visit) for _ in range(2)] == ["Bob", "Bob"]
