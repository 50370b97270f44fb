"""The buttons of a card: pressed in time, too late, twice, and by people whom nobody knows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.delivery.card import Card
from bot.engine.model import SYSTEM, Alert, NoticeKind, Status
from bot.service import alert_cards, departures, manage
from bot.slack.cards import draw
from bot.slack.web import SlackWeb
from sandbox.server import Running
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

ACK, REJECT, RESOLVE = "alert.acknowledge", "alert.reject", "alert.resolve"


class Posted:
    """An alert with its card in `#general`."""

    def __init__(self, world: World, server: Running, workspace: Workspace) -> None:
        self.world, self.alert = world, world.fires("disk full")
        self.conversation = next(
            each["id"] for each in workspace.get("conversations")["conversations"] if each["name"] == "general"
        )
        web = SlackWeb("xoxb-sandbox", server.api_url)
        drawn = draw(self._card(), "U0BOB000002")  # as in bob's direct message, but where everybody can click
        posted = web.call(
            "chat.postMessage", {"channel": self.conversation, "text": drawn.text, "blocks": drawn.blocks}
        )
        self.ts = str(posted["ts"])
        web.close()

    def _card(self) -> Card:
        with self.world.ports.store.begin() as uow:
            return alert_cards.cards(uow, {self.alert.id: [NoticeKind.OPEN]})[self.alert.id, NoticeKind.OPEN]

    def now(self) -> Alert:
        return self.world.alert("disk full")


@pytest.fixture
def posted(world: World, server: Running, workspace: Workspace) -> Iterator[Posted]:
    world.policy(("bob", 5), ("carol", 5))
    manage.change(world.ports, replace(world.person("bob"), slack_id="U0BOB000002"), SYSTEM, 1)
    yield Posted(world, server, workspace)
    world.inbox.clear()


def _click(person: Person, posted: Posted, action_id: str) -> str:
    before = person.workspace.get("changes")["seq"]
    answer = person.clicks(action_id, posted.ts)
    assert answer["ok"], answer
    return words_of(person.sees(after=before))


def test_acknowledging_takes_the_alert(posted: Posted, bob: Person) -> None:
    assert "You have #1." in _click(bob, posted, ACK)

    alert = posted.now()
    assert alert.status is Status.ACKNOWLEDGED
    assert alert.settled_by
    assert alert.settled_by.via == "slack"


@pytest.mark.parametrize("action_id", [ACK, REJECT, RESOLVE])
def test_the_click_of_somebody_who_is_gone_answers_nothing(
    world: World, posted: Posted, bob: Person, action_id: str
) -> None:
    departures.leave(world.ports, world.person("bob").id, SYSTEM)
    asked = posted.now()

    assert "deactivated" in _click(bob, posted, action_id)
    assert posted.now() == asked
    assert asked.status is Status.OPEN


def test_the_answer_is_for_the_person_alone(posted: Posted, bob: Person, alice: Person) -> None:
    _click(bob, posted, ACK)

    seen = alice.workspace.get("messages", **{"channel": "#general", "as": "alice"})["messages"]
    assert "You have #1." not in words_of(seen)


def test_who_comes_too_late_hears_who_was_faster(posted: Posted, bob: Person, alice: Person) -> None:
    alice.asks("/pagertree alert resolve #1")

    answer = _click(bob, posted, ACK)

    assert "#1 is already resolved" in answer
    assert "by Alice Moreau" in answer
    assert posted.now().status is Status.RESOLVED


def test_clicking_again_changes_nothing(posted: Posted, bob: Person) -> None:
    _click(bob, posted, ACK)
    version = posted.now().version

    assert "You have #1 already." in _click(bob, posted, ACK)
    assert posted.now().version == version


def test_resolving_closes_the_alert(posted: Posted, bob: Person) -> None:
    assert "#1 is resolved." in _click(bob, posted, RESOLVE)
    assert posted.now().status is Status.RESOLVED


def test_rejecting_is_for_those_who_were_asked(posted: Posted, bob: Person, alice: Person) -> None:
    assert "You are not being asked" in _click(alice, posted, REJECT)
    assert "You rejected #1" in _click(bob, posted, REJECT)
    assert "You rejected #1 already" in _click(bob, posted, REJECT)


@pytest.mark.parametrize("name", ["grace", "mallory", "frank"])
def test_strangers_are_refused_politely(posted: Posted, workspace: Workspace, name: str) -> None:
    answer = _click(workspace.person(name), posted, ACK)

    assert any(said in answer for said in ("Guests cannot", "another workspace", "deactivated"))
    assert posted.now().status is Status.OPEN


def test_somebody_new_is_linked_by_their_first_click(posted: Posted, workspace: Workspace) -> None:
    assert "You have #1." in _click(workspace.person("dave"), posted, ACK)

    user = posted.world.ports.store.directory().user_in_slack("U0DAVE00004")
    assert user
    assert user.zone == "America/New_York"


def test_a_card_in_a_modal_and_in_an_own_message_is_answered_in_its_place(posted: Posted, bob: Person) -> None:
    shown = bob.asks_for("/pagertree alert show #1")
    before = bob.workspace.get("changes")["seq"]

    assert bob.clicks(ACK, shown["ts"])["ok"]

    answer = bob.sees(after=before)
    assert answer["ts"] == shown["ts"]
    assert "You have #1." in words_of(answer)


def test_the_button_to_the_source_needs_no_answer(posted: Posted, bob: Person) -> None:
    posted.world.fires("see source", url="https://prometheus.example/g")
    before = bob.workspace.get("changes")["seq"]

    bob.asks("/pagertree alert show #2")

    assert bob.workspace.get("changes")["seq"] > before
