"""The small packages that handlebars-helpers is built on, as functions of plain values.

is-number 3, kind-of 6, get-value 2, get-object 0.2, falsey 0.3 and JavaScript's own slice, parseFloat and round.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from bot.errors import TemplateFailed
from bot.languages.handlebars.values import (
    UNDEFINED,
    TemplatePattern,
    is_number,
    keys_of,
    property_of,
    text_of,
    to_number,
    truthy,
    whole,
)

_FALSE_WORDS: Final = ("none", "nil", "nope", "no", "nada", "0", "false")
_LONGEST_PATH: Final = 1_000
_FLOAT: Final = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_INT: Final = re.compile(r"[+-]?\d+", re.ASCII)


def is_numeric(value: object) -> bool:
    """A finite number, or a text that reads as one."""
    if isinstance(value, str):
        return bool(value.strip()) and math.isfinite(to_number(value))
    return is_number(value) and math.isfinite(to_number(value))


def is_text(value: object) -> bool:
    """A text that is not empty: handlebars-utils' `isString`."""
    return isinstance(value, str) and value != ""


def number_in(value: object, what: str = "the value") -> float:
    """The number in a number or a text; refuses anything else."""
    if not is_numeric(value):
        raise TemplateFailed(f"expected {what} to be a number, not {kind_of(value)}.")
    return to_number(value)


def kind_of(value: object) -> str:
    if value is UNDEFINED:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = ((str, "string"), ((int, float), "number"), ((list, tuple), "array"), (TemplatePattern, "regexp"))
    return next((name for types, name in kinds if isinstance(value, types)), "object")


def to_integer(value: object) -> int:
    """What JavaScript makes of an index: towards zero, and 0 for what is no number."""
    number = to_number(value)
    if math.isnan(number):
        return 0
    return int(max(min(number, 2**53), -(2**53)))


def sliced(value: object, start: object, end: object = UNDEFINED) -> str | list[object]:
    """`value.slice(start, end)`; refuses what is neither a list nor a text."""
    until = None if end is UNDEFINED else to_integer(end)
    if isinstance(value, str):
        return value[to_integer(start) : until]
    return list(items_of(value)[to_integer(start) : until])


def items_of(value: object) -> Sequence[object]:
    if isinstance(value, str | list | tuple):
        return value
    raise TemplateFailed(f"expected a list, not {kind_of(value)}.")


def get_value(value: object, path: object) -> object:
    """get-value 2: a whole key first, then dot by dot; a backslash before a dot makes it part of a key."""
    if not isinstance(value, dict | list | tuple) or not truthy(path):
        return value
    text = ".".join(map(text_of, path)) if isinstance(path, list | tuple) else text_of(path)
    _refuse_long(text)
    direct = property_of(value, text)
    if direct is not UNDEFINED:
        return direct
    return _walk(value, text.replace("\\.", "\0").split("."))


def _refuse_long(path: str) -> None:
    if len(path) > _LONGEST_PATH:
        raise TemplateFailed(f"a path of more than {_LONGEST_PATH:,} characters.")


def _walk(value: object, keys: list[str]) -> object:
    for key in keys:
        if not truthy(value):
            break
        value = property_of(value, key.replace("\0", "."))
    return value


def get_object(value: object, path: object) -> object:
    """get-object 0.2: the last key of a path with its value, as an object of its own."""
    if not truthy(path):
        return value
    _refuse_long(text_of(path))
    keys = [key for key in re.split(r"[\[.\]]", text_of(path)) if key]
    for key in keys:
        value = property_of(value, key)
        if not truthy(value):
            return {}
    if not keys:
        return {}
    return [value] if is_numeric(keys[-1]) else {keys[-1]: value}


def falsey(value: object) -> bool:
    """falsey 0.3: also empty lists and objects, and words that mean no."""
    if not truthy(value):
        return True
    if isinstance(value, dict | list | tuple):
        return not value
    return isinstance(value, str) and value.lower() in _FALSE_WORDS


def own_entries(value: object) -> list[tuple[str, object]]:
    """Keys and values as `for … in` meets them; none in what has no keys."""
    if isinstance(value, dict):
        return [(key, value[key]) for key in keys_of(value)]
    if isinstance(value, str | list | tuple):
        return [(str(index), item) for index, item in enumerate(value)]
    return []


def round_half_up(value: float) -> float:
    """`Math.round`."""
    if isinstance(value, int) or not math.isfinite(value):
        return value
    lower = math.floor(value)
    return whole(float(lower + (value - lower >= 0.5)))


def parse_float(value: object) -> float:
    match = _FLOAT.match(text_of(value).strip())
    return whole(float(match[0].replace("Infinity", "inf"))) if match else math.nan


def parse_int(value: object) -> float:
    match = _INT.match(text_of(value).strip())
    return whole(float(match[0])) if match else math.nan


def power_of_ten(exponent: object) -> float:
    """`Math.pow(10, exponent)`."""
    number = to_number(exponent)
    if math.isnan(number):
        return number
    try:
        return whole(10.0**number)
    except OverflowError:
        return math.inf


def divided(left: float, right: float) -> float:
    if right:
        return whole(left / right)
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def remainder(left: float, right: float) -> float:
    """`%`: the sign of the dividend."""
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return whole(math.fmod(left, right))


def options_of(this: object, values: object, pairs: dict[str, object], name: str) -> dict[str, object]:
    """handlebars-utils' `options`: `this.options`, then an object argument, then hash arguments, then those by name."""
    found: dict[str, object] = {}
    for source in (property_of(this, "options"), values, pairs):
        if isinstance(source, dict):
            found.update(source)
    own = found.get(name)
    return {**own, **found} if isinstance(own, dict) else found
