"""Every reader that a stranger can reach, on texts made against it: how the time for each byte grows at twice the size.

The texts are those of `tests/attacks/texts.py`.
"""

from collections.abc import Callable
from itertools import pairwise
from time import thread_time
from typing import Final

from tests.attacks.texts import attacks

SIZES: Final = (125_000, 250_000, 500_000, 1_000_000)
MOST_GROWTH: Final = 1.2
WORTH: Final = 0.005
"""Seconds below which a time says nothing."""
ROUNDS: Final = 3


def run() -> None:
    """Print nanoseconds for each byte at each size, and the growth where it is too much."""
    print(f"{'ns for each byte at kB':<60}" + "".join(f"{size // 1000:>8}" for size in SIZES))
    for name, attack in attacks().items():
        times = [_seconds(attack(size)) for size in SIZES]
        figures = "".join(f"{seconds / size * 1e9:8.1f}" for seconds, size in zip(times, SIZES, strict=True))
        growth = max(after / before / 2 for before, after in pairwise(times) if before)
        print(f"{name:<60}{figures}" + (f"  grows {growth:.2f} times" if _is_much(times, growth) else ""))


def _is_much(times: list[float], growth: float) -> bool:
    return times[-1] > WORTH and growth > MOST_GROWTH


def _seconds(reading: Callable[[], object]) -> float:
    """The least of several tries."""
    return min(_once(reading) for _ in range(ROUNDS))


def _once(reading: Callable[[], object]) -> float:
    began = thread_time()
    reading()
    return thread_time() - began
