"""Pages a second from two workers to a Slack that takes 100 ms to answer."""

from datetime import timedelta
from statistics import median

from benchmarks.alerts import open_alerts, set_up
from benchmarks.processes import fresh_database, place, postgres, wait_for_redis
from benchmarks.sandbox import ENVIRONMENT, Sandbox, sandbox
from bot.clock import SystemClock
from bot.ports import Job, Ports

PAGES, ROUNDS, DELAY_MS = 3000, 3, 100
_LEAD = timedelta(seconds=12)  # to write them before they are due


def run() -> None:
    """Print the median rate, from the moment when they are due until the last call was answered."""
    with postgres() as server:
        for kind, database in (("SQLite", ""), ("PostgreSQL", fresh_database(server, "delivery"))):
            with sandbox(DELAY_MS) as slack, place(database, **ENVIRONMENT) as there, there.ports() as ports:
                set_up(ports)
                with there.running(["redis"], ["worker"], ["worker"]):
                    wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
                    rates = [_measure(ports, slack) for _ in range(ROUNDS)]
            print(f"  {kind:<11} {median(rates):6.0f} pages/s   (aim 500; one at a time: {1000 / DELAY_MS:.0f})")


def _measure(ports: Ports, slack: Sandbox) -> float:
    before = slack.count()
    due_at = (SystemClock().now() + _LEAD).replace(microsecond=0)
    open_alerts(ports, PAGES, due_at)
    if SystemClock().now() > due_at:
        raise RuntimeError("the pages could not be written before they were due")
    for _ in range(2):
        ports.queue.wake_at(Job.DELIVER, due_at)
    calls = slack.posted(before + PAGES, wait=60)
    if len(calls) < PAGES:
        raise RuntimeError(f"{before + PAGES - slack.count()} pages were not sent")
    last_at: float = calls[-1]["at"]
    return PAGES / (last_at - due_at.timestamp())
