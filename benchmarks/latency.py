"""From the POST of a payload to the call that pages somebody in Slack: one web process, two workers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import local
from time import sleep, time

import msgspec

from benchmarks.alerts import set_up
from benchmarks.processes import WEB_PORT, fresh_database, place, postgres, wait_for, wait_for_redis
from benchmarks.sandbox import UNLIMITED, Sandbox, sandbox

RUNS = ((1, 20), (100, 1500))
"""Payloads a second, and how many."""
_SENDERS = 16


def run() -> None:
    """Print the 50th and 99th percentile for each rate and database."""
    with postgres() as server:
        for kind, database in (("SQLite", ""), ("PostgreSQL", fresh_database(server, "latency"))):
            with _bot(database) as (path, slack):
                _measure(path, slack, "warm", 20, 20)
                for rate, count in RUNS:
                    took = sorted(_measure(path, slack, f"{rate} a second", rate, count))
                    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
                    print(
                        f"  {kind:<11} {rate:4}/s   p50 {half * 1000:6.0f} ms   p99 {most * 1000:6.0f} ms   (aim 1000)"
                    )


@contextmanager
def _bot(database: str) -> Iterator[tuple[str, Sandbox]]:
    with sandbox() as slack, place(database, **UNLIMITED) as there:
        with there.ports() as ports:
            integration = set_up(ports)
        with there.running(["redis"], ["web"], ["worker"], ["worker"], ["worker", "--housekeeping"]):
            wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
            wait_for(f"http://127.0.0.1:{WEB_PORT}/health/ready")
            yield f"/integrations/{integration.key}", slack


def _measure(path: str, slack: Sandbox, name: str, rate: int, count: int) -> list[float]:
    before, sent = slack.count(), dict[str, float]()
    connections = local()

    def post(number: int) -> None:
        title = f"{name} {number:05}"
        if not hasattr(connections, "kept"):
            connections.kept = HTTPConnection("127.0.0.1", WEB_PORT, timeout=10)
        sent[title] = time()
        body = msgspec.json.encode({"event_type": "create", "id": title, "title": title})
        connections.kept.request("POST", path, body, {"content-type": "application/json"})
        answer = connections.kept.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"a payload was answered with {answer.status}")

    began = time()
    with ThreadPoolExecutor(_SENDERS) as senders:
        posting = []
        for number in range(count):
            sleep(max(0.0, began + number / rate - time()))
            posting.append(senders.submit(post, number))
    for each in posting:
        each.result()
    calls = slack.posted(before + count, wait=60)
    paged = {title: call["at"] for call in calls for title in _titles(call, sent)}
    if len(paged) < count:
        raise RuntimeError(f"{count - len(paged)} of {count} alerts were not paged")
    return [paged[title] - at for title, at in sent.items()]


def _titles(call: dict[str, dict[str, str]], sent: dict[str, float]) -> list[str]:
    text = call["arguments"].get("text", "")
    return [title for title in sent if title in text]
