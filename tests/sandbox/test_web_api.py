"""The Web API as the real SDK sees it."""

import re
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.config import Config
from sandbox.server import Running, start
from tests.sandbox.client import Driver

ALICE, BOB, FRANK, MALLORY = "U0ALICE0001", "U0BOB000002", "U0FRANK0006", "U0MALLORY08"
GENERAL, ARCHIVED, FOREIGN = "C0GENERAL01", "C0LAUNCHES5", "C0FINANCE06"


def refusal(client: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def test_tokens(slack: Running, driver: Driver, client: WebClient) -> None:
    assert client.auth_test()["user_id"] == "U0PAGERTREE"
    assert refusal(WebClient("xoxb-wrong", base_url=slack.api_url), "auth.test") == "invalid_auth"
    assert refusal(WebClient("xapp-sandbox", base_url=slack.api_url), "auth.test") == "not_allowed_token_type"
    assert httpx.post(f"{slack.api_url}auth.test").json() == {"ok": False, "error": "not_authed"}
    driver.post("token", revoked=True)
    assert refusal(client, "auth.test") == "token_revoked"


def test_an_unknown_method_and_unreadable_bodies(slack: Running, client: WebClient) -> None:
    assert refusal(client, "chat.shout") == "unknown_method"
    headers = {"authorization": "Bearer xoxb-sandbox", "content-type": "application/json"}
    url = f"{slack.api_url}chat.postMessage"
    assert httpx.post(url, content=b"{", headers=headers).json()["error"] == "invalid_json"
    assert httpx.post(url, content=b"[]", headers=headers).json()["error"] == "json_not_object"
    strange = {**headers, "content-type": "text/xml"}
    assert httpx.post(url, content=b"<x/>", headers=strange).json()["error"] == "invalid_post_type"


def test_arguments_come_as_json_and_as_a_form(client: WebClient) -> None:
    blocks = '[{"type": "divider"}]'
    posted = client.api_call("chat.postMessage", data={"channel": GENERAL, "text": "x", "blocks": blocks})
    assert posted["message"]["blocks"][0]["type"] == "divider"
    assert posted["message"]["blocks"][0]["block_id"]
    assert client.api_call("users.info", json={"user": BOB})["user"]["name"] == "bob"
    assert client.users_info(user=BOB)["user"]["profile"]["email"] == "bob@example.com"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "C404", "text": "x"}, "channel_not_found"),
        ({"channel": "bob", "text": "x"}, "channel_not_found"),
        ({"channel": ARCHIVED, "text": "x"}, "is_archived"),
        ({"channel": FOREIGN, "text": "x"}, "not_in_channel"),
        ({"channel": GENERAL, "blocks": "not json"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": [{"type": "header"}]}, "invalid_blocks"),
    ],
)
def test_a_message_that_slack_refuses(client: WebClient, arguments: dict[str, Any], code: str) -> None:
    assert refusal(client, "chat.postMessage", **arguments) == code


def test_a_refused_block_says_where(client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    words = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert caught.value.response["response_metadata"]["messages"] == [words]


def test_all_blocks_together_have_a_limit(client: WebClient) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2640}}
    assert client.chat_postMessage(channel=GENERAL, text="x", blocks=[section] * 5)["ok"]
    one_more = {"type": "section", "text": {"type": "mrkdwn", "text": "y"}}
    assert refusal(client, "chat.postMessage", channel=GENERAL, blocks=[section] * 5 + [one_more]) == (
        "msg_blocks_too_long"
    )


def test_posting_where_only_admins_may(client: WebClient, driver: Driver) -> None:
    driver.post("conversations/general", only_admins_post=True)
    assert refusal(client, "chat.postMessage", channel=GENERAL, text="x") == "restricted_action"


def test_a_message_is_updated_in_place(client: WebClient, driver: Driver) -> None:
    ts = client.chat_postMessage(channel=GENERAL, text="one", blocks=[{"type": "divider"}])["ts"]
    seq = driver.messages("general", "bob")[0]["seq"]
    updated = client.chat_update(channel=GENERAL, ts=ts, text="two")
    assert updated["text"] == "two"
    after = driver.messages("general", "bob", after=seq)
    assert [(m["ts"], m["text"], "blocks" in m, "edited" in m) for m in after] == [(ts, "two", False, True)]
    client.chat_update(channel=GENERAL, ts=ts, text="three", blocks=[{"type": "divider"}])
    assert refusal(client, "chat.update", channel=GENERAL, ts="1.2", text="x") == "message_not_found"
    assert refusal(client, "chat.update", channel=GENERAL, ts=ts) == "no_text"


def test_only_our_own_messages_can_be_changed(client: WebClient, driver: Driver) -> None:
    ts = driver.post("messages", as_="bob", channel="general", text="mine")["message"]["ts"]
    assert refusal(client, "chat.update", channel=GENERAL, ts=ts, text="x") == "cant_update_message"
    assert refusal(client, "chat.delete", channel=GENERAL, ts=ts) == "cant_delete_message"


def test_a_deleted_message_is_gone(client: WebClient, driver: Driver) -> None:
    ts = client.chat_postMessage(channel=GENERAL, text="x")["ts"]
    client.chat_delete(channel=GENERAL, ts=ts)
    assert driver.get("messages", channel="general")["deleted"] == [ts]
    assert refusal(client, "chat.delete", channel=GENERAL, ts=ts) == "message_not_found"


def test_an_ephemeral_is_for_one_and_cannot_be_updated(client: WebClient, driver: Driver) -> None:
    ts = client.chat_postEphemeral(channel=GENERAL, user=BOB, text="psst")["message_ts"]
    assert [m["ephemeral"] for m in driver.messages("general", "bob")] == [True]
    assert driver.messages("general", "carol", wait=0) == []
    assert client.conversations_history(channel=GENERAL)["messages"] == []
    assert refusal(client, "chat.update", channel=GENERAL, ts=ts, text="x") == "message_not_found"
    assert refusal(client, "chat.postEphemeral", channel=GENERAL, user=MALLORY, text="x") == "user_not_in_channel"


def test_a_permalink_and_a_reaction(client: WebClient, slack: Running) -> None:
    ts = client.chat_postMessage(channel=GENERAL, text="x")["ts"]
    link = client.chat_getPermalink(channel=GENERAL, message_ts=ts)["permalink"]
    assert link == f"{slack.url}/archives/{GENERAL}/p{ts.replace('.', '')}"
    client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")
    assert client.conversations_history(channel=GENERAL)["messages"][0]["reactions"][0]["name"] == "eyes"
    assert refusal(client, "reactions.add", channel=GENERAL, timestamp=ts, name="eyes") == "already_reacted"


def test_history_is_newest_first_and_replies_oldest_first(client: WebClient) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root)
    client.chat_postMessage(channel=GENERAL, text="later")
    texts = [m["text"] for m in client.conversations_history(channel=GENERAL)["messages"]]
    assert texts == ["later", "root"]
    replies = client.conversations_replies(channel=GENERAL, ts=root)["messages"]
    assert [m["text"] for m in replies] == ["root", "reply"]
    newer = client.conversations_history(channel=GENERAL, oldest=root)["messages"]
    assert [m["text"] for m in newer] == ["later"]


def test_people_come_in_pages_without_strangers(client: WebClient) -> None:
    pages = [list(page["members"]) for page in client.users_list(limit=4)]
    members = [m for page in pages for m in page]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert MALLORY not in {m["id"] for m in members}
    assert {m["name"] for m in members if m["is_admin"]} == {"alice"}
    assert {m["name"] for m in members if m["deleted"]} == {"frank"}
    assert {m["name"] for m in members if m["is_restricted"]} == {"grace"}
    assert all(re.fullmatch(r"U[A-Z0-9]{8,}", m["id"]) for m in members)
    assert refusal(client, "users.list", cursor="nonsense") == "invalid_cursor"


def test_looking_people_up(client: WebClient) -> None:
    assert client.users_lookupByEmail(email="carol@example.com")["user"]["tz"] == "America/Sao_Paulo"
    assert client.users_info(user=MALLORY)["user"]["is_stranger"] is True
    assert client.users_profile_get(user=BOB)["profile"]["display_name"] == "bob"
    for address in ("nobody@example.com", "frank@example.com", "mallory@example.com"):
        assert refusal(client, "users.lookupByEmail", email=address) == "users_not_found"
    assert refusal(client, "users.info", user="U404") == "user_not_found"


def test_do_not_disturb(client: WebClient, driver: Driver) -> None:
    assert client.dnd_info()["snooze_enabled"] is False
    assert "snooze_enabled" not in client.dnd_info(user=BOB).data
    driver.post("people/bob", dnd_minutes=30)
    paused = client.dnd_info(user=BOB)
    assert paused["dnd_enabled"]
    assert paused["next_dnd_start_ts"] < paused["next_dnd_end_ts"]
    driver.post("people/bob", dnd_minutes=0)
    assert client.dnd_info(user=BOB)["dnd_enabled"] is False


def test_opening_direct_messages(client: WebClient, driver: Driver) -> None:
    channel = client.conversations_open(users=BOB)["channel"]["id"]
    assert channel.startswith("D")
    assert client.conversations_open(users=[BOB])["channel"]["id"] == channel
    assert client.chat_postMessage(channel=BOB, text="hi")["channel"] == channel
    assert client.conversations_info(channel=channel)["channel"]["user"] == BOB
    assert client.conversations_open(users=[ALICE, BOB])["channel"]["id"].startswith("G")
    assert refusal(client, "conversations.open", users="U404") == "user_not_found"
    assert refusal(client, "conversations.open", users=FRANK) == "user_disabled"
    assert refusal(client, "conversations.open") == "users_list_not_supplied"
    driver.post("people/bob", deleted=True)
    assert client.chat_postMessage(channel=channel, text="too late")["ok"]


def test_channels_as_the_bot_sees_them(client: WebClient) -> None:
    channels = client.conversations_list(types="public_channel", exclude_archived=True)["channels"]
    assert {c["name"] for c in channels} == {"general", "incidents", "payments", "platform", "finance"}
    assert client.conversations_info(channel=FOREIGN)["channel"]["is_member"] is False
    assert refusal(client, "conversations.history", channel=FOREIGN) == "not_in_channel"
    assert client.conversations_join(channel=FOREIGN)["channel"]["is_member"] is True
    assert "U0PAGERTREE" in client.conversations_members(channel=FOREIGN)["members"]
    assert refusal(client, "conversations.join", channel=ARCHIVED) == "is_archived"


def test_a_user_group_is_replaced_as_a_whole(client: WebClient) -> None:
    group = client.usergroups_create(name="On call", handle="oncall")["usergroup"]["id"]
    assert client.usergroups_users_update(usergroup=group, users=[ALICE, BOB])["usergroup"]["user_count"] == 2
    assert client.usergroups_users_update(usergroup=group, users=[BOB])["usergroup"]["users"] == [BOB]
    assert refusal(client, "usergroups.users.update", usergroup=group, users="") == "no_users_provided"
    assert refusal(client, "usergroups.users.update", usergroup=group, users=f"{ALICE},U404") == "invalid_users"
    assert refusal(client, "usergroups.users.update", usergroup=group, users=FRANK) == "invalid_users"
    assert client.usergroups_users_list(usergroup=group)["users"] == [BOB]
    assert [g["handle"] for g in client.usergroups_list()["usergroups"]] == ["oncall"]
    assert refusal(client, "usergroups.create", name="On call") == "name_already_exists"
    assert refusal(client, "usergroups.users.list", usergroup="S404") == "no_such_subteam"


def test_a_file_goes_up_and_needs_the_token_to_come_down(client: WebClient, driver: Driver) -> None:
    shared = client.files_upload_v2(channel=GENERAL, filename="trace.txt", content="why")
    url = shared["file"]["url_private_download"]
    assert httpx.get(url, headers={"authorization": "Bearer xoxb-sandbox"}).text == "why"
    assert "Sign in" in httpx.get(url).text
    assert driver.messages("general", "bob")[0]["files"][0]["title"] == "trace.txt"
    theirs = driver.post("files", as_="bob", name="router.yaml", content="rules: []")["file"]["id"]
    assert client.files_info(file=theirs)["file"]["size"] == 9
    assert refusal(client, "files.info", file="F404") == "file_not_found"


MANIFEST = """
display_information: {name: Pager}
features:
  slash_commands: [{command: /page, should_escape: false}]
  shortcuts: [{name: Page, type: global, callback_id: page}]
oauth_config: {scopes: {bot: [chat:write]}}
settings: {event_subscriptions: {bot_events: [app_home_opened]}}
"""


def test_a_manifest_decides_about_commands_scopes_and_events(tmp_path: Any) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(MANIFEST)
    with start(Config(port=0, manifest=str(path))) as slack:
        client = WebClient(slack.config.bot_token, base_url=slack.api_url)
        driver = Driver(slack)
        assert client.chat_postMessage(channel=GENERAL, text="x")["ok"]
        with pytest.raises(SlackApiError) as caught:
            client.users_info(user=BOB)
        assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "users:read")
        settings = driver.get("settings")["settings"]
        assert (settings["app_name"], settings["events"], settings["escape"]) == ("Pager", ["app_home_opened"], False)
        assert driver.command("bob", "general", "/pagertree")["error"] == "invalid_command"
        driver.close()
