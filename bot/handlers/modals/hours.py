"""The part of the week that a rota is for, as inputs of its form: office hours, what is outside of them, nights."""

from collections.abc import Iterator, Mapping
from datetime import time as clock
from enum import StrEnum

from bot.engine.schedules import Hours
from bot.handlers.filled import Filled
from bot.slack.blocks import Block
from bot.slack.forms import Choice, input_block, menu, time

PART, OPENS, CLOSES = "part", "opens", "closes"
HOURS_BLOCKS = (PART, OPENS, CLOSES)
_OPENS, _CLOSES = clock(9), clock(17)
_WEEK, _WORKDAYS, _WEEKEND, _FRIDAY = tuple(range(7)), tuple(range(5)), (5, 6), (4,)


class WeekPart(StrEnum):
    """The parts of a week that most rotas are for."""

    ALWAYS = "always"
    OFFICE = "office"
    OUTSIDE = "outside"
    NIGHTS = "nights"
    WEEKENDS = "weekends"


_LABELS: Mapping[WeekPart, str] = {
    WeekPart.ALWAYS: "All the time",
    WeekPart.OFFICE: "Office hours, Monday to Friday",
    WeekPart.OUTSIDE: "Outside office hours: nights and weekends",
    WeekPart.NIGHTS: "Nights, every day",
    WeekPart.WEEKENDS: "Weekends, from Friday evening to Monday morning",
}


def hours_of(part: WeekPart, opens: clock, closes: clock) -> tuple[Hours, ...]:
    """The hours of a part of the week, for an office that opens and closes then."""
    whole = Hours(days=_WEEKEND, start=opens, end=opens)
    match part:
        case WeekPart.ALWAYS:
            return ()
        case WeekPart.OFFICE:
            return (Hours(days=_WORKDAYS, start=opens, end=closes),)
        case WeekPart.OUTSIDE:
            return (Hours(days=_WORKDAYS, start=closes, end=opens), whole)
        case WeekPart.NIGHTS:
            return (Hours(days=_WEEK, start=closes, end=opens),)
        case WeekPart.WEEKENDS:
            return (Hours(days=_FRIDAY, start=closes, end=opens), whole)


def part_of(hours: tuple[Hours, ...]) -> tuple[WeekPart, clock, clock] | None:
    """The part of the week, and when the office opens and closes; None where hours are more than a part has."""
    if not hours:
        return WeekPart.ALWAYS, _OPENS, _CLOSES
    begins, ends = hours[0].start, hours[0].end
    for opens, closes in ((begins, ends), (ends, begins)):
        for part in WeekPart:
            if hours_of(part, opens, closes) == hours:
                return part, opens, closes
    return None


def hours_inputs(hours: tuple[Hours, ...]) -> Iterator[Block]:
    """Which part of the week it is for, and when the office opens and closes."""
    part, opens, closes = part_of(hours) or (WeekPart.ALWAYS, _OPENS, _CLOSES)
    choices = [Choice(value=each, label=label) for each, label in _LABELS.items()]
    yield input_block(PART, "On call", menu(PART, choices, part), optional=True)
    yield input_block(OPENS, "The office opens at", time(f"{opens:%H:%M}"), optional=True)
    yield input_block(CLOSES, "and closes at", time(f"{closes:%H:%M}"), optional=True)


def read_hours(filled: Filled) -> tuple[Hours, ...]:
    """The hours that were filled in; all the time where nothing was."""
    opens, closes = (filled.time(block) for block in (OPENS, CLOSES))
    part = WeekPart(filled.choice(PART) or WeekPart.ALWAYS)
    return hours_of(part, _read(opens, _OPENS), _read(closes, _CLOSES))


def _read(typed: str, otherwise: clock) -> clock:
    return clock.fromisoformat(typed) if typed else otherwise


def say_hours(hours: tuple[Hours, ...]) -> str:
    """Hours in words: `, office hours, Monday to Friday (09:00 to 17:00)`; empty for all the time."""
    if not hours:
        return ""
    found = part_of(hours)
    if found is None:
        return ", at some hours of the week"
    part, opens, closes = found
    return f", {_LABELS[part].lower()} (office hours {opens:%H:%M} to {closes:%H:%M})"
