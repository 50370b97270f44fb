"""How often an evaluation was stopped by time, which no other bound is."""

from threading import Lock


class Stops:
    """A count that threads share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0

    def add(self) -> None:
        """Count one more."""
        with self._lock:
            self._count += 1

    @property
    def count(self) -> int:
        """How often it happened in this process."""
        return self._count


time_stops = Stops()
"""Those of this process."""
