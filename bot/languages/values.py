"""JavaScript's values as Python holds them, with the equality and the ordering that sift 17.1.4 gives them.

Strings are `str`, numbers `int` and `float` (never `bool`), `null` is `None`, arrays are `list`, objects are `dict`,
dates are `datetime` and `date` (naive ones are UTC). What a path does not reach is `MISSING`; what it reaches on a
prototype (`tags.map`) is `INHERITED`, which is nobody's equal.
Source: src/core.ts and src/utils.ts of sift; ECMA-262 sections 7.1 and 7.2 for the conversions.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final

DEEPEST_LIST: Final = 100
"""Lists inside lists beyond this depth are not entered; they are nobody's way to write an alert."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EXACT: Final = 2**53


class Absent(Enum):
    """What stands where a document holds no value of its own."""

    MISSING = "missing"
    INHERITED = "inherited"


MISSING: Final = Absent.MISSING
INHERITED: Final = Absent.INHERITED

type_names: Final[dict[type, str]] = {str: "string", bool: "boolean", int: "number", float: "number"}


def type_of(value: object) -> str:
    """JavaScript's `typeof` after sift's `comparable`, which makes numbers of dates."""
    known = type_names.get(type(value))
    if known is not None:
        return known
    if isinstance(value, str):
        return "string"
    if isinstance(value, date):
        return "number"
    if value is MISSING:
        return "undefined"
    return "function" if value is INHERITED else "object"


def is_number(value: object) -> bool:
    """Whether `value` is a number; `True` and `False` are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def milliseconds(value: date) -> int:
    """Milliseconds since 1970, as `Date.getTime()` counts them: whole ones, the rest is cut off."""
    instant = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return (instant - EPOCH) // timedelta(milliseconds=1)


def number(value: int | float) -> int | float:  # noqa: PYI041 - they are told apart below
    """`value` as the double that JavaScript would hold."""
    if isinstance(value, float) or -EXACT <= value <= EXACT:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def comparable(value: object) -> object:
    """What sift compares: dates become milliseconds, numbers become doubles, everything else stays."""
    if isinstance(value, bool) or not isinstance(value, (int, float, date)):
        return value
    return milliseconds(value) if isinstance(value, date) else number(value)


def equal(wanted: object, value: object) -> bool:
    """Deep equality with dates read as milliseconds; `wanted` is of the query, and so of bounded depth."""
    if wanted is None:
        return value is None or value is MISSING
    if isinstance(wanted, list):
        return isinstance(value, list) and _equal_lists(wanted, value, equal)
    if isinstance(wanted, dict):
        return isinstance(value, dict) and _equal_objects(wanted, value)
    return _equal_scalars(comparable(wanted), comparable(value))


def _equal_inside(wanted: object, value: object) -> bool:
    """Equality inside an object, where sift leaves dates as they are: two objects, never equal."""
    if isinstance(wanted, date) or isinstance(value, date):
        return False
    if isinstance(wanted, list):
        return isinstance(value, list) and _equal_lists(wanted, value, _equal_inside)
    return equal(wanted, value)


def _equal_lists(wanted: list[object], value: list[object], same: Callable[[object, object], bool]) -> bool:
    return len(wanted) == len(value) and all(map(same, wanted, value))


def _equal_objects(wanted: dict[str, object], value: dict[str, object]) -> bool:
    return len(wanted) == len(value) and all(_equal_inside(item, own(value, key)) for key, item in wanted.items())


def _equal_scalars(wanted: object, value: object) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, str):
        return isinstance(value, str) and wanted == value
    return isinstance(value, (int, float)) and wanted == value


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


OBJECT_NAMES: Final = names(
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor hasOwnProperty "
    "isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf"
)
ARRAY_NAMES: Final = OBJECT_NAMES | names(
    "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach "
    "includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice "
    "toReversed toSorted toSpliced unshift values with"
)
TEXT_NAMES: Final = OBJECT_NAMES | names(
    "anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes "
    "indexOf isWellFormed italics lastIndexOf link localeCompare match matchAll normalize padEnd padStart repeat "
    "replace replaceAll search slice small split startsWith strike sub substr substring sup toLocaleLowerCase "
    "toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim trimEnd trimLeft trimRight trimStart"
)
NUMBER_NAMES: Final = OBJECT_NAMES | names("toExponential toFixed toPrecision")
DATE_NAMES: Final = OBJECT_NAMES | names("toJSON toISOString getTime")


def own(value: Mapping[str, object], key: str) -> object:
    """The value under `key`, or what JavaScript would find on the prototype of every object."""
    found = value.get(key, MISSING)
    return INHERITED if found is MISSING and key in OBJECT_NAMES else found


def inherited(value: object, key: str) -> object:
    """What a value that has no `key` of its own answers for it."""
    if isinstance(value, bool) or value is INHERITED:
        known = OBJECT_NAMES
    elif isinstance(value, str):
        known = TEXT_NAMES
    elif isinstance(value, list):
        known = ARRAY_NAMES
    else:
        known = DATE_NAMES if isinstance(value, date) else NUMBER_NAMES if is_number(value) else OBJECT_NAMES
    return INHERITED if key in known else MISSING


def code_units(text: str) -> int:
    """The length that JavaScript counts: a character beyond U+FFFF counts twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def code_unit(text: str, index: int) -> object:
    """`text[index]` of JavaScript: half a character, where it stands for one beyond U+FFFF."""
    if text.isascii():
        return text[index] if index < len(text) else MISSING
    unit = text.encode("utf-16-le", "surrogatepass")[2 * index : 2 * index + 2]
    return chr(int.from_bytes(unit, "little")) if unit else MISSING


SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|Infinity)\Z")
_RADIX: Final = re.compile(r"0(?:[xX](?P<x>[0-9a-fA-F]+)|[oO](?P<o>[0-7]+)|[bB](?P<b>[01]+))\Z")
_EDGES: Final = re.compile(f"^[{SPACE}]+|[{SPACE}]+$")
_BASES: Final = {"x": 16, "o": 8, "b": 2}


def to_number(value: object) -> float:
    """`Number(value)`; what is no number is NaN."""
    if value is None or isinstance(value, bool):
        return float(bool(value))
    if isinstance(value, (int, float)):
        return float(number(value))
    if isinstance(value, date):
        return milliseconds(value)
    if isinstance(value, str):
        return _number_from_text(value)
    return _number_from_text(to_text(value)) if isinstance(value, list) else math.nan


def _number_from_text(text: str) -> float:
    trimmed = _EDGES.sub("", text)
    if not trimmed:
        return 0.0
    if _DECIMAL.match(trimmed):
        return float(trimmed.replace("Infinity", "inf"))
    radix = _RADIX.match(trimmed)
    if radix is None or radix.lastgroup is None:
        return math.nan
    return float(number(int(radix[radix.lastgroup], _BASES[radix.lastgroup])))


def to_text(value: object, depth: int = 0) -> str:
    """`String(value)`: lists are joined by commas, every object reads the same."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "" if depth > DEEPEST_LIST else ",".join(_joined(item, depth + 1) for item in value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return number_text(number(value))
    if isinstance(value, date):
        return _date_text(value)
    return "undefined" if value is MISSING else "[object Object]"


def _joined(item: object, depth: int) -> str:
    return "" if item is None or item is MISSING else to_text(item, depth)


def _date_text(value: date) -> str:
    instant = EPOCH + timedelta(milliseconds=milliseconds(value))
    return f"{instant:%a %b %d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)"


def number_text(value: float) -> str:
    """`Number.prototype.toString`: the shortest digits, an exponent from 1e21 and below 1e-6 only."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, exponent = f"{abs(float(value))!r}".lower(), 0
    if "e" in mantissa:
        mantissa, power = mantissa.split("e")
        exponent = int(power)
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    return sign + _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return (digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}") + power


def text_below(left: str, right: str) -> bool:
    """`left < right` by UTF-16 unit; code points sort alike unless one side leaves the first plane."""
    if left.isascii() or right.isascii():
        return left < right
    return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")


def primitive(value: object) -> object:
    """`ToPrimitive(value, number)`: lists and objects become text, dates milliseconds."""
    return to_text(value) if isinstance(value, (list, dict)) else comparable(value)


def below(left: object, right: object) -> bool:
    """`left < right` of JavaScript for two values of one `type_of`."""
    first, second = primitive(left), primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return text_below(first, second)
    return to_number(first) < to_number(second)


def at_most(left: object, right: object) -> bool:
    """`left <= right`: not `right < left`, except that NaN is never at most anything."""
    first, second = primitive(left), primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return not text_below(second, first)
    return to_number(first) <= to_number(second)


def remainder(value: object, divisor: object) -> float:
    """`value % divisor`, with the sign of the dividend."""
    dividend, by = to_number(value), to_number(divisor)
    if by == 0 or math.isnan(dividend) or math.isnan(by) or math.isinf(dividend):
        return math.nan
    return math.fmod(dividend, by)


def is_falsy(value: object) -> bool:
    """JavaScript's falsehood of a JSON value: `[]` and `{}` are true."""
    if isinstance(value, (list, dict)):
        return False
    return not value or value != value  # noqa: PLR0124 - NaN
