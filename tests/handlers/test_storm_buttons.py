"""The buttons of a storm's summary: all of it taken with one click, and what is in it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.delivery.storms import LIMIT
from bot.engine.model import SYSTEM, Alert, Status
from bot.ports import AlertFilter
from bot.service import manage
from bot.slack.summaries import draw_summary
from bot.slack.web import SlackWeb
from sandbox.server import Running
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

ACK, SHOW = "storm.acknowledge", "storm.show"
COUNT = 23


class Posted:
    """A storm in bob's direct messages, whose summary is in `#general`, where everybody can click."""

    def __init__(self, world: World, server: Running, workspace: Workspace) -> None:
        self.world = world
        bodies = [{"event_type": "create", "id": f"{n}", "title": f"drop {n}"} for n in range(LIMIT + COUNT)]
        world.sends_together(*bodies)
        world.passes(seconds=5)
        [shown] = world.slack.summaries.values()
        self.conversation = next(
            each["id"] for each in workspace.get("conversations")["conversations"] if each["name"] == "general"
        )
        self.storm_id = shown[-1].storm.id
        drawn = draw_summary(shown[-1].summary)
        web = SlackWeb("xoxb-sandbox", server.api_url)
        body = {"channel": self.conversation, "text": drawn.text, "blocks": drawn.blocks}
        self.ts = str(web.call("chat.postMessage", body)["ts"])
        web.close()

    def alerts(self, **wanted: object) -> tuple[Alert, ...]:
        with self.world.ports.store.begin() as uow:
            return uow.alerts(AlertFilter(limit=100, **wanted))  # type: ignore[arg-type]


@pytest.fixture
def posted(world: World, server: Running, workspace: Workspace) -> Iterator[Posted]:
    world.person("bob", "slack")
    manage.change(world.ports, replace(world.person("bob"), slack_id="U0BOB000002"), SYSTEM, 1)
    world.policy(("bob", 5))
    yield Posted(world, server, workspace)
    world.inbox.clear()


def _click(person: Person, posted: Posted, action_id: str) -> str:
    before = person.workspace.get("changes")["seq"]
    answer = person.clicks(action_id, posted.ts)
    assert answer["ok"], answer
    return words_of(person.sees(after=before))


def test_one_click_takes_every_alert_of_the_storm_and_no_other(posted: Posted, bob: Person) -> None:
    assert f"You have {COUNT} alerts of this storm." in _click(bob, posted, ACK)

    taken = posted.alerts(storm_id=posted.storm_id)
    assert {alert.status for alert in taken} == {Status.ACKNOWLEDGED}
    assert {alert.settled_by.via for alert in taken if alert.settled_by} == {"slack"}
    assert len(taken) == COUNT
    assert len(posted.alerts(statuses=(Status.OPEN,))) == LIMIT


def test_what_somebody_else_has_stays_theirs(posted: Posted, bob: Person) -> None:
    first = posted.alerts(storm_id=posted.storm_id)[0]
    posted.world.acknowledges("carol", first)

    assert f"You have {COUNT - 1} alerts of this storm." in _click(bob, posted, ACK)
    assert posted.world.alert(first.title).settled_by != posted.alerts(storm_id=posted.storm_id)[1].settled_by


def test_clicking_again_says_that_nothing_is_left(posted: Posted, bob: Person) -> None:
    _click(bob, posted, ACK)
    assert "Somebody has each of them already" in _click(bob, posted, ACK)


def test_strangers_take_nothing(posted: Posted, workspace: Workspace) -> None:
    assert "Guests cannot" in _click(workspace.person("grace"), posted, ACK)
    assert {alert.status for alert in posted.alerts(storm_id=posted.storm_id)} == {Status.OPEN}


def test_the_list_shows_the_newest_first_and_goes_on(posted: Posted, bob: Person) -> None:
    listed = _click(bob, posted, SHOW)
    in_storm = posted.alerts(storm_id=posted.storm_id)
    for alert in in_storm[:10]:
        assert f"#{alert.number}* {alert.title}" in listed
    assert f"#{in_storm[10].number}* " not in listed
    assert "Older" in listed


def test_a_button_of_a_storm_that_is_not_known_is_refused(posted: Posted, bob: Person, server: Running) -> None:
    web = SlackWeb("xoxb-sandbox", server.api_url)
    button = {"type": "button", "action_id": ACK, "text": {"type": "plain_text", "text": "Take"}, "value": "stm_no"}
    blocks = [{"type": "actions", "elements": [button]}]
    sent = web.call("chat.postMessage", {"channel": posted.conversation, "text": "old", "blocks": blocks})
    web.close()
    posted.ts = str(sent["ts"])

    assert "This button is from another time" in _click(bob, posted, ACK)
