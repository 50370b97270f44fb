"""Block Kit's sizes: what is just allowed is taken, one more is refused at its place."""

import inspect
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk

from sandbox.blocks import message_problems, text_size, view_problems
from sandbox.blocks.layout import BLOCKS

Json = dict[str, Any]


def plain(length: int = 1) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, **more: Any) -> list[Json]:
    return [{"text": plain(), "value": f"v{n}", **more} for n in range(count)]


def static(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(count), **more}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain(), "element": element}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "t", **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}


# what, as a function of a size; the largest size allowed; where the problem of the next one is
SIZES = [
    ("section text", lambda n: {"type": "section", "text": mrkdwn(n)}, 3000, "/blocks/0/text/text"),
    ("field", lambda n: {"type": "section", "fields": [mrkdwn(n)]}, 2000, "/blocks/0/fields/0/text"),
    ("fields", lambda n: {"type": "section", "fields": [mrkdwn()] * n}, 10, "/blocks/0/fields"),
    ("header", lambda n: {"type": "header", "text": plain(n)}, 150, "/blocks/0/text/text"),
    ("context", lambda n: {"type": "context", "elements": [mrkdwn()] * n}, 10, "/blocks/0/elements"),
    ("actions", lambda n: actions(*(button(action_id=f"a{i}") for i in range(n))), 25, "/blocks/0/elements"),
    ("button text", lambda n: actions(button(text=plain(n))), 75, "/blocks/0/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/blocks/0/elements/0/value"),
    ("button url", lambda n: actions(button(url="https://x.example/".ljust(n, "x"))), 3000, "/blocks/0/elements/0/url"),
    ("action_id", lambda n: actions(button(action_id="x" * n)), 255, "/blocks/0/elements/0/action_id"),
    ("block_id", lambda n: {"type": "divider", "block_id": "x" * n}, 255, "/blocks/0/block_id"),
    ("options", lambda n: actions(static(n)), 100, "/blocks/0/elements/0/options"),
    ("option text", lambda n: actions(static(options=options(1, text=plain(n)))), 75,
     "/blocks/0/elements/0/options/0/text/text"),
    ("option value", lambda n: actions(static(options=options(1, value="x" * n))), 150,
     "/blocks/0/elements/0/options/0/value"),
    ("placeholder", lambda n: actions(static(placeholder=plain(n))), 150, "/blocks/0/elements/0/placeholder/text"),
    ("overflow", lambda n: actions({"type": "overflow", "action_id": "o", "options": options(n)}), 5,
     "/blocks/0/elements/0/options"),
    ("checkboxes", lambda n: actions({"type": "checkboxes", "action_id": "o", "options": options(n)}), 10,
     "/blocks/0/elements/0/options"),
    ("confirm title", lambda n: actions(button(confirm=confirm(title=plain(n)))), 100,
     "/blocks/0/elements/0/confirm/title/text"),
    ("confirm text", lambda n: actions(button(confirm=confirm(text=mrkdwn(n)))), 300,
     "/blocks/0/elements/0/confirm/text/text"),
    ("confirm button", lambda n: actions(button(confirm=confirm(deny=plain(n)))), 30,
     "/blocks/0/elements/0/confirm/deny/text"),
    ("label", lambda n: field(typed()) | {"label": plain(n)}, 2000, "/blocks/0/label/text"),
    ("hint", lambda n: field(typed()) | {"hint": plain(n)}, 2000, "/blocks/0/hint/text"),
    ("initial value", lambda n: field(typed(initial_value="x" * n)), 3000, "/blocks/0/element/initial_value"),
    ("max_length", lambda n: field(typed(max_length=n)), 3000, "/blocks/0/element/max_length"),
    ("alt text", lambda n: {"type": "image", "image_url": "u", "alt_text": "x" * n}, 2000, "/blocks/0/alt_text"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "most", "pointer"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES])
def test_a_size_is_kept_to_the_character(make: Any, most: int, pointer: str) -> None:
    assert message_problems([make(most)]) == []
    problems = message_problems([make(most + 1)])
    assert len(problems) == 1
    assert problems[0].endswith(f"[json-pointer:{pointer}]")


MALFORMED = [
    ("no type", {"text": mrkdwn()}, "missing required field: type", "/blocks/0"),
    ("unknown block", {"type": "table9"}, "unsupported type: table9", "/blocks/0/type"),
    ("unhashable type", {"type": ["section"]}, "unsupported type: ['section']", "/blocks/0/type"),
    ("not a block", "section", "must provide an object", "/blocks/0"),
    ("empty text", {"type": "section", "text": mrkdwn(0)}, "must be more than 0 characters", "/blocks/0/text/text"),
    ("bare text", {"type": "section", "text": "hello"}, "must provide an object", "/blocks/0/text"),
    ("empty section", {"type": "section"}, "missing required field: text or fields", "/blocks/0"),
    ("mrkdwn header", {"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn", "/blocks/0/text/type"),
    ("emoji in mrkdwn", {"type": "section", "text": {**mrkdwn(), "emoji": True}},
     "invalid additional property: emoji", "/blocks/0/text"),
    ("button in context", {"type": "context", "elements": [button()]}, "unsupported type: button",
     "/blocks/0/elements/0/type"),
    ("input in actions", actions(typed()), "unsupported type: plain_text_input", "/blocks/0/elements/0/type"),
    ("no elements", actions(), "no fewer than 1 items allowed", "/blocks/0/elements"),
    ("no options", actions(static(0)), "no fewer than 1 items allowed", "/blocks/0/elements/0/options"),
    ("options missing", actions({"type": "static_select", "action_id": "s"}),
     "must provide exactly one of options and option_groups", "/blocks/0/elements/0"),
    ("style", actions(button(style="blue")), "must be a valid enum value", "/blocks/0/elements/0/style"),
    ("optional as text", field(typed()) | {"optional": "yes"}, "must be a boolean", "/blocks/0/optional"),
    ("action twice", actions(button(), button()), "`action_id` a is not unique", "/blocks/0"),
    ("file in a message", field({"type": "file_input", "action_id": "f"}), "unsupported type: file_input",
     "/blocks/0/element/type"),
    ("number without decimals said", field({"type": "number_input", "action_id": "n"}),
     "missing required field: is_decimal_allowed", "/blocks/0/element"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "words", "pointer"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED]
)
def test_a_malformed_block_is_refused_where_it_is(block: Any, words: str, pointer: str) -> None:
    assert message_problems([block]) == [f"[ERROR] {words} [json-pointer:{pointer}]"]


def test_fifty_blocks_in_a_message_and_a_hundred_in_a_view() -> None:
    divider = {"type": "divider"}
    modal = {"type": "modal", "title": plain(), "blocks": [divider] * 100}
    assert message_problems([divider] * 50) == []
    assert message_problems([divider] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
    assert view_problems(modal, "modal") == []
    assert view_problems({**modal, "blocks": [divider] * 101}, "modal") == [
        "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_a_block_id_is_used_once() -> None:
    twice = [{"type": "divider", "block_id": "b"}] * 2
    assert message_problems(twice) == ["[ERROR] `block_id` b is not unique [json-pointer:/blocks/1/block_id]"]


@pytest.mark.parametrize("name", ["title", "submit", "close"])
def test_a_modal_s_words_have_24_characters(name: str) -> None:
    modal = {"type": "modal", "title": plain(), "blocks": []}
    assert view_problems({**modal, name: plain(24)}, "modal") == []
    assert view_problems({**modal, name: plain(25)}, "modal") == [
        f"[ERROR] must be less than 25 characters [json-pointer:/view/{name}/text]"
    ]


VIEWS = [
    ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
    ({"callback_id": "x" * 256}, "/view/callback_id"),
    ({"external_id": "x" * 256}, "/view/external_id"),
    ({"title": None}, "/view"),
    ({"type": "home"}, "/view/type"),
    ({"blocks": [field(typed())]}, "/view"),
    ({"blocks": [{"type": "markdown", "text": "x"}]}, "/view/blocks/0/type"),
    ({"submit": plain(), "blocks": [field(typed(focus_on_load=True)), field(typed(focus_on_load=True))]},
     "/view/blocks"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "pointer"), VIEWS)
def test_a_bad_view_is_refused_where_it_is_bad(change: Json, pointer: str) -> None:
    modal = {"type": "modal", "title": plain(), "blocks": []}
    problems = view_problems({**modal, **change}, "modal")
    assert [p.split("json-pointer:")[1] for p in problems] == [f"{pointer}]"]


def test_all_the_text_of_a_message_is_counted() -> None:
    blocks = [{"type": "section", "text": mrkdwn(10), "fields": [plain(5)]}, actions(button(text=plain(3), value="v"))]
    assert text_size(blocks) == 18


def test_every_element_of_the_sdk_is_known() -> None:
    """What the SDK can build for modals and messages the sandbox takes, so that a new kind is not forgotten."""
    known = {
        *("section", "header", "divider", "context", "actions", "image", "input", "rich_text", "markdown"),
        *("file", "video"),
    }
    assert set(BLOCKS) == known
    built = {str(vars(cls)["type"]) for _, cls in inspect.getmembers(sdk, inspect.isclass) if "type" in vars(cls)}
    assert known - built == set()


@pytest.mark.parametrize(
    "block",
    [
        sdk.SectionBlock(text="hello", accessory=sdk.ButtonElement(text="b", action_id="a")),
        sdk.HeaderBlock(text="hello"),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")]),
        sdk.ActionsBlock(elements=[sdk.UserSelectElement(action_id="u"), sdk.DatePickerElement(action_id="d")]),
        sdk.InputBlock(label="l", element=sdk.PlainTextInputElement(action_id="t", multiline=True)),
        sdk.InputBlock(label="l", element=sdk.ExternalDataMultiSelectElement(action_id="e", placeholder="p")),
        sdk.DividerBlock(),
    ],
)
def test_what_the_sdk_builds_is_taken(block: sdk.Block) -> None:
    assert message_problems([block.to_dict()]) == []
