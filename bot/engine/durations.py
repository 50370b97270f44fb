"""Durations as npm `ms` reads them: `90s`, `5m`, `1.5 hours`, `1d`; a bare number is milliseconds."""

import re
from datetime import timedelta

from bot.errors import Invalid, Problem

_TEXT = re.compile(r"(-?(?:\d+)?\.?\d+) *([a-z]*)", re.IGNORECASE)
_MILLISECONDS = {
    **dict.fromkeys(("", "ms", "msec", "msecs", "millisecond", "milliseconds"), 1.0),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1_000.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60_000.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600_000.0),
    **dict.fromkeys(("d", "day", "days"), 86_400_000.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800_000.0),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 31_557_600_000.0),
}
_LONGEST_TEXT = 100  # as in npm ms
LONGEST = timedelta(days=366)


def read_duration(value: object) -> timedelta:
    """Read a duration of 0 to 366 days, or raise `Invalid` with what can be written instead."""
    milliseconds = _milliseconds(value)
    if milliseconds is None:
        raise _invalid(f"{value!r:.80} is not a duration.")
    if not 0 <= milliseconds <= LONGEST.total_seconds() * 1000:
        raise _invalid(f"{value!r:.80} is not between 0 and {LONGEST.days} days.")
    return timedelta(milliseconds=milliseconds)


def say_duration(duration: timedelta) -> str:
    """Say a duration as people write it: `1h 30m`, `45s`, `200ms`."""
    if duration < timedelta(seconds=1):
        return f"{duration // timedelta(milliseconds=1)}ms"
    seconds = round(duration.total_seconds())
    parts = ((seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def write_duration(duration: timedelta) -> str:
    """Write a duration so that `read_duration` reads the same one, to the millisecond: `5m`, `90m`, `61s`."""
    for unit, letter in _UNITS:
        if duration >= unit and not duration % unit:
            return f"{duration // unit}{letter}"
    return f"{duration // timedelta(milliseconds=1)}ms"


_UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "m"),
    (timedelta(seconds=1), "s"),
)


def _milliseconds(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    found = _TEXT.fullmatch(value.strip())
    if not found or found[2].lower() not in _MILLISECONDS:
        return None
    return float(found[1]) * _MILLISECONDS[found[2].lower()]


def _invalid(message: str) -> Invalid:
    return Invalid([Problem(message=message, mend="Write it like 90s, 5m, 1.5 hours or 1d.")])
