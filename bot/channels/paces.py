"""How fast providers may be asked: their usual limits, and the settings that change them."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.delivery.pacing import Pace
from bot.errors import Invalid, Problem


def times(environment: Mapping[str, str], name: str, usual: float = 1.0) -> float:
    """How many times as fast as usual, by a setting; 0: as fast as can be. Raises `Invalid`."""
    given = environment.get(name, "").strip()
    try:
        factor = float(given or usual)
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1_000_000:
        raise Invalid([Problem(message=f"{name}: is not a number such as 1, 2.5 or 0 (no limit).")])
    return factor


def scaled(factor: float, *paces: Pace) -> tuple[Pace, ...]:
    """The paces, so many times as fast, with bursts as much larger; none for 0."""
    larger = max(factor, 1.0)
    return tuple(
        replace(pace, period=pace.period / factor, burst=int(pace.burst * larger), spare=int(pace.spare * larger))
        for pace in (paces if factor else ())
    )
