"""10,000 alerts in a minute to one team, one of them critical, within Slack's limits: before, and told as storms.

`before` sends each message by itself (`STORM_ALERTS_PER_MINUTE=0`). One web process, two workers, housekeeping.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import local
from time import sleep, time
from typing import Any

import msgspec
from sqlalchemy import Engine, create_engine, text

from benchmarks.alerts import set_up
from benchmarks.processes import WEB_PORT, fresh_database, place, postgres, wait_for, wait_for_redis
from benchmarks.sandbox import ENVIRONMENT, Sandbox, sandbox
from bot.store.engines import address

ALERTS, SECONDS, WORKERS = 10_000, 60, 2
_AFTER = 30  # seconds that what is left may take
_SENDERS = 16
_CRITICAL = "The one that counts"
_MADE = "SELECT count(*) FROM alerts"
_UNREAD = "SELECT count(*) FROM logs WHERE state = 'unread'"
_PAGES = "SELECT state, count(*) FROM notifications WHERE kind = 'alert.open' GROUP BY state"
_WAITING = "SELECT count(*) FROM notifications WHERE state IN ('queued', 'sending')"
_LIMITS = {"chat.postMessage": "60 in a conversation", "chat.update": "50", "dnd.info": "50"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is measured in: the webhook's path, the Slack, and the database."""

    path: str
    slack: Sandbox
    database: Engine

    def number(self, query: str) -> int:
        """A number that the database knows."""
        with self.database.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def pages(self) -> dict[str, int]:
        """How many pages are in which state."""
        with self.database.connect() as connection:
            return dict(connection.execute(text(_PAGES)).tuples().all())


def run() -> None:
    """Print, for each database and way: when the critical page left, what Slack saw, and what was lost."""
    with postgres() as server:
        for kind in ("SQLite", "PostgreSQL"):
            for name, limit in (("before", 0), ("storms", 12)):
                database = fresh_database(server, f"storm_{name}") if kind == "PostgreSQL" else ""
                with _bot(database, limit) as run:
                    print(f"  {kind}, {name}:")
                    _measure(run)


@contextmanager
def _bot(database: str, limit: int) -> Iterator[Run]:
    environment = {**ENVIRONMENT, "STORM_ALERTS_PER_MINUTE": str(limit), "SLACK_RATES": "1"}
    with sandbox(rates=1) as slack, place(database, **environment) as there:
        with there.ports() as ports:
            conversations = {each["name"]: each["id"] for each in slack.get("conversations")["conversations"]}
            integration = set_up(ports, conversations)
        workers = [["worker"] for _ in range(WORKERS)]
        with there.running(["redis"], ["web"], *workers, ["worker", "--housekeeping"]):
            wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
            wait_for(f"http://127.0.0.1:{WEB_PORT}/health/ready")
            engine = create_engine(address(there.database))
            yield Run(path=f"/integrations/{integration.key}", slack=slack, database=engine)
            engine.dispose()


def _measure(run: Run) -> None:
    began = time()
    critical_at = _post_all(run.path, began)
    took = time() - began
    until = time() + _AFTER
    settled_at = _wait_until(lambda: run.number(_MADE) == ALERTS and run.number(_WAITING) == 0, until)
    unread, made, pages = run.number(_UNREAD), run.number(_MADE), run.pages()
    sent = pages.get("sent", 0) + pages.get("delivered", 0)
    calls = run.slack.get("calls", limit=20_000)
    left = [each["at"] - critical_at for each in _accepted(calls["calls"], "chat.postMessage") if _names_critical(each)]
    print(
        f"    posted in {took:.0f} s; alerts made {made:,}, unread {unread:,}, lost {max(0, ALERTS - made - unread):,}"
    )
    print(f"    critical page left after {f'{min(left):.1f} s' if left else 'never'}   (aim 5)")
    rate = sent / (settled_at - began) / WORKERS
    when = (
        f"everything was told {settled_at - began - took:.0f} s after the last"
        if settled_at < until
        else "not all was told"
    )
    print(f"    pages told {sent:,} of {sum(pages.values()):,} ({pages}); {when}; {rate:.1f} pages/s for each worker")
    _print_calls(run, calls)


def _print_calls(run: Run, calls: dict[str, Any]) -> None:
    refused = run.slack.get("calls", error="ratelimited", limit=20_000)["calls"]
    for method, count in sorted(calls["counts"].items()):
        over = sum(each["method"] == method for each in refused)
        most = _most_in_a_minute([each["at"] for each in _accepted(calls["calls"], method)])
        limit = f" (Slack's limit: {_LIMITS[method]})" if method in _LIMITS else ""
        print(f"    {method:<17} {count:6,} calls, at most {most} in a minute{limit}, {over:,} refused")
    for name in ("#platform", "alice", "bob", "carol", "dave"):
        messages = run.slack.get("messages", channel=name)["messages"]
        storms = [each["text"] for each in messages if "storm" in each["text"]]
        if messages:
            print(f"    {name:<9} {len(messages):4} messages, of which {len(storms)} a summary: {storms[-1:]}")


def _accepted(calls: list[dict[str, Any]], method: str) -> list[dict[str, Any]]:
    return [each for each in calls if each["method"] == method and each["status"] == 200]


def _names_critical(call: dict[str, Any]) -> bool:
    return "CRITICAL" in str(call["arguments"].get("text")) and not str(call["arguments"]["channel"]).startswith("C")


def _most_in_a_minute(instants: list[float]) -> int:
    ordered, first, most = sorted(instants), 0, 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= 60:
            first += 1
        most = max(most, last - first + 1)
    return most


def _post_all(path: str, began: float) -> float:
    """Post all alerts, evenly over the time; gives when the critical one was posted."""
    connections, sent = local(), dict[int, float]()

    def post(number: int) -> None:
        is_critical = number == ALERTS // 2
        if not hasattr(connections, "kept"):
            connections.kept = HTTPConnection("127.0.0.1", WEB_PORT, timeout=10)
        title = _CRITICAL if is_critical else f"Disk {number:05} is full"
        urgency = "critical" if is_critical else "high"
        sent[number] = time()
        body = msgspec.json.encode({"event_type": "create", "id": title, "title": title, "urgency": urgency})
        connections.kept.request("POST", path, body, {"content-type": "application/json"})
        answer = connections.kept.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"a payload was answered with {answer.status}")

    with ThreadPoolExecutor(_SENDERS) as senders:
        posting = []
        for number in range(ALERTS):
            sleep(max(0.0, began + number * SECONDS / ALERTS - time()))
            posting.append(senders.submit(post, number))
    for each in posting:
        each.result()
    return sent[ALERTS // 2]


def _wait_until(is_done: Callable[[], bool], until: float) -> float:
    while not is_done() and time() < until:
        sleep(0.5)
    return time()
