"""What Slack itself can do to us, and requests that are not Slack's."""

import hashlib
import hmac
import time

import httpx
import pytest

from sandbox.server import Running
from tests.handlers.people import WAIT, Person, Workspace, words_of
from tests.handlers.stalls import stalled
from tests.harness import World


def test_a_form_that_could_not_be_opened_in_time_is_said(workspace: Workspace, alice: Person) -> None:
    workspace.post("misbehaviour", method="views.open", kind="error", error="expired_trigger_id", times=1)

    assert "three seconds" in alice.asks("/pagertree router add")


def test_a_form_that_was_closed_meanwhile_is_let_go(sqlite_url: str, workspace: Workspace, alice: Person) -> None:
    alice.asks("/pagertree")
    with stalled(sqlite_url):
        alice.types("/pagertree router edit payments")
        workspace.get("views", **{"as": "alice", "wait": WAIT})
        workspace.post("closings", **{"as": "alice", "all": True})
    refused = workspace.get("calls", method="views.update", at_least=2, wait=WAIT)["calls"]

    assert [call["answer"]["error"] for call in refused] == ["not_found", "not_found"]
    assert "Your alerts" in alice.asks("/pagertree")


def test_a_form_that_slack_does_not_take_is_not_left_loading(workspace: Workspace, alice: Person) -> None:
    workspace.post("misbehaviour", method="views.update", kind="error", error="invalid_arguments", times=1)

    shown = words_of(alice.opens("/pagertree router add"))
    assert "Slack does not take the message's form (invalid_arguments)." in shown


@pytest.mark.parametrize("kind", ["rate_limited", "status", "timeout_after"])
def test_a_form_is_shown_once_slack_takes_it_again(kind: str, workspace: Workspace, alice: Person) -> None:
    more = {"retry_after": 0} if kind == "rate_limited" else {"seconds": 0.1} if kind == "timeout_after" else {}
    workspace.post("misbehaviour", method="views.update", kind=kind, times=2, **more)

    assert "Name" in words_of(alice.opens("/pagertree router add", showing="Name"))


def _told(workspace: Workspace, after: int = 0) -> str:
    """The newest direct message that the bot sent."""
    sent = workspace.get("calls", method="chat.postMessage", at_least=after + 1, wait=WAIT)["calls"]
    return words_of(sent[-1]["arguments"])


def test_a_form_that_slack_does_not_show_is_said_with_a_button_that_opens_it(
    workspace: Workspace, alice: Person
) -> None:
    workspace.post("misbehaviour", method="views.update", kind="rate_limited", retry_after=60, times=1)
    alice.types("/pagertree router add")

    assert "“New router” could not be shown: Slack asks the bot to slow down. Nothing was changed." in _told(workspace)
    clicked = workspace.post("clicks", channel="D0ALICE0001", ts="last", action_id="run.router add", **{"as": "alice"})
    assert clicked["ok"], clicked
    assert "Rules (YAML)" in words_of(alice.form(showing="Name"))


def test_a_home_that_slack_does_not_show_is_drawn_once_it_does(workspace: Workspace, alice: Person) -> None:
    workspace.post("misbehaviour", method="views.publish", kind="rate_limited", retry_after=0, times=2)
    workspace.post("home", **{"as": "alice"})

    assert "Yours now" in words_of(workspace.get("home", **{"as": "alice", "wait": WAIT}))


def test_a_home_that_slack_never_shows_is_said_by_a_message(workspace: Workspace, alice: Person) -> None:
    workspace.post("misbehaviour", method="views.publish", kind="rate_limited", retry_after=60)
    workspace.post("home", **{"as": "alice"})

    assert "Your page here could not be drawn: Slack asks the bot to slow down." in _told(workspace)


def test_a_button_at_home_that_opens_nothing_says_so(workspace: Workspace, alice: Person) -> None:
    workspace.post("home", **{"as": "alice"})
    workspace.get("home", **{"as": "alice", "wait": WAIT})
    workspace.post("misbehaviour", method="views.open", kind="status", status=503, times=1)
    workspace.post("clicks", **{"as": "alice", "home": True, "action_id": "run.help"})

    assert "Slack is having trouble (HTTP 503)." in _told(workspace)


def _request(server: Running, secret: str, age: int = 0) -> httpx.Response:
    body = "command=%2Fpagertree&text=help&user_id=U0ALICE0001&team_id=T0SANDBOX01&trigger_id=1.2.3"
    stamp = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
    return httpx.post(server.bot_url, content=body, headers=headers, timeout=WAIT)


@pytest.mark.usefixtures("workspace")
def test_only_fresh_requests_that_slack_signed_are_taken(server: Running) -> None:
    secret = "sandbox-signing-secret"

    assert _request(server, secret).status_code == 200
    assert _request(server, "another secret").status_code == 401
    assert _request(server, secret, age=301).status_code == 401


def test_a_button_of_another_time_is_answered(workspace: Workspace, world: World, bob: Person) -> None:
    blocks = [{"type": "actions", "elements": [_old_button("alert.acknowledge", "alt_1"), _old_button("x.y", "1")]}]
    general = next(each["id"] for each in workspace.get("conversations")["conversations"] if each["name"] == "general")
    posted = httpx.post(
        f"{workspace.url}/api/chat.postMessage",
        json={"channel": general, "text": "old", "blocks": blocks},
        headers={"authorization": "Bearer xoxb-sandbox"},
    ).json()
    before = workspace.get("changes")["seq"]

    assert bob.clicks("alert.acknowledge", posted["ts"])["ok"]
    assert "from another time" in words_of(bob.sees(after=before))
    assert bob.clicks("x.y", posted["ts"])["ok"]


def _old_button(action_id: str, value: str) -> dict[str, object]:
    text = {"type": "plain_text", "text": "Old"}
    return {"type": "button", "action_id": action_id, "value": value, "text": text}
