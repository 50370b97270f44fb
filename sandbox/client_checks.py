"""What Slack's own client refuses before anything is sent: empty required inputs, lengths, numbers, addresses."""

import re
from typing import Any

from sandbox.values import KEYS, Values, is_empty, parse_day
from sandbox.workspace import elements_of

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def refusals(blocks: list[dict[str, Any]], values: Values) -> dict[str, str]:
    """The errors by block_id that keep a view from being sent; empty when it may be sent."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = elements_of(block)[0]
        state = values[block["block_id"]][element["action_id"]]
        if error := _refusal(block, element, state):
            found[block["block_id"]] = error
    return found


def _refusal(block: dict[str, Any], element: dict[str, Any], state: dict[str, Any]) -> str | None:
    if is_empty(state):
        return None if block.get("optional") else "Please complete this required field."
    filled = state[KEYS[state["type"]][0]]
    match element["type"]:
        case "plain_text_input":
            return _length(element, filled)
        case "number_input":
            return _number(element, filled)
        case "email_text_input":
            return None if _ADDRESS.fullmatch(filled) else "Please enter a valid email address."
        case "url_text_input":
            return None if _URL.fullmatch(filled) else "Please enter a valid URL."
        case "datepicker":
            return _day(filled)
        case "timepicker":
            return None if _TIME.fullmatch(filled) else "Please enter a valid time."
        case _:
            return _count(element, filled)


def _length(element: dict[str, Any], text: str) -> str | None:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(text) < least:
        return f"Please enter at least {least} characters."
    if len(text) > most:
        return f"Please enter at most {most} characters."
    return None


def _number(element: dict[str, Any], text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if element.get("min_value") and number < float(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if element.get("max_value") and number > float(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return None


def _day(text: str) -> str | None:
    try:
        parse_day(text)
    except ValueError:
        return "Please enter a valid date."
    return None


def _count(element: dict[str, Any], filled: Any) -> str | None:
    most = element.get("max_selected_items") or element.get("max_files")
    if most and isinstance(filled, list) and len(filled) > most:
        return f"Please select at most {most} items."
    return None
