"""Modals and App Homes: triggers, the stack, hashes, what was typed."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.client import Driver, Recorder

Json = dict[str, Any]


def modal(title: str = "One", **more: Any) -> Json:
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [], **more}


def name_input(block_id: str = "name", **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": "Name"},
        "element": {"type": "plain_text_input", "action_id": "v", **element},
    }


def form(*blocks: Json) -> Json:
    return modal(submit={"type": "plain_text", "text": "Save"}, blocks=list(blocks))


class Desk:
    """Bob types commands; the test is the bot."""

    def __init__(self, driver: Driver, recorder: Recorder, client: WebClient) -> None:
        self.driver, self.recorder, self.client = driver, recorder, client

    def trigger(self) -> str:
        self.driver.command("bob", "general", "/pagertree")
        body = dict(pair.split("=") for pair in self.recorder.next()[1].decode().split("&"))
        return body["trigger_id"]

    def refusal(self, method: str, **arguments: Any) -> Json:
        with pytest.raises(SlackApiError) as caught:
            self.client.api_call(method, json=arguments)
        refused: Json = caught.value.response.data
        return refused

    def code(self, method: str, **arguments: Any) -> str:
        return str(self.refusal(method, **arguments)["error"])


@pytest.fixture
def desk(driver: Driver, recorder: Recorder, client: WebClient) -> Desk:
    return Desk(driver, recorder, client)


def test_a_trigger_opens_one_view(desk: Desk) -> None:
    trigger = desk.trigger()
    opened = desk.client.views_open(trigger_id=trigger, view=modal())
    assert desk.driver.modal("bob")["id"] == opened["view"]["id"]
    assert desk.code("views.open", trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    assert desk.code("views.open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_trigger_expires(desk: Desk) -> None:
    told = desk.trigger()
    desk.driver.post("expiry")
    assert desk.code("views.open", trigger_id=told, view=modal()) == "expired_trigger_id"
    desk.driver.post("settings", trigger_life=0)
    assert desk.code("views.open", trigger_id=desk.trigger(), view=modal()) == "expired_trigger_id"


def test_a_refused_view_says_where_and_costs_the_trigger(desk: Desk) -> None:
    trigger = desk.trigger()
    refused = desk.refusal("views.open", trigger_id=trigger, view=modal("x" * 25))
    assert refused["error"] == "invalid_arguments"
    words = "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    assert refused["response_metadata"]["messages"] == [words]
    assert desk.code("views.open", trigger_id=trigger, view=modal()) == "exchanged_trigger_id"


def test_a_view_has_a_size(desk: Desk) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2600}}
    assert desk.code("views.open", trigger_id=desk.trigger(), view=modal(blocks=[section] * 96)) == "view_too_large"


def test_three_views_are_a_stack(desk: Desk) -> None:
    first = desk.client.views_open(trigger_id=desk.trigger(), view=modal("One"))["view"]
    for title in ("Two", "Three"):
        pushed = desk.client.views_push(trigger_id=desk.trigger(), view=modal(title))["view"]
        assert pushed["root_view_id"] == first["id"]
    assert desk.code("views.push", trigger_id=desk.trigger(), view=modal("Four")) == "push_limit_reached"
    desk.driver.post("closings", as_="bob")
    assert desk.driver.modal("bob")["title"]["text"] == "Two"
    desk.driver.post("closings", as_="bob", all=True)
    assert desk.driver.get("views", as_="bob")["views"] == []
    assert desk.code("views.push", trigger_id=desk.trigger(), view=modal()) == "not_found"


def test_an_update_by_a_stale_hash_is_a_conflict(desk: Desk) -> None:
    view = desk.client.views_open(trigger_id=desk.trigger(), view=modal(external_id="router-1"))["view"]
    desk.client.views_update(external_id="router-1", hash=view["hash"], view=modal("Two"))
    update = {"view_id": view["id"], "view": modal("Three")}
    assert desk.code("views.update", **update, hash=view["hash"]) == "hash_conflict"
    assert desk.client.views_update(**update)["ok"]
    assert desk.driver.modal("bob")["title"]["text"] == "Three"


def test_a_closed_modal_is_not_found(desk: Desk) -> None:
    view = desk.client.views_open(trigger_id=desk.trigger(), view=modal())["view"]
    desk.driver.post("vanishing", as_="bob")
    assert desk.code("views.update", view_id=view["id"], view=modal()) == "not_found"
    assert desk.recorder.deliveries.empty()


def test_an_external_id_is_used_once(desk: Desk) -> None:
    desk.client.views_publish(user_id="U0BOB000002", view={"type": "home", "blocks": [], "external_id": "x"})
    opened = desk.code("views.open", trigger_id=desk.trigger(), view=modal(external_id="x"))
    assert opened == "duplicate_external_id"


def test_what_was_typed_survives_an_update_under_the_same_ids(desk: Desk) -> None:
    view = desk.client.views_open(trigger_id=desk.trigger(), view=form(name_input(), name_input("other")))["view"]
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    acting = form(name_input(initial_value="new"), name_input("fresh", initial_value="new"))
    acting["blocks"].append({"type": "actions", "elements": [button]})
    desk.client.views_update(view_id=view["id"], view=form(name_input(), {"type": "actions", "elements": [button]}))
    desk.driver.post("clicks", as_="bob", action_id="go", values={"name": "typed"})
    clicked = desk.recorder.next_payload()
    assert clicked["view"]["state"]["values"]["name"]["v"]["value"] == "typed"
    desk.client.views_update(view_id=view["id"], view=acting)
    values = desk.driver.modal("bob")["state"]["values"]
    assert values["name"]["v"]["value"] == "typed"
    assert values["fresh"]["v"]["value"] == "new"


def test_a_home_is_published_and_read(desk: Desk) -> None:
    home: Json = {"type": "home", "blocks": [{"type": "divider"}]}
    first = desk.client.views_publish(user_id="U0BOB000002", view=home)["view"]
    desk.client.views_publish(user_id="U0BOB000002", view=home, hash=first["hash"])
    stale = {"user_id": "U0BOB000002", "view": home, "hash": first["hash"]}
    assert desk.code("views.publish", **stale) == "hash_conflict"
    assert desk.code("views.publish", user_id="U0BOB000002", view=modal()) == "invalid_arguments"
    assert desk.code("views.publish", user_id="U404", view=home) == "user_not_found"
    assert desk.driver.get("home", as_="bob")["view"]["blocks"][0]["type"] == "divider"
    assert desk.driver.get("home", as_="carol")["view"] is None
