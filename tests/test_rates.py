"""Rates: token buckets on a real Redis, shared by processes, and in memory when there is none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.pacing import HORIZON, Ask, Pace
from bot.ports import Rates
from bot.queue.buckets import LocalRates
from bot.queue.rates import RedisRates
from tests.redis_server import RedisServer, running

NOW = datetime(2040, 1, 1, tzinfo=UTC)
POST = Pace(key="post", period=timedelta(seconds=10), burst=3, spare=1)
SLOW = Pace(key="slow", period=timedelta(seconds=20), burst=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture(params=["local", "redis"])
def rates(request: pytest.FixtureRequest) -> Rates:
    return LocalRates() if request.param == "local" else on_redis(request.getfixturevalue("server"))


def on_redis(server: RedisServer) -> RedisRates:
    with server.client() as client:
        client.flushall()
    return RedisRates(server.url)


def ask(*paces: Pace, loud: bool = False, waited: bool = False) -> Ask:
    return Ask(paces=paces or (POST,), loud=loud, waited=waited)


def waits(rates: Rates, *asks: Ask) -> list[float]:
    """How many seconds each has to wait; asked in one step, so that no time passes between them."""
    return [wait.total_seconds() for wait in rates.book(asks, NOW)]


def test_a_burst_leaves_at_once_and_the_rest_gets_turns_in_a_line(rates: Rates) -> None:
    assert waits(rates, *[ask()] * 5) == [0, 0, 10, 20, 30]


def test_what_is_loud_passes_the_line_and_uses_what_is_spared_for_it(rates: Rates) -> None:
    assert waits(rates, ask(), ask(), ask(), ask(loud=True), ask(loud=True), ask(loud=True)) == [0, 0, 10, 0, 10, 20]


def test_at_its_turn_a_message_passes_those_who_came_later(rates: Rates) -> None:
    assert waits(rates, ask(SLOW), ask(SLOW), ask(SLOW, waited=True), ask(SLOW)) == [0, 20, 20, 40]


def test_a_message_leaves_when_there_is_room_in_all_of_its_paces(rates: Rates) -> None:
    assert waits(rates, ask(POST, SLOW), ask(POST, SLOW), ask(POST), ask()) == [0, 20, 0, 10]


def test_turns_are_given_up_to_the_horizon_only(rates: Rates) -> None:
    last = waits(rates, *[ask()] * 100)[-1]
    assert last == HORIZON.total_seconds() + POST.period.total_seconds()


def test_one_place_that_is_full_holds_back_no_other(rates: Rates) -> None:
    other = Pace(key="other", period=POST.period, burst=1)
    assert waits(rates, *[ask()] * 20, ask(other))[-1] == 0


def test_what_has_no_pace_never_waits(rates: Rates) -> None:
    assert waits(rates, Ask(paces=()), Ask(paces=())) == [0, 0]


def test_the_wait_that_a_provider_asks_for_holds_for_what_is_loud_too(rates: Rates) -> None:
    rates.close([POST], timedelta(minutes=5), NOW)
    (quiet, loud) = waits(rates, ask(), ask(loud=True))
    assert 290 < loud <= 300
    assert quiet > loud


def test_processes_share_what_they_use(server: RedisServer) -> None:
    first, second = on_redis(server), RedisRates(server.url)
    assert waits(first, ask(SLOW)) == [0]
    assert 0 < waits(second, ask(SLOW))[0] <= 20
    second.close([POST], timedelta(minutes=5), NOW)
    assert waits(first, ask(loud=True))[0] > 200


def test_buckets_that_are_full_again_are_let_go_of(server: RedisServer) -> None:
    rates = on_redis(server)
    waits(rates, ask(SLOW))
    with server.client() as client:
        (key,) = client.keys("*")
        assert 20_000 < client.pttl(key) <= 21_000


def test_without_redis_each_process_keeps_the_rates_by_itself(tmp_path: Path) -> None:
    rates = RedisRates(f"unix://{tmp_path / 'nobody.sock'}")
    assert waits(rates, ask(SLOW), ask(SLOW)) == [0, 20]
    rates.close([POST], timedelta(minutes=5), NOW)
    assert waits(rates, ask(loud=True))[0] == 300


paces = st.builds(
    Pace,
    key=st.sampled_from("abc"),
    period=st.integers(1, 20_000_000).map(lambda each: timedelta(microseconds=each)),
    burst=st.integers(2, 5),
    spare=st.integers(0, 1),
)
asks = st.builds(
    Ask,
    paces=st.lists(paces, max_size=3, unique_by=lambda pace: pace.key).map(tuple),
    loud=st.booleans(),
    waited=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(asks, min_size=1, max_size=30))
def test_redis_and_memory_count_alike(server: RedisServer, booked: list[Ask]) -> None:
    assert waits(on_redis(server), *booked) == waits(LocalRates(), *booked)
