"""The manifest and the code name the same commands, events, menus and permissions, both ways."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.handlers.app import EVENTS
from bot.handlers.collecting import collect
from bot.handlers.table import NAME
from bot.slack.forms import view
from tests.handlers.drawn import forms
from tests.harness import World

ROOT = Path(__file__).parents[2]
SCOPES: Mapping[str, tuple[str, ...]] = {  # https://docs.slack.dev/reference/methods
    "auth.test": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.info": ("channels:read", "groups:read"),
    "dnd.info": ("dnd:read",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "users.info": ("users:read", "users:read.email"),  # the address is in the answer only with the second
    "users.list": ("users:read", "users:read.email"),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
EVENT_SCOPES: Mapping[str, str] = {"message.im": "im:history", "user_change": "users:read"}
_METHOD = re.compile(r'"((?:auth|chat|conversations|dnd|files|reactions|usergroups|users|views)\.[a-zA-Z.]+)"')


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    text = (ROOT / "manifests" / "slack-app.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def _methods() -> set[str]:
    files = [path for room in ("channels", "slack", "handlers") for path in (ROOT / "bot" / room).rglob("*.py")]
    return {method for path in files for method in _METHOD.findall(path.read_text(encoding="utf-8"))} - {
        "files.slack.com"
    }


def test_every_method_that_is_called_is_known_here() -> None:
    assert {*_methods(), "auth.test"} == set(SCOPES)  # Bolt itself calls auth.test


def test_the_app_asks_for_the_permissions_that_it_uses_and_for_no_other(manifest: dict[str, Any]) -> None:
    used = {"commands", *(scope for method in _methods() for scope in SCOPES[method])}
    used |= {EVENT_SCOPES[event] for event in EVENTS if event in EVENT_SCOPES}

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == used


def test_every_permission_has_its_reason_beside_it() -> None:
    text = (ROOT / "manifests" / "slack-app.yaml").read_text(encoding="utf-8")
    scopes = re.findall(r"^ {6}- (\S+)(.*)$", text, re.MULTILINE)

    assert scopes
    assert all(reason.strip().startswith("# ") for _, reason in scopes), scopes


def test_there_is_one_command_and_it_escapes_people(manifest: dict[str, Any]) -> None:
    [command] = manifest["features"]["slash_commands"]

    assert command["command"] == NAME
    assert command["should_escape"] is True


def test_the_events_are_those_that_are_taken(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_the_shortcuts_are_those_that_are_taken(manifest: dict[str, Any]) -> None:
    promised = {each["callback_id"] for each in manifest["features"]["shortcuts"]}

    assert promised == {shortcut.callback_id for shortcut in collect().shortcuts}


def test_everything_comes_in_at_one_address(manifest: dict[str, Any]) -> None:
    text = (ROOT / "manifests" / "slack-app.yaml").read_text(encoding="utf-8")

    assert set(re.findall(r"url: (\S+)", text)) == {"https://pager.example.com/slack/events"}
    assert manifest["settings"]["interactivity"]["is_enabled"] is True


def test_every_form_has_somebody_who_saves_it(world: World) -> None:
    names = {form.name for form in forms(world, "plain").values()}

    assert names == {modal.name for modal in collect().modals}


def test_every_searched_menu_has_somebody_who_searches_it(world: World) -> None:
    wanted = {
        block["element"]["action_id"]
        for form in forms(world, "plain").values()
        for block in view(form)["blocks"]
        if block["type"] == "input" and block["element"]["type"].endswith("external_select")
    }

    assert wanted <= {menu.action_id for menu in collect().menus}


def test_the_home_is_switched_on(manifest: dict[str, Any]) -> None:
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
