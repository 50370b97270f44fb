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

    assert "Slack refused the message (invalid_arguments)." in words_of(alice.opens("/pagertree router add"))


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
