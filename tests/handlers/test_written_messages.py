"""What people write to the bot in their direct messages: heard, answered, once."""

from dataclasses import replace

import pytest

from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Alert, NoticeKind, Status
from bot.ports import Page, Settlement
from bot.service import alert_cards, manage
from bot.slack.web import HEARS, SlackWeb
from sandbox.server import Running
from tests.handlers.people import WAIT, Person, Workspace, words_of
from tests.harness import World


@pytest.fixture
def asked(world: World, workspace: Workspace) -> Person:
    """Bob, whom an alert waits for, in his direct messages with the bot."""
    bob = Person(workspace, "bob", "bob")
    world.policy(("bob", 5))
    manage.change(world.ports, replace(world.person("bob"), slack_id="U0BOB000002"), SYSTEM, 1)
    return bob


def _writes(person: Person, text: str, **more: object) -> str:
    before = person.workspace.get("changes")["seq"]
    person.workspace.post("messages", **{"as": person.name, "channel": person.name, "text": text, **more})
    found = person.workspace.get(
        "messages", **{"channel": person.name, "as": person.name, "after": before, "at_least": 2, "wait": WAIT}
    )["messages"]
    assert len(found) == 2, found
    return words_of(found[-1])


@pytest.mark.parametrize("text", ["ack", "A", "Ack!", "ack #1", "1 ack", "/pagertree alert ack 1", "alert ack #1"])
def test_what_acknowledges_is_heard(world: World, asked: Person, text: str) -> None:
    world.fires("disk full")

    assert "You have #1." in _writes(asked, text)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED
    world.inbox.clear()


@pytest.mark.parametrize(("text", "said"), [("1", "disk full"), ("#1", "disk full"), ("why", "#1"), ("why?", "#1")])
def test_a_number_and_why_are_questions_about_the_alert(world: World, asked: Person, text: str, said: str) -> None:
    world.fires("disk full")

    assert said in _writes(asked, text)
    assert world.alert("disk full").status is Status.OPEN
    world.inbox.clear()


def test_of_several_alerts_one_is_chosen_by_a_button(world: World, asked: Person) -> None:
    world.fires("disk full")
    world.fires("queue stuck")

    said = _writes(asked, "ack")
    before = asked.workspace.get("changes")["seq"]
    asked.clicks("run.alert ack #1", "last")

    assert "Which one?" in said
    assert "#2 queue stuck" in said
    assert "You have #1." in words_of(asked.sees(after=before))
    world.inbox.clear()


def test_what_is_written_below_a_card_is_about_its_alert(world: World, asked: Person, server: Running) -> None:
    world.fires("disk full")
    world.fires("queue stuck")
    _, second = world.alert("disk full"), world.alert("queue stuck")
    posted = _page_in_slack(world, server, second)

    assert "You have #2." in _writes(asked, "ack", thread_ts=posted)
    assert world.alert("disk full").status is Status.OPEN
    world.inbox.clear()


def _page_in_slack(world: World, server: Running, alert: Alert) -> str:
    """Post an alert's card to bob, and note in the ledger which message it is."""
    web = SlackWeb("xoxb-sandbox", server.api_url)
    with world.ports.store.begin() as uow:
        (sent,) = uow.notifications([alert.id])[alert.id]
        drawn = alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]
    receipt = Slack(web).send(Page(notification=sent, card=drawn, user=world.person("bob")))
    web.close()
    with world.ports.store.begin() as uow:
        uow.settle([Settlement(notification_id=sent.id, state=sent.state, receipt=receipt, painted=0)])
    return receipt.provider_id


def test_what_is_not_understood_is_said_with_what_can_be_written(world: World, asked: Person) -> None:
    world.fires("disk full")

    assert "Here you can write `ack`" in _writes(asked, "on it, thanks")
    assert world.alert("disk full").status is Status.OPEN
    world.inbox.clear()


def test_a_command_that_is_a_form_gets_a_button_that_opens_it(world: World, asked: Person) -> None:
    world.fires("disk full")

    assert "is a form" in _writes(asked, "alert note #1")
    asked.clicks("run.alert note #1", "last")

    assert "What you found or did" in str(asked.form())
    world.inbox.clear()


def test_a_message_that_slack_delivers_again_is_answered_once(world: World, asked: Person) -> None:
    world.fires("disk full")
    asked.workspace.post("event-order", copies=3)
    _writes(asked, "ack")
    asked.workspace.post("event-order", copies=1)

    _writes(asked, "why #1")

    assert asked.workspace.get("calls")["counts"]["chat.postMessage"] == 2
    world.inbox.clear()


@pytest.mark.parametrize(
    ("change", "answers"),
    [
        ({}, 1),
        ({"subtype": "thread_broadcast"}, 1),
        ({"subtype": "file_share"}, 1),
        ({"subtype": "message_changed"}, 0),
        ({"subtype": "message_deleted"}, 0),
        ({"bot_id": "B0OTHER0001"}, 0),
        ({"channel_type": "channel"}, 0),
    ],
)
def test_what_people_write_is_heard_and_nothing_else(asked: Person, change: dict[str, str], answers: int) -> None:
    _writes(asked, "why")
    posted = asked.workspace.get("calls", method="chat.postMessage")["calls"][-1]
    event = {"type": "message", "channel_type": "im", "user": "U0BOB000002", "text": "ack", "ts": "9.2"}
    event |= {"channel": posted["arguments"]["channel"]}
    asked.workspace.post("events", event=event | change)
    asked.workspace.get("calls", method="chat.postMessage", at_least=1 + answers, wait=WAIT)
    _writes(asked, "why")

    found = asked.workspace.get("calls", method="chat.postMessage", at_least=2 + answers, wait=WAIT)
    assert len(found["calls"]) == 2 + answers


def test_a_guest_is_told_that_they_are_none_of_ours(workspace: Workspace) -> None:
    assert "Guests cannot use this" in _writes(Person(workspace, "grace", "grace"), "ack")


def test_home_says_what_to_type_while_nothing_is_heard(workspace: Workspace, bob: Person) -> None:
    given = [scope for scope in workspace.get("settings")["settings"]["scopes"] if scope != HEARS]
    workspace.post("settings", scopes=given)
    bob.asks("/pagertree")
    workspace.post("home", **{"as": "bob"})

    shown = words_of(workspace.get("home", **{"as": "bob", "wait": WAIT}))
    workspace.post("settings", scopes=[*given, HEARS])

    assert "What you write to me under *Messages* is not heard" in shown
    assert "`/pagertree alert ack #12`" in shown
