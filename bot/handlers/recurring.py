"""Recurrence rules in words, where words are shorter than the rule."""

from datetime import datetime, time

from bot.engine.escalation.on_call_reasons import DAYS
from bot.engine.schedules.rules import RecurrenceRule, read_rule
from bot.errors import Invalid
from bot.slack.blocks import code

_UNITS = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_SAID = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_LAST_MINUTE = time(23, 59, 59)


def say_recurrence(text: str) -> str:
    """A rule as markup: `every 2 weeks until 2026-03-01`; the rule itself where it says more than that."""
    parts = {part.partition("=")[0].strip() for part in text.upper().removeprefix("RRULE:").rstrip(";").split(";")}
    try:
        rule = read_rule(text)
    except Invalid:
        return code(text, 200)
    days = {"BYDAY"} if rule.unit in {"DAILY", "WEEKLY"} else set()
    return f"{_say_turn(rule)}{_say_end(rule)}" if parts <= _SAID | days else code(text, 200)


def _say_turn(rule: RecurrenceRule) -> str:
    unit = _UNITS[rule.unit]
    turn = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    return f"{turn} on {', '.join(DAYS[day] for day in rule.weekdays)}" if rule.weekdays else turn


def _say_end(rule: RecurrenceRule) -> str:
    if rule.count is not None:
        return f", {rule.count} times" if rule.count > 1 else ", once"
    return f" until {_say_wall(rule.until)}" if rule.until else ""


def _say_wall(until: datetime) -> str:
    return f"{until:%Y-%m-%d}" if until.time() == _LAST_MINUTE else f"{until:%Y-%m-%d %H:%M}"
