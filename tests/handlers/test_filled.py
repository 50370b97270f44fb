"""Both sides of a form that is sent: what the local Slack sends of it and what the handlers read are what Slack sends.

The states are in the shape that Slack documents (https://docs.slack.dev/reference/views, and `ViewStateValue` of
slack-bolt and slack-sdk; files are whole file objects: https://docs.slack.dev/reference/objects/file-object).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.handlers.filled import Filled, read_filled
from bot.slack import forms
from bot.slack.forms import Choice
from sandbox.config import Config
from sandbox.methods.files import add_file
from sandbox.slack import Slack
from sandbox.values import fill, initial_values

Json = dict[str, Any]
OPTION = {"text": {"type": "plain_text", "text": "One", "emoji": True}, "value": "one"}
FILE = {
    "id": "F0S43P1CZ",
    "created": 1_531_763_254,
    "name": "router.yaml",
    "title": "router.yaml",
    "mimetype": "text/plain",
    "filetype": "yaml",
    "user": "U061F7AUR",
    "size": 9,
    "mode": "hosted",
    "is_external": False,
    "url_private": "https://files.slack.com/files-pri/T061EG9R6-F0S43P1CZ/router.yaml",
    "url_private_download": "https://files.slack.com/files-pri/T061EG9R6-F0S43P1CZ/download/router.yaml",
    "permalink": "https://example.slack.com/files/U061F7AUR/F0S43P1CZ/router.yaml",
}
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of input: what is filled in, the state that Slack sends of it, and how the handlers read that."""

    element: Json
    plain: Any
    state: Json
    read: Callable[[Filled, str], object]
    means: object


def kind(type_: str, plain: Any, state: Json, read: Callable[[Filled, str], object], means: object, **more: Any) -> Any:
    element = {"type": type_, "action_id": "v", **more}
    made = Kind(element=element, plain=plain, state={"type": type_, **state}, read=read, means=means)
    return pytest.param(made, id=f"{type_} by {read.__name__}")


KINDS = [
    kind("plain_text_input", " a ", {"value": " a "}, Filled.text, "a"),
    kind("plain_text_input", " a ", {"value": " a "}, Filled.typed, " a "),
    kind("plain_text_input", "", {"value": None}, Filled.text, ""),
    kind("number_input", 15, {"value": "15"}, Filled.text, "15", is_decimal_allowed=False),
    kind("static_select", "one", {"selected_option": OPTION}, Filled.choice, "one", options=[OPTION]),
    kind("static_select", None, {"selected_option": None}, Filled.choice, "", options=[OPTION]),
    kind("external_select", OPTION, {"selected_option": OPTION}, Filled.choice, "one"),
    kind("radio_buttons", "one", {"selected_option": OPTION}, Filled.choice, "one", options=[OPTION]),
    kind("checkboxes", ["one"], {"selected_options": [OPTION]}, Filled.choices, ("one",), options=[OPTION]),
    kind("multi_static_select", ["one"], {"selected_options": [OPTION]}, Filled.choices, ("one",), options=[OPTION]),
    kind("multi_external_select", [OPTION], {"selected_options": [OPTION]}, Filled.choices, ("one",)),
    kind("multi_users_select", ["U1"], {"selected_users": ["U1"]}, Filled.people, ("U1",)),
    kind("conversations_select", "C1", {"selected_conversation": "C1"}, Filled.conversation, "C1"),
    kind("conversations_select", None, {"selected_conversation": None}, Filled.conversation, None),
    kind("datepicker", "2026-03-29", {"selected_date": "2026-03-29"}, Filled.date, "2026-03-29"),
    kind("timepicker", "09:30", {"selected_time": "09:30"}, Filled.time, "09:30"),
    kind("datetimepicker", 1_774_747_800, {"selected_date_time": 1_774_747_800}, Filled.moment, AT),
    kind("file_input", ["F0S43P1CZ"], {"files": [FILE]}, Filled.file, "F0S43P1CZ"),
    kind("file_input", None, {"files": []}, Filled.file, ""),
]


@pytest.fixture
def files() -> dict[str, Json]:
    """What was uploaded to the local Slack: one file, which is given the id of Slack's example."""
    slack = Slack(Config(), "http://127.0.0.1:8065")
    add_file(slack, "router.yaml", b"rules: []", "U061F7AUR")
    (file,) = slack.workspace.files.values()
    return {"F0S43P1CZ": file | {"id": "F0S43P1CZ"}}


def shape(value: object) -> object:
    """The names and kinds of a value, whatever they hold."""
    match value:
        case dict():
            return {name: shape(each) for name, each in value.items()}
        case list():
            return [shape(each) for each in value]
        case _:
            return type(value)


@pytest.mark.parametrize("each", KINDS)
def test_the_local_slack_sends_what_slack_sends(each: Kind, files: dict[str, Json]) -> None:
    block = {"type": "input", "block_id": "b", "element": each.element}

    sent = fill([block], initial_values([block]), {"b": each.plain}, files)["b"]["v"]

    assert shape(sent) == shape(each.state)
    assert _read(sent, each) == each.means


@pytest.mark.parametrize("each", KINDS)
def test_the_handlers_read_what_slack_sends(each: Kind) -> None:
    assert _read(each.state, each) == each.means


def _read(state: Json, each: Kind) -> object:
    return each.read(read_filled({"state": {"values": {"b": {"v": state}}}}), "b")


def test_every_input_that_a_form_has_and_every_way_to_read_one_is_in_the_contract() -> None:
    readers = {name for name, each in vars(Filled).items() if callable(each) and not name.startswith("_")}
    readers -= {"touched"}  # says whether there is anything to read
    few, many = [Choice(label="One", value="one")], [Choice(label=str(n), value=str(n)) for n in range(200)]
    menus = [menu("m", choices) for menu in (forms.menu, forms.multi_menu) for choices in (few, many)]
    built = [*menus, forms.text(), forms.lines(), forms.number(1, 0, 9), forms.people(), forms.conversation()]
    built += [forms.date("2026-03-29"), forms.time("09:30"), forms.moment(AT), forms.file("yaml")]

    assert {each.values[0].read.__name__ for each in KINDS} == readers
    assert {each["type"] for each in built} <= {each.values[0].element["type"] for each in KINDS}
