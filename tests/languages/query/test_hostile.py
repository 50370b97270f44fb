"""Hostile documents and patterns end in an answer and never in an exception; unbounded, these would not end at all."""

from collections.abc import Iterator
from itertools import chain, product, repeat
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.languages.query import ConditionResult, Match, Undecided, compile_query, compile_rules
from bot.languages.query.checks import ask
from bot.languages.regexp import Untranslatable, compile_pattern
from bot.languages.regexp.automaton import automaton
from bot.languages.regexp.budget import ALL_SECONDS, STEPS, TOO_MANY, WORK, Budget
from bot.languages.regexp.emission import ForBacktracking
from bot.languages.regexp.parser import parse
from bot.languages.regexp.pattern import LONGEST_TEXT, TOO_LONG, TOO_SLOW, encodable, read_flags
from bot.languages.regexp.stops import time_stops
from tests.languages.query.asking import NOW


def nested_list(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def nested_object(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


ASKED: list[Any] = [
    {"a": 1},
    {"a": {"$ne": 1}},
    {"a": {"$gt": "x"}},
    {"a": {"$gt": [1]}},
    {"a": {"$in": [1, [2]]}},
    {"a": {"$all": [1]}},
    {"a": {"$size": 1}},
    {"a": {"$mod": [2, 1]}},
    {"a": {"$elemMatch": {"a": 1}}},
    {"a": {"$not": {"$not": {"$not": {"a": 1}}}}},
    {"a.a.a": {"$exists": True}},
    {"a": {"a": {"a": 1}}},
    {"$nor": [{"a": {"$regex": "x"}}]},
]


DECIDED: dict[ConditionResult, type] = {
    ConditionResult.TRUE: Match,
    ConditionResult.FALSE: type(None),
    ConditionResult.UNKNOWN: Undecided,
}


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("value", [nested_list(100_000), nested_object(100_000), [nested_list(90)] * 20])
def test_deep_documents(query: Any, value: Any) -> None:
    predicate = compile_query(query)
    answer = predicate.ask({"a": value}, NOW)
    found = compile_rules([query]).first({"a": value}, NOW)
    assert type(found) is DECIDED[answer]
    assert (predicate.explain({"a": value}, NOW) is None) is (answer is ConditionResult.TRUE)


@pytest.mark.parametrize("query", [{"a": 1}, {"$not": {"a": 1}}, {"a": {"$ne": 1}}, {"a": {"$gt": 0}}])
def test_lists_are_entered_to_the_documented_depth(query: Any) -> None:
    predicate = compile_query(query)
    inside, beyond = {"a": nested_list(100)}, {"a": nested_list(101)}
    assert (predicate.ask(inside, NOW) is ConditionResult.UNKNOWN, predicate.ask(beyond, NOW)) == (
        False,
        ConditionResult.UNKNOWN,
    )
    assert compile_rules([query]).first(beyond, NOW) == Undecided(0, TOO_MANY)


def test_too_many_values_are_given_up() -> None:
    predicate = compile_query({"a": {"$not": {"$not": {"$gt": 5}}}})
    document = {"a": [0] * (STEPS + 1)}
    found = predicate.explain(document, NOW)
    assert found is not None
    assert predicate.ask(document, NOW) is ConditionResult.UNKNOWN
    assert TOO_MANY in found.condition


def test_each_condition_may_look_at_as_many_values() -> None:
    document = {name: [0] * (STEPS - 10) for name in "abc"}
    queries = [{name: 1} for name in "abc"]
    assert compile_query({"$or": queries}).ask(document, NOW) is ConditionResult.FALSE
    assert compile_rules([*queries, {"c": 0}]).first(document, NOW) == Match(3)


def test_all_conditions_together_are_bounded() -> None:
    document = {"a": [0] * (STEPS - 10)}
    rules = compile_rules([{"a": {"$gt": index}} for index in range(1, 10)])
    assert isinstance(rules.first(document, NOW), Undecided)


def test_walks_inside_walks_are_bounded() -> None:
    query: Any = {"$gt": 1}
    for _ in range(25):
        query = {"$not": query}
    found = compile_query({"a": query}).explain({"a": nested_list(99)}, NOW)
    assert found is not None
    assert TOO_MANY in found.condition


SLOW = [
    "(?=(a+)+b)a",
    "^(?:(a+)+)\\1?$",
    "(?!(a|aa)+$)b|^(a|a?)+\\1x?y",
    "(?<!(a*)*)c|(a*)*\\2\\2d",
    "(a*)*(?=b)c|^(a+)+(?!a)\\1$",
]


@pytest.mark.parametrize("source", SLOW)
@pytest.mark.parametrize("text", ["a" * 30, "a" * 5_000 + "!", "ab" * 5_000])
def test_catastrophic_patterns(source: str, text: str) -> None:
    run = Budget(NOW)
    answer = ask(compile_query({"a": {"$regex": source}}).check, {"a": text}, run)
    assert (answer is ConditionResult.UNKNOWN) is bool(run.gave_up)
    assert run.seconds <= ALL_SECONDS


def test_looks_are_answered_whatever_the_pattern() -> None:
    queries = [{"a": {"$regex": f"(?=(a+)+b{index})a"}} for index in range(30)]
    assert compile_rules(queries).first({"a": "a" * 3_000 + "b"}, NOW) is None


EVIL = "^(?:(a|aa)+)(?:a|aa)+b?c\\1$"
"""A pattern that only the engine that backtracks can ask, and that keeps it busy on `aaaa…bcb`."""


def test_what_only_time_stops_is_counted_and_undecided() -> None:
    before, document = time_stops.count, {"a": "a" * 2_000 + "bc" + "b" * 9}
    rules = compile_rules([{"a": {"$not": {"$regex": EVIL}}}, {"a": {"$exists": True}}])
    assert rules.first(document, NOW) == Undecided(0, TOO_SLOW)
    assert time_stops.count == before + 1


def test_linear_patterns_take_long_texts() -> None:
    predicate = compile_query({"a": {"$regex": "(a|aa|a?)+$"}})
    assert predicate.test({"a": "a" * 2_000_000}, NOW)


LONG = "bb" + "x" * LONGEST_TEXT
REFERENCE: Any = {"a": {"$regex": "(b)\\1"}}
"""What cannot be said about a long text."""


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        (REFERENCE, ConditionResult.UNKNOWN),
        ({"$not": REFERENCE}, ConditionResult.UNKNOWN),
        ({"$nor": [REFERENCE]}, ConditionResult.UNKNOWN),
        ({"$nor": [REFERENCE, {"b": 1}]}, ConditionResult.FALSE),
        ({"$or": [REFERENCE, {"b": 1}]}, ConditionResult.TRUE),
        ({"$or": [REFERENCE, {"b": 2}]}, ConditionResult.UNKNOWN),
        ({"$and": [REFERENCE, {"b": 2}]}, ConditionResult.FALSE),
        ({"$and": [REFERENCE, {"b": 1}]}, ConditionResult.UNKNOWN),
        ({**REFERENCE, "b": 2}, ConditionResult.FALSE),
        ({"a": {"$not": REFERENCE["a"]}}, ConditionResult.UNKNOWN),
        ({"$not": {"$not": {"$and": [REFERENCE, {"b": 2}]}}}, ConditionResult.FALSE),
        ({"$and": [REFERENCE, {"$not": REFERENCE}]}, ConditionResult.UNKNOWN),
        ({"c": {"$elemMatch": {"$regex": "(b)\\1"}}}, ConditionResult.UNKNOWN),
        ({"c": {"$elemMatch": {"$not": {"$regex": "(b)\\1"}}}}, ConditionResult.TRUE),
        ({"c": {"$regex": "^(b)\\1?"}}, ConditionResult.TRUE),
        ({"d": {"$regex": "(b)\\1"}}, ConditionResult.FALSE),
    ],
)
def test_kleene(query: Any, verdict: ConditionResult) -> None:
    assert compile_query(query).ask({"a": LONG, "b": 1, "c": [LONG, "b"]}, NOW) is verdict


UNSURE: Any = st.sampled_from([{"$regex": "(b)\\1"}, {"$exists": True}, {"$type": "string"}, {"$size": 2}, {"$ne": 1}])
LEAVES: Any = st.dictionaries(st.sampled_from(["a", "b", "c", "a.a", "c.a"]), UNSURE, min_size=1, max_size=2)
UNSURE_QUERIES: Any = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: {"$not": one}, inner),
        st.builds(
            lambda name, members: {name: members},
            st.sampled_from(["$and", "$or", "$nor"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda key, one: {key: {"$elemMatch": one}}, st.sampled_from("abc"), inner),
        st.builds(lambda key, one: {key: {"$not": {"$elemMatch": one}}}, st.sampled_from("abc"), inner),
        st.builds(lambda key, one: {key: {"$not": one}}, st.sampled_from("abc"), UNSURE),
    ),
    max_leaves=6,
)
UNSURE_VALUES: Any = st.recursive(
    st.sampled_from(["?", "?", "b", "bb", 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)


def filled(value: Any, texts: Iterator[str]) -> Any:
    """`value` with every "?" replaced."""
    if isinstance(value, list):
        return [filled(each, texts) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, texts) for key, each in value.items()}
    return next(texts) if value == "?" else value


def places(value: Any) -> int:
    """How often "?" stands in `value`."""
    if isinstance(value, list | dict):
        return sum(map(places, value.values() if isinstance(value, dict) else value))
    return int(value == "?")


@settings(max_examples=1_500, deadline=None)
@given(UNSURE_QUERIES, st.dictionaries(st.sampled_from("abc"), UNSURE_VALUES, min_size=1))
def test_what_is_decided_hangs_on_nothing_that_cannot_be_said(query: Any, document: Any) -> None:
    try:
        predicate = compile_query(query)
    except Invalid:
        return
    unsure = filled(document, repeat(LONG))
    answer = predicate.ask(unsure, NOW)
    found = compile_rules([query]).first(unsure, NOW)
    assert type(found) is DECIDED[answer]
    if answer is not ConditionResult.UNKNOWN:
        meanings = product(("b", "bb"), repeat=min(8, places(document)))
        possible = (filled(document, chain(texts, repeat("b"))) for texts in meanings)
        assert {predicate.ask(each, NOW) for each in possible} == {answer}


def test_giving_up_is_explained() -> None:
    slow = compile_query({"a": {"$regex": EVIL}}).explain({"a": "a" * 2_000 + "bc" + "b" * 9}, NOW)
    long = compile_query(REFERENCE).explain({"a": LONG}, NOW)
    large = compile_query({"a": {"$regex": "(?=a)ab"}}).explain({"a": "ab" * WORK}, NOW)
    assert slow is not None
    assert long is not None
    assert large is not None
    assert (slow.condition, long.condition, large.condition) == (
        f"$regex {EVIL} ({TOO_SLOW})",
        f"$regex (b)\\1 ({TOO_LONG})",
        f"$regex (?=a)ab ({TOO_LONG})",
    )


LOOKS: Any = st.recursive(
    st.sampled_from(["a", "b", "[^a]", ".", "\\b", "\\B", "^", "$", "\\w", "ab"]),
    lambda inner: st.one_of(
        st.builds(lambda sign, one: f"({sign}{one})", st.sampled_from(["?=", "?!", "?<=", "?<!", "?:"]), inner),
        st.builds(lambda one, count: f"(?:{one}){count}", inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])),
        st.builds(lambda one, other: f"{one}{other}", inner, inner),
        st.builds(lambda one, other: f"(?:{one}|{other})", inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=2_000, deadline=None)
@given(LOOKS, st.text("ab \n\u2028é😀", max_size=8), st.sampled_from(["", "m", "i", "u", "s"]))
def test_all_engines_agree(source: str, text: str, options: str) -> None:
    flags = read_flags(options)
    try:
        asked, tree = compile_pattern(source, options), parse(source, flags)
    except Untranslatable:
        return
    written = ForBacktracking(flags.ignore_case).write(tree)
    expected = regex.search(written, encodable(text, flags)) is not None
    assert (asked.found_in(text, Budget(NOW)), automaton(tree, flags)(text)) == (expected, expected)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5)
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.sampled_from("ab"), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), ANYTHING), st.sampled_from(ASKED))
def test_evaluation_never_raises(document: Any, query: Any) -> None:
    predicate = compile_query(query)
    assert (predicate.explain(document, NOW) is None) is predicate.test(document, NOW)


@settings(max_examples=300, deadline=None)
@given(ANYTHING, ANYTHING)
def test_every_value_can_be_compared_with_every_other(operand: Any, value: Any) -> None:
    for name in ("$eq", "$ne", "$gt", "$lte", "$in", "$nin", "$all", "$mod", "$elemMatch", "$not", "$size"):
        try:
            predicate = compile_query({"a": {name: operand}})
        except Invalid:
            continue
        assert predicate.test({"a": value}, NOW) in (True, False)
