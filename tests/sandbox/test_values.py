"""Plain values become Slack's state, and what the client refuses to send."""

from typing import Any

import pytest

from sandbox.client_checks import refusals
from sandbox.errors import ControlError
from sandbox.values import fill, initial_values

Json = dict[str, Any]


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


FILE = {"id": "F1", "name": "router.yaml", "size": 9}
FILES = {"F1": {**FILE, "content": b"rules: []"}}
CHOICES = [option("one"), option("two")]


def field(kind: str, block_id: str = "b", **more: Any) -> Json:
    optional = more.pop("optional", False)
    element = {"type": kind, "action_id": "v", **more}
    return {"type": "input", "block_id": block_id, "optional": optional, "element": element}


@pytest.mark.parametrize(
    ("element", "plain", "filled"),
    [
        (field("plain_text_input"), "x", {"value": "x"}),
        (field("plain_text_input"), "", {"value": None}),
        (field("number_input"), 15, {"value": "15"}),
        (field("static_select", options=CHOICES), "two", {"selected_option": CHOICES[1]}),
        (field("static_select", options=CHOICES), "Two", {"selected_option": CHOICES[1]}),
        (field("static_select", options=CHOICES), None, {"selected_option": None}),
        (field("static_select", option_groups=[{"options": CHOICES}]), "one", {"selected_option": CHOICES[0]}),
        (field("external_select"), option("far"), {"selected_option": option("far")}),
        (field("radio_buttons", options=CHOICES), "one", {"selected_option": CHOICES[0]}),
        (field("checkboxes", options=CHOICES), ["one", "two"], {"selected_options": CHOICES}),
        (field("multi_static_select", options=CHOICES), "one", {"selected_options": CHOICES[:1]}),
        (field("multi_external_select"), [option("far")], {"selected_options": [option("far")]}),
        (field("users_select"), "U1", {"selected_user": "U1"}),
        (field("multi_users_select"), ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
        (field("conversations_select"), "C1", {"selected_conversation": "C1"}),
        (field("multi_channels_select"), None, {"selected_channels": []}),
        (field("datepicker"), "2026-03-29", {"selected_date": "2026-03-29"}),
        (field("timepicker"), "09:30", {"selected_time": "09:30"}),
        (field("datetimepicker"), 1795291067, {"selected_date_time": 1795291067}),
        (field("file_input"), "F1", {"files": [FILE]}),
        (field("file_input"), [{"id": "F1", "name": "as the page has it"}], {"files": [FILE]}),
        (field("file_input"), None, {"files": []}),
    ],
)
def test_a_plain_value_becomes_the_state_of_its_input(element: Json, plain: Any, filled: Json) -> None:
    expected = {"b": {"v": {"type": element["element"]["type"], **filled}}}
    assert fill([element], initial_values([element]), {"b": plain}, FILES) == expected
    assert fill([element], initial_values([element]), {"b": {"v": plain}}, FILES) == expected


def test_what_is_not_there_cannot_be_filled_in() -> None:
    block = field("static_select", options=CHOICES)
    with pytest.raises(ControlError, match=r"b\.v has no option 'three'; it has"):
        fill([block], initial_values([block]), {"b": "three"})
    with pytest.raises(ControlError, match="no input in a block 'c'"):
        fill([block], initial_values([block]), {"c": "one"})
    upload = field("file_input")
    with pytest.raises(ControlError, match=r"b\.v: no file 'F2' was uploaded; there are \['F1'\]"):
        fill([upload], initial_values([upload]), {"b": "F2"}, FILES)


def test_initial_values_are_the_state_before_anybody_types() -> None:
    blocks = [
        field("plain_text_input", "a", initial_value="x"),
        field("checkboxes", "b", options=CHOICES, initial_options=CHOICES[:1]),
        field("multi_users_select", "c"),
    ]
    values = initial_values(blocks)
    assert values["a"]["v"]["value"] == "x"
    assert values["b"]["v"]["selected_options"] == CHOICES[:1]
    assert values["c"]["v"]["selected_users"] == []


REQUIRED = "Please complete this required field."


@pytest.mark.parametrize(
    ("block", "plain", "refusal"),
    [
        (field("plain_text_input"), "", REQUIRED),
        (field("plain_text_input", optional=True), "", None),
        (field("checkboxes", options=CHOICES), [], REQUIRED),
        (field("users_select"), None, REQUIRED),
        (field("file_input"), [], REQUIRED),
        (field("plain_text_input", min_length=3), "ab", "Please enter at least 3 characters."),
        (field("plain_text_input", min_length=3), "abc", None),
        (field("plain_text_input", max_length=3), "abcd", "Please enter at most 3 characters."),
        (field("plain_text_input"), "x" * 3001, "Please enter at most 3000 characters."),
        (field("number_input", is_decimal_allowed=False), "x", "Please enter a number."),
        (field("number_input", is_decimal_allowed=False), "1.5", "Please enter a whole number."),
        (field("number_input", is_decimal_allowed=True), "1.5", None),
        (field("number_input", is_decimal_allowed=False, min_value="5"), "4",
         "Please enter a number that is at least 5."),
        (field("number_input", is_decimal_allowed=False, max_value="5"), "6",
         "Please enter a number that is at most 5."),
        (field("email_text_input"), "a@b", "Please enter a valid email address."),
        (field("email_text_input"), "a@b.example", None),
        (field("url_text_input"), "javascript:x", "Please enter a valid URL."),
        (field("url_text_input"), "https://a.example/x", None),
        (field("datepicker"), "2026-02-30", "Please enter a valid date."),
        (field("timepicker"), "24:00", "Please enter a valid time."),
        (field("multi_users_select", max_selected_items=1), ["U1", "U2"], "Please select at most 1 items."),
    ],
)  # fmt: skip
def test_the_client_refuses_what_slack_s_refuses(block: Json, plain: Any, refusal: str | None) -> None:
    values = fill([block], initial_values([block]), {"b": plain})
    assert refusals([block], values) == ({"b": refusal} if refusal else {})
