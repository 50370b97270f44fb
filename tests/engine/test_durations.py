"""Durations, as npm `ms` 2.1 reads them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.durations import LONGEST, read_duration, say_duration, write_duration
from bot.errors import Invalid

READ = {
    "90s": timedelta(seconds=90),
    "5m": timedelta(minutes=5),
    "5 MINUTES": timedelta(minutes=5),
    "1.5 hours": timedelta(minutes=90),
    "1d": timedelta(days=1),
    "2w": timedelta(weeks=2),
    ".5h": timedelta(minutes=30),
    "100": timedelta(milliseconds=100),
    " 3 hrs ": timedelta(hours=3),
    250: timedelta(milliseconds=250),
    1500.5: timedelta(milliseconds=1500.5),
    0: timedelta(0),
}


@pytest.mark.parametrize(("text", "duration"), list(READ.items()))
def test_reads(text: object, duration: timedelta) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize(
    "junk", ["", "soon", "5 x", "m5", "1h30m", None, True, [], "-1m", "400d", float("inf"), "9" * 101]
)
def test_refuses(junk: object) -> None:
    with pytest.raises(Invalid, match=r"Write it like 90s, 5m, 1\.5 hours or 1d\."):
        read_duration(junk)


def test_says() -> None:
    assert say_duration(timedelta(hours=1, minutes=30)) == "1h 30m"
    assert say_duration(timedelta(days=2, seconds=5)) == "2d 5s"
    assert say_duration(timedelta(milliseconds=200)) == "200ms"


@given(st.integers(min_value=1, max_value=int(LONGEST.total_seconds())))
def test_what_is_said_in_one_unit_is_read_back(seconds: int) -> None:
    assert read_duration(f"{seconds}s") == timedelta(seconds=seconds)


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_invalid(text: str) -> None:
    try:
        assert timedelta(0) <= read_duration(text) <= LONGEST
    except Invalid:
        return


@given(st.integers(0, 366 * 86_400_000))
def test_what_is_written_is_read_as_the_same(milliseconds: int) -> None:
    assert read_duration(write_duration(timedelta(milliseconds=milliseconds))) == timedelta(milliseconds=milliseconds)


def test_durations_are_written_in_one_unit() -> None:
    spans = (timedelta(minutes=5), timedelta(minutes=90), timedelta(seconds=61), timedelta(0), timedelta(days=2))
    assert [write_duration(each) for each in spans] == ["5m", "90m", "61s", "0ms", "2d"]
