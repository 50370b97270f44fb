"""Token buckets."""

import pytest

from bot.web.ingest.limits import Buckets


class Watch:
    """A stopwatch that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_and_then_the_rate() -> None:
    watch = Watch()
    buckets = Buckets(per_minute=60, burst=3, elapsed=watch)

    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    watch.now += 0.75
    assert buckets.take("a") == pytest.approx(0.25)
    watch.now += 0.25
    assert [buckets.take("a"), buckets.take("a")] == [0.0, pytest.approx(1.0)]


def test_one_sender_does_not_use_up_anothers() -> None:
    buckets = Buckets(per_minute=60, burst=1, elapsed=Watch())

    assert [buckets.take("a"), buckets.take("b"), buckets.take("a")] == [0.0, 0.0, 1.0]


def test_a_bucket_never_holds_more_than_a_burst() -> None:
    watch = Watch()
    buckets = Buckets(per_minute=60, burst=2, elapsed=watch)
    buckets.take("a")
    watch.now += 1_000_000

    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 1.0]


def test_a_rate_of_nothing_never_refills() -> None:
    buckets = Buckets(per_minute=0, burst=0, elapsed=Watch())

    assert buckets.take("a") == float("inf")
