"""The control API itself: waiting, filters, what is not allowed."""

import threading
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.config import Config, read_environment
from sandbox.server import Running
from tests.sandbox.client import Driver


def test_a_wait_ends_when_the_message_comes(slack: Running, driver: Driver, client: WebClient) -> None:
    found: list[Any] = []

    def wait_for_it() -> None:
        other = Driver(slack)
        found.extend(other.messages("general", "bob", wait=60, contains="disk"))
        other.close()

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    client.chat_postMessage(channel="C0GENERAL01", text="nothing")
    client.chat_postMessage(channel="C0GENERAL01", text="disk full")
    waiting.join(60)
    assert [m["text"] for m in found] == ["disk full"]


def test_calls_are_counted_and_filtered(driver: Driver, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL01", text="one")
    client.api_call("users.info", params={"user": "U0BOB000002", "token": "xoxb-sandbox"})
    with pytest.raises(Exception, match="is_archived"):
        client.chat_postMessage(channel="C0LAUNCHES5", text="two")
    assert driver.get("calls")["counts"] == {"chat.postMessage": 2, "users.info": 1}
    assert [c["arguments"]["text"] for c in driver.calls(method="chat.postMessage", ok="true")] == ["one"]
    assert [c["arguments"]["text"] for c in driver.calls(error="is_archived")] == ["two"]
    assert "xoxb" not in str(driver.calls())
    assert driver.calls(after=2)[0]["n"] == 3


def test_a_request_that_makes_no_sense_says_what_there_is(driver: Driver) -> None:
    assert "there are ['alice'" in driver.command("nobody", "general", "/x")["error"]
    assert "'#general'" in driver.command("bob", "nowhere", "/x")["error"]
    assert driver.post("submissions", as_="bob")["error"] == "bob has no open modal"
    assert driver.post("commands", as_="bob")["error"] == "'channel' is missing"
    assert "unknown fields ['shoe_size']" in driver.post("people/bob", shoe_size=44)["error"]
    assert "rates: Expected `float`" in driver.post("settings", rates="fast")["error"]
    assert "Expected `int" in driver.post("misbehaviour", kind="html", times="x")["error"]
    assert "not JSON" in httpx.post(f"{driver.slack.url}/_control/commands", content=b"{").json()["error"]
    assert driver.post("options", as_="bob")["error"] == "'action_id' is missing"
    assert "cannot change ['port']" in driver.post("settings", port=1)["error"]


def test_somebody_new_in_a_new_channel(driver: Driver, client: WebClient) -> None:
    gina = driver.post("people", name="gina", id="W0GRID00001", tz="Asia/Kolkata", is_restricted=True)["person"]
    assert (gina["tz_offset"], gina["is_restricted"]) == (19_800, True)
    channel = driver.post("conversations", name="#search", topic="Find things")["conversation"]
    assert {"W0GRID00001", "U0PAGERTREE"} <= set(channel["members"])
    assert client.chat_postEphemeral(channel=channel["id"], user="W0GRID00001", text="hello")["ok"]
    assert [m["text"] for m in driver.messages("search", "gina")] == ["hello"]
    assert "is taken" in driver.post("people", name="gina")["error"]
    assert "already" in driver.post("conversations", name="search")["error"]


def test_a_reset_is_a_fresh_start(driver: Driver, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL01", text="old")
    driver.post("people/bob", deleted=True)
    driver.post("misbehaviour", kind="html")
    driver.post("reset")
    assert driver.messages("general", "alice", wait=0) == []
    assert driver.get("calls")["counts"] == {}
    assert client.users_info(user="U0BOB000002")["user"]["deleted"] is False


def test_the_bot_is_thrown_out_and_let_in(driver: Driver, client: WebClient) -> None:
    driver.post("conversations/general", has_bot=False)
    with pytest.raises(Exception, match="not_in_channel"):
        client.chat_postMessage(channel="C0GENERAL01", text="x")
    driver.post("conversations/general", has_bot=True, remove="bob", is_archived=False)
    assert client.chat_postMessage(channel="C0GENERAL01", text="x")["ok"]
    shown = driver.get("conversations", as_="bob")["conversations"]
    assert "general" not in {c.get("name") for c in shown}


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"origin": "http://127.0.0.1:1"}]
)
def test_another_page_cannot_drive_it(slack: Running, headers: dict[str, str]) -> None:
    assert httpx.post(f"{slack.url}/_control/reset", headers=headers).status_code == 403
    assert httpx.post(f"{slack.url}/_control/reset", headers={"origin": slack.url}).status_code == 200


def test_the_environment_is_read_and_checked() -> None:
    given = {"SANDBOX_PORT": "9", "SANDBOX_RATES": "0.5", "SANDBOX_RETRY_AFTER": "1,2", "SANDBOX_BOT_URL": "http://b"}
    assert read_environment(given) == Config(port=9, rates=0.5, retry_after=(1.0, 2.0), bot_url="http://b")
    with pytest.raises(ValueError, match="SANDBOX_PORT='x' is not a number"):
        read_environment({"SANDBOX_PORT": "x"})
