"""Texts made for a pattern: each pattern of Python's `re` in the bot takes few steps from each place of any text.

Python's engine tries all ways to match. A pattern may so have only bounded repetitions that can be given back, and few
ways altogether; an unbounded one may stand at its end, where nothing is given back. Everything else belongs to RE2.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]  # what `re` reads a pattern with
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOREIGN = (
    "bot/outbound",
    "bot/payloads",
    "bot/queue",
    "bot/service",
    "bot/slack",
    "bot/sources",
    "bot/web",
)
MOST_WAYS = 200_000
CALLS = {"compile", "sub", "subn", "match", "search", "fullmatch", "findall", "finditer", "split"}
ENDLESS = float("inf")


def patterns() -> Iterator[tuple[str, str]]:
    """All patterns of `re` in the rooms that read what strangers write, with their places."""
    for room in FOREIGN:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and is_of_re(node.func) and node.args:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", said(node.args[0])


def is_of_re(called: ast.expr) -> bool:
    """Whether a function of `re` that takes a pattern is called."""
    return isinstance(called, ast.Attribute) and called.attr in CALLS and ast.unparse(called.value) == "re"


def said(given: ast.expr) -> str:
    """A pattern's text. One that is put together at run time cannot be judged, but for an escaped text."""
    if isinstance(given, ast.Call) and ast.unparse(given.func) == "re.escape":
        return "x"
    text = ast.literal_eval(given)
    return text.decode("latin-1") if isinstance(text, bytes) else str(text)


def ways(items: Any, *, ends: bool = True) -> float:
    """In how many ways a pattern can match from one place, at most. `ends` where nothing has to follow it."""
    product = 1.0
    listed = list(items)
    for number, (kind, value) in enumerate(listed):
        product *= ways_of(kind, value, ends=ends and number == len(listed) - 1)
    return product


def ways_of(kind: Any, value: Any, *, ends: bool) -> float:
    """In how many ways one item can match."""
    if kind in {constants.MAX_REPEAT, constants.MIN_REPEAT}:
        least, most, inside = value
        if ends and ways(inside, ends=False) == 1:
            return 1.0  # what is taken at the end is never given back
        if most == constants.MAXREPEAT:
            return ENDLESS
        within = ways(inside, ends=ends and most == 1)
        return float((most - least + 1) * (within if within == 1 else within**most))
    if kind is constants.POSSESSIVE_REPEAT:
        return ways(value[2])  # what it took is never given back
    if kind is constants.SUBPATTERN:
        return ways(value[3], ends=ends)
    if kind is constants.BRANCH:
        return sum(ways(each, ends=ends) for each in value[1])
    if kind in {constants.ASSERT, constants.ASSERT_NOT}:
        return ways(value[1], ends=ends)
    return 1.0


@pytest.mark.parametrize(("place", "pattern"), [pytest.param(*each, id=each[0]) for each in patterns()])
def test_a_text_that_a_pattern_matches_in_many_ways(place: str, pattern: str) -> None:
    assert ways(parser.parse(pattern)) <= MOST_WAYS, f"{place}: bound its repetitions, or use RE2"


@pytest.mark.parametrize(
    "pattern", [r"[\w-]*(?:token)[\w-]*=", r"(?:a+)+b", r"\s+$", r".*x", r"(?:a|b?)*", r"(a{0,9}){9}x"]
)
def test_patterns_that_have_to_be_found(pattern: str) -> None:
    assert ways(parser.parse(pattern)) > MOST_WAYS


@pytest.mark.parametrize("pattern", [r"[ \t]+", r"a|b|c", r"x{1,300} y{1,300}", r"https?://\S+"])
def test_patterns_that_may_stay(pattern: str) -> None:
    assert ways(parser.parse(pattern)) <= MOST_WAYS


def test_readers_of_the_standard_library_whose_time_is_not_linear() -> None:
    """`email` reads what a stranger sends through `bot.payloads.mime` alone."""
    banned = re.compile(r"message_from_|HeaderParser|BytesParser|feedparser|get_params?\(|cgi\b|email\.policy")
    found = [
        str(path.relative_to(ROOT))
        for room in FOREIGN
        for path in sorted((ROOT / room).rglob("*.py"))
        if banned.search(path.read_text())
    ]
    assert found == []
