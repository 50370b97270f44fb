"""Modals: forms, their inputs and menus, and the plain views that answer them, all within Slack's sizes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.slack.blocks import (
    ALL_TEXT,
    LABEL,
    OPTION,
    OPTION_VALUE,
    OPTIONS,
    TEXT,
    VIEW_BLOCKS,
    Block,
    fit,
    plain,
    section,
)

TITLE, METADATA, PLACEHOLDER = 24, 3_000, 150
VALUE_ID = "value"  # the action_id of every input that needs no id of its own
_VIEW_TEXT = 10 * ALL_TEXT  # a view may have 250 KB


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a menu. The value is ours and at most 150 characters; the label is foreign text.

    `also` is what it is found by besides its label: a handle, an id.
    """

    value: str
    label: str
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal. `name` says what becomes of it when it is sent; `notes` are strings that come back with it."""

    title: str
    blocks: tuple[Block, ...]
    name: str = ""
    submit: str = ""
    close: str = "Close"
    notes: Mapping[str, str] = field(default_factory=dict)


def view(form: Form) -> Block:
    """Slack's view of a form. Raises ValueError when the notes are more than Slack keeps."""
    notes = json.dumps(dict(form.notes), separators=(",", ":"))
    if len(notes) > METADATA:
        raise ValueError(f"the notes of {form.name} have {len(notes)} characters; store them and note their key")
    made: Block = {
        "type": "modal",
        "title": plain(form.title, TITLE),
        "close": plain(form.close, TITLE),
        "blocks": fit(form.blocks, VIEW_BLOCKS, _VIEW_TEXT),
        "private_metadata": notes,
    }
    optional = {"callback_id": form.name, "submit": plain(form.submit, TITLE) if form.submit else None}
    return made | {name: given for name, given in optional.items() if given}


def notice(title: str, blocks: Iterable[Block]) -> Form:
    """A modal that only tells something."""
    return Form(title=title, blocks=tuple(blocks))


def loading(title: str) -> Form:
    """What is shown while the database is asked."""
    return notice(title, [section("One moment…")])


def home(blocks: Sequence[Block]) -> Block:
    """Slack's view of somebody's App Home."""
    return {"type": "home", "blocks": fit(blocks, VIEW_BLOCKS, _VIEW_TEXT)}


# --- Inputs -------------------------------------------------------------------------------------------------------


def input_block(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """An input with its label above, its hint below, and its errors between them."""
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label, LABEL), "element": element}
    return made | ({"hint": plain(hint, LABEL)} if hint else {}) | ({"optional": True} if optional else {})


def text(initial: str = "", placeholder: str = "", most: int = TEXT) -> Block:
    """A line of text. Text that is longer than Slack's input is a mistake of ours: it would be cut."""
    if len(initial) > TEXT:
        raise ValueError(f"an input takes {TEXT} characters, not {len(initial)}")
    made: Block = {"type": "plain_text_input", "action_id": VALUE_ID, "max_length": most}
    return _with(made, placeholder=placeholder, initial_value=initial)


def lines(initial: str = "", placeholder: str = "") -> Block:
    """Lines of text."""
    return text(initial, placeholder) | {"multiline": True}


def number(initial: int, least: int, most: int) -> Block:
    """A whole number within bounds."""
    return {
        "type": "number_input",
        "action_id": VALUE_ID,
        "is_decimal_allowed": False,
        "initial_value": str(initial),
        "min_value": str(least),
        "max_value": str(most),
    }


def menu(action_id: str, choices: Sequence[Choice], initial: str = "", placeholder: str = "") -> Block:
    """A menu of one. With more choices than Slack takes, they are asked for while the person types (`action_id`)."""
    chosen = next((choice for choice in choices if choice.value == initial), None)
    given = {"initial_option": option(chosen)} if chosen else {}
    return _with(_menu("select", action_id, choices), placeholder=placeholder) | given


def multi_menu(action_id: str, choices: Sequence[Choice], initial: Sequence[str] = (), placeholder: str = "") -> Block:
    """A menu of several."""
    chosen = [option(choice) for choice in choices if choice.value in initial]
    given = {"initial_options": chosen} if chosen else {}
    return _with(_menu("select", action_id, choices, "multi_"), placeholder=placeholder) | given


def _menu(kind: str, action_id: str, choices: Sequence[Choice], several: str = "") -> Block:
    if 0 < len(choices) <= OPTIONS:
        options = [option(choice) for choice in choices]
        return {"type": f"{several}static_{kind}", "action_id": action_id, "options": options}
    return {"type": f"{several}external_{kind}", "action_id": action_id, "min_query_length": 0}


def option(choice: Choice) -> Block:
    """Slack's form of a choice. Raises ValueError for a value that Slack would refuse."""
    if not 0 < len(choice.value) <= OPTION_VALUE:
        raise ValueError(f"a choice's value has 1 to {OPTION_VALUE} characters, not {len(choice.value)}")
    return {"text": plain(choice.label, OPTION), "value": choice.value}


def people(initial: Sequence[str] = (), placeholder: str = "") -> Block:
    """A menu of several people of the workspace, in the order in which they are picked."""
    made: Block = {"type": "multi_users_select", "action_id": VALUE_ID}
    return _with(made, placeholder=placeholder) | ({"initial_users": list(initial)} if initial else {})


def conversation(initial: str = "", placeholder: str = "") -> Block:
    """A menu of channels of the workspace. Slack lists them itself, so that the bot never has to."""
    made: Block = {
        "type": "conversations_select",
        "action_id": VALUE_ID,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _with(made, placeholder=placeholder, initial_conversation=initial)


def date(initial: str) -> Block:
    """A day, `2026-03-29`."""
    return {"type": "datepicker", "action_id": VALUE_ID, "initial_date": initial}


def time(initial: str) -> Block:
    """A time of day, `09:00`."""
    return {"type": "timepicker", "action_id": VALUE_ID, "initial_time": initial}


def moment(initial: datetime) -> Block:
    """An instant: each reader sees and picks it in their own zone."""
    return {"type": "datetimepicker", "action_id": VALUE_ID, "initial_date_time": int(initial.timestamp())}


def file(*kinds: str) -> Block:
    """One file; `kinds` are endings without their dot."""
    return {"type": "file_input", "action_id": VALUE_ID, "filetypes": list(kinds), "max_files": 1}


def _with(made: Block, placeholder: str = "", **optional: str) -> Block:
    given: Block = {name: value for name, value in optional.items() if value}
    return made | given | ({"placeholder": plain(placeholder, PLACEHOLDER)} if placeholder else {})
