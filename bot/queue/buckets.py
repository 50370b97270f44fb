"""Token buckets of this process alone: what paces messages while Redis is away.

A bucket is kept as instants (microseconds). `paid` is when all that left would have left at an even pace; a bucket is
full when that is past. Who has to wait is given the next turn in a line, one line for what is loud and one for the
rest; at its turn it passes the line, and needs but room. `rates.py` does the same for all processes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from bot.engine.pacing import HORIZON, Ask, Pace

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST = 10_000  # buckets that are kept before those that are full again are let go of


@dataclass(slots=True)
class _Bucket:
    paid: int = 0
    lines: list[int] = field(default_factory=lambda: [0, 0])

    def ready(self, pace: Pace, ask: Ask) -> int:
        """When there is room."""
        free = pace.burst - 1 - (0 if ask.loud else pace.spare)
        room = self.paid - free * micros(pace.period)
        return room if ask.waited else max(room, self.lines[ask.loud])


class LocalRates:
    """`bot.ports.Rates` in memory. Safe to share between threads."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def book(self, asks: Sequence[Ask], now: datetime) -> Sequence[timedelta]:
        """How long each has to wait; zero is counted as leaving now."""
        at = micros(now - _EPOCH)
        with self._lock:
            self._forget(at)
            return [timedelta(microseconds=self._book(ask, at)) for ask in asks]

    def close(self, paces: Iterable[Pace], wait: timedelta, now: datetime) -> None:
        """Let nothing through for so long."""
        with self._lock:
            for pace in paces:
                bucket = self._bucket(pace)
                bucket.paid = max(bucket.paid, micros(now - _EPOCH + wait + (pace.burst - 1) * pace.period))

    def _book(self, ask: Ask, now: int) -> int:
        needed = [(pace, self._bucket(pace)) for pace in ask.paces]
        ready = [bucket.ready(pace, ask) for pace, bucket in needed]
        wait = max(ready, default=now) - now
        for (pace, bucket), at in zip(needed, ready, strict=True):
            if wait <= 0:
                bucket.paid = max(bucket.paid, now) + micros(pace.period)
            elif at > now and wait <= micros(HORIZON) and not ask.waited:
                bucket.lines[ask.loud] = at + micros(pace.period)
        return max(wait, 0)

    def _bucket(self, pace: Pace) -> _Bucket:
        return self._buckets.setdefault(pace.key, _Bucket())

    def _forget(self, now: int) -> None:
        if len(self._buckets) > _MOST:
            kept = {key: each for key, each in self._buckets.items() if max(each.paid, *each.lines) > now}
            self._buckets = kept


def micros(span: timedelta) -> int:
    """Count a span's microseconds."""
    return span // _MICROSECOND
