"""Why a document did not match, as an engineer reads it."""

from typing import Any

import pytest

from bot.languages.query import Failure, Match, compile_query, compile_rules
from bot.languages.query.plain import render
from tests.languages.query.asking import NOW

DOCUMENT: dict[str, Any] = {
    "always": True,
    "alert": {"title": "disk full", "urgency": "high", "tags": ["a", "b"], "none": None},
    "data": {"items": [{"n": 1}, {"n": 2}], "text": "x" * 500},
}

CASES: list[tuple[Any, tuple[str, str, str]]] = [
    ({"alert.urgency": {"$in": ["low", "medium"]}}, ("alert.urgency", "$in [low, medium]", "high")),
    ({"alert.title": "disk full", "alert.urgency": "low"}, ("alert.urgency", "$eq low", "high")),
    ({"alert.missing": 1}, ("alert.missing", "$eq 1", "missing")),
    ({"alert.none": 1}, ("alert.none", "$eq 1", "null")),
    ({"alert.tags": "c"}, ("alert.tags", "$eq c", "[a, b]")),
    ({"alert.tags": {"$all": ["a", "z"]}}, ("alert.tags", "$all $eq a, $eq z", "[a, b]")),
    ({"data.items.n": {"$gt": 5}}, ("data.items.n", "$gt 5", "[1, 2]")),
    ({"alert.title": {"$regex": "^cpu", "$options": "i"}}, ("alert.title", "$regex /^cpu/i", "disk full")),
    ({"alert.title": {"$exists": False}}, ("alert.title", "$exists false", "disk full")),
    ({"alert.title": {"$ne": "disk full"}}, ("alert.title", "$ne disk full", "disk full")),
    ({"alert.title": {"$not": {"$regex": "disk"}}}, ("alert.title", "$not {$regex: disk}", "disk full")),
    (
        {"$or": [{"alert.urgency": "low"}, {"alert.tags": "c"}]},
        ("alert.urgency", "$or: none of 2 fits; the first: $eq low", "high"),
    ),
    (
        {"$nor": [{"alert.urgency": "low"}, {"alert.tags": "b"}]},
        ("alert.tags", "$nor: alert.tags $eq b matches", "[a, b]"),
    ),
    ({"$and": [{"always": True}, {"$and": [{"alert.title": "x"}]}]}, ("alert.title", "$eq x", "disk full")),
    (
        {"data.items": {"$elemMatch": {"n": 3}}},
        ("data.items", "$elemMatch {n: 3}", "[{n: 1}, {n: 2}]"),
    ),
    ({"$day": {"$in": [6, 7]}}, ("", "$day {$in: [6, 7]}", "1 (Monday)")),
    (
        {"$timeBetween": {"timezone": "Asia/Tokyo", "starttime": "9 am", "endtime": "5 pm"}},
        ("", "$timeBetween {timezone: Asia/Tokyo, starttime: 9 am, endtime: 5 pm}", "2026-01-05 18:00:00 Asia/Tokyo"),
    ),
    ({"$now": {"$gt": "2027"}}, ("", "$now {$gt: 2027}", "2026-01-05")),
    ({"data.text": "y"}, ("data.text", "$eq y", "x" * 119 + "…")),
]


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_first_failure(query: Any, expected: tuple[str, str, str]) -> None:
    path, condition, seen = expected
    assert compile_query(query).explain(DOCUMENT, NOW) == Failure(path=path, condition=condition, seen=seen)


def test_no_failure_when_it_matches() -> None:
    assert compile_query({"alert.tags": "a"}).explain(DOCUMENT, NOW) is None


def test_rendering_is_bounded() -> None:
    nested: Any = "deep"
    for _ in range(5000):
        nested = [nested, "x" * 1000]
    assert len(render(nested)) <= 120
    assert len(render({str(index): nested for index in range(5000)})) <= 120


ALWAYS: list[tuple[Any, bool]] = [
    ({}, True),
    ({"always": True}, True),
    ({"always": {"$exists": True}}, True),
    ({"always": {"$ne": False}}, True),
    ({"always": False}, False),
    ({"$and": [{}, {"always": True}]}, True),
    ({"$or": [{"a": 1}, {"always": True}]}, True),
    ({"$or": [{"a": 1}, {"b": 1}]}, False),
    ({"a": {"$all": []}}, True),
    ({"a": {"$all": [{"always": True}]}}, False),
    ({"a": {"$nin": []}}, True),
    ({"a": {"$options": "i"}}, True),
    ({"a": 1}, False),
]


@pytest.mark.parametrize(("query", "expected"), ALWAYS)
def test_always(query: Any, expected: bool) -> None:
    assert compile_query(query).always is expected


def test_paths() -> None:
    query = {"a.b": 1, "$or": [{"c": 1}, {"d": {"$not": {"e": 1}}}], "f": {"$elemMatch": {"g": 1}}}
    assert compile_query(query).paths == ("a.b", "c", "d", "d.e", "f", "f.g")


def test_predicates_of_rules_explain_themselves() -> None:
    rules = compile_rules([{"alert.urgency": "low"}, {"always": True}])
    failures = [predicate.explain(DOCUMENT, NOW) for predicate in rules.predicates]
    assert (rules.first(DOCUMENT, NOW), [failure is None for failure in failures]) == (Match(1), [False, True])
