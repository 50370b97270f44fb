"""A Redis that is away or slow costs its callers one call now and then."""

from dataclasses import dataclass

from redis.exceptions import ConnectionError as Unreachable

from bot.queue.guarded_calls import GuardedCalls


@dataclass
class Watch:
    """A stopwatch that calls let run."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def run(self, seconds: float) -> None:
        self.seconds += seconds


def test_after_a_call_that_drags_it_is_left_alone_for_a_second() -> None:
    watch = Watch()
    reach = GuardedCalls("nothing is done", watch)
    assert reach.attempt(lambda: watch.run(0.4))
    assert not reach.attempt(lambda: watch.run(0.4))
    watch.run(1.0)
    assert reach.attempt(lambda: watch.run(0.01))
    assert reach.attempt(lambda: watch.run(0.01))


def test_after_a_call_that_failed_it_is_left_alone_for_a_second() -> None:
    watch = Watch()
    reach = GuardedCalls("nothing is done", watch)

    def fail() -> None:
        raise Unreachable

    assert not reach.attempt(fail)
    assert not reach.attempt(lambda: None)
    watch.run(1.0)
    assert reach.attempt(lambda: None)
