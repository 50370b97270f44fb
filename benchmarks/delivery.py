"""Pages a second from two workers to a Slack that takes 100 ms to answer."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import monotonic

import msgspec

from benchmarks.alerts import open_alerts, set_up
from benchmarks.processes import SLACK_PORT, fresh_database, place, postgres, wait_for_redis
from benchmarks.sandbox import UNLIMITED, Sandbox, sandbox
from bot.clock import SystemClock
from bot.ports import Job, Ports

PAGES, ROUNDS, DELAY_MS = 3000, 3, 100
_LEAD = timedelta(seconds=12)  # to write them before they are due
_BARE, _BARE_SECONDS = 128, 3.0
_HEADERS = {"authorization": f"Bearer {UNLIMITED['SLACK_BOT_TOKEN']}", "content-type": "application/json"}


def run() -> None:
    """Print the median rate, from when they are due until the last was answered, and what a page costs a worker."""
    with postgres() as server:
        for kind, database in (("SQLite", ""), ("PostgreSQL", fresh_database(server, "delivery"))):
            with sandbox(DELAY_MS) as slack, place(database, **UNLIMITED) as there, there.ports() as ports:
                set_up(ports)
                bare = _bare()
                with there.running(["redis"], ["worker"], ["worker"]) as (_, *workers):
                    wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
                    began = _processor_time(workers)
                    rates = [_measure(ports, slack) for _ in range(ROUNDS)]
                    cost = (_processor_time(workers) - began) / (PAGES * ROUNDS)
            print(
                f"  {kind:<11} {median(rates):6.0f} pages/s   (aim 500; one at a time: {1000 / DELAY_MS:.0f})   "
                f"{cost * 1000:4.1f} ms of processor a page   this Slack alone: {bare:.0f} posts/s to {_BARE} who ask"
            )


def _measure(ports: Ports, slack: Sandbox) -> float:
    before = slack.count()
    due_at = (SystemClock().now() + _LEAD).replace(microsecond=0)
    open_alerts(ports, PAGES, due_at)
    if SystemClock().now() > due_at:
        raise RuntimeError("the pages could not be written before they were due")
    ports.queue.wake_at(Job.DELIVER, due_at)
    calls = slack.posted(before + PAGES, wait=60)
    if len(calls) < PAGES:
        raise RuntimeError(f"{before + PAGES - slack.count()} pages were not sent")
    last_at: float = calls[-1]["at"]
    return PAGES / (last_at - due_at.timestamp())


def _bare() -> float:
    """Posts a second that this Slack answers to somebody who does nothing else."""
    until = monotonic() + _BARE_SECONDS
    with ThreadPoolExecutor(_BARE) as pool:
        return sum(pool.map(_post_until, [until] * _BARE)) / _BARE_SECONDS


def _post_until(until: float) -> int:
    body = msgspec.json.encode({"channel": "U0ALICE0001", "text": "x" * 300})
    connection, posted = HTTPConnection("127.0.0.1", SLACK_PORT, timeout=10), 0
    while monotonic() < until:
        connection.request("POST", "/api/chat.postMessage", body, _HEADERS)
        connection.getresponse().read()
        posted += 1
    connection.close()
    return posted


def _processor_time(pids: list[int]) -> float:
    """Seconds of processor time that processes have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")
