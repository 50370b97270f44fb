"""Payloads."""

from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import Stage, TraceLine
from bot.ports import LogState, Request, Store
from tests.store.making import NOW, make_log


def test_log_is_read_back_as_it_arrived(store: Store) -> None:
    request = Request(
        method="POST",
        path="/integrations/\x00é",
        body=bytes(range(256)) * 20,
        query="a=%00&b=\x00",
        headers={"x-odd": "\x00\x7fÿ", "user-agent": "curl"},
        remote="::1",
    )
    log = replace(make_log(), id=ids.new("log"), request=request, outcome="fine", alert_ids=("alt_a",), answered=202)
    store.append([log])
    with store.begin() as uow:
        assert uow.log(log.id) == replace(log, seq=1)
        assert uow.log("log_none") is None


def test_appending_nothing_is_nothing(store: Store) -> None:
    store.append([])
    with store.begin() as uow:
        assert uow.logs() == ()


def test_a_large_batch_keeps_its_order(store: Store) -> None:
    batch = [make_log(number) for number in range(500)]
    store.append(batch)
    with store.begin() as uow:
        assert [log.id for log in uow.unread_logs("int_a", 1000, NOW).logs] == [log.id for log in batch]


def test_a_batch_is_taken_whole_or_not_at_all(store: Store) -> None:
    one, other = make_log(1), make_log(2)
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.append([one, other, one])
    store.append([other])
    with store.begin() as uow:
        assert [log.id for log in uow.logs()] == [other.id]


def test_unread_logs_come_in_order_of_arrival_by_integration(store: Store) -> None:
    later, earlier = [make_log(n, "int_b") for n in range(3)], [make_log(n, "int_a") for n in range(3)]
    store.append([earlier[0], later[0], earlier[1]])
    store.append([later[1], later[2], earlier[2], make_log(9, "int_c", LogState.REFUSED)])
    with store.begin() as uow:
        assert uow.integrations_with_unread(NOW) == ("int_a", "int_b")
        assert [log.id for log in uow.unread_logs("int_b", 2, NOW).logs] == [log.id for log in later[:2]]
        assert [log.id for log in uow.unread_logs("int_a", 9, NOW).logs] == [log.id for log in earlier]
        assert uow.unread_logs("int_c", 9, NOW).logs == ()


def test_settled_logs_are_unread_no_more_and_say_what_became_of_them(store: Store) -> None:
    store.append([make_log(number) for number in range(3)])
    trace = (TraceLine(stage=Stage.ROUTER, subject="rule 1", said="nul \x00 half \ud800"),)
    with store.begin() as uow:
        first, second, third = uow.unread_logs("int_a", 3, NOW).logs
        read = replace(
            first, state=LogState.READ, outcome="made an alert\x00", trace=trace, alert_ids=("alt_a", "alt_b")
        )
        uow.settle_logs([read, replace(second, state=LogState.FAILED, outcome="?")])
        uow.settle_logs([])
    with store.begin() as uow:
        assert uow.unread_logs("int_a", 3, NOW).logs == (third,)
        found = uow.log(first.id)
    assert found is not None
    assert found.state is LogState.READ
    assert found.outcome == "made an alert\ufffd"
    assert found.alert_ids == ("alt_a", "alt_b")
    assert found.trace[0].said == "nul \x00 half ?"
    assert found.request == first.request


def test_logs_are_listed_newest_first_in_pages(store: Store) -> None:
    store.append([make_log(number, f"int_{'ab'[number % 2]}") for number in range(10)])
    with store.begin() as uow:
        page = uow.logs(limit=4)
        assert [log.seq for log in page] == [10, 9, 8, 7]
        assert [log.seq for log in uow.logs(before_seq=7, limit=3)] == [6, 5, 4]
        assert [log.seq for log in uow.logs("int_b", before_seq=5)] == [4, 2]
        assert {log.at for log in page} == {NOW}


def test_lock_on_an_integration_can_be_taken_again_by_its_owner_and_after_the_end(store: Store) -> None:
    for _ in range(2):
        with store.begin() as uow:
            assert uow.lock_integration("int_a")
            assert uow.lock_integration("int_a")
            assert uow.lock_integration("int_b")
