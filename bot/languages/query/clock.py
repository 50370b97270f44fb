"""`$day`, `$timeBetween` and `$now`: conditions on the instant of the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.languages.moment.formats import WEEKDAYS, format_moment, tokens
from bot.languages.moment.lenient import WallTime, read_wall_time, refused_token
from bot.languages.moment.zones import meant_zone, zone_named, zone_names
from bot.languages.query.conditions import Condition, OnClock
from bot.languages.query.paths import root
from bot.languages.query.plain import Where, nearest, render
from bot.languages.regexp.budget import Budget

DEFAULT_ZONE: Final = "Etc/UTC"
DEFAULT_TIME: Final = "hh:mm a"
DEFAULT_NOW: Final = "YYYY-MM-DD"

CLOCKS: Final = ("$day", "$timeBetween", "$now")
_ANY_DAY: Final = date(2024, 1, 31)


class ClockCompiler(Protocol):
    """What the clock operators need of the compiler of the whole query."""

    def problem(self, where: Where, message: str, mend: str = "") -> None:
        """Refuse the query for this."""

    def query(self, query: object, where: Where) -> Condition:
        """Compile a query on the value that the clock shows."""


@dataclass(frozen=True, slots=True)
class ClockReader:
    """Reads one clock operator at `where`; without problems it yields one condition."""

    compiler: ClockCompiler
    where: Where

    def read(self, name: str, operand: object) -> list[Condition]:
        """The condition of `name`, or nothing and its problems."""
        if not isinstance(operand, dict):
            self.compiler.problem(
                self.where, f"{name} needs a mapping, not {render(operand, 40)}.", f"For example {EXAMPLES[name]}."
            )
            return []
        zone = self._zone(operand)
        if name == "$timeBetween":
            return self._time_between(operand, zone)
        return self._day(operand, zone) if name == "$day" else self._now(operand, zone)

    def _zone(self, operand: Mapping[str, object]) -> ZoneInfo:
        name = self._text(operand, "timezone", DEFAULT_ZONE)
        zone = zone_named(name)
        if zone is None:
            mend = meant_zone(name) or nearest(name, zone_names().values()) or "Use a name like Europe/London."
            self.compiler.problem((*self.where, "timezone"), f"Unknown time zone {render(name, 60)}.", mend)
        return zone or ZoneInfo("UTC")

    def _text(self, operand: Mapping[str, object], key: str, default: str) -> str:
        value = operand.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        self.compiler.problem((*self.where, key), f"{key} must be text, not {render(value, 40)}.", "Put it in quotes.")
        return default

    def _refuse_keys(self, operand: Mapping[str, object], known: tuple[str, ...]) -> None:
        for key in operand:
            if key not in known and not key.startswith("$"):
                mend = nearest(key, known) or f"It takes {', '.join(known)}."
                self.compiler.problem((*self.where, key), f"Unknown key {render(key, 40)}.", mend)

    def _rest(self, name: str, operand: Mapping[str, object], known: tuple[str, ...]) -> Condition:
        self._refuse_keys(operand, known)
        rest = {key: value for key, value in operand.items() if key.startswith("$")}
        if not rest:
            self.compiler.problem(self.where, f"{name} compares with nothing.", f"For example {EXAMPLES[name]}.")
        return self.compiler.query(rest, self.where)

    def _day(self, operand: Mapping[str, object], zone: ZoneInfo) -> list[Condition]:
        rest = self._rest("$day", operand, ("timezone",))

        def test(run: Budget) -> bool:
            return rest.holds(root(run.now.astimezone(zone).isoweekday(), run))

        def seen(run: Budget) -> str:
            day = run.now.astimezone(zone).isoweekday()
            return f"{day} ({WEEKDAYS[day % 7]})"

        return [OnClock("$day", operand, test, seen)]

    def _now(self, operand: Mapping[str, object], zone: ZoneInfo) -> list[Condition]:
        pattern = self._text(operand, "format", DEFAULT_NOW)
        if pattern and not tokens(pattern):
            self.compiler.problem((*self.where, "format"), "The format shows nothing.", f"Write {DEFAULT_NOW}.")
        rest = self._rest("$now", operand, ("timezone", "format"))

        def seen(run: Budget) -> str:
            return format_moment(run.now.astimezone(zone), pattern)

        def test(run: Budget) -> bool:
            return rest.holds(root(seen(run), run))

        return [OnClock("$now", operand, test, seen)]

    def _time_between(self, operand: Mapping[str, object], zone: ZoneInfo) -> list[Condition]:
        self._refuse_keys(operand, ("timezone", "timeformat", "starttime", "endtime"))
        for key in operand:
            if key.startswith("$"):
                self.compiler.problem((*self.where, key), f"$timeBetween takes no {render(key, 40)}.", "Remove it.")
        pattern = self._text(operand, "timeformat", DEFAULT_TIME)
        if self._refuses_format(pattern):
            return []
        span = TimeOfDay(self._time(operand, "starttime", pattern), self._time(operand, "endtime", pattern), zone)
        return [OnClock("$timeBetween", operand, span.holds_now, span.shown_now)]

    def _refuses_format(self, pattern: str) -> bool:
        refused = refused_token(pattern)
        if refused is not None:
            message = f"timeformat {render(pattern, 60)} uses {refused}, which a time of day does not take."
            self.compiler.problem((*self.where, "timeformat"), message, f"Use tokens like those of {DEFAULT_TIME}.")
        elif not pattern:
            self.compiler.problem((*self.where, "timeformat"), "timeformat is empty.", f"Write {DEFAULT_TIME}.")
        return refused is not None or not pattern

    def _time(self, operand: Mapping[str, object], key: str, pattern: str) -> WallTime:
        text = operand.get(key)
        example = f'Write it like "{format_moment(datetime(2026, 1, 5, 17, 30, tzinfo=UTC), pattern)}".'
        if not isinstance(text, str):
            missing = f"{key} is missing." if text is None else f"{key} must be text, not {render(text, 40)}."
            self.compiler.problem((*self.where, key), missing, example)
            return WallTime()
        wall = read_wall_time(text, pattern)
        if wall.on(_ANY_DAY) is None:
            self.compiler.problem((*self.where, key), f"{render(text, 40)} is no time in the form {pattern}.", example)
        return wall


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """From `start` to `end` of the day in `zone`, both ends included; over midnight when the start comes later."""

    start: WallTime
    end: WallTime
    zone: ZoneInfo

    def holds_now(self, run: Budget) -> bool:
        """Whether the instant of the evaluation is within; to the millisecond, as moment compares."""
        start, end = instant(self.start, run.now, self.zone), instant(self.end, run.now, self.zone)
        if start is None or end is None:
            return False
        if start > end:
            return run.now >= start or run.now <= end
        return start <= run.now <= end

    def shown_now(self, run: Budget) -> str:
        """The time that the clock in the zone shows."""
        return f"{format_moment(run.now.astimezone(self.zone), 'YYYY-MM-DD HH:mm:ss')} {self.zone.key}"


def instant(wall: WallTime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the clocks of `zone` show that time on the day of `now` there, in UTC; None when they never do.

    A time that a clock change skips is read an hour later, one that occurs twice as the first.
    """
    local = wall.on(now.astimezone(zone).date())
    return local.replace(tzinfo=zone).astimezone(UTC) if local is not None else None


EXAMPLES: Final = {
    "$day": "{timezone: Europe/London, $in: [1, 2, 3, 4, 5]}",
    "$now": "{timezone: Europe/London, format: YYYY-MM-DD, $in: [2026-12-25]}",
    "$timeBetween": '{timezone: Europe/London, starttime: "09:00 am", endtime: "05:30 pm"}',
}
