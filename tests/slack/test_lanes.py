"""Kept connections: one caller each, the warmest first."""

import httpx

from bot.slack.lanes import ONE_CONNECTION, Lanes


def build() -> httpx.Client:
    return httpx.Client(limits=ONE_CONNECTION)


def test_two_who_call_at_once_have_a_connection_each_and_the_next_takes_the_warmest() -> None:
    lanes = Lanes(build)
    with lanes.one() as first:
        with lanes.one() as second:
            assert second is not first
        with lanes.one() as third:
            assert third is second
    with lanes.one() as fourth:
        assert fourth is first
    lanes.close()
    assert (first.is_closed, second.is_closed) == (True, True)


def test_a_connection_in_use_is_closed_after_its_call() -> None:
    lanes = Lanes(build)
    with lanes.one() as client:
        lanes.close()
        assert not client.is_closed
    assert client.is_closed
