"""Reading a time of day as moment.js does without strict mode: whatever fits is taken, the rest is skipped.

Source: `configFromStringAndFormat` and `configFromArray` of moment 2.31.0. Dates may be given too; weekdays, weeks,
eras, offsets and timestamps have no place in a time of day and are refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.languages.moment.formats import FORMATS, MONTHS, literal, tokens
from bot.languages.values import names

REFUSED: Final = names(
    "d dd ddd dddd e E eHHmm w ww W WW gg gggg ggggg GG GGGG GGGGG N NN NNN NNNN NNNNN y yy yyy yyyy yo Z ZZ x X"
)


@dataclass(slots=True, kw_only=True)
class WallTime:
    """What a text said: the parts of a date and a time, None where it was silent. Months count from 1."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    day_of_year: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    millisecond: int | None = None
    meridiem: str = ""
    unknown_month: bool = False
    found: bool = field(default=False)

    def is_empty(self) -> bool:
        """Whether nothing was read that says when."""
        parts = (self.year, self.month, self.day, self.hour, self.minute, self.second, self.millisecond)
        return not self.found or (bool(self.meridiem) and all(part is None for part in parts))

    def on(self, today: date) -> datetime | None:
        """The naive time on `today`, unless the text said a date; None when there is no such time."""
        day = self._date(today)
        clock = (self._hour() or 0, self.minute or 0, self.second or 0, self.millisecond or 0)
        if day is None or self.unknown_month or self.is_empty():
            return None
        if clock == (24, 0, 0, 0):
            return datetime.combine(day, datetime.min.time()) + timedelta(days=1)
        return _clocked(day, clock)

    def _hour(self) -> int | None:
        if self.hour is None or not self.meridiem:
            return self.hour
        if self.meridiem[0] in "pP":
            return self.hour + 12 if self.hour < 12 else self.hour
        return 0 if self.hour == 12 else self.hour

    def _date(self, today: date) -> date | None:
        year = today.year if self.year is None else self.year
        try:
            if self.day_of_year is not None:
                return _numbered_day(year, self.day_of_year)
            if self.year is self.month is self.day is None:
                return today
            if self.year is self.month is None and self.day is not None:
                return today.replace(day=self.day)
            return date(year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError:
            return None


def _numbered_day(year: int, number: int) -> date:
    found = date(year, 1, 1) + timedelta(days=number - 1)
    if found.year != year:
        raise ValueError(number)
    return found


def _clocked(day: date, clock: tuple[int, int, int, int]) -> datetime | None:
    hour, minute, second, millisecond = clock
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, millisecond * 1000)  # noqa: DTZ001
    except ValueError:
        return None


def refused_token(pattern: str) -> str | None:
    """The first token of a format that a time of day does not take."""
    return next((token for token in tokens(pattern) if token in REFUSED), None)


def read_wall_time(text: str, pattern: str) -> WallTime:
    """Read `text` by a moment.js format, forgivingly."""
    wall, rest = WallTime(), text
    for token in tokens(pattern):
        found = (READS[token][0] if token in READS else _literal_pattern(token)).search(rest)
        said = found[0] if found else ""
        if said:
            rest = rest[rest.index(said) + len(said) :]
            wall.found = wall.found or token in FORMATS
        if said and token in READS:
            READS[token][1](wall, said)
    return wall


def _literal_pattern(token: str) -> re.Pattern[str]:
    return re.compile(re.escape(literal(token)))


def _set(name: str) -> Callable[[WallTime, str], None]:
    return lambda wall, said: setattr(wall, name, int(said))


def _read_late_hour(wall: WallTime, said: str) -> None:
    wall.hour = 0 if int(said) == 24 else int(said)


def _two_digit_year(said: str) -> int:
    return int(said) + (1900 if int(said) > 68 else 2000)


def _read_year(wall: WallTime, said: str) -> None:
    wall.year = _two_digit_year(said) if len(said) == 2 else int(said)


def _read_short_year(wall: WallTime, said: str) -> None:
    wall.year = _two_digit_year(said)


def _read_month(wall: WallTime, said: str) -> None:
    starts = (index for index, month in enumerate(MONTHS, 1) if said.lower().startswith(month[:3].lower()))
    wall.month = next(starts, None)
    wall.unknown_month = wall.month is None


def _read_ordinal(wall: WallTime, said: str) -> None:
    wall.day = int(re.match(r"[0-9]+", said)[0])  # type: ignore[index]


def _read_meridiem(wall: WallTime, said: str) -> None:
    wall.meridiem = said


def _read_quarter(wall: WallTime, said: str) -> None:
    wall.month = (int(said) - 1) * 3 + 1


def _read_fraction(wall: WallTime, said: str) -> None:
    wall.millisecond = int(float(f"0.{said}") * 1000)


def _read_hour_minute(wall: WallTime, said: str) -> None:
    wall.hour, wall.minute = int(said[:-2]), int(said[-2:])


def _read_hour_minute_second(wall: WallTime, said: str) -> None:
    wall.hour, wall.minute, wall.second = int(said[:-4]), int(said[-4:-2]), int(said[-2:])


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.ASCII)


_TWO: Final = _pattern(r"\d\d?")
_SIGNED: Final = _pattern(r"[+-]?\d{1,6}")
_WORD: Final = re.compile(
    r"[0-9]{0,256}['a-zA-Z\u00A0-\u05FF\u0700-\uD7FF\uF900-\uFDCF\uFDF0-\uFF07\uFF10-\uFFEF]{1,256}"
    r"|[\u0600-\u06FF/]{1,256}(?:\s*?[\u0600-\u06FF]{1,256}){1,2}"
)
_MERIDIEM: Final = _pattern(r"[apAP]\.?[mM]?\.?")

READS: Final[dict[str, tuple[re.Pattern[str], Callable[[WallTime, str], None]]]] = {
    **{token: (_TWO, _set("hour")) for token in ("H", "HH", "h", "hh")},
    **dict.fromkeys(("k", "kk"), (_TWO, _read_late_hour)),
    **{token: (_TWO, _set("minute")) for token in ("m", "mm")},
    **{token: (_TWO, _set("second")) for token in ("s", "ss")},
    **{"S" * width: (_pattern(r"\d{1,3}" if width < 4 else r"\d+"), _read_fraction) for width in range(1, 10)},
    **{token: (_pattern(r"\d\d\d\d?"), _read_hour_minute) for token in ("hmm", "Hmm")},
    **{token: (_pattern(r"\d\d\d\d\d\d?"), _read_hour_minute_second) for token in ("hmmss", "Hmmss")},
    **dict.fromkeys(("a", "A"), (_MERIDIEM, _read_meridiem)),
    **{token: (_TWO, _set("month")) for token in ("M", "MM")},
    **dict.fromkeys(("MMM", "MMMM"), (_WORD, _read_month)),
    **{token: (_TWO, _set("day")) for token in ("D", "DD")},
    "Do": (_pattern(r"\d{1,2}(?:th|st|nd|rd)|\d{1,2}"), _read_ordinal),
    "DDD": (_pattern(r"\d{1,3}"), _set("day_of_year")),
    "DDDD": (_pattern(r"\d{3}"), _set("day_of_year")),
    "Q": (_pattern(r"\d"), _read_quarter),
    "Y": (_pattern(r"[+-]?\d+"), _set("year")),
    "YY": (_TWO, _read_short_year),
    "YYYY": (_pattern(r"\d{1,4}"), _read_year),
    "YYYYY": (_SIGNED, _set("year")),
    "YYYYYY": (_SIGNED, _set("year")),
}
