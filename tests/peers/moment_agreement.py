"""How often the clock agrees with moment-timezone: `python -m tests.peers.moment_agreement --cases 30000`."""

import argparse
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.languages.moment.formats import format_moment
from bot.languages.moment.lenient import read_wall_time
from bot.languages.moment.zones import zone_named
from bot.languages.query import compile_query
from bot.languages.query.clock import instant
from bot.languages.values import milliseconds
from tests.peers.node import ask, missing

FIRST_YEAR = -62_135_596_800_000 + 86_400_000
"""Milliseconds; the first instants that Python has in every zone."""

ZONES = [
    "Etc/UTC", "Europe/London", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Denver",
    "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo", "America/Havana", "Asia/Tokyo", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Jerusalem", "Asia/Tehran", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Africa/Casablanca", "Africa/Cairo", "America/Santiago",
    "Atlantic/Azores",
]  # fmt: skip
TOKENS = [
    "M",
    "Mo",
    "MM",
    "MMM",
    "MMMM",
    "Q",
    "Qo",
    "D",
    "Do",
    "DD",
    "DDD",
    "DDDo",
    "DDDD",
    "d",
    "do",
    "dd",
    "ddd",
    "dddd",
    "e",
    "E",
    "w",
    "wo",
    "ww",
    "W",
    "Wo",
    "WW",
    "YY",
    "YYYY",
    "YYYYYY",
    "Y",
    "y",
    "yo",
    "yyyy",
    "N",
    "NNNN",
    "NNNNN",
    "gg",
    "gggg",
    "GG",
    "GGGG",
    "A",
    "a",
    "H",
    "HH",
    "h",
    "hh",
    "k",
    "kk",
    "m",
    "mm",
    "s",
    "ss",
    "S",
    "SS",
    "SSS",
    "SSSS",
    "SSSSSS",
    "SSSSSSSSS",
    "z",
    "zz",
    "Z",
    "ZZ",
    "X",
    "x",
    "LT",
    "LTS",
    "L",
    "l",
    "LL",
    "ll",
    "LLL",
    "lll",
    "LLLL",
    "llll",
    "hmm",
    "hmmss",
    "Hmm",
    "Hmmss",
    "eHHmm",
    "YYYYY",
    "ggggg",
    "GGGGG",
    "yy",
    "yyy",
    "NN",
    "g",
    "G",
    "YYY",
    "w|",
    "[at]",
    "[",
    "\\M",
    "\\[",
    "\\e",
    ":",
    "/",
    "-",
    "T",
    "x",
]
TIMES = [
    "08:00 am", "8:00 am", "08:00am", "8 am", "08:00", "17:00", "17:00 pm", "5:00 p", "5:00 P.M.", "0800 am",
    "08:00:30 am", "08:00 am x", "13:00 am", "12:00 am", "12:00 pm", "12:30 AM", "24:00", "24:01", "noon", "",
    "08:60 am", "25:00 am", "02:30 am", "01:30 am", "03:00", "11:59 pm", "23:59", "00:00", "0:5", "7", "07.30",
    "midnight", "pm", "1530", "9:00:00.123 pm", "-5:00", " 6:15 pm ", "6h15", "٣:٠٠",
]  # fmt: skip
PATTERNS = [
    "hh:mm a", "HH:mm", "H:mm", "h:mma", "HH:mm:ss", "hh:mm:ss.SSS A", "hmm", "Hmmss", "kk:mm", "h A", "LT",
    "[at] HH:mm", "HHmm", "a hh:mm", "YYYY-MM-DD HH:mm", "MMM D HH:mm", "DDD HH", "D/M/YY H:mm", "Q HH",
    "Do MMMM, HH:mm",
]  # fmt: skip
DATES = [
    "2026-03-08 02:30",
    "2026-11-01 01:30",
    "Mar 8 02:30",
    "8 March, 02:30",
    "1st November, 1:30",
    "67 2",
    "366 2",
    "0 1",
    "31/2/26 3:00",
    "29/2/24 3:00",
    "2 11",
]


def instants(dice: random.Random, zone: str, count: int) -> list[int]:
    """Milliseconds: around changes of the clock, on edges of days, and anywhere in 2020 to 2036."""
    return [dice.choice((near_change, near_edge, anywhere))(dice, zone) for _ in range(count)]


def zone_of(name: str) -> ZoneInfo:
    found = zone_named(name)
    assert found is not None, name
    return found


def anywhere(dice: random.Random, _: str) -> int:
    return dice.randrange(1_577_836_800_000, 2_082_758_400_000)


def near_edge(dice: random.Random, zone: str) -> int:
    day = datetime.fromtimestamp(anywhere(dice, zone) / 1000, zone_of(zone)).replace(minute=0, second=0, microsecond=0)
    edge = day.replace(hour=dice.choice((0, 8, 9, 12, 17, 23)), minute=dice.choice((0, 30, 59)))
    return milliseconds(edge) + dice.choice((-1, 0, 1, 999, 1000, 30_000))


def near_change(dice: random.Random, zone: str) -> int:
    start = datetime.fromtimestamp(anywhere(dice, zone) / 1000, UTC).replace(minute=0, second=0, microsecond=0)
    for hours in range(0, 24 * 200, 6):
        here, there = start + timedelta(hours=hours), start + timedelta(hours=hours + 6)
        if here.astimezone(zone_of(zone)).utcoffset() != there.astimezone(zone_of(zone)).utcoffset():
            return milliseconds(here) + dice.randrange(-36 * 12, 36 * 12) * 300_000 + dice.choice((-1, 0, 1))
    return anywhere(dice, zone)


Question = list[Any]


def questions(count: int, seed: int) -> list[Question]:
    """A third each of texts to write, texts to read and conditions to decide."""
    dice = random.Random(f"moment {seed}")
    makers = (format_question, parse_question, match_question)
    asked = []
    for index in range(count):
        zone = ZONES[index % len(ZONES)]
        asked.append(makers[index % 3](dice, instants(dice, zone, 1)[0], zone))
    return asked


def format_question(dice: random.Random, ms: int, zone: str) -> Question:
    return ["format", ms, zone, dice.choice(("", " ")).join(dice.choice(TOKENS) for _ in range(dice.randint(1, 5)))]


def parse_question(dice: random.Random, ms: int, zone: str) -> Question:
    return ["parse", ms, zone, dice.choice(PATTERNS), dice.choice(TIMES + DATES)]


def match_question(dice: random.Random, ms: int, zone: str) -> Question:
    return ["match", ms, dice.choice((day_query, now_query, span_query))(dice, zone)]


def day_query(dice: random.Random, zone: str) -> Any:
    operator = dice.choice(({"$in": [1, 2, 3, 4, 5]}, {"$gte": 6}, {"$eq": 7}, {"$ne": 3}, {"$not": {"$in": [6, 7]}}))
    return dice.choice(
        (
            {"$day": {"timezone": zone, **operator}},
            {"$and": [{"$day": {"timezone": zone, **operator}}, {"always": True}]},
        )
    )


def now_query(dice: random.Random, zone: str) -> Any:
    operator = dice.choice(({"$regex": "-0[1-6]-"}, {"$gt": "2028-06-01"}, {"$lte": "2030"}))
    return dice.choice(
        ({"$now": {"timezone": zone, **operator}}, {"$now": {"timezone": zone, "format": "HH:mm", "$lt": "12:00"}})
    )


def span_query(dice: random.Random, zone: str) -> Any:
    valid = [text for text in TIMES if read_wall_time(text, "hh:mm a").on(datetime(2026, 1, 5, tzinfo=UTC).date())]
    span = {"timezone": zone, "starttime": dice.choice(valid), "endtime": dice.choice(valid)}
    return dice.choice(
        ({"$timeBetween": span}, {"alert.title": {"$timeBetween": span}}, {"$nor": [{"$timeBetween": span}]})
    )


def our_answer(question: Question) -> object:
    """What we say to one question."""
    kind, ms, *rest = question
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    if kind == "format":
        return format_moment(now.astimezone(zone_of(rest[0])), rest[1])
    if kind == "parse":
        found = instant(read_wall_time(rest[2], rest[1]), now, zone_of(rest[0]))
        return None if found is None else milliseconds(found)
    return compile_query(rest[0]).test({"always": True, "alert": {"title": "x"}}, now)


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the two answer differently."""

    question: Question
    theirs: object
    ours: object


def compare(count: int, seed: int) -> list[Difference]:
    """Put `count` generated questions to both."""
    asked = questions(count, seed)
    theirs = ask("moment.js", asked)
    pairs = zip(asked, theirs, map(our_answer, asked), strict=True)
    return [Difference(question, there, here) for question, there, here in pairs if not agree(there, here)]


def agree(theirs: object, ours: object) -> bool:
    """The same answer; what moment reads as the year 0, which Python does not have, is refused."""
    before_time = isinstance(theirs, int) and theirs < FIRST_YEAR and ours is None
    return theirs == ours or before_time


def main(arguments: Iterable[str] | None = None) -> int:
    """Print the agreement and the first differences; 1 when there is any."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=30_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--show", type=int, default=10)
    options = reader.parse_args(list(arguments) if arguments is not None else None)
    absent = missing("moment-timezone", "sift")
    if absent:
        print(f"cannot compare: {absent}")
        return 1
    found = compare(options.cases, options.seed)
    print(f"moment   {1 - len(found) / options.cases:8.3%} of {options.cases:,} answers agree, {len(ZONES)} zones")
    for difference in found[: options.show]:
        print(f"  moment {difference.theirs!r}, we {difference.ours!r}: {difference.question}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
