"""Automations are claimed by one, tried again when asked to, and run once an alert."""

from datetime import timedelta

from bot.engine.decision import RunAutomations
from bot.ports import AutomationRun
from bot.store import SqlStore
from tests.store.making import NOW, create, make_alert, saved

LEASE = timedelta(minutes=1)


def claimed(store: SqlStore, after: timedelta = timedelta(0), limit: int = 10) -> tuple[AutomationRun, ...]:
    with store.begin() as uow:
        return uow.claim_automations(NOW + after, LEASE, limit)


def settled(store: SqlStore, run: AutomationRun, after: timedelta | None) -> None:
    with store.begin() as uow:
        uow.settle_automation(run, None if after is None else NOW + after)


def queued(store: SqlStore, *ids: str) -> str:
    return saved(store, create(make_alert(), RunAutomations(ids=ids), RunAutomations(ids=ids))).id


def test_a_run_is_claimed_once_until_its_lease_is_over(store: SqlStore) -> None:
    alert_id = queued(store, "atm_1")
    assert claimed(store) == (AutomationRun(alert_id=alert_id, automation_id="atm_1", attempts=1),)
    assert claimed(store) == ()
    assert [(run.attempts, run.is_forsaken) for run in claimed(store, LEASE)] == [(2, True)]


def test_a_settled_run_never_comes_back(store: SqlStore) -> None:
    queued(store, "atm_1", "atm_2")
    first, second = claimed(store)
    settled(store, first, None)
    settled(store, second, timedelta(hours=1))
    assert claimed(store, timedelta(minutes=59)) == ()
    assert [run.automation_id for run in claimed(store, timedelta(hours=1))] == [second.automation_id]


def test_a_late_settlement_does_not_touch_a_newer_claim(store: SqlStore) -> None:
    queued(store, "atm_1")
    (late,) = claimed(store)
    (newer,) = claimed(store, LEASE)
    settled(store, late, None)
    settled(store, newer, timedelta(minutes=5))
    assert [run.is_forsaken for run in claimed(store, timedelta(minutes=5))] == [False]


def test_no_more_are_claimed_than_asked_for(store: SqlStore) -> None:
    queued(store, "atm_1", "atm_2", "atm_3")
    assert [len(claimed(store, limit=2)) for _ in range(3)] == [2, 1, 0]
