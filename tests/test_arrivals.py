"""What arrives at a provider, whatever lies between a booking and the arrival: never more than it allows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.delivery.pacing import HELD, Ask, Booking, Pace, Precedence
from bot.queue.buckets import LocalRates
from sandbox.rates import CHANNEL_BURST, Bucket

START = datetime(2040, 1, 1, tzinfo=UTC)
PERIOD = 1.1  # seconds
PACE = Pace(key="conversation", period=timedelta(seconds=PERIOD), burst=CHANNEL_BURST, spare=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """When it asks first, and how long it takes to arrive and to be answered then, None: never. All in seconds."""

    number: int
    asks_at: float
    arrives_in: float
    answered_in: float | None
    line: Precedence


class Traffic:
    """Messages to one conversation of a provider that takes three at once, and one a second."""

    def __init__(self, messages: list[Message]) -> None:
        self.left_at: dict[Message, float] = {}
        self.refused: list[float] = []
        self._rates = LocalRates()
        self._provider = Bucket(size=CHANNEL_BURST, per_second=1.0, tokens=CHANNEL_BURST, at=0.0)
        self._ahead: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()
        for each in messages:
            self._later(each.asks_at, partial(self._ask, each, Ask(paces=(PACE,), line=each.line)))
        while self._ahead:
            now, _, happen = heappop(self._ahead)
            happen(now)

    def _ask(self, message: Message, ask: Ask, now: float) -> None:
        [booking] = self._rates.book([ask], _instant(now))
        if booking.wait:
            return self._later(
                now + booking.wait.total_seconds(), partial(self._ask, message, replace(ask, waited=True))
            )
        self.left_at[message] = now
        return self._later(now + message.arrives_in, partial(self._arrive, message, booking))

    def _arrive(self, message: Message, booking: Booking, now: float) -> None:
        if self._provider.take(now) > 0:
            self.refused.append(now)
        if message.answered_in is not None:
            self._later(now + message.answered_in, partial(self._answer, booking))

    def _answer(self, booking: Booking, now: float) -> None:
        self._rates.free([booking], _instant(now))

    def _later(self, at: float, happen: Callable[[float], None]) -> None:
        heappush(self._ahead, (at, next(self._number), happen))


def _instant(now: float) -> datetime:
    return START + timedelta(seconds=now)


def messages(
    arrive: st.SearchStrategy[float],
    answer: st.SearchStrategy[float | None],
    lines: tuple[Precedence, ...] = tuple(Precedence),
) -> st.SearchStrategy[list[Message]]:
    """Up to 40 messages within some seconds."""
    told = st.tuples(st.floats(0, 20), arrive, answer, st.sampled_from(lines))
    return st.lists(told, min_size=1, max_size=40).map(
        lambda all_told: [
            Message(number=number, asks_at=asks_at, arrives_in=arrives_in, answered_in=answered_in, line=line)
            for number, (asks_at, arrives_in, answered_in, line) in enumerate(all_told)
        ]
    )


BRIEF = st.floats(0, 0.5)
ANY_TIME = st.one_of(st.just(0.0), BRIEF, st.floats(0, HELD.total_seconds()))


@settings(max_examples=300, deadline=None)
@given(messages(ANY_TIME, st.one_of(st.none(), ANY_TIME)))
def test_no_more_arrive_than_the_provider_takes_and_each_leaves_once(asked: list[Message]) -> None:
    traffic = Traffic(asked)
    assert traffic.refused == []
    assert len(traffic.left_at) == len(asked)


@settings(max_examples=200, deadline=None)
@given(messages(BRIEF, BRIEF, (Precedence.QUIET, Precedence.LOUD)), st.floats(0, 20), BRIEF)
def test_what_comes_first_leaves_within_a_period_of_the_answers_and_nobody_passes_it(
    asked: list[Message], asks_at: float, takes: float
) -> None:
    first = Message(number=-1, asks_at=asks_at, arrives_in=takes, answered_in=0, line=Precedence.FIRST)
    left_at = Traffic([*asked, first]).left_at
    assert left_at[first] <= asks_at + 1 + PERIOD + 0.001
    assert not [at for at in left_at.values() if asks_at < at < left_at[first]]
