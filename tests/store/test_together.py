"""Many at once, in threads and in processes."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.engine.decision import Decision, Notify, PutEscalation, Quiet, SetTimer, consider
from bot.engine.model import SYSTEM, Alert, Stakeholder, Status, Timer
from bot.errors import Conflict
from bot.ports import AlertFilter, Store
from bot.store import SqlStore, open_store
from tests.store.making import (
    NOW,
    create,
    make_alert,
    make_escalation,
    make_log,
    make_notification,
    make_timer,
    read,
    saved,
)

LEASE = timedelta(seconds=30)
T = TypeVar("T")


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """Do something in that many threads, all of which begin together; raises what any of them raised."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> T:
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def signal(store: Store, key: str) -> None:
    """Take a create, as the service does: lock the key, look it up, count or create."""
    with store.begin() as uow:
        uow.lock_dedup_keys("int_a", [key])
        known = uow.live_alerts("int_a", [key]).get(key)
        if known:
            before = consider(known.alert, known.escalations)
            alert = replace(known.alert, count=known.alert.count + 1, version=known.alert.version + 1)
            uow.save([before.change(alert)])
        else:
            uow.save([create(make_alert(key))])


def test_sixteen_creates_with_one_key_make_one_alert_that_counts_sixteen(store: Store) -> None:
    at_once(16, lambda _: signal(store, "disk"))
    with store.begin() as uow:
        (alert,) = uow.alerts(AlertFilter())
    assert (alert.count, alert.version) == (16, 16)


def test_creates_with_several_keys_in_any_order_do_not_hold_each_other_up(store: Store) -> None:
    keys = [f"k{number}" for number in range(6)]

    def work(number: int) -> None:
        for _ in range(5):
            with store.begin() as uow:
                mixed = keys[number:] + keys[:number]
                uow.lock_dedup_keys("int_a", mixed)
                known = uow.live_alerts("int_a", mixed)
                changed = [consider(each.alert) for each in known.values()]
                uow.save([each.change(replace(each.alert, version=each.seen + 1)) for each in changed])
                uow.save([create(make_alert(key)) for key in mixed if key not in known])

    at_once(6, work)
    with store.begin() as uow:
        assert {alert.dedup_key: alert.version for alert in uow.alerts(AlertFilter())} == dict.fromkeys(keys, 30)


def test_claims_of_timers_never_overlap_and_leave_none(store: Store) -> None:
    alerts = [make_alert() for _ in range(20)]
    saved(store, *(create(each, *(SetTimer(timer=make_timer(each)) for _ in range(20))) for each in alerts))

    def work(_: int) -> list[Timer]:
        claimed: list[Timer] = []
        while True:
            with store.begin() as uow:
                more = uow.due_timers(NOW, 7)
                uow.situations({timer.alert_id for timer in more})
            if not more:
                return claimed
            claimed += more

    counted = Counter(timer.id for claimed in at_once(8, work) for timer in claimed)
    assert len(counted) == 400
    assert set(counted.values()) == {1}


def test_claims_of_notifications_never_overlap_and_leave_none(store: Store) -> None:
    alerts = [make_alert() for _ in range(20)]
    saved(store, *(create(each, *(Notify(notification=make_notification(each)) for _ in range(20))) for each in alerts))

    def work(_: int) -> list[str]:
        claimed: list[str] = []
        while True:
            with store.begin() as uow:
                more = uow.claim_notifications(NOW, LEASE, 7)
            if not more:
                return claimed
            claimed += [each.id for each in more]

    counted = Counter(each for claimed in at_once(8, work) for each in claimed)
    assert len(counted) == 400
    assert set(counted.values()) == {1}


def test_only_one_of_many_changes_over_the_same_version_is_taken(store: Store) -> None:
    alert = saved(store, create(make_alert()))

    def work(number: int) -> bool:
        try:
            with store.begin() as uow:
                uow.save([Decision(alert=replace(alert, version=2, title=f"by {number}"), seen=1)])
        except Conflict:
            return False
        return True

    taken = at_once(8, work)
    assert sum(taken) == 1
    assert read(store, alert.id).title == f"by {taken.index(True)}"


def test_one_reads_an_integration_at_a_time(store: Store) -> None:
    inside: list[int] = []
    met: list[int] = []

    def work(number: int) -> int:
        done = 0
        while done < 10:
            with store.begin() as uow:
                if uow.lock_integration("int_a"):
                    inside.append(number)
                    uow.unread_logs("int_a", 1, NOW)
                    met.extend(each for each in inside if each != number)
                    inside.remove(number)
                    done += 1
        return done

    assert at_once(4, work) == [10] * 4
    assert met == []


ROUNDS = 15


def page(store: Store, alerts: list[Alert], number: int) -> None:
    """Go through all alerts again and again, setting timers and queueing pages."""
    for turn in range(ROUNDS):
        with store.begin() as uow:
            for found in uow.situations([alert.id for alert in alerts]).values():
                alert = replace(found.alert, version=found.alert.version + 1, status=Status.OPEN)
                decision = consider(found.alert).change(alert)
                decision = decision.do(PutEscalation(escalation=make_escalation(alert, number * ROUNDS + turn)))
                decision = decision.do(*(SetTimer(timer=make_timer(alert)) for _ in range(3)))
                uow.save([decision.do(*(Notify(notification=make_notification(alert)) for _ in range(3)))])


def answer(store: Store, alerts: list[Alert], _: int) -> None:
    """Acknowledge one alert after the other: holds an alert, and cancels timers and pages."""
    for turn in range(ROUNDS * 4):
        with store.begin() as uow:
            found = uow.situation(alerts[turn % len(alerts)].id)
            assert found is not None
            alert = replace(found.alert, version=found.alert.version + 1, status=Status.ACKNOWLEDGED)
            uow.save([consider(found.alert).change(alert).do(Quiet())])


def fire(store: Store, _: list[Alert], __: int) -> None:
    """Work off timers: holds timers, and waits for alerts."""
    for _turn in range(ROUNDS):
        with store.begin() as uow:
            timers = uow.due_timers(NOW, 20)
            found = uow.situations({timer.alert_id for timer in timers}).values()
            changed = [consider(each.alert) for each in found]
            uow.save([each.change(replace(each.alert, version=each.seen + 1)).do(Quiet()) for each in changed])


def deliver(store: Store, _: list[Alert], __: int) -> None:
    """Claim pages and look at their alerts: holds pages, and waits for alerts."""
    for _turn in range(ROUNDS):
        with store.begin() as uow:
            claimed = uow.claim_notifications(NOW, LEASE, 20)
            uow.situations({each.alert_id for each in claimed})


def test_answering_while_timers_fire_and_pages_leave_deadlocks_nobody(store: Store) -> None:
    alerts = [saved(store, create(make_alert())) for _ in range(10)]
    jobs = [page, page, answer, answer, fire, fire, deliver, deliver]
    at_once(len(jobs), lambda number: jobs[number](store, alerts, number))
    with store.begin() as uow:
        versions = [each.version for each in uow.alerts(AlertFilter())]
    assert len(versions) == 10
    assert min(versions) > 2 * ROUNDS


def test_writers_of_the_configuration_wait_for_each_other(store: Store) -> None:
    before = store.directory().version

    def work(number: int) -> None:
        for turn in range(5):
            handle = f"s{number}-{turn}"
            with store.begin() as uow:
                uow.put(Stakeholder(id=f"stk_{handle}", name=handle, handle=handle), SYSTEM, NOW)
            assert f"stk_{handle}" in store.directory().stakeholders

    at_once(6, work)
    assert store.directory().version == before + 30
    assert len(store.directory().stakeholders) == 30


def append_pairs(store: Store, commits: int) -> None:
    for _ in range(commits):
        store.append([make_log(), make_log()])


def test_payloads_of_many_threads_and_processes_all_arrive(store: SqlStore, database_url: str) -> None:
    command = [sys.executable, "-m", "tests.store.appending", database_url, "25", "4"]
    others = [subprocess.Popen(command) for _ in range(2)]
    at_once(4, lambda _: append_pairs(store, 25))
    assert [other.wait(60) for other in others] == [0, 0]
    with store.begin() as uow:
        logs = uow.unread_logs("int_a", 1000, NOW).logs
    assert len({log.id for log in logs}) == 2 * 25 * 4 + 4 * 25 * 2
    assert [log.seq for log in logs] == sorted(log.seq for log in logs)


def test_two_stores_of_one_process_share_a_database(store: SqlStore, database_url: str) -> None:
    with open_store(database_url) as second:
        both = [store, second]
        at_once(8, lambda number: signal(both[number % 2], "disk"))
    with store.begin() as uow:
        assert [alert.count for alert in uow.alerts(AlertFilter())] == [8]
