"""What Slack sends: verified, fresh, and never in the way of anything else."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.store import open_store
from tests.web.serving import Web, web

SECRET = "secret"
COMMAND = urlencode(
    {"command": "/pagertree", "text": "help", "team_id": "T1", "user_id": "U1", "trigger_id": "1"}
).encode()


class Bolt:
    """An app with one command, which takes as long as the test wants."""

    def __init__(self) -> None:
        self.entered = Event()
        self.free = Event()
        known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U0")
        self.app = App(signing_secret=SECRET, authorize=lambda: known)
        self.app.command("/pagertree")(self._answer)
        self.app._listeners[0].ack_timeout = 60  # seconds that Bolt waits for the answer; three by itself

    def _answer(self, ack: Ack) -> None:
        self.entered.set()
        assert self.free.wait(50)
        ack("hello")


@pytest.fixture
def bolt() -> Bolt:
    return Bolt()


@pytest.fixture
def running(sqlite_url: str, bolt: Bolt) -> Iterator[Web]:
    with open_store(sqlite_url) as store, web(store, slack=bolt.app) as started:
        yield started


def signed(body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """Slack's headers: https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    at = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": at,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/x-www-form-urlencoded",
    }


def send(running: Web, body: bytes = COMMAND, *, age: int = 0, secret: str = SECRET) -> httpx.Response:
    return running.client.post("/slack/events", content=body, headers=signed(body, age=age, secret=secret))


def test_a_signed_command_is_answered(running: Web, bolt: Bolt) -> None:
    bolt.free.set()

    answer = send(running)

    assert (answer.status_code, answer.text) == (200, "hello")


@pytest.mark.parametrize(("secret", "age"), [("wrong", 0), (SECRET, 301), (SECRET, -301)])
def test_forged_and_stale_requests_are_refused(running: Web, bolt: Bolt, secret: str, age: int) -> None:
    bolt.free.set()

    assert send(running, secret=secret, age=age).status_code == 401
    assert not bolt.entered.is_set()


def test_a_body_that_was_changed_is_refused(running: Web) -> None:
    answer = running.client.post("/slack/events", content=COMMAND + b"&x=1", headers=signed(COMMAND))

    assert answer.status_code == 401


def test_a_body_that_is_no_text_is_refused(running: Web) -> None:
    body = b"\xff\xfe"

    assert send(running, body).status_code == 401


@pytest.mark.parametrize(
    "header",
    [("x-slack-request-timestamp", "now"), ("x-slack-request-timestamp", "1" * 40), ("x-slack-signature", "v0=ä")],
)
def test_what_no_signature_looks_like_is_refused(running: Web, header: tuple[str, str]) -> None:
    name, value = header
    without = {key.encode(): text.encode() for key, text in signed(COMMAND).items() if key != name}

    for given in (without, without | {name.encode(): value.encode("latin-1")}):
        answer = running.client.post("/slack/events", content=COMMAND, headers=given)
        assert (answer.status_code, "SLACK_SIGNING_SECRET" in answer.json()["error"]) == (401, True)


def test_a_slow_answer_holds_up_nobody(running: Web, bolt: Bolt) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, running)
        assert bolt.entered.wait(60)
        assert httpx.get(f"{running.url}/health/live", verify=False, timeout=40).status_code == 200
        assert not slow.done()
        bolt.free.set()

        assert slow.result().text == "hello"


def test_the_address_check_of_the_events_api_is_answered(running: Web) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
    headers = signed(body) | {"content-type": "application/json"}

    answer = running.client.post("/slack/events", content=body, headers=headers)

    assert (answer.status_code, answer.json()) == (200, {"challenge": "c"})


def test_a_body_that_slack_never_sends_is_refused(running: Web) -> None:
    assert send(running, b"x" * (1024 * 1024 + 1)).status_code == 413


def test_without_a_workspace_it_says_so(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, web(store) as running:
        answer = running.client.post("/slack/events", content=b"")

    assert answer.status_code == 503
    assert "SLACK_BOT_TOKEN" in answer.json()["error"]
