"""A local Slack for benchmarks: a process of its own on the clients' cores, without Slack's rates unless asked."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from benchmarks.processes import CLIENT_CORES, SLACK_PORT, WEB_PORT, wait_for

ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-bench",
    "SLACK_SIGNING_SECRET": "bench",
    "SLACK_API_URL": f"http://127.0.0.1:{SLACK_PORT}/api/",
}
"""What the bot has to be told to use it."""
UNLIMITED = ENVIRONMENT | {"SLACK_RATES": "100000", "STORM_ALERTS_PER_MINUTE": "0"}
"""What it has to be told to send each message as fast as it can: rates are counted, and never reached."""


class Sandbox:
    """The control side of it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def posted(self, at_least: int, wait: float) -> list[dict[str, Any]]:
        """The calls that posted a message, once there are so many."""
        asked: dict[str, str | float] = {"method": "chat.postMessage", "limit": at_least, "at_least": at_least}
        calls: list[dict[str, Any]] = (
            self._client.get("calls", params={**asked, "wait": wait}).raise_for_status().json()["calls"]
        )
        return calls

    def get(self, path: str, **asked: str | int) -> dict[str, Any]:
        """Look at something."""
        found: dict[str, Any] = self._client.get(path, params=asked).raise_for_status().json()
        return found

    def count(self) -> int:
        """How many messages were posted."""
        counts: dict[str, int] = self._client.get("calls", params={"limit": 1}).raise_for_status().json()["counts"]
        return counts.get("chat.postMessage", 0)


@contextmanager
def sandbox(answer_delay_ms: int = 0, rates: float = 0) -> Iterator[Sandbox]:
    """Run one; `rates` multiplies Slack's limits, 0 is none."""
    environment = {
        "PATH": os.environ["PATH"],
        "SANDBOX_PORT": str(SLACK_PORT),
        "SANDBOX_BOT_TOKEN": ENVIRONMENT["SLACK_BOT_TOKEN"],
        "SANDBOX_SIGNING_SECRET": ENVIRONMENT["SLACK_SIGNING_SECRET"],
        "SANDBOX_BOT_URL": f"http://127.0.0.1:{WEB_PORT}/slack/events",
        "SANDBOX_RATES": str(rates),
        "SANDBOX_ANSWER_DELAY_MS": str(answer_delay_ms),
    }
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], env=environment, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, CLIENT_CORES)
    try:
        wait_for(f"http://127.0.0.1:{SLACK_PORT}/")
        with httpx.Client(base_url=f"http://127.0.0.1:{SLACK_PORT}/_control", timeout=90, verify=False) as client:
            yield Sandbox(client)
    finally:
        process.terminate()
        process.wait(10)
