"""What is filled into inputs: Slack's `state.values`, from plain values and back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sandbox.errors import ControlError
from sandbox.workspace import elements_of

Element = dict[str, Any]
Values = dict[str, dict[str, dict[str, Any]]]

# element type → (key of the state, key of the initial value in the element)
KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def initial_values(blocks: list[dict[str, Any]]) -> Values:
    """The state of all inputs before anybody touched them."""
    return kept_values(blocks, {})


def kept_values(blocks: list[dict[str, Any]], before: Values) -> Values:
    """The state after a view was replaced: kept for the same block_id, action_id and type, initial for the rest."""
    values: Values = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in KEYS:
                block_id, action_id = block["block_id"], element["action_id"]
                old = before.get(block_id, {}).get(action_id)
                same = old is not None and old["type"] == element["type"]
                values.setdefault(block_id, {})[action_id] = old if old and same else _initial(element)
    return values


def _initial(element: Element) -> dict[str, Any]:
    key, initial = KEYS[element["type"]]
    empty: Any = [] if (key.startswith("selected_") and key.endswith("s")) or key == "files" else None
    return {"type": element["type"], key: element.get(initial, empty)}


def fill(
    blocks: list[dict[str, Any]], before: Values, plain: dict[str, Any], files: Mapping[str, Element] | None = None
) -> Values:
    """The state after a person filled in `{block_id: {action_id: value}}`.

    A value is what a person would say: text, an option's value or label, a list of them, an id, an ISO date. The
    action_id may be left out where the block has one input. `files` are the workspace's, by id. Raises ControlError
    when a value does not fit.
    """
    values = {block_id: dict(actions) for block_id, actions in before.items()}
    inputs = {
        (block["block_id"], element["action_id"]): element
        for block in blocks
        for element in elements_of(block)
        if element.get("type") in KEYS
    }
    for block_id, given in plain.items():
        own = [action for block, action in inputs if block == block_id]
        if not own:
            raise ControlError(f"no input in a block {block_id!r}; there are {sorted({b for b, _ in inputs})}")
        actions = given if isinstance(given, dict) and set(given) <= set(own) else {own[0]: given}
        for action_id, value in actions.items():
            where = f"{block_id}.{action_id}"
            values[block_id][action_id] = state_of(inputs[block_id, action_id], value, where, files)
    return values


def state_of(element: Element, value: Any, where: str, files: Mapping[str, Element] | None = None) -> dict[str, Any]:
    """The state of one input that a plain value was filled into."""
    kind = element["type"]
    key = KEYS[kind][0]
    match key:
        case "selected_option":
            filled: Any = None if value is None else pick_option(element, value, where)
        case "selected_options":
            filled = [pick_option(element, one, where) for one in _as_list(value)]
        case "value":
            filled = None if value in (None, "") else str(value)
        case "selected_users" | "selected_conversations" | "selected_channels":
            filled = _as_list(value)
        case "files":
            filled = [_uploaded(one, files or {}, where) for one in _as_list(value)]
        case "rich_text_value" if isinstance(value, str):
            filled = rich_text(value)
        case "selected_date_time":
            filled = None if value in (None, "") else int(value)
        case _:
            filled = value or None
    return {"type": kind, key: filled}


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _uploaded(wanted: Any, files: Mapping[str, Element], where: str) -> Element:
    """The file that is meant by its id, or by the answer to its upload: Slack sends whole file objects."""
    identity = str(wanted.get("id") if isinstance(wanted, dict) else wanted)
    if identity not in files:
        raise ControlError(f"{where}: no file {identity!r} was uploaded; there are {sorted(files)}")
    return without_bytes(files[identity])


def without_bytes(file: Element) -> Element:
    """The file object as Slack shows it."""
    return {name: value for name, value in file.items() if name != "content"}


def rich_text(text: str) -> dict[str, Any]:
    """A rich text of one paragraph."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def options_of(element: Element) -> list[dict[str, Any]]:
    """The options of a menu, those in groups too."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def pick_option(element: Element, wanted: Any, where: str) -> dict[str, Any]:
    """The option a person means by its value or label. For external menus the option itself may be given."""
    if element["type"].endswith("external_select"):
        return _external_option(wanted)
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    options = options_of(element)
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return dict(option)
    raise ControlError(f"{where} has no option {value!r}; it has {[o.get('value') for o in options]}")


def _external_option(wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, dict):
        return wanted
    return {"text": {"type": "plain_text", "text": str(wanted), "emoji": True}, "value": str(wanted)}


def is_empty(state: dict[str, Any]) -> bool:
    """Whether nothing is filled in."""
    return state[KEYS[state["type"]][0]] in (None, "", [])


def parse_day(text: str) -> date:
    """An ISO day. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
