"""The tests that leaves of a query put to a value."""

import math
from collections.abc import Callable
from datetime import date
from typing import Final

from bot.languages.query.conditions import Fits
from bot.languages.query.operations import CandidateTest
from bot.languages.regexp.budget import Budget, Exhausted
from bot.languages.values import DEEPEST_LIST, MISSING, at_most, below, comparable, equal, remainder, type_of


def equals(name: str, operand: object) -> Fits:
    """The condition that a candidate deeply equals `operand`."""
    return Fits(name, operand, equality(operand))


def equality(operand: object) -> CandidateTest:
    """Deep equality with `operand`; text, by far the most common, takes the short way."""
    wanted = comparable(operand)
    if isinstance(wanted, str):
        return lambda value, _: value == wanted
    return lambda value, _: equal(operand, value)


def scalar_key(value: object) -> object:
    """A key that two scalars share exactly when they are equal, and None for everything else."""
    plain = comparable(value)
    if isinstance(plain, bool):
        return (plain,)
    if isinstance(plain, float) and math.isnan(plain):
        return None
    return plain if isinstance(plain, (str, int, float)) else None


def membership(items: list[object]) -> CandidateTest:
    """Equality with one of `items`; scalars are looked up, the others are compared."""
    keys = frozenset(key for key in map(scalar_key, items) if key is not None)
    others = [item for item in items if scalar_key(item) is None]

    def test(value: object, _: Budget) -> bool:
        return scalar_key(value) in keys or any(equal(item, value) for item in others)

    return test


def ordering(name: str, operand: object) -> CandidateTest:
    """`$gt $gte $lt $lte`: only values of the operand's type are ordered, and null stands for missing."""
    kind = type_of(operand)
    holds = ORDERS[name]

    def test(value: object, run: Budget) -> bool:
        candidate = None if value is MISSING else value
        charge(candidate, run)
        return type_of(candidate) == kind and holds(candidate, operand)

    return test


ORDERS: Final[dict[str, Callable[[object, object], bool]]] = {
    "$gt": lambda value, operand: value is not None and below(operand, value),
    "$gte": lambda value, operand: (value is None and operand is None) or at_most(operand, value),
    "$lt": lambda value, operand: value is not None and below(value, operand),
    "$lte": lambda value, operand: (value is None and operand is None) or at_most(value, operand),
}


def divided(operand: list[object] | str) -> CandidateTest:
    """`$mod`: the remainder is exactly the second of the pair."""
    divisor, wanted = [*operand, MISSING, MISSING][:2]
    if not isinstance(wanted, (int, float)) or isinstance(wanted, bool):
        return lambda _value, _run: False

    def test(value: object, run: Budget) -> bool:
        charge(value, run)
        return value is not MISSING and remainder(value, divisor) == wanted

    return test


def charge(value: object, run: Budget, depth: int = 0) -> None:
    """Account for the elements of a list that is about to be made into text."""
    if isinstance(value, list):
        if depth > DEEPEST_LIST:
            raise Exhausted
        for item in value:
            run.step()
            charge(item, run, depth + 1)


TYPES: Final[dict[str, Callable[[object], bool]]] = {
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
    "timestamp": lambda value: isinstance(value, date),
}


def typed(name: str) -> CandidateTest:
    """`$type` by its alias."""
    holds = TYPES[name]
    return lambda value, _: holds(value)
