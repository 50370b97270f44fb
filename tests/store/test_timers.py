"""What is to happen later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.decision import SetTimer
from bot.ports import Store
from tests.store.making import NOW, TEAM, create, later, make_alert, make_timer, saved


def test_due_timers_come_longest_overdue_first_and_once(store: Store) -> None:
    alert = make_alert()
    due = [make_timer(alert, later(seconds)) for seconds in (0, -30, -10)]
    tick = timedelta(microseconds=1)
    coming = replace(make_timer(alert, NOW + tick), receivers=(TEAM,), position=3)
    saved(store, create(alert, *(SetTimer(timer=timer) for timer in [*due, coming])))
    with store.begin() as uow:
        assert uow.due_timers(NOW, 2) == (due[1], due[2])
    with store.begin() as uow:
        assert uow.due_timers(NOW, 2) == (due[0],)
        assert uow.due_timers(NOW, 2) == ()
        assert uow.pending_timers([alert.id, "alt_none"]) == (coming,)
    with store.begin() as uow:
        assert uow.due_timers(NOW + tick, 2) == (coming,)
        assert uow.pending_timers([alert.id]) == ()


def claim_in_vain(store: Store) -> None:
    with store.begin() as uow:
        assert len(uow.due_timers(NOW, 2)) == 1
        raise LookupError


def test_claim_that_is_rolled_back_was_none(store: Store) -> None:
    alert = make_alert()
    timer = make_timer(alert)
    saved(store, create(alert, SetTimer(timer=timer)))
    with pytest.raises(LookupError):
        claim_in_vain(store)
    with store.begin() as uow:
        assert uow.due_timers(NOW, 2) == (timer,)


def test_pending_timers_come_soonest_first(store: Store) -> None:
    alerts = [make_alert(), make_alert()]
    timers = [make_timer(alerts[n % 2], later(10 - n)) for n in range(6)]
    saved(store, *(create(each, *(SetTimer(timer=t) for t in timers if t.alert_id == each.id)) for each in alerts))
    with store.begin() as uow:
        assert uow.pending_timers(alert.id for alert in alerts) == tuple(reversed(timers))


def test_a_timer_that_is_put_off_is_due_then_unless_it_is_over(store: Store) -> None:
    alert = make_alert()
    fired, put_off = make_timer(alert, later(-30)), make_timer(alert, later(-10))
    saved(store, create(alert, SetTimer(timer=fired), SetTimer(timer=put_off)))
    with store.begin() as uow:
        assert uow.due_timers(NOW, 1) == (fired,)
    with store.begin() as uow:
        uow.postpone_timers([fired, put_off], later(60))
        assert uow.due_timers(NOW, 2) == ()
    with store.begin() as uow:
        assert uow.due_timers(later(60), 2) == (put_off,)
