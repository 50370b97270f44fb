"""Object helpers: own keys only, and always a new object."""

import json
import math
from json.encoder import encode_basestring
from typing import Final, NoReturn

from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.javascript import (
    get_object,
    get_value,
    is_numeric,
    kind_of,
    own_entries,
    to_integer,
)
from bot.languages.handlebars.runtime import HelperCall, HelperTable, Rendering
from bot.languages.handlebars.values import UNDEFINED, is_number, number_text, property_of, text_of, to_number, truthy


def extend(call: HelperCall, *objects: object) -> object:
    merged: dict[str, object] = {}
    for value in (*objects, call.hash):
        if isinstance(value, dict):
            merged.update(value)
    return merged


def merge(call: HelperCall, first: object, *objects: object) -> object:
    if not isinstance(first, dict):
        call.refuse(f"expected an object, not {kind_of(first)}.")
    return {key: value for source in (first, *objects, call.hash) for key, value in own_entries(source)}


def to_path(*parts: object) -> object:
    return ".".join(text_of(part) for part in parts if isinstance(part, str) or is_number(part))


def get(call: HelperCall, path: object, context: object = UNDEFINED) -> object:
    value = get_value(context, path)
    if not call.is_block:
        return value
    return call.fn(value) if truthy(value) else call.inverse(context)


def get_object_(path: object, context: object = UNDEFINED) -> object:
    return get_object(context, path) if truthy(context) or not truthy(path) else {}


def has_own(context: object, key: object = UNDEFINED) -> object:
    if isinstance(context, dict):
        return text_of(key) in context
    return property_of(context, key) is not UNDEFINED


def is_object(value: object = UNDEFINED) -> bool:
    return kind_of(value) == "object"


def pick(call: HelperCall, paths: object, context: object = UNDEFINED) -> object:
    found: dict[str, object] = {}
    for path in paths if isinstance(paths, list | tuple) else (paths,) if truthy(paths) else ():
        part = get_object(context, path) if truthy(context) else {}
        found.update(part if isinstance(part, dict) else {})
    if not call.is_block:
        return found
    return call.fn(found) if found else call.inverse(context)


def parse_json(call: HelperCall, text: object) -> object:
    try:
        found: object = json.loads(text_of(text), parse_constant=_refuse_constant)
    except ValueError:
        call.refuse("this text is no JSON.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def to_json(call: HelperCall, value: object = UNDEFINED, indent: object = UNDEFINED) -> object:
    gap = ""
    if is_numeric(indent):
        gap = indent[:10] if isinstance(indent, str) else " " * min(max(to_integer(indent), 0), 10)
    return UNDEFINED if value is UNDEFINED else json_text(call.run, value, gap)


def json_text(run: Rendering, value: object, gap: str = "") -> str:
    """`JSON.stringify`, a step for every value in it."""
    pieces: list[str] = []
    _write(run, pieces, value, (gap, "\n" if gap else ""))
    return "".join(pieces)


def _write(run: Rendering, pieces: list[str], value: object, line: tuple[str, str]) -> None:
    gap, inner = line
    if isinstance(value, dict):
        pairs = [(key, item) for key, item in own_entries(value) if item is not UNDEFINED]
        labels = [encode_basestring(key) + (": " if gap else ":") for key, _ in pairs]
        _write_all(run, pieces, "{}", list(zip(labels, [item for _, item in pairs], strict=True)), line)
    elif isinstance(value, list | tuple):
        _write_all(run, pieces, "[]", [("", item) for item in value], line)
    else:
        pieces.append(_scalar(value))
    run.spend(2 + (len(pieces[-1]) + len(inner) >> 6))


def _write_all(
    run: Rendering, pieces: list[str], brackets: str, items: list[tuple[str, object]], line: tuple[str, str]
) -> None:
    gap, inner = line
    deeper = inner + gap
    pieces.append(brackets[0])
    for at, (label, item) in enumerate(items):
        pieces.append(("," if at else "") + deeper + label)
        run.spend(len(label) >> 6)
        _write(run, pieces, item, (gap, deeper))
    pieces.append((inner if items else "") + brackets[1])


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool):
        return text_of(value)
    if isinstance(value, int | float) and math.isfinite(to_number(value)):
        return number_text(value)
    return "null" if value is None or value is UNDEFINED or is_number(value) else "{}"


_VALUES: Final[HelperTable] = {"getObject": get_object_, "hasOwn": has_own, "isObject": is_object, "toPath": to_path}

_CALLS: Final[HelperTable] = {
    "extend": extend,
    "get": get,
    "JSONparse": parse_json,
    "JSONstringify": to_json,
    "merge": merge,
    "parseJSON": parse_json,
    "pick": pick,
    "stringify": to_json,
}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
