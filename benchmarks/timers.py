"""Ten thousand timers due in the same second: how late each is decided, with two workers that also page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import sleep

from benchmarks.alerts import open_alerts_paged_long_ago, set_up
from benchmarks.processes import Place, fresh_database, place, postgres, wait_for_redis
from benchmarks.sandbox import UNLIMITED, sandbox
from bot.clock import SystemClock
from bot.ports import Job, Ports

TIMERS = 10_000
_LEAD = timedelta(seconds=20)  # to write them before they are due
_LIMIT = timedelta(seconds=120)


def run() -> None:
    """Print when half and 99 in a hundred of them were decided on and committed."""
    with postgres() as server:
        for kind, database in (("SQLite", ""), ("PostgreSQL", fresh_database(server, "timers"))):
            with sandbox(), place(database, **UNLIMITED) as there, there.ports() as ports:
                set_up(ports)
                with _workers(there):
                    half, most = _measure(ports)
            print(f"  {kind:<11} {TIMERS} timers   p50 {half:5.2f} s late   p99 {most:5.2f} s late   (aim 5)")


@contextmanager
def _workers(there: Place) -> Iterator[None]:
    with there.running(["redis"], ["worker"], ["worker"]):
        wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
        yield


def _measure(ports: Ports) -> tuple[float, float]:
    due_at = (SystemClock().now() + _LEAD).replace(microsecond=0)
    open_alerts_paged_long_ago(ports, TIMERS, due_at)
    if SystemClock().now() > due_at:
        raise RuntimeError("the timers could not be written before they were due")
    ports.queue.wake_at(Job.FIRE, due_at)
    sleep((due_at - SystemClock().now()).total_seconds())
    return _late(ports, due_at, TIMERS // 2), _late(ports, due_at, TIMERS // 100)


def _late(ports: Ports, due_at: datetime, left: int) -> float:
    """Seconds after they were due until no more than so many are left."""
    while True:
        now = SystemClock().now()
        with ports.store.begin() as uow:
            overdue = uow.backlog(due_at).overdue_timers
        if overdue <= left:
            return (now - due_at).total_seconds()
        if now - due_at > _LIMIT:
            raise RuntimeError(f"{overdue} timers are still not decided on")
        sleep(0.05)
