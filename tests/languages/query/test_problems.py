"""What is refused, and the sentences that say so."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import Invalid, Problem
from bot.languages.query import compile_query, compile_rules

GOLDEN: list[tuple[Any, tuple[str | int, ...], str]] = [
    ({"a": {"$gtt": 1}}, ("a", "$gtt"), "Unknown operator $gtt. Did you mean $gt?"),
    ({"a": {"$Size": 1}}, ("a", "$Size"), "Unknown operator $Size. Did you mean $size?"),
    ({"$comment": "x"}, ("$comment",), "Unknown operator $comment."),
    (
        {"a": {"$where": "1"}},
        ("a", "$where"),
        "$where is refused: it would run code. Use $regex, $elemMatch or comparisons.",
    ),
    (
        {"a": {"$gt": 1, "b": 2}},
        ("a", "b"),
        "a mixes operators with the plain key b. Write a.b as a path of its own, or compare the whole value with $eq.",
    ),
    ({"$or": []}, ("$or",), "$or needs at least one member. Add one, or remove it."),
    ({"$and": {"a": 1}}, ("$and",), "$and needs a list, not {a: 1}. Start each member with a dash."),
    (
        {"a": {"$or": [1]}},
        ("a", "$or"),
        "$or cannot stand under the path a. Put $or above it, with the path in each of its members.",
    ),
    ({"a": {"$all": 1}}, ("a", "$all"), "$all needs a list, not 1. Start each member with a dash."),
    (
        {"a": {"$in": [{"$gt": 1}]}},
        ("a", "$in", 0),
        "$in compares values: it takes no operators. Use $or instead.",
    ),
    ({"a": {"$type": "strin"}}, ("a", "$type"), "$type does not know strin. Did you mean string?"),
    (
        {"a": {"$type": 2}},
        ("a", "$type"),
        "$type does not know 2. It knows number, string, bool, array, null, timestamp.",
    ),
    ({"a": {"$mod": 4}}, ("a", "$mod"), "$mod needs a list of divisor and remainder. Write $mod: [10, 0]."),
    (
        {"a": {"$elemMatch": 1}},
        ("a", "$elemMatch"),
        "$elemMatch needs a mapping. Write the conditions that one element has to fit.",
    ),
    (
        {"a": {"$regex": "("}},
        ("a", "$regex"),
        "The regular expression leaves a ( open. Escape a sign that is meant literally with \\.",
    ),
    (
        {"a": {"$regex": "(?i)a"}},
        ("a", "$regex"),
        "The regular expression has a group that JavaScript does not know. Put flags into $options, as in $options: i.",
    ),
    (
        {"a": {"$regex": "a", "$options": "x"}},
        ("a", "$options"),
        "Unknown flag x in $options. x and inline flags are not JavaScript's.",
    ),
    (
        {"a": {"$regex": "a", "$options": "ii"}},
        ("a", "$options"),
        "A flag in $options is given twice, or u and v together. Keep one.",
    ),
    (
        {"$day": {"$in": [1], "timezone": "Europe/Lundon"}},
        ("$day", "timezone"),
        "Unknown time zone Europe/Lundon. Did you mean Europe/London?",
    ),
    ({"$day": {"tz": "UTC", "$in": [1]}}, ("$day", "tz"), "Unknown key tz. It takes timezone."),
    (
        {"$day": [1]},
        ("$day",),
        "$day needs a mapping, not [1]. For example {timezone: Europe/London, $in: [1, 2, 3, 4, 5]}.",
    ),
    (
        {"$day": {"timezone": "UTC"}},
        ("$day",),
        "$day compares with nothing. For example {timezone: Europe/London, $in: [1, 2, 3, 4, 5]}.",
    ),
    (
        {"$timeBetween": {"starttime": "noon", "endtime": "05:00 pm"}},
        ("$timeBetween", "starttime"),
        'noon is no time in the form hh:mm a. Write it like "05:30 pm".',
    ),
    (
        {"$timeBetween": {"starttime": 540, "endtime": "05:00 pm"}},
        ("$timeBetween", "starttime"),
        'starttime must be text, not 540. Write it like "05:30 pm".',
    ),
    (
        {"$timeBetween": {"starttime": "05:00 pm"}},
        ("$timeBetween", "endtime"),
        'endtime is missing. Write it like "05:30 pm".',
    ),
    (
        {"$timeBetween": {"starttime": "25:00", "endtime": "09:00", "timeformat": "HH:mm"}},
        ("$timeBetween", "starttime"),
        '25:00 is no time in the form HH:mm. Write it like "17:30".',
    ),
    (
        {"$timeBetween": {"starttime": "1", "endtime": "2", "timeformat": "E"}},
        ("$timeBetween", "timeformat"),
        "timeformat E uses E, which a time of day does not take. Use tokens like those of hh:mm a.",
    ),
    (
        {"$timeBetween": {"start": "1 am", "starttime": "1 am", "endtime": "2 am"}},
        ("$timeBetween", "start"),
        "Unknown key start. Did you mean starttime?",
    ),
    (
        {"$now": {"format": 5, "$gt": "2026"}},
        ("$now", "format"),
        "format must be text, not 5. Put it in quotes.",
    ),
    ({"a": len}, ("a",), "A query cannot hold a function. Use text, numbers, lists and mappings."),
    ({"a": b"x"}, ("a",), "A query cannot hold a bytes. Use text, numbers, lists and mappings."),
    ("x", (), "A match is a mapping, not x. Write {path: value}."),
    (None, (), "A match is a mapping, not null. Write {path: value}."),
]  # fmt: skip


def problems(compile_it: Callable[[Any], object], query: Any) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as refused:
        compile_it(query)
    return refused.value.problems


@pytest.mark.parametrize(("query", "where", "said"), GOLDEN, ids=[said[:40] for _, _, said in GOLDEN])
def test_messages(query: Any, where: tuple[str | int, ...], said: str) -> None:
    (problem,) = problems(compile_query, query)
    assert (problem.where, str(problem)) == (where, said)


def test_all_problems_at_once() -> None:
    found = problems(compile_query, {"a": {"$gtt": 1}, "$or": [{"b": {"$regex": "["}}, {"c": {"$mod": 1}}]})
    assert [problem.where for problem in found] == [("a", "$gtt"), ("$or", 0, "b", "$regex"), ("$or", 1, "c", "$mod")]


def test_problems_of_rules_are_led_by_the_index() -> None:
    found = problems(compile_rules, [{"a": 1}, {"a": {"$gtt": 1}}, 3])
    assert [problem.where for problem in found] == [(1, "a", "$gtt"), (2,)]


def test_depth_is_bounded() -> None:
    query: Any = {"a": 1}
    for _ in range(70):
        query = {"$not": query}
    (problem,) = problems(compile_query, query)
    assert problem.message == "The query is nested more than 64 deep."


def test_a_query_that_holds_itself_is_refused() -> None:
    query: dict[str, Any] = {"a": 1}
    query["$and"] = [query]
    assert problems(compile_query, query)[0].message == "The query is nested more than 64 deep."


def test_an_alias_bomb_is_refused() -> None:
    bomb: Any = ["x"] * 10
    for _ in range(10):
        bomb = [bomb] * 10
    assert problems(compile_query, {"a": bomb})[0].message == "The query has more than 100,000 values."


def test_conditions_are_counted() -> None:
    found = problems(compile_query, {"$or": [{"a": index} for index in range(6000)]})
    assert [problem.message for problem in found] == ["The query has more than 5,000 conditions."]


DOUBTS: list[tuple[Any, str]] = [
    ({"a": {"$size": "2"}}, "$size: 2 is no length: it never matches. Write a whole number."),
    ({"a": {"$exists": "false"}}, "$exists: false counts as true. Write true or false."),
    ({"a": {"$in": []}}, "$in with an empty list never matches. Name a value."),
    ({"a": {"$all": []}}, "$all with an empty list matches everything. Name a value."),
    ({"a": {"$options": "i"}}, "$options without $regex matches everything. Add $regex."),
    ({"a": {"$mod": [4]}}, "$mod: [4] is no pair of numbers. Write two numbers without quotes, as in $mod: [10, 0]."),
    (
        {"a": {"$mod": ["10", 0]}},
        "$mod: [10, 0] is no pair of numbers. Write two numbers without quotes, as in $mod: [10, 0].",
    ),
    ({"a": {"$mod": [0, 1]}}, "$mod divides by 0: it never matches. Write a divisor that is not 0."),
    ({"a": {"$gt": [1]}}, "$gt compares with [1]. Compare with a number, text or time."),
    ({"a": {"$lte": {"b": 1}}}, "$lte compares with {b: 1}. Compare with a number, text or time."),
    ({"a": {"$lt": None}}, "$lt compares with null. Compare with a number, text or time."),
    ({"a": {"$gte": True}}, "$gte compares with true. Compare with a number, text or time."),
    ({"a": {"$in": "low"}}, "$in: low is no list: it counts as [low]. Write $in: [low]."),
    ({"a": {"$nin": "low"}}, "$nin: low is no list: it counts as [low]. Write $nin: [low]."),
    ({"a": {"$size": "three"}}, "$size: three is no length: it never matches. Write a whole number."),
    ({"a": {"$exists": 1}}, "$exists: 1 counts as true. Write true or false."),
    ({"a": {"$regex": 5}}, "$regex: 5 is no text: it counts as the pattern 5. Write the pattern in quotes."),
    ({"a": {"$regex": None}}, "$regex: null is no text: it counts as the pattern null. Write the pattern in quotes."),
    ({"a": {"$not": "x"}}, "$not: x holds no operator: it compares with the value. Write $ne: x."),
    (
        {"a": {"$elemMatch": ["x"]}},
        "$elemMatch: [x] is no mapping. Write a mapping of the conditions that one element has to fit.",
    ),
    (
        {"$or": [{"a": 1}, "x"]},
        "A member of $or is x, which no whole document equals. Write a mapping, such as {alert.title: disk full}.",
    ),
]


@pytest.mark.parametrize(("query", "said"), DOUBTS)
def test_doubts_do_not_refuse(query: Any, said: str) -> None:
    assert [str(doubt) for doubt in compile_query(query).doubts] == [said]
