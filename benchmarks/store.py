"""What the store costs: `python -m benchmarks.store [database URL …]`, SQLite in a temporary folder by default.

Every figure is the median of repeated runs on an otherwise idle store; instants are made up, nothing waits.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.engine.decision import Decision, Effect, Notify, PutCycle, PutEscalation, Quiet, SetTimer
from bot.engine.model import Alert, DeliveryState, TimerKind
from bot.ports import Settlement, Store, UnitOfWork
from bot.store import open_store, upgrade
from tests.store.making import (
    NOW,
    create,
    later,
    make_alert,
    make_cycle,
    make_entry,
    make_escalation,
    make_log,
    make_notification,
    make_timer,
)

_BATCH = 200
_TIMERS = 10_000
_CLAIMED = 64
T = TypeVar("T")


def main(urls: list[str]) -> None:
    """Measure each database."""
    with tempfile.TemporaryDirectory() as folder:
        for url in urls or [f"sqlite:///{folder}/bench.db"]:
            upgrade(url)
            with open_store(url) as store:
                print(f"\n{url.partition(':')[0]}")
                _measure(store)


def _measure(store: Store) -> None:
    for size in (1, 20, 100, 300):
        batches = [[make_log(number) for number in range(size)] for _ in range(40)]
        seconds = _median(store.append, batches)
        print(f"append {size:4} logs     {_ms(seconds)}   {size / seconds:8.0f} logs/s")
    print(f"directory unchanged   {_ms(_median(lambda _: store.directory(), range(200)))}")
    print(f"empty unit of work    {_ms(_median(lambda _: _empty(store), range(200)))}")
    data = {"labels": {"host": "db-1"}, "text": "x" * 300}
    alerts = [[make_alert(data=data) for _ in range(_BATCH)] for _ in range(20)]
    new = [[_new(alert) for alert in batch] for batch in alerts]
    print(f"save {_BATCH} new alerts   {_ms(_median(lambda each: _save(store, each), new))}")
    changed = [[_changed(alert) for alert in batch] for batch in alerts]
    print(f"save {_BATCH} changed      {_ms(_median(lambda each: _save(store, each), changed))}")
    with store.begin() as uow:
        uow.due_timers(later(1e9), 1_000_000)
    for workers in (1, 2):
        print(f"{_TIMERS} timers, {workers} workers  {_drain_timers(store, workers):8.2f} s")
    print(f"claim and settle {_CLAIMED}   {_ms(_median(lambda _: _claim_and_settle(store), range(50)))}")


def _new(alert: Alert) -> Decision:
    return _full(create(alert), 1)


def _changed(alert: Alert) -> Decision:
    return _full(Decision(alert=replace(alert, version=2), seen=1).do(Quiet()), 2)


def _full(decision: Decision, number: int, due_at: datetime = NOW) -> Decision:
    """One escalation with its cycle, two notifications, two timers, three lines."""
    alert = decision.alert
    escalation = make_escalation(alert, number)
    effects: list[Effect] = [PutEscalation(escalation=escalation), PutCycle(cycle=make_cycle(escalation))]
    effects += [Notify(notification=make_notification(alert)) for _ in range(2)]
    kinds = (TimerKind.LAYER_TIMEOUT, TimerKind.PAGING_STEP)
    effects += [SetTimer(timer=make_timer(alert, due_at, kind, escalation.id)) for kind in kinds]
    return replace(decision, entries=tuple(make_entry(alert, "something happened") for _ in range(3))).do(*effects)


def _save(store: Store, decisions: list[Decision]) -> None:
    with store.begin() as uow:
        uow.save(decisions)


def _empty(store: Store) -> None:
    with store.begin() as uow:
        uow.version_of("none")


def _drain_timers(store: Store, workers: int) -> float:
    """Work off timers that are due at once, as a worker does: claim, read the alerts, save a full decision for each."""
    decisions = [create(alert := make_alert(), SetTimer(timer=make_timer(alert))) for _ in range(_TIMERS)]
    _save(store, decisions)
    drains = [threading.Thread(target=_drain, args=(store,)) for _ in range(workers)]
    begun = time.perf_counter()
    for each in drains:
        each.start()
    for each in drains:
        each.join()
    return time.perf_counter() - begun


def _drain(store: Store) -> None:
    while _fire(store):
        pass


def _fire(store: Store) -> int:
    with store.begin() as uow:
        timers = uow.due_timers(NOW, _BATCH)
        uow.save(_decide(uow, [timer.alert_id for timer in timers]))
    return len(timers)


def _decide(uow: UnitOfWork, alert_ids: list[str]) -> list[Decision]:
    decisions = []
    for situation in uow.situations(alert_ids).values():
        alert = replace(situation.alert, version=situation.alert.version + 1)
        quiet = Decision(alert=alert, seen=situation.alert.version).do(Quiet())
        decisions.append(_full(quiet, alert.version, later(1e6)))
    return decisions


def _claim_and_settle(store: Store) -> None:
    with store.begin() as uow:
        claimed = uow.claim_notifications(NOW, timedelta(seconds=30), _CLAIMED)
    assert len(claimed) == _CLAIMED
    with store.begin() as uow:
        uow.settle([Settlement(notification_id=each.id, state=DeliveryState.SENT) for each in claimed])


def _median(work: Callable[[T], object], inputs: Iterable[T]) -> float:
    seconds = []
    for each in inputs:
        begun = time.perf_counter()
        work(each)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:8.2f} ms"


if __name__ == "__main__":
    main(sys.argv[1:])
