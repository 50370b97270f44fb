"""Token buckets: how much one sender may send, however many others there are."""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class Buckets:
    """A bucket per integration, in this process: `burst` tokens, refilled at `per_minute`."""

    def __init__(self, *, per_minute: float, burst: float, elapsed: Callable[[], float] = monotonic) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._elapsed = elapsed
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, integration_id: str) -> float:
        """Take a token: 0.0 when there was one, else the seconds until there is."""
        with self._lock:
            now = self._elapsed()
            level, at = self._levels.get(integration_id, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._per_second)
            taken = level >= 1
            self._levels[integration_id] = (level - 1 if taken else level, now)
        if taken:
            return 0.0
        return (1 - level) / self._per_second if self._per_second else float("inf")
