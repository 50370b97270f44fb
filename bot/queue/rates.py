"""Token buckets in Redis, which all processes share, by its own clock; without Redis each process has its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.delivery.pacing import HELD, HORIZON, Ask, Booking, Pace
from bot.queue.buckets import LocalRates, micros, new_name
from bot.queue.guarded_calls import GuardedCalls
from bot.queue.wakeups import connect

_TIMEOUT = 0.5  # seconds that one call to Redis may take
_PREFIX = "pagertree:pace:"

_SCRIPT = (Path(__file__).parent / "rates.lua").read_text("utf-8")


class RedisRates:
    """`bot.ports.Rates` over all processes. Safe to share between threads. Room is `held` for so long at most."""

    def __init__(self, url: str, held: timedelta = HELD) -> None:
        self._redis = connect(url, _TIMEOUT)
        self._run = self._redis.register_script(_SCRIPT)
        self._reach = GuardedCalls("each worker keeps the providers' rates by itself", drags=_TIMEOUT)
        self._held = held
        self._alone = LocalRates(held)

    def book(self, asks: Sequence[Ask], now: datetime) -> Sequence[Booking]:
        """What each ask comes to: a wait, or room that is held until it is freed."""
        if not any(ask.paces for ask in asks):
            return [Booking()] * len(asks)
        name = new_name()
        waits = self._carry_out(_Orders().book(asks), name)
        if waits is None:  # an answer that did not come may have been carried out: it is freed by the same name
            return self._alone.book(asks, now, name)
        return [
            Booking(wait=timedelta(microseconds=wait)) if wait else Booking(paces=ask.paces, name=name)
            for ask, wait in zip(asks, waits, strict=True)
        ]

    def free(self, bookings: Iterable[Booking], now: datetime) -> None:
        """Have what was held count as arrived now; while Redis is away, at this process."""
        held = [each for each in bookings if each.paces]
        if held and self._carry_out(_Orders().free(held)) is None:
            self._alone.free(held, now)

    def close(self, paces: Iterable[Pace], wait: timedelta, now: datetime) -> None:
        """Let nothing through for so long, here or in any process."""
        closed = tuple(paces)
        self._alone.close(closed, wait, now)
        if closed:
            self._carry_out(_Orders().close(closed, wait))

    def _carry_out(self, orders: "_Orders", name: int = 0) -> list[int] | None:
        answers: list[list[int]] = []
        keys = [f"{_PREFIX}{key}" for key in orders.keys]
        args = [micros(HORIZON), micros(self._held), name, *orders.words]
        self._reach.attempt(lambda: answers.append(self._run(keys=keys, args=args)))
        return answers[0] if answers else None


class _Orders:
    """What the script is told to do, in its own words."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        self.words: list[str | int] = []

    def book(self, asks: Iterable[Ask]) -> "_Orders":
        for ask in asks:
            self.words += ["book", ask.line.value, int(ask.waited), len(ask.paces)]
            for pace in ask.paces:
                self.words += [self._place(pace), micros(pace.period), pace.beside(ask.line)]
        return self

    def free(self, bookings: Iterable[Booking]) -> "_Orders":
        for booking in bookings:
            for pace in booking.paces:
                self.words += ["free", self._place(pace), micros(pace.period), booking.name]
        return self

    def close(self, paces: Iterable[Pace], wait: timedelta) -> "_Orders":
        for pace in paces:
            whole = wait + (pace.burst - 1) * pace.period
            self.words += ["close", self._place(pace), micros(pace.period), micros(whole)]
        return self

    def _place(self, pace: Pace) -> int:
        """Where the bucket is in the script's keys, from 1."""
        return self.keys.setdefault(pace.key, len(self.keys) + 1)
