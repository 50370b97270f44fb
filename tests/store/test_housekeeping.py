"""Events seen before, workers alive, and how far behind the work is."""

from datetime import timedelta

from bot.engine.decision import Notify, SetTimer
from bot.ports import Backlog, LogState, Store
from tests.store.making import NOW, create, later, make_alert, make_log, make_notification, make_timer, saved


def test_event_is_seen_for_the_first_time_once(store: Store) -> None:
    with store.begin() as uow:
        assert uow.first_sight("Ev1", NOW)
        assert not uow.first_sight("Ev1", NOW)
        assert uow.first_sight("Ev2", NOW)
    with store.begin() as uow:
        assert not uow.first_sight("Ev1", later(3600 * 24 * 3))  # as long as a mail's link can be used


def test_event_is_forgotten_when_nobody_can_send_it_again(store: Store) -> None:
    with store.begin() as uow:
        assert uow.first_sight("Ev1", NOW)
        assert uow.first_sight("Ev2", NOW + timedelta(days=5))
        assert uow.first_sight("Ev1", NOW + timedelta(days=5))


def test_event_that_is_remembered_for_longer_is_not_seen_for_the_first_time_again(store: Store) -> None:
    with store.begin() as uow:
        assert uow.first_sight("Ev1", NOW, remembered=timedelta(days=400))
        assert uow.first_sight("Ev2", NOW + timedelta(days=399))
        assert not uow.first_sight("Ev1", NOW + timedelta(days=399))
        assert uow.first_sight("Ev1", NOW + timedelta(days=401))


def test_last_beat_of_each_worker_counts(store: Store) -> None:
    with store.begin() as uow:
        uow.beat("w1", NOW)
        uow.beat("w2", later(1.000001))
        uow.beat("w1", later(2))
        assert uow.beats() == {"w1": later(2), "w2": later(1.000001)}


def test_worker_that_has_been_silent_for_days_is_forgotten(store: Store) -> None:
    with store.begin() as uow:
        uow.beat("old", NOW)
        uow.beat("new", NOW + timedelta(days=3))
        assert [*uow.beats()] == ["new"]


def test_backlog_of_nothing_is_empty(store: Store) -> None:
    with store.begin() as uow:
        assert uow.backlog(NOW) == Backlog()


def test_backlog_counts_what_is_unread_and_what_is_due(store: Store) -> None:
    alert = make_alert()
    store.append([make_log(), make_log(), make_log(state=LogState.REFUSED)])
    times = [later(-20), later(-10), NOW, later(0.000001)]
    pages = [Notify(notification=make_notification(alert, at)) for at in times]
    saved(store, create(alert, *pages, *(SetTimer(timer=make_timer(alert, at)) for at in times)))
    with store.begin() as uow:
        assert uow.backlog(NOW) == Backlog(
            unread_logs=2,
            oldest_unread_at=NOW,
            queued_notifications=3,
            oldest_due_at=later(-20),
            overdue_timers=3,
            oldest_timer_at=later(-20),
        )
        uow.claim_notifications(NOW, timedelta(seconds=30), 2)
        uow.due_timers(NOW, 3)
        left = uow.backlog(NOW)
    assert (left.queued_notifications, left.oldest_due_at) == (1, NOW)
    assert (left.overdue_timers, left.oldest_timer_at) == (0, None)
