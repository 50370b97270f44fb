"""Wall-clock times and instants.

A clock change makes some wall-clock times happen twice and others not at all. `first_instant` and `last_instant`
give the two ends of each: for a time that happens once they agree; for one that happens twice they are the two
instants; for one that is skipped both are the instant of the change. Both never run backwards as the wall-clock
time grows, which is what keeps the order of shifts.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.errors import Invalid, Problem

SECOND = timedelta(seconds=1)
LONGEST_CHANGE = timedelta(days=1)
"""No clock change is longer: the longest on record move a country across the date line."""


def find_zone(name: str) -> ZoneInfo:
    """The zone of the time zone database with this name. Raises Invalid when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        mend = "Use a name of the time zone database, such as Europe/Berlin."
        raise Invalid([Problem(message=f"There is no time zone {name[:64]!r}.", mend=mend, where=("zone",))]) from error


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at an instant."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from which the wall clock has reached this time."""
    early, late = _readings(wall, zone)
    return early if early <= late else _change_between(late, early, wall, zone)


def last_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from which the wall clock never again shows an earlier time."""
    early, late = _readings(wall, zone)
    return late if early <= late else _change_between(late, early, wall, zone)


@lru_cache(maxsize=16_384)  # who hands over in one layer takes over in it, and mostly in the next one at the same time
def _readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instant by the offset before a change, and by the one after it (PEP 495)."""
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return before, after


def _change_between(late: datetime, early: datetime, wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (late, early] at which the clock jumps over `wall`; changes fall on whole seconds."""
    origin = late.replace(microsecond=0)
    seconds = range((early - origin) // SECOND + 2)
    passed = bisect_left(seconds, True, key=lambda second: wall_clock(origin + second * SECOND, zone) >= wall)
    return origin + passed * SECOND
