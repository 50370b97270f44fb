"""Token buckets in Redis, which all processes share, by its own clock; without Redis each process has its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.engine.pacing import HORIZON, Ask, Pace
from bot.queue.buckets import LocalRates, micros
from bot.queue.reach import Reach
from bot.queue.wakeups import connect

_TIMEOUT = 0.5  # seconds that one call to Redis may take
_PREFIX = "pagertree:rate:"

_SCRIPT = """
-- In one step, what `bot/queue/buckets.py` says. KEYS are buckets, each three instants: paid, and its two lines.
-- ARGV[1] is the horizon, ARGV[2] and on are orders: 'close', bucket, wait; or 'book', loud, waited, how many buckets,
-- and for each of them its place in KEYS, its period, and how many may leave at once beside this one.
-- Spans are microseconds. Answers how long each that is booked has to wait, 0 when it was counted.
local time = redis.call('TIME')
local now, horizon = time[1] * 1000000 + time[2], tonumber(ARGV[1])
local buckets, waits, i = {}, {}, 2

local function take()
  i = i + 1
  return tonumber(ARGV[i - 1])
end

local function close(bucket, wait)
  bucket[1] = math.max(bucket[1], now + wait)
end

local function book(line, waited, count)
  local needed, start = {}, now
  for n = 1, count do
    local bucket, period, free = buckets[take()], take(), take()
    local ready = bucket[1] - free * period
    if waited == 0 then ready = math.max(ready, bucket[line]) end
    needed[n] = {bucket, period, ready}
    start = math.max(start, ready)
  end
  for _, each in ipairs(needed) do
    local bucket, period, ready = each[1], each[2], each[3]
    if start == now then
      bucket[1] = math.max(bucket[1], now) + period
    elseif ready > now and start - now <= horizon and waited == 0 then
      bucket[line] = ready + period
    end
  end
  waits[#waits + 1] = start - now
end

for k, key in ipairs(KEYS) do
  local paid, quiet, loud = string.match(redis.call('GET', key) or '0 0 0', '(%d+) (%d+) (%d+)')
  buckets[k] = {tonumber(paid), tonumber(quiet), tonumber(loud)}
end
while i <= #ARGV do
  i = i + 1
  if ARGV[i - 1] == 'close' then close(buckets[take()], take()) else book(take() + 2, take(), take()) end
end
for k, key in ipairs(KEYS) do
  local bucket = buckets[k]
  local rest = math.ceil((math.max(bucket[1], bucket[2], bucket[3]) - now) / 1000)
  if rest > 0 then
    redis.call('SET', key, string.format('%.0f %.0f %.0f', bucket[1], bucket[2], bucket[3]), 'PX', rest + 1000)
  end
end
return waits
"""


class RedisRates:
    """`bot.ports.Rates` over all processes. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url, _TIMEOUT)
        self._run = self._redis.register_script(_SCRIPT)
        self._reach = Reach("each worker keeps the providers' rates by itself")
        self._alone = LocalRates()

    def book(self, asks: Sequence[Ask], now: datetime) -> Sequence[timedelta]:
        """How long each has to wait; zero is counted as leaving now."""
        if not any(ask.paces for ask in asks):
            return [timedelta(0)] * len(asks)
        waits = self._carry_out(_Orders().book(asks))
        if waits is None:
            return self._alone.book(asks, now)
        return [timedelta(microseconds=wait) for wait in waits]

    def close(self, paces: Iterable[Pace], wait: timedelta, now: datetime) -> None:
        """Let nothing through for so long, here or in any process."""
        closed = tuple(paces)
        self._alone.close(closed, wait, now)
        if closed:
            self._carry_out(_Orders().close(closed, wait))

    def _carry_out(self, orders: "_Orders") -> list[int] | None:
        answers: list[list[int]] = []
        keys = [f"{_PREFIX}{key}" for key in orders.keys]
        self._reach.attempt(lambda: answers.append(self._run(keys=keys, args=[micros(HORIZON), *orders.words])))
        return answers[0] if answers else None


class _Orders:
    """What the script is told to do, in its own words."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        self.words: list[str | int] = []

    def book(self, asks: Iterable[Ask]) -> "_Orders":
        for ask in asks:
            self.words += ["book", int(ask.loud), int(ask.waited), len(ask.paces)]
            for pace in ask.paces:
                beside = pace.burst - 1 - (0 if ask.loud else pace.spare)
                self.words += [self._place(pace), micros(pace.period), beside]
        return self

    def close(self, paces: Iterable[Pace], wait: timedelta) -> "_Orders":
        for pace in paces:
            self.words += ["close", self._place(pace), micros(wait + (pace.burst - 1) * pace.period)]
        return self

    def _place(self, pace: Pace) -> int:
        """Where the bucket is in the script's keys, from 1."""
        return self.keys.setdefault(pace.key, len(self.keys) + 1)
