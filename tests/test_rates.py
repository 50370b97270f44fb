"""Rates: token buckets on a real Redis, shared by processes, and in memory when there is none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.delivery.pacing import HELD, HORIZON, Ask, Pace, Precedence
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


def ask(*paces: Pace, line: Precedence = Precedence.QUIET, waited: bool = False) -> Ask:
    return Ask(paces=paces or (POST,), line=line, waited=waited)


def waits(rates: Rates, *asks: Ask) -> list[float]:
    """How many seconds each has to wait; asked in one step, so that no time passes between them."""
    return [booking.wait.total_seconds() for booking in rates.book(asks, NOW)]


def test_a_burst_leaves_at_once_and_the_rest_gets_turns_in_a_line(rates: Rates) -> None:
    assert waits(rates, *[ask()] * 5) == [0, 0, 10, 20, 30]


def test_what_is_loud_passes_the_line_and_uses_what_is_spared_for_it(rates: Rates) -> None:
    loud = ask(line=Precedence.LOUD)
    assert waits(rates, ask(), ask(), ask(), loud, loud, loud) == [0, 0, 10, 0, 10, 20]


def test_what_comes_first_is_given_the_next_turn_and_everybody_makes_way(rates: Rates) -> None:
    single = Pace(key="single", period=timedelta(seconds=5), burst=1)
    first, loud = ask(single, line=Precedence.FIRST), ask(single, line=Precedence.LOUD)
    at_its_turn = replace(loud, waited=True)
    assert waits(rates, loud, loud, loud, first, first, loud, at_its_turn) == [0, 5, 10, 5, 10, 15, 15]


def test_what_comes_first_keeps_its_place_when_there_is_no_room_at_its_turn(rates: Rates) -> None:
    first, loud = ask(SLOW, line=Precedence.FIRST, waited=True), ask(SLOW, line=Precedence.LOUD, waited=True)
    assert waits(rates, loud, first, loud) == [0, 20, 40]


def test_what_is_on_its_way_holds_its_room_whole_until_it_is_answered(rates: Rates) -> None:
    quick = Pace(key="quick", period=timedelta(microseconds=1), burst=2)
    bookings = rates.book([ask(quick), ask(quick)], NOW)
    later = NOW + timedelta(seconds=1)
    assert [each.wait for each in rates.book([ask(quick)], later)] > [timedelta(0)]
    rates.free(bookings[:1], later)
    assert rates.book([ask(quick)], later + timedelta(seconds=1))[0].paces == (quick,)


def test_what_was_answered_counts_as_of_its_answer(rates: Rates) -> None:
    bookings = rates.book([ask(SLOW)], NOW)
    late = NOW + timedelta(seconds=15)
    rates.free(bookings, late)
    [booking] = rates.book([ask(SLOW)], late)
    assert 10 < booking.wait.total_seconds() <= 20


@pytest.mark.parametrize("kind", ["local", "redis"])
def test_room_of_a_process_that_died_comes_back_by_itself(server: RedisServer, kind: str) -> None:
    rates = RedisRates(server.url, held=timedelta(0)) if kind == "redis" else LocalRates(held=timedelta(0))
    brief = Pace(key=f"brief {kind}", period=timedelta(microseconds=1), burst=1)
    rates.book([ask(brief)], NOW)
    assert rates.book([ask(brief)], NOW + timedelta(seconds=1))[0].paces == (brief,)


def test_what_was_booked_twice_under_one_name_is_freed_wherever_it_is_held() -> None:
    lost, alone = LocalRates(), LocalRates()
    lost.book([ask(SLOW)], NOW, name=7)
    lost.free(alone.book([ask(SLOW)], NOW, name=7), NOW)
    assert lost.book([ask(SLOW)], NOW)[0].wait == SLOW.period


def test_an_answer_that_comes_after_its_room_was_let_go_of_counts_all_the_same() -> None:
    rates = LocalRates()
    late = NOW + HELD + SLOW.period * 2
    bookings = rates.book([ask(SLOW)], NOW)
    rates.free(bookings, late)
    assert rates.book([ask(SLOW)], late)[0].wait == SLOW.period


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
    (quiet, loud) = waits(rates, ask(), ask(line=Precedence.LOUD))
    assert 290 < loud <= 300
    assert quiet > loud


def test_processes_share_what_they_use(server: RedisServer) -> None:
    first, second = on_redis(server), RedisRates(server.url)
    assert waits(first, ask(SLOW)) == [0]
    assert 0 < waits(second, ask(SLOW))[0] <= 20
    second.close([POST], timedelta(minutes=5), NOW)
    assert waits(first, ask(line=Precedence.LOUD))[0] > 200


def test_buckets_that_are_full_again_are_let_go_of(server: RedisServer) -> None:
    rates = on_redis(server)
    bookings = rates.book([ask(SLOW)], NOW)
    with server.client() as client:
        (key,) = client.keys("*")
        assert 40_000 < client.pttl(key) <= 41_000
    rates.free(bookings, NOW)
    with server.client() as client:
        assert 20_000 < client.pttl(key) <= 21_000


def test_without_redis_each_process_keeps_the_rates_by_itself(tmp_path: Path) -> None:
    rates = RedisRates(f"unix://{tmp_path / 'nobody.sock'}")
    assert waits(rates, ask(SLOW), ask(SLOW)) == [0, 20]
    rates.close([POST], timedelta(minutes=5), NOW)
    assert waits(rates, ask(line=Precedence.LOUD))[0] == 300


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
    line=st.sampled_from(Precedence),
    waited=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(asks, min_size=1, max_size=30))
def test_redis_and_memory_count_alike(server: RedisServer, booked: list[Ask]) -> None:
    assert waits(on_redis(server), *booked) == waits(LocalRates(), *booked)
