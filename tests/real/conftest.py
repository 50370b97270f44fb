"""Real programs that send alerts, and a bot for them to send to. What cannot be installed is skipped in capitals."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from bot.engine.model import Alert, Integration, Status
from bot.ports import AlertFilter
from bot.service import receive
from bot.settings import Settings
from bot.store import open_store
from tests.real.programs import PATIENCE, Site
from tests.web.serving import Web, web

CLIENTS = ("pdpyras", "pagerduty", "pygerduty", "opsgenie-sdk", "apprise", "alerta")


def install(folder: Path, *packages: str) -> str:
    """The Python of an environment of its own with some packages in it; skips the test where they cannot be had."""
    found, noted = folder / "bin" / "python", folder / "installed"
    if not noted.exists() or noted.read_text() != " ".join(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(found), "-m", "pip", "install", "--quiet", *packages]
        done = subprocess.run(pip, check=False, capture_output=True, text=True, timeout=1_200)
        if done.returncode:
            pytest.skip(f"NOT TRIED WITH {', '.join(packages).upper()}: {done.stderr[-300:]}")
        noted.write_text(" ".join(packages))
    return str(found)


@pytest.fixture(scope="session")
def environments(pytestconfig: pytest.Config) -> Path:
    """Where environments are kept from one run to the next."""
    return Path(pytestconfig.cache.mkdir("senders"))


@pytest.fixture(scope="session")
def python(environments: Path) -> str:
    """A Python that has the senders' packages."""
    return install(environments / "clients", *CLIENTS)


@dataclass
class Bot:
    """A running bot, and what became of what it was sent."""

    web: Web

    def integration(self, kind: str) -> Integration:
        """An integration of a type."""
        return self.web.integration(type=kind, name=kind, handle=kind)

    def alerts(self) -> tuple[Alert, ...]:
        """The alerts, the newest first, after everything that came was read."""
        receive.drain(self.web.ports)
        with self.web.store.begin() as uow:
            return uow.alerts(AlertFilter(limit=50))

    def wait_for(self, wanted: Callable[[tuple[Alert, ...]], bool]) -> tuple[Alert, ...]:
        """The alerts, as soon as they are as wanted."""
        until = monotonic() + PATIENCE
        while not wanted(found := self.alerts()):
            integrations = self.web.store.directory().integrations.values()
            logged = [(log.answered, log.outcome) for each in integrations for log in self.web.logs(each)]
            assert monotonic() < until, f"alerts: {[(each.title, each.status) for each in found]}, logs: {logged}"
            self.web.bell.rung.wait(0.2)
            self.web.bell.rung = Event()
        return found

    def one_alert(self, status: Status) -> Alert:
        """The only alert, as soon as it has a status; one that fires has nobody to go to and is dropped."""
        (alert,) = self.wait_for(lambda found: len(found) == 1 and found[0].status is status)
        return alert


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site that is down until somebody has it answer."""
    found = Site()
    yield found
    found.down()


@pytest.fixture
def bot(sqlite_url: str) -> Iterator[Bot]:
    """A bot on a database of its own."""
    with open_store(sqlite_url) as store, web(store, Settings(ingest_burst=10_000)) as running:
        yield Bot(running)


def run(python: str, script: str, *arguments: str, **environment: str) -> str:
    """Run a script in the senders' environment; gives what it printed."""
    done = subprocess.run(
        [python, "-c", script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
