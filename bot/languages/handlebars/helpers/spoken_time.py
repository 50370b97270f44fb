"""Times in words: the part of date.js that people write. `5 minutes ago`, `tomorrow at 3pm`, `next friday`, `noon`."""

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS: Final = {"sec": "seconds", "min": "minutes", "hour": "hours", "hr": "hours", "day": "days", "week": "weeks"}
_NUMBERS: Final = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905
} | {"a": 1, "an": 1, "last": 1, "next": 1}
_SPAN: Final = re.compile(
    r"\b(in|next|last)?\s*(\d{1,6}|a|an|[a-z]{3,6})?\s*\b(sec|min|hour|hr|day|week|month|year)[a-z]*\b(\s+ago)?"
)
_DAY: Final = re.compile(rf"\b(last)?\s*\b({'|'.join(_DAYS)})\b")
_CLOCK: Final = re.compile(r"\b(?:at\s+)?(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s*(am|pm)\b|\b(?:at\s+)?(\d{1,2}):(\d\d)\b")


def spoken_time(text: str, now: datetime) -> datetime:
    """The instant that the words mean at `now`; words that mean nothing leave `now` as it is."""
    words = text[:100].lower()
    try:
        return _at_clock(words, _on_day(words, _moved(words, now)), now)
    except (OverflowError, ValueError):
        return now


def _moved(words: str, now: datetime) -> datetime:
    if "tomorrow" in words or "yesterday" in words:
        return now + timedelta(days=1 if "tomorrow" in words else -1)
    for before, amount, unit, ago in _SPAN.findall(words):
        count = int(amount) if amount.isdigit() else _NUMBERS.get(amount or before, 1)
        backwards = bool(ago) or before == "last" or amount == "last"
        now = _shift(now, -count if backwards else count, unit)
    return now


def _shift(now: datetime, count: int, unit: str) -> datetime:
    if unit in _UNITS:
        return now + timedelta(**{_UNITS[unit]: count})
    months = now.year * 12 + now.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _on_day(words: str, now: datetime) -> datetime:
    found = _DAY.search(words)
    if not found:
        return now
    ahead = (_DAYS.index(found[2]) - now.weekday()) % 7
    return now + timedelta(days=(ahead or 7) - 7 if found[1] else ahead)


def _at_clock(words: str, day: datetime, now: datetime) -> datetime:
    if "noon" in words:
        return day.replace(hour=12, minute=0, second=0, microsecond=0)
    if "midnight" in words:
        return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = _CLOCK.search(words)
    if not found:
        return day
    hour = int(found[1] or found[5])
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    at = day.replace(hour=hour, minute=int(found[2] or found[6] or 0), second=int(found[3] or 0), microsecond=0)
    return at + timedelta(days=1) if day == now and at < now else at
