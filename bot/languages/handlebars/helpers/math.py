"""Math helpers: on numbers and on texts that read as numbers."""

import hashlib
import math
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final

from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.javascript import divided, is_numeric, number_in, remainder, round_half_up
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED, text_of, to_number, whole

Arithmetic = Callable[[float, float], float]


def _of_two(operation: Arithmetic) -> Callable[[object, object], object]:
    def compute(left: object, right: object) -> object:
        first, second = number_in(left, "the first value"), number_in(right, "the second value")
        return whole(operation(first, second))

    return compute


def _of_one(operation: Callable[[float], float]) -> Callable[[object], object]:
    def compute(value: object) -> object:
        return whole(operation(number_in(value)))

    return compute


def add(left: object = UNDEFINED, right: object = UNDEFINED) -> object:
    """A sum of numbers; two texts that are none are joined."""
    if is_numeric(left) and is_numeric(right):
        return whole(to_number(left) + to_number(right))
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return ""


def loose_remainder(left: object = UNDEFINED, right: object = UNDEFINED) -> object:
    return remainder(to_number(left), to_number(right))


def total(*values: object) -> float:
    """The sum of the numbers among the values and in their lists, added from the last on."""
    numbers = [to_number(value) for value in reversed(_flat(values)) if is_numeric(value)]
    found: float = 0
    for number in numbers:
        found = whole(found + number)
    return found


def average(*values: object) -> object:
    return divided(total(*values), len(_flat(values)))


def _flat(values: Iterable[object]) -> list[object]:
    return list(chain.from_iterable(value if isinstance(value, list | tuple) else (value,) for value in values))


def draw(call: HelperCall, least: object, most: object) -> object:
    """A whole number from `least` to `most`, drawn from the instant: the same instant gives the same number."""
    low, high = number_in(least, "the least"), number_in(most, "the most")
    call.run.chances += 1
    seed = f"{call.run.now.isoformat()} {call.run.chances} {text_of(low)} {text_of(high)}"
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]) / 2**48
    return whole(low + math.floor(share * (high - low + 1)))


def _times(left: float, right: float) -> float:
    return left * right


_VALUES: Final[HelperTable] = {
    "abs": _of_one(abs),
    "add": add,
    "avg": average,
    "ceil": _of_one(math.ceil),
    "divide": _of_two(divided),
    "floor": _of_one(math.floor),
    "minus": _of_two(lambda a, b: a - b),
    "modulo": _of_two(remainder),
    "multiply": _of_two(_times),
    "plus": _of_two(lambda a, b: a + b),
    "remainder": loose_remainder,
    "round": _of_one(round_half_up),
    "subtract": _of_two(lambda a, b: a - b),
    "sum": total,
    "times": _of_two(_times),
}

_CALLS: Final[HelperTable] = {"random": draw}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
