"""IANA time zones by the names that moment-timezone takes: in any case, with `_` for `/`."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MACHINE_ZONES = frozenset(["localtime", "Factory"])
"""Names of some machines' zone files that are no zones."""


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name, or None."""
    known = zone_names().get(_plain(name))
    return ZoneInfo(known) if known is not None else None


@cache
def zone_names() -> dict[str, str]:
    """Every zone's name by its plain form."""
    return {_plain(name): name for name in sorted(available_timezones() - MACHINE_ZONES)}


def _plain(name: str) -> str:
    return name.lower().replace("/", "_")
