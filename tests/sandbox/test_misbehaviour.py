"""Every way in which Slack can be told to fail."""

from typing import Any

import httpx
import pytest

from sandbox.server import Running
from tests.sandbox.client import Driver

Json = dict[str, Any]
GENERAL, PAYMENTS = "C0GENERAL01", "C0PAYMENTS3"


@pytest.fixture
def post(slack: Running) -> Any:
    """Posts a message, without retries."""

    def send(channel: str = GENERAL, patience: float = 60) -> httpx.Response:
        body = {"channel": channel, "text": "page"}
        headers = {"authorization": "Bearer xoxb-sandbox"}
        return httpx.post(f"{slack.api_url}chat.postMessage", json=body, headers=headers, timeout=patience)

    return send


def posted(driver: Driver) -> int:
    return len(driver.messages("general", "alice", wait=0))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "rate_limited", "retry_after": 7}, (429, '"ratelimited"', "7")),
        ({"kind": "rate_limited"}, (429, '"ratelimited"', None)),
        ({"kind": "status"}, (503, "upstream", None)),
        ({"kind": "status", "status": 500}, (500, "upstream", None)),
        ({"kind": "internal_error"}, (200, '"internal_error"', None)),
        ({"kind": "error", "error": "token_revoked"}, (200, '"token_revoked"', None)),
        ({"kind": "error", "error": "not_in_channel"}, (200, '"not_in_channel"', None)),
        ({"kind": "html"}, (200, "<html>", None)),
    ],
)
def test_a_refusal_once_and_then_a_good_answer(
    driver: Driver, post: Any, fault: Json, told: tuple[int, str, str | None]
) -> None:
    status, body, retry_after = told
    driver.post("misbehaviour", method="chat.postMessage", times=1, **fault)
    answer = post()
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, retry_after)
    assert body in answer.text
    assert posted(driver) == 0
    assert post().json()["ok"]
    assert posted(driver) == 1


def test_a_timeout_before_and_one_after_it_was_done(driver: Driver, post: Any) -> None:
    driver.post("misbehaviour", method="chat.postMessage", kind="timeout", times=1)
    driver.post("misbehaviour", method="chat.postMessage", kind="timeout_after", times=1)
    with pytest.raises(httpx.ReadTimeout):
        post(patience=2)
    assert posted(driver) == 0
    with pytest.raises(httpx.ReadTimeout):
        post(patience=2)
    assert posted(driver) == 1
    assert driver.get("calls")["counts"]["chat.postMessage"] == 2


def test_a_slow_answer_is_an_answer(driver: Driver, post: Any) -> None:
    driver.post("misbehaviour", kind="slow", ms=50)
    assert post().json()["ok"]
    driver.post("misbehaviour", kind="slow", ms=5000)
    assert driver.get("misbehaviour")["faults"][0]["hits"] == 1


def test_one_channel_or_one_method_until_told_to_behave(driver: Driver, post: Any) -> None:
    driver.post("misbehaviour", method="chat.postMessage", kind="error", error="is_archived", channel="#payments")
    assert post(PAYMENTS).json()["error"] == "is_archived"
    assert post("payments").json()["error"] == "is_archived"
    assert post(GENERAL).json()["ok"]
    driver.behave()
    assert post(PAYMENTS).json()["ok"]


def test_a_misbehaviour_that_does_not_exist_is_refused(driver: Driver) -> None:
    assert "none of" in driver.post("misbehaviour", kind="explode")["error"]
    assert "unknown keys ['mehtod']" in driver.post("misbehaviour", kind="html", mehtod="x")["error"]


def test_a_sandbox_stops_while_a_bot_waits_in_vain(slack: Running, driver: Driver, post: Any) -> None:
    driver.post("misbehaviour", kind="timeout", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        post(patience=2)
    slack.stop()
    with pytest.raises(httpx.ConnectError):
        post()
