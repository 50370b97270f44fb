"""IANA time zones by the names that moment-timezone takes: in any case, with `_` for `/`.

The rules come from the `tzdata` package and not from the machine, so that they are the same everywhere and as new as
the last upgrade.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

NO_ZONE = frozenset(["Factory"])


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name, or None."""
    known = zone_names().get(_plain(name))
    return _zone(known) if known is not None else None


@cache
def zone_names() -> dict[str, str]:
    """Every zone's name by its plain form."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {_plain(name): name for name in listed if name not in NO_ZONE}


_MEANT: Final = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "akst": "America/Anchorage",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "eest": "Europe/Athens",
    "msk": "Europe/Moscow",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "acst": "Australia/Adelaide",
    "awst": "Australia/Perth",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
}
_SEVERAL: Final = {
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "wst": ("Australia/Perth", "Pacific/Apia"),
}
_OFFSET: Final = re.compile(r"(?:utc|gmt)\s*([+-])\s*0?(\d{1,2})(?::?00)?", re.IGNORECASE)


def meant_zone(name: str) -> str:
    """A sentence that says which zone was probably meant by what it means and not by its spelling; or nothing."""
    plain = name.strip().lower()
    if plain in _MEANT:
        return f"Did you mean {_MEANT[plain]}?"
    if plain in _SEVERAL:
        return f"It can be {', '.join(_SEVERAL[plain][:-1])} or {_SEVERAL[plain][-1]}: write the one that you mean."
    offset = _OFFSET.fullmatch(plain)
    if offset is None:
        return ""
    zone = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"  # their sign is that of POSIX: the other one
    known = f"Write {zone}, whose sign is the other one" if _plain(zone) in zone_names() else "There is no such zone"
    return f"{known}; a city such as Europe/Athens changes its clocks, too."


@cache
def _zone(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _plain(name: str) -> str:
    return name.lower().replace("/", "_")
