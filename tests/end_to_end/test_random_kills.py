"""Processes killed at random instants under load, for longer than the ordinary suite has time for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

import pytest

from bot.engine.model import Integration
from tests.end_to_end import accounts
from tests.end_to_end.holding import until
from tests.end_to_end.machine import LONG, Machine, machine
from tests.end_to_end.on_call import PEOPLE, people

pytestmark = pytest.mark.real

PROCESSES = ("web", "worker", "worker --housekeeping")
ROUNDS = 60
LONGEST = 0.3  # seconds from one kill to the next
PAUSE = 0.05  # seconds from one payload of a sender to its next


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Machine]:
    given = {"INGEST_RATE_PER_MINUTE": "100000", "INGEST_BURST": "100000"}
    with machine(tmp_path, DATABASE_URL=database_url, **given) as ready:
        yield ready


def send(here: Machine, integration: Integration, sender: int, stopping: Event) -> dict[str, str]:
    """Send alerts, each until it is accepted, and give their titles by the ids of the logs."""
    accepted: dict[str, str] = {}
    while not stopping.wait(PAUSE):
        title = f"alert {len(accepted)} of {sender}"
        accepted[here.post(integration, title=title, id=title, urgency="critical")] = title  # no storm holds it
    return accepted


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_instants_everything_accepted_is_delivered(here: Machine, seed: int) -> None:
    random, stopping = Random(seed), Event()
    integrations = people(here)
    here.start(*PROCESSES)
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        senders = [pool.submit(send, here, integrations[name], n, stopping) for n, name in enumerate(PEOPLE, 1)]
        for _ in range(ROUNDS):
            stopping.wait(random.uniform(0, LONGEST))
            killed = random.choice(PROCESSES)
            here.kill(killed)
            here.start(killed)
            until(here.answers, "the web process")
        stopping.set()
        accepted = {log_id: title for sender in senders for log_id, title in sender.result().items()}

    with here.ports() as ports:
        until(lambda: accounts.read(ports, here).is_settled, "the end of all that is under way", 2 * LONG)
        assert here.stop() == dict.fromkeys(PROCESSES, 0)
        books = accounts.read(ports, here)
    books.check(accepted)
    assert len(accepted) > ROUNDS
