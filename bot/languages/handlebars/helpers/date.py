"""Date helpers, on the instant that is passed in and in UTC. Formats are moment.js's."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_calls
from bot.languages.handlebars.helpers.spoken_time import spoken_time
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED, is_missing, is_number, text_of, to_number
from bot.languages.moment.formats import format_moment
from bot.languages.moment.zones import zone_named
from bot.languages.values import EPOCH

_ISO: Final = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?")
_WRITTEN: Final = (
    "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%m/%d/%Y", "%Y/%m/%d", "%a, %d %b %Y %H:%M:%S GMT",
    "%b %d, %Y %H:%M:%S", "%B %d, %Y %H:%M:%S",
)  # fmt: skip
_COST: Final = 40
"""Steps: a text is held against all the ways to write a date."""
DEFAULT_FORMAT: Final = "MMMM DD, YYYY"


def year(call: HelperCall, pattern: object = UNDEFINED) -> object:
    shown = f"{call.run.now.astimezone(UTC).year:04d}"
    if not isinstance(pattern, str) or re.search("[Yy]{4}", pattern):
        return shown
    return shown[2:4] if re.search("[Yy]{2}", pattern) else UNDEFINED


def date(call: HelperCall, when: object = None, pattern: object = None) -> object:
    """A date in a format: of an ISO text, milliseconds, or words like `5 minutes ago`; one text alone is a format."""
    call.run.spend(_COST)
    pattern = call.hash.get("format", pattern) if is_missing(pattern) else pattern
    now = call.run.now.astimezone(UTC)
    if is_missing(when) and is_missing(pattern):
        return format_moment(now, DEFAULT_FORMAT)
    if isinstance(when, str) and is_missing(pattern) and not read_date(when):
        return format_moment(now, _format(when))
    at = _moment(call, when, now)
    return "Invalid date" if at is None else format_moment(at, "" if is_missing(pattern) else _format(pattern))


def unix_timezone(call: HelperCall, seconds: object = None, zone: object = "UTC", pattern: object = None) -> object:
    """Seconds since 1970 in a time zone and a format."""
    call.run.spend(_COST)
    at, known = _shifted(to_number(seconds) * 1000), zone_named(text_of(zone))
    if at is None or known is None:
        return "Invalid date"
    return format_moment(at.astimezone(known), "" if is_missing(pattern) else _format(pattern))


def _format(pattern: object) -> str:
    text = text_of(pattern)
    if len(text) > 200:
        raise TemplateFailed("a date's format has more than 200 characters.")
    return text


def _moment(call: HelperCall, when: object, now: datetime) -> datetime | None:
    if is_missing(when):
        return now
    if is_number(when):
        return _shifted(to_number(when))
    text = text_of(when)
    found = read_date(text)
    if found is not None or call.hash.get("datejs") is False:
        return found
    return spoken_time(text, now)


def _shifted(milliseconds: float) -> datetime | None:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):
        return None


def read_date(text: str) -> datetime | None:
    """The instant that a written date means, in UTC where it names no zone; None for other texts."""
    stripped = text.strip()
    if len(stripped) > 60 or not any(map(str.isdigit, stripped)):
        return None
    if _ISO.fullmatch(stripped):
        return _read(lambda: datetime.fromisoformat(f"{stripped}-01" if len(stripped) == 7 else stripped))
    readers = [lambda form=form: datetime.strptime(stripped, form) for form in _WRITTEN]  # noqa: DTZ007
    return next((found for reader in readers if (found := _read(reader)) is not None), None)


def _read(reader: Callable[[], datetime]) -> datetime | None:
    try:
        found = reader()
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_CALLS: Final[HelperTable] = {"date": date, "moment": date, "unix-timezone": unix_timezone, "year": year}

HELPERS: Final = of_calls(_CALLS)
