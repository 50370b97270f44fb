"""Time zones as feeds name them.

A name of the time zone database counts first, then one of Windows; where the name is unknown, the VTIMEZONE that the
feed gives it is the truth; without one, the name is guessed from, and that is said. Nothing is registered: a feed
defines no zone for anybody else.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.engine.ical.components import Component
from bot.engine.ical.lines import PropertyLine
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.rules import read_rule, until_part, with_parts
from bot.engine.schedules.walltime import find_zone
from bot.errors import Invalid

LONGEST_NAME = 200
MOST_DEFINITIONS = 16
_MOST_OBSERVANCES = 40
_FORESEEN = timedelta(days=40 * 365.25)
_LATELY = datetime(1996, 1, 1)  # noqa: DTZ001  # wall-clock time
_OFFSET = re.compile(r"([+-])(0\d|1[0-5])([0-5]\d)([0-5]\d)?")
_DATES = re.compile(r"\d{8}T\d{6}(?:,\d{8}T\d{6}){0,200}")
_FIXED = re.compile(r"(?:UTC|GMT|Z)? ?([+-])(\d{1,2})(?:[:.]?([0-5]\d))?", re.IGNORECASE)
_LISTED = re.compile(r"\((?:UTC|GMT)([^)]{0,8})\)(.{1,150})", re.IGNORECASE)
_NUMBERED = re.compile(r"(.{3,100}?) \(?\d{1,3}\)?")
_ABBREVIATIONS = {
    "America/New_York": ("edt",),
    "America/Chicago": ("cst", "cdt"),
    "America/Denver": ("mdt",),
    "America/Los_Angeles": ("pst", "pdt"),
    "Europe/London": ("bst",),
    "Europe/Berlin": ("cest", "mez", "mesz"),
    "Europe/Helsinki": ("eest",),
}
_UTC = {"z", "utc", "gmt", "coordinated universal time", "tzone://microsoft/utc", "zulu"}


class Zones:
    """The zones that one calendar of a feed names, each looked up once."""

    def __init__(self, definitions: Iterable[Component]) -> None:
        self._definitions = {_text(each.properties(), "TZID"): each for each in definitions}
        self._found: dict[str, tzinfo | None] = {}
        self._read = 0

    def find(self, name: str) -> tzinfo | None:
        """The zone of this name; None when it can only be guessed, or not at all."""
        plain = name.replace("\\", "").partition(";")[0]  # commas are escaped by some, and further parameters quoted
        if plain not in self._found:
            self._found[plain] = known_zone(plain) or self._defined(plain)
        return self._found[plain]

    def guess(self, name: str) -> tzinfo | None:
        """What a name that is in no database, and that the feed does not define, most likely means."""
        return _guess(name.partition(";")[0].strip()[:LONGEST_NAME])

    def _defined(self, name: str) -> tzinfo | None:
        definition = self._definitions.get(name)
        if definition is None or self._read >= MOST_DEFINITIONS:
            return None
        self._read += 1
        located = known_zone(_text(definition.properties(), "X-LIC-LOCATION"))
        return located or _read_definition(name, definition)


def known_zone(name: str) -> tzinfo | None:
    """The zone of the database, or of Windows, with this name in any case."""
    wanted = name.strip().casefold()
    if wanted in _UTC:
        return ZoneInfo("UTC")
    found = _names().get(wanted)
    return find_zone(found) if found else None


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    windows = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return windows | {name.casefold(): name for name in available_timezones()}


# --- Guesses --------------------------------------------------------------------------------------------------------


def _guess(name: str) -> tzinfo | None:
    if listed := _LISTED.fullmatch(name):
        return _of_list(listed[1], listed[2])
    numbered = _NUMBERED.fullmatch(name)
    ways = (_fixed(name), known_zone(numbered[1]) if numbered else None, _of_path(name), _of_words(name))
    return next((zone for zone in ways if zone), None) or _short_names().get(name.casefold())


def _of_path(name: str) -> tzinfo | None:
    """`/x.org/20050126_1/America/Argentina/Ushuaia`, `Germany/Berlin`: the longest end that is a zone, or a city."""
    parts = name.replace("\\", "/").split("/")
    ends = ["/".join(parts[place:]) for place in range(max(1, len(parts) - 3), len(parts))]
    found = next((zone for end in ends if (zone := known_zone(end))), None)
    return found or (_short_names().get(ends[-1].replace("_", " ").casefold()) if ends else None)


def _fixed(name: str) -> tzinfo | None:
    """`UTC+2`, `GMT-03:30`: always so far from UTC."""
    found = _FIXED.fullmatch(name.strip())
    if found is None or int(found[2]) > 15:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(ahead if found[1] == "+" else -ahead)


def _of_list(offset: str, places: str) -> tzinfo | None:
    """`(UTC+01:00) Amsterdam, Berlin, Rome`, as Windows shows zones: the first that is known and has that offset.

    Where no place is known by its name, as in another language, it is that far from UTC all year.
    """
    words = [word.strip() for word in re.split(r"[,/;]", places)]
    found = (known_zone(word) or _of_words(word) or _short_names().get(word.casefold()) for word in (places, *words))
    standard = _fixed(f"UTC{offset}") if offset.strip() else UTC
    return next((zone for zone in found if zone and standard and _winter(zone) == _winter(standard)), standard)


def _of_words(words: str) -> tzinfo | None:
    """`Eastern Time (US & Canada)`, `W. Europe`, `Mountain Daylight Time`: the names of Windows, said otherwise."""
    plain = re.sub(r"\(.{0,40}\)", "", words).strip()
    stem = re.sub(r" (?:Standard |Daylight |Summer )?Time$", "", plain, flags=re.IGNORECASE)
    return known_zone(f"{stem} Standard Time") or known_zone(plain.replace(" ", "_"))


@lru_cache(maxsize=1)
def _short_names() -> Mapping[str, tzinfo]:
    """Zones by the last words of their names, mostly cities, and by the abbreviations of RFC 5322 and Europe."""
    areas = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    cities = {name.rpartition("/")[2].replace("_", " ").casefold(): find_zone(name) for name in areas}
    return cities | {short: find_zone(name) for name, shorts in _ABBREVIATIONS.items() for short in shorts}


def _winter(zone: tzinfo) -> timedelta | None:
    """The offset without daylight saving time, on either half of the earth."""
    offsets = [datetime(2026, month, 15).replace(tzinfo=zone).utcoffset() for month in (1, 7)]  # noqa: DTZ001
    return min(each for each in offsets if each is not None)


# --- Definitions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Onset:
    """A clock change: the wall-clock time at which it comes, by the offset before, and the offset after it."""

    at: datetime
    before: timedelta
    after: timedelta


class DefinedZone(tzinfo):
    """A zone that a feed defines, from one clock change to the next. Folds are those of PEP 495."""

    def __init__(self, name: str, onsets: Sequence[_Onset]) -> None:
        self._name = name
        self._offsets = [onsets[0].before, *(each.after for each in onsets)]
        self._instants = [each.at - each.before for each in onsets]
        self._walls = [
            [each.at - each.before + end(each.before, each.after) for each in onsets] for end in (max, min)
        ]  # by fold: a time that is skipped is read by the offset before the change, one that comes twice as the first

    def utcoffset(self, at: datetime | None) -> timedelta:
        """The offset at a wall-clock time."""
        plain = (at or datetime.min).replace(tzinfo=None)  # noqa: DTZ901  # wall-clock time
        return self._offsets[bisect_right(self._walls[at.fold if at else 0], plain)]

    def dst(self, _at: datetime | None) -> None:
        """Nobody asks how much of the offset is daylight saving time."""

    def tzname(self, _at: datetime | None) -> str:
        """What the feed calls it."""
        return self._name

    def fromutc(self, at: datetime) -> datetime:
        """The wall-clock time at an instant."""
        plain = at.replace(tzinfo=None)
        place = bisect_right(self._instants, plain)
        wall = plain + self._offsets[place]
        is_second = place > 0 and wall < self._walls[0][place - 1]
        return wall.replace(tzinfo=self, fold=int(is_second))


def _read_definition(name: str, definition: Component) -> tzinfo | None:
    """The zone that a VTIMEZONE describes; None when it is broken, or would take more than a moment to read."""
    observances = [each for each in definition.parts if each.name in {"STANDARD", "DAYLIGHT"}]
    if not observances or len(observances) > _MOST_OBSERVANCES:
        return None
    try:
        onsets = [onset for each in observances for onset in _onsets(each.properties())]
    except (ValueError, Invalid):
        return None
    return DefinedZone(name, sorted(onsets, key=lambda onset: onset.at))


def _onsets(properties: Sequence[PropertyLine]) -> Iterator[_Onset]:
    """When an observance begins: at its start, at the times that it lists, and by its rule for forty years."""
    before, after = (_offset(_text(properties, name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    start = _wall(_text(properties, "DTSTART")[:15])
    lists = [each.value for each in properties if each.name == "RDATE" and _DATES.fullmatch(each.value)]
    times = {start, *(_wall(text) for line in lists for text in line.split(","))}
    if rule := _text(properties, "RRULE"):
        begun = start if start > _LATELY else start.replace(year=_LATELY.year)  # Outlook's rules begin in 1601
        times |= {at for _, at in between(_yearly(rule, before), begun, begun, _LATELY + _FORESEEN)}
    yield from (_Onset(at=at, before=before, after=after) for at in times)


def _wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # wall-clock time


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(text)
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return ahead if found[1] == "+" else -ahead


def _yearly(text: str, before: timedelta) -> str:
    """A yearly rule, its end on the clock that the observance ends. Raises ValueError or Invalid for any other."""
    until = next((part[6:] for part in text.upper().split(";") if part.startswith("UNTIL=")), "")
    end = until_part(_wall(until[:15]) + before) if until.endswith("Z") else until or None
    rule = with_parts(text, UNTIL=end)
    if read_rule(rule).unit != "YEARLY" or read_rule(rule).count:
        raise ValueError(text)
    return rule


def _text(properties: Iterable[PropertyLine], name: str) -> str:
    return next((each.value for each in properties if each.name == name), "")
