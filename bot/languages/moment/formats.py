"""Times as text in the formats of moment.js, English.

Source: moment 2.31.0, the version that moment-timezone 0.6.6 runs on.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from bot.languages.values import EPOCH, milliseconds

TOKEN: Final = re.compile(
    r"(?:\[[^\[]*\])|(?:\\e)|(?:\\)?(?:eHHmm|[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[o|w]?|W[o|W]?|Qo?"
    r"|N{1,5}|YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?"
    "|[^\n\r\u2028\u2029])"
)
_LOCAL: Final = re.compile(r"(?:\[[^\[]*\])|(?:\\)?(?:LTS|LT|LL?L?L?|l{1,4})")

LOCAL_FORMATS: Final = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "l": "M/D/YYYY",
    "ll": "MMM D, YYYY",
    "lll": "MMM D, YYYY h:mm A",
    "llll": "ddd, MMM D, YYYY h:mm A",
}

MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
WEEKDAYS: Final = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()  # noqa: SIM905

DEFAULT: Final = "YYYY-MM-DDTHH:mm:ssZ"
DEFAULT_UTC: Final = "YYYY-MM-DDTHH:mm:ss[Z]"


def format_moment(at: datetime, pattern: str) -> str:
    """`at`, an aware time in the zone to show, in a moment.js format; an empty one is ISO 8601."""
    shown = pattern or (DEFAULT if at.utcoffset() else DEFAULT_UTC)
    return "".join(part if isinstance(part, str) else part(at) for part in _parts(shown))


def tokens(pattern: str) -> list[str]:
    """The pieces of a format, with the local formats (`LT`) spelled out."""
    return [found[0] for found in TOKEN.finditer(_expanded(pattern))]


def literal(token: str) -> str:
    """The text that stands for a piece of a format that is no token."""
    if "[" in token[:-1]:
        return token.removeprefix("[").removesuffix("]")
    return token.replace("\\", "")


def _expanded(pattern: str) -> str:
    return _LOCAL.sub(lambda found: LOCAL_FORMATS.get(found[0], found[0]), pattern)


@lru_cache(512)
def _parts(pattern: str) -> tuple[str | Callable[[datetime], str], ...]:
    return tuple(FORMATS.get(token, None) or literal(token) for token in tokens(pattern))


def _padded(number: int, width: int) -> str:
    return f"{'-' if number < 0 else ''}{abs(number):0{width}}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th."""
    tens, ones = divmod(number % 100, 10)
    return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def _weekday(at: datetime) -> int:
    return at.isoweekday() % 7


def _day_of_year(at: datetime) -> int:
    return at.timetuple().tm_yday


def week(at: date) -> tuple[int, int]:
    """Year and number of the week that starts on Sunday and holds January 1st when it is the first."""
    saturday = at + timedelta(days=6 - at.isoweekday() % 7)
    first = saturday.replace(month=1, day=1)
    return saturday.year, (saturday - first).days // 7 + 1


def _year(at: datetime) -> str:
    return _padded(at.year, 4)


def _offset(separator: str) -> Callable[[datetime], str]:
    def show(at: datetime) -> str:
        minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        return f"{'-' if minutes < 0 else '+'}{hours:02}{separator}{rest:02}"

    return show


def _fraction(width: int) -> Callable[[datetime], str]:
    return lambda at: f"{at.microsecond // 1000:03}{'0' * 6}"[:width]


def _hour12(at: datetime) -> int:
    return at.hour % 12 or 12


def _hour24(at: datetime) -> int:
    return at.hour or 24


NUMBERS: Final[dict[str, Callable[[datetime], int]]] = {
    "M": lambda at: at.month,
    "Q": lambda at: math.ceil(at.month / 3),
    "D": lambda at: at.day,
    "DDD": _day_of_year,
    "d": _weekday,
    "e": _weekday,
    "E": lambda at: at.isoweekday(),
    "w": lambda at: week(at.date())[1],
    "W": lambda at: at.isocalendar().week,
    "H": lambda at: at.hour,
    "h": _hour12,
    "k": _hour24,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
    "y": lambda at: at.year,
    "x": milliseconds,
    "X": lambda at: math.floor((at - EPOCH).total_seconds()),
}


def _shown(number: Callable[[datetime], int], width: int = 1) -> Callable[[datetime], str]:
    return lambda at: _padded(number(at), width)


def _counted(number: Callable[[datetime], int]) -> Callable[[datetime], str]:
    return lambda at: ordinal(number(at))


FORMATS: Final[dict[str, Callable[[datetime], str]]] = {
    **{token: _shown(number) for token, number in NUMBERS.items()},
    **{token * 2: _shown(NUMBERS[token], 2) for token in "MDwWHhkmsy"},
    **{f"{token}o": _counted(NUMBERS[token]) for token in ("M", "Q", "D", "DDD", "d", "w", "W", "y")},
    **{"S" * width: _fraction(width) for width in range(1, 10)},
    "DDDD": _shown(_day_of_year, 3),
    "MMM": lambda at: MONTHS[at.month - 1][:3],
    "MMMM": lambda at: MONTHS[at.month - 1],
    "dd": lambda at: WEEKDAYS[_weekday(at)][:2],
    "ddd": lambda at: WEEKDAYS[_weekday(at)][:3],
    "dddd": lambda at: WEEKDAYS[_weekday(at)],
    "Y": _year,
    "YY": lambda at: _padded(at.year % 100, 2),
    "YYYY": _year,
    "YYYYY": lambda at: _padded(at.year, 5),
    "YYYYYY": lambda at: f"+{at.year:06}",
    "yyy": lambda at: _padded(at.year, 3),
    "yyyy": _year,
    "gg": lambda at: _padded(week(at.date())[0] % 100, 2),
    "gggg": lambda at: _padded(week(at.date())[0], 4),
    "ggggg": lambda at: _padded(week(at.date())[0], 5),
    "GG": lambda at: _padded(at.isocalendar().year % 100, 2),
    "GGGG": lambda at: _padded(at.isocalendar().year, 4),
    "GGGGG": lambda at: _padded(at.isocalendar().year, 5),
    **dict.fromkeys(("N", "NN", "NNN", "NNNNN"), lambda _: "AD"),
    "NNNN": lambda _: "Anno Domini",
    "hmm": lambda at: f"{_hour12(at)}{at.minute:02}",
    "hmmss": lambda at: f"{_hour12(at)}{at.minute:02}{at.second:02}",
    "Hmm": lambda at: f"{at.hour}{at.minute:02}",
    "Hmmss": lambda at: f"{at.hour}{at.minute:02}{at.second:02}",
    "eHHmm": lambda at: f"{_weekday(at)}{at.hour:02}{at.minute:02}",
    "a": lambda at: "pm" if at.hour > 11 else "am",
    "A": lambda at: "PM" if at.hour > 11 else "AM",
    "Z": _offset(":"),
    "ZZ": _offset(""),
    "z": lambda at: at.tzname() or "",
    "zz": lambda at: at.tzname() or "",
}
