"""Number helpers: sizes, thousands and fixed digits."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_values
from bot.languages.handlebars.helpers.javascript import (
    divided,
    is_numeric,
    parse_float,
    parse_int,
    power_of_ten,
    round_half_up,
    to_integer,
)
from bot.languages.handlebars.runtime import HelperTable
from bot.languages.handlebars.values import UNDEFINED, is_missing, number_text, text_of, to_number, whole

_BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB")
_THOUSANDS = ("k", "m", "b", "t", "q")
_WHOLE_PART = re.compile(r"(?<![.\d])\d+")


def bytes_(value: object = UNDEFINED, precision: object = UNDEFINED) -> object:
    """A size in powers of 1000; of a text or a list, that of its length."""
    if not is_numeric(value):
        value = len(value) if isinstance(value, str | list | tuple) else 0
    if not value:
        return "0 B"
    number = to_number(value)
    for power in range(len(_BYTES) - 1, -1, -1):
        if 10 ** (3 * power) <= number + 1:
            return f"{_scaled(number, power, precision if is_numeric(precision) else 2)} {_BYTES[power]}"
    return number


def to_abbr(value: object = UNDEFINED, precision: object = UNDEFINED) -> object:
    number = to_number(value) if is_numeric(value) else 0
    for power in range(len(_THOUSANDS), 0, -1):
        if 10 ** (3 * power) <= number + 1:
            return f"{_scaled(number, power, 2 if is_missing(precision) else precision)}{_THOUSANDS[power - 1]}"
    return number


def _scaled(number: float, power: int, precision: object) -> str:
    scale = power_of_ten(precision)
    return number_text(divided(round_half_up(whole(number * scale / 10 ** (3 * power))), scale))


def add_commas(value: object) -> object:
    """Commas between thousands, in the whole part only."""
    if is_missing(value):
        raise TemplateFailed("addCommas: there is no value.")
    return _WHOLE_PART.sub(lambda found: _grouped(found[0]), text_of(value))


def _grouped(digits: str) -> str:
    head = len(digits) % 3 or 3
    return ",".join([digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))])


def phone_number(value: object) -> object:
    if is_missing(value):
        raise TemplateFailed("phoneNumber: there is no value.")
    digits = text_of(value)
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:10]}"


def _digits(value: object, least: int, default: int) -> int:
    count = to_integer(value) if is_numeric(value) else default
    if not least <= count <= 100:
        raise TemplateFailed(f"digits must be from {least} to 100.")
    return count


def _rounded(value: object, show: Callable[[float], str]) -> str:
    number = to_number(value) if is_numeric(value) else 0
    return show(number) if math.isfinite(number) else number_text(number)


def to_fixed(value: object = UNDEFINED, digits: object = UNDEFINED) -> object:
    places = _digits(digits, 0, 0)
    return _rounded(value, lambda number: _fixed(number, places))


def _fixed(number: float, places: int) -> str:
    if abs(number) >= 1e21:
        return number_text(number)
    exact = Context(prec=200, rounding=ROUND_HALF_UP)
    shown = f"{Decimal(abs(number)).quantize(Decimal(1).scaleb(-places), context=exact):f}"
    return f"-{shown}" if number < 0 else shown


def to_exponential(value: object = UNDEFINED, digits: object = UNDEFINED) -> object:
    places = _digits(digits, 0, 0)
    return _rounded(value, lambda number: _exponential(number, places))


def to_precision(value: object = UNDEFINED, precision: object = UNDEFINED) -> object:
    places = _digits(precision, 1, 1)
    return _rounded(value, lambda number: _precise(number, places))


def _significant(number: float, count: int) -> tuple[str, int]:
    """The first `count` digits, rounded half up, and the power of ten of the first."""
    if not number:
        return "0" * count, 0
    found = Context(prec=count, rounding=ROUND_HALF_UP).create_decimal(Decimal(abs(number)))
    digits = "".join(map(str, found.as_tuple().digits)).ljust(count, "0")
    return digits, found.adjusted()


def _exponential(number: float, places: int) -> str:
    digits, power = _significant(number, places + 1)
    mantissa = f"{digits[0]}.{digits[1:]}" if places else digits
    return f"{'-' if number < 0 else ''}{mantissa}e{power:+d}"


def _precise(number: float, count: int) -> str:
    digits, power = _significant(number, count)
    if power < -6 or power >= count:
        return _exponential(number, count - 1)
    sign = "-" if number < 0 else ""
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole_part, fraction = digits[: power + 1], digits[power + 1 :]
    return f"{sign}{whole_part}.{fraction}" if fraction else sign + whole_part


def to_float(value: object = UNDEFINED) -> object:
    return parse_float(value)


def to_int(value: object = UNDEFINED) -> object:
    return parse_int(value)


_VALUES: Final[HelperTable] = {
    "addCommas": add_commas,
    "bytes": bytes_,
    "fileSize": bytes_,
    "phoneNumber": phone_number,
    "toAbbr": to_abbr,
    "toExponential": to_exponential,
    "toFixed": to_fixed,
    "toFloat": to_float,
    "toInt": to_int,
    "toPrecision": to_precision,
}

HELPERS: Final = of_values(_VALUES)
