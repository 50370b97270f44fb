"""The text of a recurrence rule: what RFC 5545 §3.3.10 allows, less what no schedule needs and what could hang."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, time, timedelta
from functools import lru_cache, partial

from bot.errors import Invalid, Problem

LONGEST_TEXT = 500
MOST_OCCURRENCES = 10_000
WIDEST_INTERVAL = 1_000
MOST_STARTS_A_DAY = 24
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PERIODS = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1), "HOURLY": timedelta(hours=1)}
UNITS = ("YEARLY", "MONTHLY", *PERIODS)
RANGES = {
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(1, 32),
    "BYYEARDAY": range(1, 367),
    "BYWEEKNO": range(1, 54),
    "BYSETPOS": range(1, 367),
    "BYHOUR": range(24),
    "BYMINUTE": range(60),
}
DAYS_OF_LONGER_UNITS = {"BYYEARDAY", "BYWEEKNO"}
UNFIT = {
    "DAILY": DAYS_OF_LONGER_UNITS | {"BYMONTHDAY", "BYSETPOS"},
    "WEEKLY": DAYS_OF_LONGER_UNITS | {"BYMONTHDAY", "BYSETPOS"},
    "MONTHLY": DAYS_OF_LONGER_UNITS,
}
"""Parts that RFC 5545 does not allow beside a FREQ, or that a longer FREQ says in fewer steps of the search."""
NEGATIVE = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
NUMBER = re.compile(r"[+-]?\d{1,5}")

RuleParts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceRule:
    """A recurrence rule that was read: its parts, in the words of RFC 5545."""

    unit: str
    interval: int
    count: int | None
    until: datetime | None
    week_start: int
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    is_periodic: bool
    text: str

    @property
    def period(self) -> timedelta:
        """The time from one turn of a periodic rule to the next."""
        return PERIODS[self.unit] * self.interval

    def text_moved(self, years: int) -> str:
        """The same rule for a series that is moved by whole cycles of the calendar: only UNTIL names a time."""
        if self.until is None or self.until.year + years > MAXYEAR:
            return self.text
        return f"{self.text};UNTIL={until_part(self.until.replace(year=self.until.year + years))}"


@lru_cache(maxsize=4096)
def read_rule(text: str) -> RecurrenceRule:
    """The rule that a text describes. Raises Invalid with every problem in it.

    Refused beside what RFC 5545 refuses: MINUTELY and SECONDLY; HOURLY that does not end or has further parts;
    BYSECOND; BYMONTHDAY with DAILY; BYSETPOS with DAILY and WEEKLY; more than 24 starts a day, or more than one where
    the rule is not periodic; COUNT over 10,000; INTERVAL over 1,000. UNTIL is a wall-clock time in the schedule's
    zone, and a date alone includes that day.
    """
    parts, problems = _split(text)
    problems += [problem for name, value in parts.items() if (problem := _judge_part(name, value))]
    problems = problems or list(_judge_whole(parts))
    if problems:
        raise Invalid(problems)
    return _compose(parts)


def until_part(until: datetime) -> str:
    """The value of an UNTIL that includes an occurrence which starts at this wall-clock time."""
    return f"{until:%Y%m%dT%H%M%S}"


def with_parts(text: str, **changes: str | None) -> str:
    """The rule's text with some parts set to other values, or (None) left out."""
    parts: dict[str, str | None] = {**_split(text)[0], **changes}
    return ";".join(f"{name}={value}" for name, value in parts.items() if value is not None)


def _split(text: str) -> tuple[RuleParts, list[Problem]]:
    parts: RuleParts = {}
    problems: list[Problem] = []
    if len(text) > LONGEST_TEXT:
        return parts, [_problem(f"The recurrence is longer than {LONGEST_TEXT} characters.", "Shorten it.")]
    for piece in text.upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, equals, value = (word.strip() for word in piece.partition("="))
        if not equals or not value:
            problems.append(_problem(f"{piece!r} is not a part of a recurrence.", "Write it as NAME=value."))
        elif name in parts:
            problems.append(_problem(f"{name} is there twice.", "Keep one of them."))
        else:
            parts[name] = value
    return parts, problems


def _judge_part(name: str, value: str) -> Problem | None:
    if name in RANGES:
        return _judge_numbers(name, value)
    judge = JUDGES.get(name)
    if judge is None:
        return _problem(f"{name[:32]} is not supported.", f"Use {', '.join([*JUDGES, *RANGES])}.")
    return judge(value)


def _judge_numbers(name: str, value: str) -> Problem | None:
    allowed = RANGES[name]
    numbers = [int(word) if NUMBER.fullmatch(word) else None for word in value.split(",")]
    if all(n is not None and (n in allowed or (name in NEGATIVE and -n in allowed)) for n in numbers):
        return None
    sign = ", or the same below zero to count from the end" if name in NEGATIVE else ""
    return _problem(f"{name}={value} is out of range.", f"Use {allowed[0]} to {allowed[-1]}{sign}.")


def _judge_unit(value: str) -> Problem | None:
    if value in UNITS:
        return None
    return _problem(f"FREQ={value} is not supported.", f"Use one of {', '.join(UNITS)}.")


def _judge_amount(value: str, *, name: str, most: int) -> Problem | None:
    if NUMBER.fullmatch(value) and 1 <= int(value) <= most:
        return None
    return _problem(f"{name}={value} is not a number from 1 to {most}.", "Give a whole number in that range.")


def _judge_until(value: str) -> Problem | None:
    if _read_until(value) is not None:
        return None
    mend = "Write the wall-clock time in the schedule's zone, as 20261231T180000."
    return _problem(f"UNTIL={value} is not a wall-clock time.", mend)


def _judge_days(value: str) -> Problem | None:
    if all(DAY.fullmatch(word) for word in value.split(",")):
        return None
    return _problem(f"BYDAY={value} has something that is no day.", f"Use {', '.join(WEEKDAYS)}, or 1MO, -1FR.")


def _judge_week_start(value: str) -> Problem | None:
    return None if value in WEEKDAYS else _problem(f"WKST={value} is no day.", f"Use one of {', '.join(WEEKDAYS)}.")


JUDGES: dict[str, Callable[[str], Problem | None]] = {
    "FREQ": _judge_unit,
    "INTERVAL": partial(_judge_amount, name="INTERVAL", most=WIDEST_INTERVAL),
    "COUNT": partial(_judge_amount, name="COUNT", most=MOST_OCCURRENCES),
    "UNTIL": _judge_until,
    "BYDAY": _judge_days,
    "WKST": _judge_week_start,
}


def _judge_whole(parts: RuleParts) -> Iterator[Problem]:
    unit = parts.get("FREQ")
    if unit is None:
        yield _problem("The recurrence does not say how often.", "Add FREQ=DAILY or another FREQ.")
    if "COUNT" in parts and "UNTIL" in parts:
        yield _problem("COUNT and UNTIL are both there.", "Keep one of them.")
    if unit == "HOURLY" and not {"COUNT", "UNTIL"} & parts.keys():
        yield _problem("An hourly recurrence has to end.", "Add COUNT or UNTIL, or use DAILY events.")
    if unit == "HOURLY" and any(name.startswith("BY") for name in parts):
        yield _problem("An hourly recurrence takes no BY… parts.", "Use DAILY events.")
    if unit in {"DAILY", "WEEKLY"} and any(char.isdigit() for char in parts.get("BYDAY", "")):
        yield _problem("BYDAY takes numbers in a monthly or yearly recurrence only.", "Leave the numbers out.")
    for name in sorted(UNFIT.get(unit or "", set()) & parts.keys()):
        yield _problem(f"{name} does not go with FREQ={unit}.", "Use FREQ=MONTHLY or FREQ=YEARLY.")
    if _starts_a_day(parts) > (MOST_STARTS_A_DAY if _is_periodic(parts) else 1):
        mend = f"Make an event for each, or leave only FREQ=DAILY or WEEKLY and up to {MOST_STARTS_A_DAY} a day."
        yield _problem("There are too many starts a day.", mend)


def _starts_a_day(parts: RuleParts) -> int:
    return len(parts.get("BYHOUR", "").split(",")) * len(parts.get("BYMINUTE", "").split(","))


def _is_periodic(parts: RuleParts) -> bool:
    """Whether the same times come again on every turn, so that occurrences can be counted without a list."""
    by = {name for name in parts if name.startswith("BY")} - {"BYHOUR", "BYMINUTE"}
    every_day = parts.get("FREQ") == "DAILY" and int(parts.get("INTERVAL", "1")) == 1
    return parts.get("FREQ") in PERIODS and by <= ({"BYDAY"} if every_day or parts["FREQ"] == "WEEKLY" else set())


def _numbers(parts: RuleParts, name: str) -> tuple[int, ...]:
    return tuple({int(word) for word in parts[name].split(",")}) if name in parts else ()


def _compose(parts: RuleParts) -> RecurrenceRule:
    unit, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    return RecurrenceRule(
        unit=unit,
        interval=interval,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=_read_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
        weekdays=tuple(sorted({WEEKDAYS.index(day[-2:]) for day in days})),
        hours=_numbers(parts, "BYHOUR"),
        minutes=_numbers(parts, "BYMINUTE"),
        is_periodic=_is_periodic(parts),
        text=";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL"),
    )


def _read_until(value: str) -> datetime | None:
    try:
        until = datetime.fromisoformat(value)
    except ValueError:
        return None
    if until.tzinfo is not None:
        return None
    return until if "T" in value else datetime.combine(until, time.max.replace(microsecond=0))


def _problem(message: str, mend: str) -> Problem:
    return Problem(message=message, mend=mend, where=("recurrence",))
