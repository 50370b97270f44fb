"""A machine to run the bot on: real processes, a local Slack, and somebody who kills things."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import randrange
from time import monotonic
from typing import Any

import httpx

from bot.engine.model import Integration
from bot.ports import Ports
from bot.service import sample
from bot.settings import Settings, load
from bot.wiring import build, look_around
from sandbox.config import Config
from sandbox.server import start
from tests.end_to_end import starting
from tests.end_to_end.holding import RedisLine, until
from tests.redis_server import RedisServer

PAGERTREE = str(Path(sys.executable).parent / "pagertree")
PATIENCE = 90.0  # seconds for what takes a moment, on however busy a machine
LONG = 180.0  # seconds for what waits until a dead worker's claim runs out
_SHARE = 1000  # ports for each process of the test run, below those that the system hands out
_OWN = 20_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12 * _SHARE
_turns = count(randrange(_SHARE))


class Slack:
    """The local Slack, through its control API."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/_control", timeout=LONG + PATIENCE, verify=False)

    def messages(self, channel: str, contains: str, *, wait: float = PATIENCE, **more: Any) -> list[dict[str, Any]]:
        """Messages of a conversation, as soon as there are some."""
        asked = {"channel": channel, "contains": contains, "wait": wait, **more}
        found: list[dict[str, Any]] = self.get("messages", **asked)["messages"]
        return found

    def get(self, path: str, **asked: Any) -> dict[str, Any]:
        """Look at something."""
        answer: dict[str, Any] = self._client.get(path, params=asked).raise_for_status().json()
        return answer

    def post(self, path: str, **given: Any) -> dict[str, Any]:
        """Do something."""
        answer: dict[str, Any] = self._client.post(path, json=given).raise_for_status().json()
        return answer

    @contextmanager
    def misbehaving(self, **fault: Any) -> Iterator[Callable[[], None]]:
        """Have a call go wrong in some way; gives what waits until one did."""
        self.post("misbehaviour", **fault)
        yield lambda: until(self._is_met, f"a call that meets {fault}")
        self._client.delete("misbehaviour").raise_for_status()

    def _is_met(self) -> bool:
        return any(fault["hits"] for fault in self.get("misbehaviour")["faults"])

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Machine:
    """Processes of one set-up, by name; `environment` is what they are started with."""

    def __init__(self, folder: Path, slack_url: str, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.slack = Slack(slack_url)
        self.redis = RedisServer(folder)
        self.redis_line = RedisLine(folder)
        self.environment = {
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "SLACK_RATES": "0",
            "REDIS_URL": self.redis_line.url,
            **environment,
        }
        self.settings: Settings = load(self.environment, folder / "no.env")
        self._running: dict[str, BaseProcess] = {}

    def start(self, *names: str) -> None:
        """Start `pagertree` commands that do not run yet: `web`, `worker`, `worker --housekeeping`."""
        for name in names:
            if name not in self._running:
                self._running[name] = starting.start(name, {"PATH": os.environ["PATH"], **self.environment})

    def kill(self, name: str) -> None:
        """Kill one, as a machine does that runs out of memory, and wait until it is gone."""
        self._running[name].kill()
        self._running.pop(name).join()

    def stop(self) -> dict[str, int | None]:
        """Stop all that run, politely; gives their exit codes."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.join(PATIENCE)
        codes = {name: process.exitcode for name, process in self._running.items()}
        self._running.clear()
        self.redis.stop()
        return codes

    def answers(self) -> bool:
        """Whether the web process is up."""
        try:
            return httpx.get(f"{self.settings.address}/health/live", timeout=5, verify=False).is_success
        except httpx.TransportError:
            return False

    @contextmanager
    def ports(self) -> Iterator[Ports]:
        """The world of these processes, seen from the test."""
        world = build(self.settings)
        with world.store:
            yield world.ports

    def load_sample(self) -> Integration:
        """Load the sample set-up and give its webhook."""
        with self.ports() as ports:
            loaded = sample.load(ports, look_around(self.settings))
        return next(each for each in loaded if each.type == "webhook")

    def post(self, integration: Integration, **payload: Any) -> str:
        """Post a payload until it is accepted, as senders do; gives the log's id."""
        deadline = monotonic() + LONG
        while True:
            try:
                url = f"{self.settings.address}/integrations/{integration.key}"
                answer = httpx.post(url, json=payload, timeout=5, verify=False)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 200:
                log_id: str = answer.json()["log_id"]
                return log_id
            assert monotonic() < deadline, f"not accepted: {answer and answer.text}"


@contextmanager
def pagertree_run(
    folder: Path, environment: Mapping[str, str], *options: str, command: Sequence[str] = (PAGERTREE,)
) -> Iterator[subprocess.Popen[str]]:
    """`pagertree run` in a folder, as somebody types it; what it and all that it started say is in its `stdout`."""
    process = subprocess.Popen(
        [*command, "run", *options],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)


def free_port() -> int:
    """A port that nobody uses, nor is given before it is taken: the system hands out others."""
    while True:
        port = _OWN + next(_turns) % _SHARE
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def machine(folder: Path, **environment: str) -> Iterator[Machine]:
    """A machine with a local Slack and a Redis server; the bot's processes are started by the test."""
    port = free_port()
    unhurried = Config(port=0, rates=0, answer_within=PATIENCE, trigger_life=PATIENCE)
    with start(replace(unhurried, bot_url=f"http://127.0.0.1:{port}/slack/events")) as slack:
        config = slack.config if hasattr(slack, "config") else Config()
        given = {
            "PORT": str(port),
            "SLACK_BOT_TOKEN": config.bot_token,
            "SLACK_SIGNING_SECRET": config.signing_secret,
            "SLACK_API_URL": slack.api_url,
            **environment,
        }
        ready = Machine(folder, slack.url, given)
        ready.redis.start()
        try:
            yield ready
        finally:
            ready.stop()
            ready.redis_line.close()
            ready.slack.close()
