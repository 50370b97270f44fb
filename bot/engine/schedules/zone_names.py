"""Time zones by name, and which one was probably meant."""

import re
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

_DIGIT = re.compile(r"\d")
_LONGEST = 80  # characters that are compared


def suggest_zone(written: str) -> str:
    """Say which zone of the time zone database was probably meant: `Paris` and `Europ/Paris` are Europe/Paris."""
    zones = _by_spelling()
    close = get_close_matches(written.strip().replace(" ", "_").lower()[:_LONGEST], zones, n=1, cutoff=0.8)
    return f"Did you mean {zones[close[0]]}?" if close else "Write it like Europe/London."


@cache
def zone_names() -> frozenset[str]:
    """Every zone of the time zone database, looked up once: they are files in many folders."""
    return frozenset(available_timezones())


@cache
def _by_spelling() -> dict[str, str]:
    """Each zone by its whole name and by its city, in small letters; whole names win.

    Those with a number in their name are too close to one another, and too far apart in time, to be guessed.
    """
    zones = sorted(name for name in zone_names() if not _DIGIT.search(name))
    cities = {name.rpartition("/")[2].lower(): name for name in zones if "/" in name and not name.startswith("Etc/")}
    return cities | {name.lower(): name for name in zones}
