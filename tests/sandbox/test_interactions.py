"""What people do, with a real Bolt app on the other side."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from slack_sdk import WebClient
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.server import Running
from tests.sandbox.client import Driver, Recorder, serving
from tests.sandbox.tiny_bot import WRONG, make_bot, over_http

Json = dict[str, Any]


@pytest.mark.usefixtures("bot")
class TestWithABot:
    def test_a_command_is_answered_to_the_one_who_typed_it(self, driver: Driver) -> None:
        assert driver.command("bob", "payments", "/pagertree hello")["ok"]
        seen = driver.messages("payments", "bob")
        assert [(m["text"].split(".")[0], m["ephemeral"]) for m in seen] == [("You said _hello_", True)]
        assert driver.messages("payments", "carol", wait=0) == []

    def test_an_answer_in_the_channel_is_seen_by_everybody(self, driver: Driver) -> None:
        driver.command("bob", "payments", "/pagertree public")
        assert [m["text"] for m in driver.messages("payments", "carol")] == ["everybody sees this"]

    def test_a_later_answer_comes_through_the_response_url(self, driver: Driver) -> None:
        driver.command("bob", "payments", "/pagertree respond")
        assert [m["text"] for m in driver.messages("payments", "bob", contains="later")] == ["later"]
        assert driver.get("calls", method="response_url", at_least=1, wait=60)["matching"] == 1

    def test_acknowledging_updates_the_card(self, driver: Driver) -> None:
        driver.command("alice", "payments", "/pagertree alert")
        card = driver.messages("payments", "bob", contains="Disk full")[0]
        clicked = driver.post("clicks", as_="bob", channel="payments", ts=card["ts"], action_id="ack")
        assert clicked["ok"]
        after = driver.messages("payments", "bob", contains="Acknowledged by", after=card["seq"])[0]
        assert (after["ts"], "<@U0BOB000002>" in str(after["blocks"])) == (card["ts"], True)
        again = driver.post("clicks", as_="bob", channel="payments", ts=card["ts"], action_id="ack")
        assert "no element 'ack'" in again["error"]

    def test_an_overflow_menu_and_a_replaced_original(self, driver: Driver) -> None:
        driver.command("alice", "payments", "/pagertree alert")
        card = driver.messages("payments", "bob", contains="Disk full")[0]
        driver.post("clicks", as_="bob", channel="payments", ts=card["ts"], action_id="more", value="snooze")
        assert driver.messages("payments", "bob", contains="chose snooze")[0]["ephemeral"]
        driver.post("clicks", as_="bob", channel="payments", ts=card["ts"], action_id="resolve")
        assert driver.messages("payments", "carol", contains="resolved")[0]["ts"] == card["ts"]

    def test_a_modal_from_the_command_to_the_error_to_the_end(self, driver: Driver) -> None:
        driver.command("alice", "payments", "/pagertree router")
        assert driver.modal("alice")["title"]["text"] == "Edit router"
        refused = driver.submit("alice", name="ab", urgency="high")
        assert (refused["sent"], refused["ok"]) == (False, False)
        assert set(refused["errors"]) == {"name", "team"}
        option = driver.post("options", as_="alice", action_id="pick", query="pay")["options"]
        assert [one["value"] for one in option] == ["tem_payments"]
        wrong = driver.submit("alice", name="abc", team=option[0])
        assert (wrong["sent"], wrong["errors"]) == (True, {"yaml": WRONG})
        assert driver.modal("alice")["errors"] == {"yaml": WRONG}
        saved = driver.submit("alice", yaml="rules: []")
        assert (saved["ok"], saved["view"]) == (True, None)

    def test_a_button_in_a_modal_pushes_another(self, driver: Driver) -> None:
        driver.command("alice", "payments", "/pagertree router")
        assert driver.modal("alice")["callback_id"] == "router"
        driver.post("clicks", as_="alice", action_id="dry_run", values={"name": "kept"})
        assert driver.modal("alice", contains="Rule 1")["previous_view_id"]
        driver.post("closings", as_="alice")
        assert driver.modal("alice")["state"]["values"]["name"]["v"]["value"] == "kept"

    @pytest.mark.parametrize("everything", [True, False])
    def test_closing_is_told_where_it_was_asked_for(self, driver: Driver, everything: bool) -> None:
        driver.command("alice", "payments", "/pagertree router")
        assert driver.modal("alice")["callback_id"] == "router"
        driver.post("closings", as_="alice", all=everything)
        assert driver.messages("alice", "alice", contains="closed")[0]["text"] == f"closed, all: {everything}"

    def test_shortcuts(self, driver: Driver) -> None:
        assert driver.post("shortcuts", as_="carol", callback_id="page_somebody")["ok"]
        assert driver.modal("carol")["callback_id"] == "router"
        said = driver.post("messages", as_="bob", channel="payments", text="it is the disk")["message"]
        place = {"channel": "payments", "ts": said["ts"]}
        assert driver.post("shortcuts", as_="carol", callback_id="add_note", **place)["ok"]
        assert driver.messages("payments", "carol", contains="noted")[0]["text"] == "noted: it is the disk"

    def test_the_app_home_and_a_direct_message(self, driver: Driver) -> None:
        driver.post("home", as_="erin")
        home = driver.get("home", as_="erin", wait=60)["view"]
        assert "<@U0ERIN00005>" in str(home["blocks"])
        driver.post("messages", as_="erin", channel="erin", text="who is on call?")
        assert driver.messages("erin", "erin", contains="heard")[0]["text"] == "heard: who is on call?"


def fields(recorder: Recorder) -> dict[str, str]:
    return dict(parse_qsl(recorder.next()[1].decode(), keep_blank_values=True))


def test_a_delivery_is_signed_over_the_raw_body(driver: Driver, recorder: Recorder, slack: Running) -> None:
    driver.command("bob", "payments", "/pagertree hello")
    headers, body = recorder.next()
    signed = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    digest = hmac.new(slack.config.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={digest}"
    assert headers["content-type"] == "application/x-www-form-urlencoded"


def test_bolt_refuses_another_secret(slack: Running, driver: Driver) -> None:
    with serving(over_http(make_bot(slack, secret="another"))) as url:
        slack.bot_url = f"{url}/slack/events"
        answer = driver.command("bob", "payments", "/pagertree hello")
    assert (answer["error"], answer["status"]) == ("dispatch_failed", 401)


def test_what_a_command_carries(driver: Driver, recorder: Recorder) -> None:
    driver.command("bob", "payments", "/pagertree  page @alice in #general “now” & <then>")
    command = fields(recorder)
    assert command["text"] == "page <@U0ALICE0001|alice> in <#C0GENERAL01|general> “now” & <then>"
    assert (command["command"], command["user_id"], command["channel_name"]) == (
        "/pagertree",
        "U0BOB000002",
        "payments",
    )
    assert {"token", "team_id", "team_domain", "response_url", "trigger_id", "api_app_id"} <= set(command)
    driver.post("settings", escape=False)
    driver.command("mallory", "mallory", "/pagertree @alice")
    stranger = fields(recorder)
    assert (stranger["text"], stranger["team_id"]) == ("@alice", "T0PARTNERCO")
    assert stranger["channel_name"] == "directmessage"


def test_a_click_in_an_ephemeral_carries_no_message(driver: Driver, recorder: Recorder, client: WebClient) -> None:
    button = {"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}
    blocks = [{"type": "actions", "block_id": "row", "elements": [button]}]
    client.chat_postEphemeral(channel="C0PAYMENTS3", user="U0BOB000002", text="x", blocks=blocks)
    driver.post("clicks", as_="bob", channel="payments", ts="last", action_id="b")
    payload = recorder.next_payload()
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    assert payload["actions"][0]["block_id"] == "row"


def test_commands_do_not_work_in_threads_and_must_exist(driver: Driver, recorder: Recorder) -> None:
    assert driver.command("bob", "payments", "/pagertree x", thread_ts="1.2")["error"] == "not_in_threads"
    driver.post("settings", commands=["/pagertree"])
    assert driver.command("bob", "payments", "/other")["error"] == "invalid_command"
    assert recorder.deliveries.empty()


def test_a_silent_bot_is_a_timeout_that_the_person_sees(slack: Running, driver: Driver, client: WebClient) -> None:
    async def never(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    driver.post("settings", answer_within=0.2)
    with serving(never) as url:
        slack.bot_url = url
        assert driver.command("bob", "payments", "/pagertree x")["error"] == "operation_timeout"
    text = driver.messages("payments", "bob")[0]["text"]
    assert text == '/pagertree failed with the error "operation_timeout"'


def test_a_bot_that_is_not_there(slack: Running, driver: Driver) -> None:
    slack.bot_url = "http://127.0.0.1:9/"
    assert driver.command("bob", "payments", "/pagertree x")["error"] == "dispatch_failed"


BAD_ANSWERS = [
    (PlainTextResponse("oops", 500), "dispatch_failed"),
    (JSONResponse({"response_action": "errors", "errors": {"nowhere": "x"}}), "invalid_errors"),
    (JSONResponse({"response_action": "errors", "errors": {}}), "invalid_errors"),
    (JSONResponse({"response_action": "update", "view": {"type": "modal", "blocks": []}}), "invalid_arguments"),
    (JSONResponse({"response_action": "explode"}), "invalid_response_action"),
]
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "One"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "a",
            "optional": True,
            "label": {"type": "plain_text", "text": "A"},
            "element": {"type": "plain_text_input", "action_id": "v"},
        }
    ],
}
GOOD = {"type": "modal", "title": {"type": "plain_text", "text": "Two"}, "blocks": []}


def open_form(driver: Driver, client: WebClient, recorder: Recorder) -> None:
    driver.command("bob", "payments", "/pagertree")
    client.views_open(trigger_id=fields(recorder)["trigger_id"], view=FORM)


@pytest.mark.parametrize(("answer", "error"), BAD_ANSWERS)
def test_a_submission_answered_badly_leaves_the_modal_open(
    slack: Running, driver: Driver, client: WebClient, answer: Response, error: str
) -> None:
    recorder = Recorder(Response(), answer)
    with serving(recorder) as url:
        slack.bot_url = url
        open_form(driver, client, recorder)
        assert driver.submit("bob", a="typed")["error"] == error
    still = driver.modal("bob")
    assert still["notice"] == "We had some trouble connecting. Try again?"
    assert still["state"]["values"]["a"]["v"]["value"] == "typed"


@pytest.mark.parametrize(
    ("action", "titles"), [("update", ["Two"]), ("push", ["One", "Two"]), ("clear", []), (None, [])]
)
def test_every_response_action(
    slack: Running, driver: Driver, client: WebClient, action: str | None, titles: list[str]
) -> None:
    answer = JSONResponse({"response_action": action, "view": GOOD}) if action else Response()
    recorder = Recorder(Response(), answer)
    with serving(recorder) as url:
        slack.bot_url = url
        open_form(driver, client, recorder)
        assert driver.submit("bob")["ok"]
        submitted = recorder.next_payload()
    assert submitted["type"] == "view_submission"
    assert [v["title"]["text"] for v in driver.get("views", as_="bob")["views"]] == titles


@pytest.mark.parametrize(
    ("answer", "ok"),
    [({"options": [{"text": {"type": "plain_text", "text": "x"}, "value": "v"}] * 100}, True), ({"options": []}, True),
     ({"options": [{"text": {"type": "plain_text", "text": "x"}, "value": "v"}] * 101}, False), ({}, False)],
)  # fmt: skip
def test_an_external_menu_takes_a_hundred_options(
    slack: Running, driver: Driver, client: WebClient, answer: Json, ok: bool
) -> None:
    menu = {"type": "external_select", "action_id": "e"}
    blocks = [{"type": "actions", "elements": [menu]}]
    client.chat_postMessage(channel="C0PAYMENTS3", text="x", blocks=blocks)
    place = {"as": "bob", "channel": "payments", "ts": "last", "action_id": "e"}
    recorder = Recorder(JSONResponse(answer))
    with serving(recorder) as url:
        slack.bot_url = url
        assert driver.post("options", **place, query="ab")["asked"] is False
        assert driver.post("options", **place, query="abc")["ok"] is ok
        assert recorder.next_payload()["value"] == "abc"


def test_a_response_url_takes_five_posts_in_its_time(driver: Driver, recorder: Recorder) -> None:
    driver.command("bob", "payments", "/pagertree")
    url = fields(recorder)["response_url"]
    answers = [httpx.post(url, json={"text": f"n{n}"}) for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert answers[-1].json()["error"] == "used_url"
    driver.command("bob", "payments", "/pagertree")
    late = fields(recorder)["response_url"]
    assert httpx.post(late, json={"blocks": [{"type": "header"}]}).json()["error"] == "invalid_blocks"
    driver.post("expiry")
    assert httpx.post(late, json={"text": "x"}).json()["error"] == "expired_url"


def test_an_ephemeral_is_replaced_and_deleted_through_its_response_url(
    driver: Driver, recorder: Recorder, client: WebClient
) -> None:
    button = {"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}
    blocks = [{"type": "actions", "elements": [button]}]
    client.chat_postEphemeral(channel="C0PAYMENTS3", user="U0BOB000002", text="x", blocks=blocks)
    driver.post("clicks", as_="bob", channel="payments", ts="last", action_id="b")
    url = recorder.next_payload()["response_url"]
    httpx.post(url, json={"text": "replaced", "replace_original": True})
    assert [m["text"] for m in driver.messages("payments", "bob")] == ["replaced"]
    httpx.post(url, json={"delete_original": True})
    assert driver.messages("payments", "bob", wait=0) == []
