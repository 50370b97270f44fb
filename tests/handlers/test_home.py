"""The App Home: drawn when it is opened, once for each event, with buttons that open modals."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Contact
from bot.service import manage
from bot.slack.web import SlackWeb
from sandbox.server import Running
from tests.handlers.people import WAIT, Person, Workspace, words_of
from tests.harness import World
from tests.surroundings import START


def _home(person: Person) -> str:
    found = person.workspace.get("home", **{"as": person.name, "wait": WAIT})
    return words_of(found)


def test_the_home_shows_what_is_mine(world: World, workspace: Workspace, bob: Person) -> None:
    workspace.post("home", **{"as": "bob"})

    assert "Nothing waits for you." in _home(bob)


def test_an_event_that_comes_twice_draws_once(workspace: Workspace, bob: Person) -> None:
    event = {"type": "app_home_opened", "user": "U0BOB000002", "tab": "home", "channel": "D0", "event_ts": "1.2"}
    workspace.post("events", event=event, times=3)
    workspace.post("home", **{"as": "alice"})
    workspace.get("home", **{"as": "alice", "wait": WAIT})
    workspace.get("calls", method="views.publish", at_least=2, wait=WAIT)

    assert workspace.get("calls")["counts"]["views.publish"] == 2


def test_a_guest_reads_in_the_home_why_it_is_empty(workspace: Workspace) -> None:
    workspace.post("home", **{"as": "grace"})

    found = workspace.get("home", **{"as": "grace", "wait": WAIT})

    assert "Guests cannot use this. Ask a member of the workspace." in words_of(found)


def test_a_button_of_the_home_opens_its_answer_over_it(workspace: Workspace, bob: Person) -> None:
    workspace.post("home", **{"as": "bob"})
    _home(bob)

    workspace.post("clicks", **{"as": "bob", "home": True, "action_id": "run.oncall"})

    assert "There are no teams yet" in words_of(bob.form())


def test_an_alert_is_acknowledged_over_the_home(world: World, workspace: Workspace, bob: Person) -> None:
    bob.asks("/pagertree")
    world.policy(("bob-nakamura", 5))
    world.fires("disk full")
    workspace.post("home", **{"as": "bob"})
    assert "disk full" in _home(bob)

    workspace.post("clicks", **{"as": "bob", "home": True, "action_id": "run.alert show #1"})
    assert "waiting for an answer" in words_of(bob.form())
    workspace.post("clicks", **{"as": "bob", "action_id": "alert.acknowledge"})

    assert "You have #1." in words_of(bob.form(showing="You have"))
    world.inbox.clear()


def test_the_home_says_what_keeps_pages_away_as_me_does(world: World, workspace: Workspace, bob: Person) -> None:
    bob.asks("/pagertree")
    known = world.person("bob-nakamura")
    browser = Contact(channel="push", address='{"endpoint": "https://push.example/secret"}', verified_at=START)
    manage.change(world.ports, replace(known, contacts=(browser,), channels=("sms",)), SYSTEM, 1)
    workspace.post("home", **{"as": "bob"})

    shown = _home(bob)

    wrong = "sms does not reach you: Bob Nakamura has no primary phone number."
    assert "push to 1 device" in shown
    assert "secret" not in shown
    assert wrong in shown
    assert wrong in bob.asks("/pagertree me")


@pytest.fixture
def distrusted(world: World, server: Running) -> Iterator[World]:
    """Pages go out with a token that Slack no longer takes."""
    web = SlackWeb("xoxb-of-last-year", server.api_url)
    world.ports = replace(world.ports, channels={**world.ports.channels, "slack": Slack(web)})
    yield world
    web.close()


def test_admins_are_told_of_credentials_that_fail(distrusted: World, workspace: Workspace, alice: Person) -> None:
    alice.asks("/pagertree")
    workspace.post("home", **{"as": "alice"})
    workspace.get("calls", method="views.publish", at_least=2, wait=WAIT)  # once at once, once when Slack has answered

    assert "install the app again and set SLACK_BOT_TOKEN" in _home(alice)
