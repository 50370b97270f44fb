"""JavaScript's values over plain JSON: text, numbers, truth and equality as ECMA-262 defines them.

A template sees dicts, lists, strings, numbers, booleans, None and `UNDEFINED`, and nothing else: whatever a context
holds beyond that counts as an object without properties.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `\\s` and `trim` take for white space."""
SAFE_INTEGER: Final = 2**53 - 1
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|Infinity)", re.ASCII)
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


class Undefined:
    """What a missing field is: it prints nothing, like null, and is not null."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePattern:
    """A regular expression that a template made; it can be tested, and prints as JavaScript prints it."""

    source: str
    flags: str


def is_missing(value: object) -> bool:
    return value is None or value is UNDEFINED


def is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def truthy(value: object) -> bool:
    if isinstance(value, str | bool):
        return bool(value)
    if isinstance(value, int | float):
        return value != 0 and value == value  # noqa: PLR0124 — NaN is the only value that differs from itself
    return not is_missing(value)


def property_of(parent: object, name: object) -> object:
    """An own property: a key of a dict, an index or the length of a list or a string; never an attribute."""
    if isinstance(parent, dict):
        return parent.get(name if isinstance(name, str) else text_of(name), UNDEFINED)
    if isinstance(parent, str | list | tuple):
        return _element(parent, name if isinstance(name, str) else text_of(name))
    return UNDEFINED


def _element(sequence: Sequence[object], name: str) -> object:
    if name == "length":
        return len(sequence)
    if not _INDEX.fullmatch(name) or int(name) >= len(sequence):
        return UNDEFINED
    return sequence[int(name)]


def keys_of(value: dict[str, object]) -> list[str]:
    """The keys in JavaScript's order: array indexes ascending, then the others as they were written."""
    keys = list(value)
    if not any(key[:1].isdigit() for key in keys):
        return keys
    indexes = sorted((key for key in keys if _INDEX.fullmatch(key)), key=int)
    return indexes + [key for key in keys if not _INDEX.fullmatch(key)]


def text_of(value: object) -> str:
    """`String(value)`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if value is None or value is UNDEFINED:
        return "null" if value is None else "undefined"
    if isinstance(value, list | tuple):
        return ",".join(["" if is_missing(item) else text_of(item) for item in value])
    if isinstance(value, TemplatePattern):
        return f"/{value.source}/{value.flags}"
    return "[object Object]"


def number_text(value: float) -> str:
    """`String(number)`, but for whole numbers beyond 2**53, which keep every digit (a payload's 64-bit ids)."""
    if isinstance(value, int):
        if abs(value) < 10**21:
            return str(value)
        value = to_float(value)
    if value != value:  # noqa: PLR0124 — NaN
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    digits, point = _decimal_digits(abs(value))
    return ("-" if value < 0 else "") + _placed(digits, point)


def _decimal_digits(value: float) -> tuple[str, int]:
    """The shortest digits that read back as `value`, and where the point stands among them."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    return digits.rstrip("0") or "0", (len(whole) - leading + int(exponent or 0)) if digits else 1


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"


def to_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_number(value: object) -> float:
    """`Number(value)`; integers stay integers while JavaScript could hold them exactly."""
    if isinstance(value, int):
        return int(value) if abs(value) <= SAFE_INTEGER else to_float(value)
    if isinstance(value, float):
        return value
    if value is None:
        return 0
    if isinstance(value, str | list | tuple):
        return _parsed(text_of(value).strip(SPACE))
    return math.nan


def _parsed(text: str) -> float:
    if not text:
        return 0
    if _RADIX.fullmatch(text):
        return to_number(int(text, 0)) if len(text) < 300 else math.inf
    if not _NUMBER.fullmatch(text):
        return math.nan
    return whole(float(text.replace("Infinity", "inf")))


def whole(value: float) -> float:
    """The number as an int where it is one that JavaScript holds exactly: sums then stay readable and exact."""
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else to_float(value)
    return int(value) if value.is_integer() and abs(value) <= SAFE_INTEGER else value


def strict_equal(left: object, right: object) -> bool:
    """`===`."""
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return left is right


def loose_equal(left: object, right: object) -> bool:
    """`==`."""
    if is_missing(left) or is_missing(right):
        return is_missing(left) and is_missing(right)
    if _is_object(left) and _is_object(right):
        return left is right
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return to_number(left) == to_number(right)


def _is_object(value: object) -> bool:
    return not isinstance(value, str | int | float) and not is_missing(value)


def primitive(value: object) -> object:
    return text_of(value) if _is_object(value) else value


def less(left: object, right: object) -> bool:
    """`<`: strings by UTF-16 unit, everything else as numbers."""
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return utf16(left) < utf16(right)
    return to_number(left) < to_number(right)


def at_most(left: object, right: object) -> bool:
    """`<=`; with NaN both this and its opposite are false."""
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return utf16(left) <= utf16(right)
    return to_number(left) <= to_number(right)


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def type_name(value: object) -> str:
    """`typeof value`."""
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if is_number(value) else "object"
