"""The arithmetic of recurrences, against dateutil's own walk from the first occurrence."""

from datetime import datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import WEEKDAYS, read_rule
from bot.errors import Invalid
from tests.engine.schedules.samples import wall

Parts = dict[str, str]


def joined(values: st.SearchStrategy[list[object]]) -> st.SearchStrategy[str]:
    return values.map(lambda items: ",".join(str(item) for item in items))


def some(*choices: object, most: int = 3) -> st.SearchStrategy[str]:
    return joined(st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True))


RULES = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 6).map(str),
        "BYDAY": some(*WEEKDAYS, most=7),
        "WKST": st.sampled_from(WEEKDAYS),
        "BYMONTH": some(*range(1, 13)),
        "BYMONTHDAY": some(1, 15, 29, 30, 31, -1, -2),
        "BYSETPOS": some(1, 2, -1),
        "BYHOUR": some(0, 9, 17, 23),
        "BYMINUTE": some(0, 30),
        "COUNT": st.integers(1, 400).map(str),
        "UNTIL": st.datetimes(wall("2020-01-01"), wall("2026-01-01")).map(lambda at: f"{at:%Y%m%dT%H%M%S}"),
    },
)
PLAIN = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY"]), "INTERVAL": st.integers(1, 6).map(str)},
    optional={
        "BYDAY": some(*WEEKDAYS, most=7),
        "WKST": st.sampled_from(WEEKDAYS),
        "BYHOUR": some(0, 9, 17, 23),
        "BYMINUTE": some(0, 30),
        "COUNT": st.integers(1, 400).map(str),
    },
)
STARTS = st.datetimes(wall("2020-01-01"), wall("2024-01-01")).map(lambda at: at.replace(microsecond=0))


@settings(deadline=None)
@given(parts=st.one_of(PLAIN, RULES), start=STARTS, ahead=st.integers(-100, 1000), width=st.integers(0, 90))
def test_a_span_of_a_series_is_what_dateutil_finds(parts: Parts, start: datetime, ahead: int, width: int) -> None:
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    assume(is_accepted(text))
    low = start + timedelta(days=ahead)
    high = low + timedelta(days=width)
    walked = enumerate(takewhile(lambda at: at < high, rrulestr(f"{text};UNTIL=20280101T000000"
                                 if not {"COUNT", "UNTIL"} & parts.keys() else text, dtstart=start)))  # fmt: skip
    assert list(between(text, start, low, high)) == [(number, at) for number, at in walked if at >= low]


def is_accepted(text: str) -> bool:
    try:
        read_rule(text)
    except Invalid:
        return False
    return True


def test_an_hourly_series_that_ends_is_counted() -> None:
    start = wall("2026-01-01T00:00")
    found = list(between("FREQ=HOURLY;INTERVAL=8;COUNT=4", start, start, start + timedelta(days=9)))
    assert found == [(number, start + timedelta(hours=8 * number)) for number in range(4)]


def test_a_date_as_the_end_includes_that_day() -> None:
    start = wall("2026-01-01T18:00")
    found = list(between("FREQ=DAILY;UNTIL=20260103", start, start, start + timedelta(days=9)))
    assert [at.day for _, at in found] == [1, 2, 3]


@pytest.mark.parametrize("start", ["1970-01-01", "1999-12-31", "2026-01-01", "2199-12-31"])
def test_a_listed_series_goes_on_for_generations(start: str) -> None:
    begin = wall(start)
    far = begin + timedelta(days=365 * 100)
    assert len(list(between("FREQ=MONTHLY;BYDAY=-1FR", begin, far, far + timedelta(days=365)))) == 12


@pytest.mark.parametrize(
    "text",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "FREQ=DAILY;INTERVAL=7;BYDAY=MO"],
)
def test_a_rule_that_never_happens_is_found_empty(text: str) -> None:
    start = wall("2026-01-01")
    assert list(between(text, start, start, start + timedelta(days=4000))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a part"),
        ("FREQ=DAILY;;COUNT=2", "is not a part"),
        ("DAILY", "is not a part"),
        ("INTERVAL=2", "how often"),
        ("FREQ=SECONDLY;COUNT=2", "not supported"),
        ("FREQ=MINUTELY;COUNT=2", "not supported"),
        ("FREQ=HOURLY", "has to end"),
        ("FREQ=HOURLY;COUNT=3;BYDAY=MO", "no BY"),
        ("FREQ=DAILY;INTERVAL=0", "not a number from 1"),
        ("FREQ=DAILY;INTERVAL=1001", "not a number from 1"),
        ("FREQ=DAILY;COUNT=-1", "not a number from 1"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "not a number from 1"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101T000000", "both"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "not a wall-clock time"),
        ("FREQ=DAILY;UNTIL=tomorrow", "not a wall-clock time"),
        ("FREQ=DAILY;FREQ=WEEKLY", "there twice"),
        ("FREQ=DAILY;BYEASTER=0", "not supported"),
        ("FREQ=DAILY;BYSECOND=1", "not supported"),
        ("FREQ=DAILY;BYHOUR=24", "out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "out of range"),
        ("FREQ=YEARLY;BYMONTH=-1", "out of range"),
        ("FREQ=WEEKLY;BYDAY=XX", "no day"),
        ("FREQ=DAILY;BYMONTHDAY=1", "does not go with"),
        ("FREQ=WEEKLY;BYSETPOS=1", "does not go with"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "does not go with"),
        ("FREQ=WEEKLY;BYDAY=1MO", "monthly or yearly"),
        ("FREQ=WEEKLY;WKST=NO", "no day"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,1,2,3,4", "starts a day"),
        ("FREQ=MONTHLY;BYHOUR=0,1", "starts a day"),
        ("FREQ=DAILY\nDTSTART:20260101T000000", "not supported"),
        ("FREQ=" + "X" * 600, "longer than"),
    ],
)
def test_a_rule_is_refused_with_its_reason_and_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_rule(text)
    assert said in str(refusal.value)
    assert all(problem.mend and problem.where == ("recurrence",) for problem in refusal.value.problems)


def test_all_problems_of_a_rule_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        read_rule("FREQ=SECONDLY;INTERVAL=0;BYMONTH=13")
    assert len(refusal.value.problems) == 3
