"""Hostile documents and patterns end in an answer and never in an exception; unbounded, these would not end at all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.languages.query import compile_query, compile_rules
from bot.languages.regexp.budget import REGEX_SECONDS, STEPS, Budget
from bot.languages.regexp.pattern import LONGEST_TEXT, TOO_LONG, TOO_SLOW
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


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("value", [nested_list(100_000), nested_object(100_000), [nested_list(90)] * 100])
def test_deep_documents(query: Any, value: Any) -> None:
    predicate = compile_query(query)
    matched = predicate.test({"a": value}, NOW)
    explained = predicate.explain({"a": value}, NOW)
    assert compile_rules([query]).first({"a": value}, NOW) == (0 if matched else None)
    assert (explained is None) is matched


def test_lists_are_entered_to_the_documented_depth() -> None:
    predicate = compile_query({"a": 1})
    assert (predicate.test({"a": nested_list(100)}, NOW), predicate.test({"a": nested_list(101)}, NOW)) == (True, False)


def test_too_many_values_are_given_up() -> None:
    predicate = compile_query({"a": {"$not": {"$not": {"$gt": 5}}}})
    document = {"a": [0] * (STEPS + 1)}
    found = predicate.explain(document, NOW)
    assert found is not None
    assert (predicate.test(document, NOW), found.condition) == (False, "gave up")


def test_walks_inside_walks_are_bounded() -> None:
    query: Any = {"$gt": 1}
    for _ in range(25):
        query = {"$not": query}
    found = compile_query({"a": query}).explain({"a": nested_list(99)}, NOW)
    assert found is not None
    assert found.condition == "gave up"


SLOW = [
    "(?=(a+)+b)a",
    "^(?:(a+)+)\\1?$",
    "(?!(a|aa)+$)b|^(a|a?)+\\1x?y",
    "(?<!(a*)*)c|(a*)*\\2\\2d",
    "(a*)*(?=b)c|^(a+)+(?!a)\\1$",
]


@pytest.mark.parametrize("source", SLOW)
@pytest.mark.parametrize("text", ["a" * 30, "a" * 5_000 + "!", "ab" * 5_000, "a" * 50_000 + "\n"])
def test_catastrophic_patterns(source: str, text: str) -> None:
    predicate = compile_query({"a": {"$regex": source}})
    run = Budget(NOW)
    matched = predicate.ask({"a": text}, run)
    assert not (matched and run.gave_up)
    assert run.regex_seconds <= REGEX_SECONDS


def test_many_catastrophic_patterns_share_one_allowance() -> None:
    run = Budget(NOW)
    predicates = [compile_query({"a": {"$regex": f"(?=(a+)+b{index})a"}}) for index in range(300)]
    answers = [predicate.ask({"a": "a" * 5_000 + "b"}, run) for predicate in predicates]
    assert (any(answers), set(run.gave_up)) == (False, {TOO_SLOW})
    assert run.regex_seconds <= 0


def test_linear_patterns_take_long_texts() -> None:
    predicate = compile_query({"a": {"$regex": "(a|aa|a?)+$"}})
    assert predicate.test({"a": "a" * 2_000_000}, NOW)


def test_giving_up_is_explained() -> None:
    slow = compile_query({"a": {"$regex": "(?=(a+)+b)a"}}).explain({"a": "a" * 50_000}, NOW)
    long = compile_query({"a": {"$regex": "(?=a)b"}}).explain({"a": "a" * (LONGEST_TEXT + 1)}, NOW)
    assert slow is not None
    assert long is not None
    assert (slow.condition, long.condition) == (
        f"$regex (?=(a+)+b)a ({TOO_SLOW})",
        f"$regex (?=a)b ({TOO_LONG})",
    )


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
