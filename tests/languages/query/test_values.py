"""JavaScript's conversions. Source of each answer: Node 20."""

import math
from typing import Any

import pytest

from bot.languages.values import code_unit, code_units, number_text, remainder, text_below, to_number, to_text

NUMBERS = [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (1.5, "1.5"), (-3.0, "-3"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
    (1.5e300, "1.5e+300"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.25e-9, "1.25e-9"),
    (0.1 + 0.2, "0.30000000000000004"), (123456789012345680000.0, "123456789012345680000"), (math.nan, "NaN"),
    (math.inf, "Infinity"), (-math.inf, "-Infinity"), (5e-324, "5e-324"), (9007199254740993.0, "9007199254740992"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_number_text(number: float, text: str) -> None:
    assert number_text(number) == text


TEXTS: list[tuple[Any, float]] = [
    ("", 0), (" 12 ", 12), ("0x1F", 31), ("0b11", 3), ("0o17", 15), ("1e3", 1000), (".5", 0.5), ("5.", 5), ("-5", -5),
    ("Infinity", math.inf), ("\ufeff7\u2029", 7), (None, 0), (True, 1), ([], 0), ([[5]], 5), (["8"], 8),
]  # fmt: skip


@pytest.mark.parametrize(("value", "number"), TEXTS)
def test_to_number(value: Any, number: float) -> None:
    assert to_number(value) == number


@pytest.mark.parametrize("value", ["x", "1 2", "0x", "-0x1", "1_0", "١", {}, [1, 2], "infinity", "."])
def test_not_a_number(value: Any) -> None:
    assert math.isnan(to_number(value))


def test_to_text() -> None:
    assert to_text([1, [None, "a", True], {"b": 1}]) == "1,,a,true,[object Object]"


def test_code_units() -> None:
    assert (code_units("a🔥"), code_unit("a🔥", 1), code_unit("a🔥", 0)) == (3, "\ud83d", "a")


def test_texts_sort_by_unit() -> None:
    assert (text_below("🔥", "\ufb01"), text_below("a", "🔥"), text_below("é", "é")) == (True, True, False)


def test_remainders_keep_the_sign_of_the_dividend() -> None:
    assert (remainder(-5, 4), remainder("7", 4), math.isnan(remainder(5, 0))) == (-1, 3, True)
