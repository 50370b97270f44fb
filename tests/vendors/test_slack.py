"""A real workspace: that what the local Slack refuses and takes is what Slack refuses and takes.

`VENDOR_SLACK_BOT_TOKEN`: a bot token of a workspace for tests; `VENDOR_SLACK_USER`: the id of somebody who is sent some
messages; `VENDOR_SLACK_GONE`: the id of a deactivated account, if there is one.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.slack import Slack
from bot.engine.model import User
from bot.errors import Rejected
from bot.slack.blocks import actions
from bot.slack.web import HEARS, FormRefused, SlackWeb
from tests.channels.samples import small
from tests.channels.test_slack import ALICE, page

TOKEN, USER, GONE = (os.environ.get(f"VENDOR_SLACK_{name}", "") for name in ("BOT_TOKEN", "USER", "GONE"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (TOKEN and USER), reason="Slack is not asked: set VENDOR_SLACK_BOT_TOKEN and _USER"),
]


@pytest.fixture
def web() -> Iterator[SlackWeb]:
    web = SlackWeb(TOKEN)
    yield web
    web.close()


def _to(slack_id: str) -> User:
    return User(id="usr_1", name="Somebody", handle="somebody", slack_id=slack_id)


def test_a_page_is_taken(web: SlackWeb) -> None:
    receipt = Slack(web).send(replace(page(ALICE), user=_to(USER), card=small()))
    assert receipt.conversation.startswith("D")


def test_slack_says_what_the_token_may_do(web: SlackWeb) -> None:
    web.call("auth.test", {})
    assert not web.lacks("chat:write"), "install the app with the manifest"
    assert not web.lacks(HEARS), "install the app again with the current manifest"


@pytest.mark.parametrize("url", ["https://", "https://grafana.example.com/d/a b", "javascript:alert(1)"])
def test_a_button_with_no_whole_address_is_refused(web: SlackWeb, url: str) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": url, "action_id": "x"}
    with pytest.raises(FormRefused):
        web.call("chat.postMessage", {"channel": USER, "text": "x", "blocks": [actions(button)]})


def test_what_is_hidden_of_others_do_not_disturb(web: SlackWeb) -> None:
    said = web.ask("dnd.info", {"user": USER})
    assert not [name for name in said if name.startswith("snooze")]


@pytest.mark.skipif(not GONE, reason="no deactivated account is known: set VENDOR_SLACK_GONE")
def test_a_page_to_a_deactivated_account_does_not_count(web: SlackWeb) -> None:
    with pytest.raises(Rejected):
        Slack(web).send(replace(page(ALICE), user=_to(GONE), card=small()))
