"""`$day`, `$timeBetween` and `$now`. Source of each answer: moment-timezone 0.6.6."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.languages.moment.formats import format_moment
from bot.languages.moment.lenient import read_wall_time
from bot.languages.moment.zones import zone_named
from bot.languages.query import compile_query
from tests.languages.query.asking import matches


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def between(start: str, end: str, zone: str = "Etc/UTC", **more: str) -> dict[str, Any]:
    return {"$timeBetween": {"starttime": start, "endtime": end, "timezone": zone, **more}}


DENVER = "America/Denver"

SPANS = [
    (between("09:00 am", "05:00 pm"), "2026-01-05T09:00:00Z", True),
    (between("09:00 am", "05:00 pm"), "2026-01-05T08:59:59.999Z", False),
    (between("09:00 am", "05:00 pm"), "2026-01-05T17:00:00Z", True),
    (between("09:00 am", "05:00 pm"), "2026-01-05T17:00:00.000999Z", True),
    (between("09:00 am", "05:00 pm"), "2026-01-05T17:00:00.001Z", False),
    (between("09:00 am", "05:00 pm"), "2026-01-05T17:00:30Z", False),
    (between("09:00 am", "05:00 pm", "Europe/London"), "2026-07-06T08:00:00Z", True),
    (between("09:00 am", "05:00 pm", "europe_london"), "2026-07-06T16:30:00Z", False),
    (between("10:00 pm", "06:00 am"), "2026-01-05T23:00:00Z", True),
    (between("10:00 pm", "06:00 am"), "2026-01-05T05:59:59Z", True),
    (between("10:00 pm", "06:00 am"), "2026-01-05T12:00:00Z", False),
    (between("10:00 pm", "06:00 am"), "2026-01-05T22:00:00Z", True),
    (between("10:00 pm", "06:00 am"), "2026-01-05T06:00:00Z", True),
    (between("09:00 am", "09:00 am"), "2026-01-05T09:00:00Z", True),
    (between("09:00 am", "09:00 am"), "2026-01-05T09:00:00.001Z", False),
    (between("12:00 am", "24:00"), "2026-01-05T23:59:59.999Z", True),
    (between("08:00", "17:00", timeformat="HH:mm"), "2026-01-05T16:59:00Z", True),
    (between("8:00am", "5:00pm", timeformat="h:mma"), "2026-01-05T17:01:00Z", False),
    # 2:30 is skipped on that day and read as 3:30
    (between("02:30 am", "04:00 am", DENVER), "2026-03-08T09:29:00Z", False),
    (between("02:30 am", "04:00 am", DENVER), "2026-03-08T09:30:00Z", True),
    # 1:30 occurs twice on that day; the first counts
    (between("01:30 am", "02:00 am", DENVER), "2026-11-01T07:30:00Z", True),
    (between("01:00 am", "01:30 am", DENVER), "2026-11-01T08:15:00Z", False),
    # the day in Tokyo has already begun
    (between("12:00 am", "01:00 am", "Asia/Tokyo"), "2026-01-05T15:30:00Z", True),
]


@pytest.mark.parametrize(("query", "now", "expected"), SPANS)
def test_time_between(query: dict[str, Any], now: str, expected: bool) -> None:
    assert matches(query, {}, at(now)) is expected


DAYS: list[tuple[dict[str, Any], str, bool]] = [
    ({"$day": {"$in": [1, 2, 3, 4, 5]}}, "2026-01-05T09:00:00Z", True),
    ({"$day": {"$eq": 7}}, "2026-01-04T23:59:59Z", True),
    ({"$day": {"timezone": "Asia/Tokyo", "$eq": 2}}, "2026-01-05T15:00:00Z", True),
    ({"$day": {"timezone": "America/Los_Angeles", "$gte": 6}}, "2026-01-05T07:59:59Z", True),
    ({"$day": {"$not": {"$in": [6, 7]}}}, "2026-01-05T09:00:00Z", True),
    ({"$and": [{"$day": {"$eq": 1}}, {"always": True}]}, "2026-01-05T09:00:00Z", True),
    ({"always": {"$day": {"$eq": 2}}}, "2026-01-05T09:00:00Z", False),
    ({"$nor": [{"$day": {"$eq": 1}}]}, "2026-01-05T09:00:00Z", False),
    ({"$now": {"$eq": "2026-01-05"}}, "2026-01-05T09:00:00Z", True),
    ({"$now": {"timezone": "Asia/Tokyo", "$eq": "2026-01-06"}}, "2026-01-05T15:00:00Z", True),
    ({"$now": {"format": "HH:mm", "$gte": "09:00", "$lt": "09:01"}}, "2026-01-05T09:00:59Z", True),
    ({"$now": {"format": "MM-DD", "$in": ["12-24", "12-25"]}}, "2026-12-25T00:00:00Z", True),
    ({"$now": {"$regex": "^2026-0[1-3]"}}, "2026-04-01T00:00:00Z", False),
]


@pytest.mark.parametrize(("query", "now", "expected"), DAYS)
def test_day_and_now(query: dict[str, Any], now: str, expected: bool) -> None:
    assert matches(query, {"always": True}, at(now)) is expected


READ = [
    ("8:00 am", "08:00"), ("08:00am", "08:00"), ("8 am", "08:00"), ("08:00", "08:00"), ("17:00", "17:00"),
    ("17:00 pm", "17:00"), ("5:00 p", "17:00"), ("5:00 P.M.", "17:00"), ("0800 am", "08:00"), ("08:00:30 am", "08:00"),
    ("13:00 am", "13:00"), ("12:00 am", "00:00"), ("12:00 pm", "12:00"), ("24:00", "00:00"), ("noon", None), ("", None),
    ("08:60 am", None), ("25:00 am", None), ("pm", None), ("24:01", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ)
def test_times_are_read_forgivingly(text: str, expected: str | None) -> None:
    found = read_wall_time(text, "hh:mm a").on(at("2026-01-05").date())
    assert (None if found is None else f"{found:%H:%M}") == expected


def test_midnight_at_24_is_of_the_next_day() -> None:
    assert read_wall_time("24:00", "HH:mm").on(at("2026-01-05").date()) == at("2026-01-06T00:00:00")


FORMATS = [
    ("YYYY-MM-DD HH:mm:ss.SSS", "2026-07-04 21:05:09.007"),
    ("dddd, MMMM Do YYYY, h:mm:ss a", "Saturday, July 4th 2026, 9:05:09 pm"),
    ("ddd dd d E e", "Sat Sa 6 6 6"),
    ("[Week] w ww W WW gggg GGGG", "Week 27 27 27 27 2026 2026"),
    ("DDD DDDo DDDD Q Qo", "185 185th 185 3 3rd"),
    ("kk H hh A Z ZZ z", "21 21 09 PM +01:00 +0100 BST"),
    ("X x", "1783195509 1783195509007"),
    ("LT | LTS | L | ll | LLLL", "9:05 PM | 9:05:09 PM | 07/04/2026 | Jul 4, 2026 | Saturday, July 4, 2026 9:05 PM"),
    ("YY Y YYYYYY N NNNN y", "26 2026 +002026 AD Anno Domini 2026"),
    ("S SS SSSS SSSSSSSSS", "0 00 0070 007000000"),
    ("\\Y \\[a] [[a]", "Y [pm] [a"),
    ("hmm Hmmss", "905 210509"),
    ("", "2026-07-04T21:05:09+01:00"),
]


@pytest.mark.parametrize(("pattern", "expected"), FORMATS)
def test_formats(pattern: str, expected: str) -> None:
    zone = zone_named("Europe/London")
    assert format_moment(at("2026-07-04T20:05:09.007Z").astimezone(zone), pattern) == expected


def test_an_empty_format_says_z_at_greenwich() -> None:
    assert format_moment(at("2026-01-05T09:00:00Z"), "") == "2026-01-05T09:00:00Z"


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (23, "23rd")]
)
def test_ordinals(number: int, expected: str) -> None:
    assert format_moment(datetime(2026, 1, number, tzinfo=UTC), "Do") == expected


def test_dates_in_times() -> None:
    query = between("2026-01-05 09:00", "2026-01-06 17:00", timeformat="YYYY-MM-DD HH:mm")
    predicate = compile_query(query)
    inside, after = at("2026-01-06T16:00:00Z"), at("2026-01-06T17:00:00.001Z")
    assert (predicate.test({}, inside), predicate.test({}, after)) == (True, False)


def test_the_instant_may_come_in_any_zone() -> None:
    zone = zone_named("Asia/Tokyo")
    now = at("2026-01-05T09:00:00Z").astimezone(zone) + timedelta(microseconds=400)
    assert matches(between("09:00 am", "09:00 am"), {}, now)
