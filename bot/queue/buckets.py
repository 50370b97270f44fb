"""Token buckets of this process alone: what paces messages while Redis is away.

A bucket is kept as instants (microseconds). `paid` is when all that arrived would have arrived at an even pace; a
bucket is full when that is past. What is on its way is `held` whole, for it may arrive at any instant until it was
answered; it is paid for as of its answer, which is later than its arrival. So at no instant can more have arrived than
the provider allows, whatever lies between a booking and the arrival. Who has to wait is given the next turn in a line;
at its turn it passes the line, and needs but room. `rates.py` does the same for all processes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import randbits
from threading import Lock

from bot.engine.delivery.pacing import HELD, HORIZON, Ask, Booking, Pace, Precedence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BITS = 48  # of a name: no two are alike, and Lua's numbers hold it exactly
_MOST = 10_000  # buckets that are kept before those that are full again are let go of


@dataclass(slots=True)
class _Hold:
    """For how many room is held, and until when."""

    until: int
    count: int = 0


@dataclass(slots=True)
class _Bucket:
    paid: int = 0
    lines: list[int] = field(default_factory=lambda: [0] * len(Precedence))
    held: dict[int, _Hold] = field(default_factory=dict)  # by the names of bookings

    def ready(self, pace: Pace, ask: Ask, now: int) -> int:
        """When there is room, if all that is on its way were answered now."""
        self.let_go(pace, now)
        period = micros(pace.period)
        room = max(self.paid, now) + (self.on_their_way() - pace.beside(ask.line)) * period
        passed = room if ask.waited else max(room, self.lines[ask.line])
        return passed if ask.line is Precedence.FIRST else max(passed, self.lines[Precedence.FIRST])

    def on_their_way(self) -> int:
        """For how many room is held."""
        return sum(each.count for each in self.held.values())

    def let_go(self, pace: Pace, now: int) -> None:
        """Count what nobody answered for as arrived when it was let go of."""
        for name in [name for name, each in self.held.items() if each.until <= now]:
            ended = self.held.pop(name)
            for _ in range(ended.count):
                self.pay(pace, ended.until)

    def hold(self, name: int, until: int) -> None:
        """Hold room for one."""
        self.held.setdefault(name, _Hold(until=until)).count += 1

    def free(self, pace: Pace, name: int, now: int) -> None:
        """Count one as arrived now. One that was let go of before counts once more: it arrived after all."""
        self.let_go(pace, now)
        if name in self.held:
            self.held[name].count -= 1
            if not self.held[name].count:
                del self.held[name]
        self.pay(pace, now)

    def pay(self, pace: Pace, at: int) -> None:
        """Count one as arrived."""
        self.paid = max(self.paid, at) + micros(pace.period)

    def is_full(self, now: int) -> bool:
        """Whether nothing of it would be missed."""
        return not self.held and max(self.paid, *self.lines) <= now


class LocalRates:
    """`bot.ports.Rates` in memory. Safe to share between threads. Room is `held` for so long at most."""

    def __init__(self, held: timedelta = HELD) -> None:
        self._held = micros(held)
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def book(self, asks: Sequence[Ask], now: datetime, name: int | None = None) -> Sequence[Booking]:
        """What each ask comes to: a wait, or room that is held until it is freed, under a name that may be given."""
        at, name = micros(now - _EPOCH), name or new_name()
        with self._lock:
            self._forget(at)
            return [self._book(ask, at, name) for ask in asks]

    def free(self, bookings: Iterable[Booking], now: datetime) -> None:
        """Have what was held count as arrived now."""
        at = micros(now - _EPOCH)
        with self._lock:
            for booking in bookings:
                for pace in booking.paces:
                    self._bucket(pace).free(pace, booking.name, at)

    def close(self, paces: Iterable[Pace], wait: timedelta, now: datetime) -> None:
        """Let nothing through for so long."""
        with self._lock:
            for pace in paces:
                bucket = self._bucket(pace)
                bucket.paid = max(bucket.paid, micros(now - _EPOCH + wait + (pace.burst - 1) * pace.period))

    def _book(self, ask: Ask, now: int, name: int) -> Booking:
        needed = [(pace, self._bucket(pace)) for pace in ask.paces]
        ready = [bucket.ready(pace, ask, now) for pace, bucket in needed]
        wait = max(ready, default=now) - now
        if wait <= 0:
            for _, bucket in needed:
                bucket.hold(name, now + self._held)
            return Booking(paces=ask.paces, name=name)
        if wait <= micros(HORIZON):
            for (pace, bucket), at in zip(needed, ready, strict=True):
                if at > now and (ask.line is Precedence.FIRST or not ask.waited):
                    bucket.lines[ask.line] = max(bucket.lines[ask.line], at + micros(pace.period))
        return Booking(wait=wait * _MICROSECOND)

    def _bucket(self, pace: Pace) -> _Bucket:
        return self._buckets.setdefault(pace.key, _Bucket())

    def _forget(self, now: int) -> None:
        if len(self._buckets) > _MOST:
            self._buckets = {key: each for key, each in self._buckets.items() if not each.is_full(now)}


def new_name() -> int:
    """Name what is booked together."""
    return randbits(_BITS)


def micros(span: timedelta) -> int:
    """Count a span's microseconds."""
    return span // _MICROSECOND
