"""Comparison helpers: tests that answer inline with their value, and as a block with the block or its `else`."""

from collections.abc import Callable
from functools import partial
from typing import Final

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.javascript import falsey, is_numeric, is_text, number_in, remainder, to_integer
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import (
    UNDEFINED,
    at_most,
    is_missing,
    less,
    loose_equal,
    strict_equal,
    text_of,
    to_number,
    truthy,
    type_name,
)

Comparison = Callable[[object, object], bool]

_OPERATORS: dict[str, Comparison] = {
    "==": loose_equal,
    "===": strict_equal,
    "!=": lambda a, b: not loose_equal(a, b),
    "!==": lambda a, b: not strict_equal(a, b),
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": at_most,
    ">=": lambda a, b: at_most(b, a),
    "typeof": lambda a, b: type_name(a) == b,
}


def _test(operator: str, call: HelperCall, *values: object) -> object:
    """One value is compared with the hash argument `compare`."""
    if not values:
        call.refuse("needs a value.")
    other = values[1] if len(values) > 1 else call.hash.get("compare", UNDEFINED)
    return call.choose(_OPERATORS[operator](values[0], other))


def compare(call: HelperCall, left: object, operator: object, right: object) -> object:
    test = _OPERATORS.get(text_of(operator))
    if test is None:
        call.refuse(f"{text_of(operator)!r} is no operator; there are {' '.join(_OPERATORS)}.")
    return call.choose(test(left, right))


def both(call: HelperCall, *values: object) -> object:
    return call.choose(all(map(truthy, values)))


def either(call: HelperCall, *values: object) -> object:
    return call.choose(any(map(truthy, values)))


def neither(call: HelperCall, left: object, right: object) -> object:
    return call.choose(not truthy(left) and not truthy(right))


def not_(call: HelperCall, value: object) -> object:
    return call.choose(not truthy(value))


def first_present(*values: object) -> object:
    return next((value for value in values if not is_missing(value)), "")


def is_falsey(call: HelperCall, value: object) -> object:
    return call.choose(falsey(value))


def is_truthy(call: HelperCall, value: object) -> object:
    return call.choose(not falsey(value))


def contains(call: HelperCall, collection: object, value: object, start: object = UNDEFINED) -> object:
    return call.choose(not is_missing(value) and holds(collection, value, to_integer(start)))


def holds(collection: object, value: object, start: int = 0) -> bool:
    if isinstance(collection, str):
        return text_of(value) in collection[max(start, 0) :]
    if isinstance(collection, list | tuple):
        return any(strict_equal(item, value) for item in collection[start:])
    return False


def has(call: HelperCall, value: object = UNDEFINED, pattern: object = UNDEFINED) -> object:
    """Whether a list, a text or an object has an item, a part or a key."""
    found = is_text(pattern) and (holds(value, pattern) or (isinstance(value, dict) and pattern in value))
    if call.is_block:
        return call.fn(call.this) if found else call.inverse(call.this)
    return found


def _is_even(value: object) -> bool:
    number = number_in(value)
    if number != int(number):
        raise TemplateFailed("expected a whole number.")
    return int(number) % 2 == 0


def if_even(call: HelperCall, value: object) -> object:
    return call.choose(_is_even(value))


def if_odd(call: HelperCall, value: object) -> object:
    return call.choose(not _is_even(value))


def if_nth(call: HelperCall, step: object, value: object) -> object:
    both_numbers = is_numeric(step) and is_numeric(value)
    return call.choose(both_numbers and remainder(to_number(value), to_number(step)) == 0)


_VALUES: Final[HelperTable] = {"default": first_present}

_CALLS: Final[HelperTable] = {
    "and": both,
    "compare": compare,
    "contains": contains,
    "eq": partial(_test, "==="),
    "gt": partial(_test, ">"),
    "gte": partial(_test, ">="),
    "has": has,
    "isFalsey": is_falsey,
    "isTruthy": is_truthy,
    "ifEven": if_even,
    "ifNth": if_nth,
    "ifOdd": if_odd,
    "is": partial(_test, "=="),
    "isnt": partial(_test, "!="),
    "lt": partial(_test, "<"),
    "lte": partial(_test, "<="),
    "neither": neither,
    "not": not_,
    "or": either,
    "unlessEq": partial(_test, "!=="),
    "unlessGt": partial(_test, "<="),
    "unlessLt": partial(_test, ">="),
    "unlessGteq": partial(_test, "<"),
    "unlessLteq": partial(_test, ">"),
}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
