"""Instants as people type them, in their own zone: `2026-03-29 09:00`, `09:00`, `tomorrow 9:00`, `+3h`."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.durations import read_duration
from bot.errors import Invalid, Problem

_TIME = re.compile(r"(?:(today|tomorrow)\s+)?(\d{1,2}):(\d{2})", re.ASCII)
_MEND = "Write it like 2026-03-29 09:00, tomorrow 09:00, 09:00 or +3h."


def read_moment(typed: str, zone: str, now: datetime) -> datetime:
    """Read an instant. A time alone is the next such time; one without an offset is in `zone`. Raises `Invalid`."""
    text = typed.strip().lower()
    try:
        if text == "now":
            return now
        if text.startswith("+"):
            return now + read_duration(text[1:])
        if found := _TIME.fullmatch(text):
            return _at_time(found, ZoneInfo(zone), now)
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid([Problem(message=f"“{typed[:40]}” is not a time.", mend=_MEND)]) from error


def _at_time(found: re.Match[str], zone: ZoneInfo, now: datetime) -> datetime:
    day = now.astimezone(zone) + timedelta(days=1 if found[1] == "tomorrow" else 0)
    at = day.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    if found[1] is None and at <= now:
        at += timedelta(days=1)
    return at.astimezone(UTC)
