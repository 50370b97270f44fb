"""IANA time zones by the names that moment-timezone takes: in any case, with `_` for `/`.

The rules come from the `tzdata` package and not from the machine, so that they are the same everywhere and as new as
the last upgrade.
"""

from functools import cache
from importlib.resources import files
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


@cache
def _zone(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _plain(name: str) -> str:
    return name.lower().replace("/", "_")
