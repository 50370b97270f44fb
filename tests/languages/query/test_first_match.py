"""The first match through the index is the first match rule by rule."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.languages.query import ConditionResult, First, FirstMatch, Match, compile_query, compile_rules
from tests.languages.query.asking import NOW
from tests.peers.sift_agreement import revive
from tests.peers.sift_cases import GROUPS


def one_by_one(rules: FirstMatch, document: Any, start: int) -> First:
    answers = ((index, rules.predicates[index].ask(document, NOW)) for index in range(start, len(rules.predicates)))
    return next((Match(index) for index, answer in answers if answer is ConditionResult.TRUE), None)


def acceptable(queries: list[Any]) -> list[Any]:
    kept = []
    for query in queries:
        try:
            compile_query(query)
        except Invalid:
            continue
        kept.append(query)
    return kept


@pytest.mark.parametrize("group", ["written", "odd", "quirks"])
@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_trying_every_rule(group: str, seed: int) -> None:
    author = GROUPS[group](random.Random(seed))
    rules = compile_rules(acceptable([revive(author.query()) for _ in range(40)]))
    for _ in range(40):
        document = revive(author.document())
        for start in (0, 1, 5, 20):
            assert rules.first(document, NOW, start) == one_by_one(rules, document, start)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.sampled_from(["", "a", "b", "disk full", "1"]))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner)
)
OPERANDS = st.one_of(
    VALUES,
    st.builds(lambda items: {"$in": items}, st.lists(SCALARS, max_size=3)),
    st.builds(lambda value: {"$ne": value}, SCALARS),
    st.builds(lambda value: {"$gte": value}, SCALARS),
    st.builds(lambda items: {"$all": items}, st.lists(SCALARS, max_size=2)),
    st.builds(
        lambda pattern: {"$regex": pattern}, st.sampled_from(["disk", "^a", "disk.*full", "a|b", "(isk)+ f", "[ab]"])
    ),
)
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "a.b", "b.0", "a.a.b"]), OPERANDS, min_size=1, max_size=2)
QUERIES = st.one_of(FIELDS, st.builds(lambda members: {"$or": members}, st.lists(FIELDS, min_size=1, max_size=3)))
DOCUMENTS = st.dictionaries(st.sampled_from("ab"), VALUES)


@settings(max_examples=300, deadline=None)
@given(st.lists(QUERIES, max_size=6), DOCUMENTS)
def test_index_is_exact(queries: list[Any], document: Any) -> None:
    rules = compile_rules(acceptable(queries))
    assert rules.first(document, NOW) == one_by_one(rules, document, 0)


def test_no_rule_no_match() -> None:
    assert compile_rules([]).first({"always": True}, NOW) is None


def test_start_skips_earlier_matches() -> None:
    rules = compile_rules([{"a": 1}, {"b": 1}, {"a": 1}, {}])
    assert [rules.first({"a": 1}, NOW, start) for start in range(5)] == [*map(Match, (0, 2, 2, 3)), None]


def test_long_texts_are_found() -> None:
    rules = compile_rules([{"a": {"$regex": "needle"}}])
    haystack = "x" * 4094 + "needle" + "x" * 10_000
    assert rules.first({"a": haystack}, NOW) == Match(0)


def test_threads_share_rules() -> None:
    rules = compile_rules([{"a": {"$regex": f"^x{index}$"}, "b": {"$gt": index}} for index in range(200)])
    documents = [{"a": f"x{index}", "b": index + 1} for index in range(200)] * 5
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda document: rules.first(document, NOW), documents))
    assert found == [*map(Match, range(200))] * 5
