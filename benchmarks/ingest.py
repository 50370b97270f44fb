"""Payloads made durable a second by one web process, beside a bare Starlette echo of the same body, same cores."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import psycopg

from benchmarks import load
from benchmarks.processes import (
    CLIENT_CORES,
    SERVER_CORES,
    fresh_database,
    place,
    postgres,
    process,
    wait_for,
    wait_for_redis,
)
from bot import ids
from bot.engine.model import SYSTEM, Integration
from bot.store.engines import address, connect

ROUNDS, SECONDS, CONNECTIONS = 5, 2.0, 256
BODY = (
    b'{"event_type": "create", "id": "disk-########", "title": "Disk full on db1", "urgency": "high", '
    b'"description": "/var is 98 % full since ten minutes, see the runbook", "tags": ["db", "disk"], '
    b'"meta": {"rack": "r7", "zone": "eu-1"}}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to post to."""

    name: str
    port: int
    path: str = "/integrations/echo"


def run() -> None:
    """Print the medians, and what syncing costs here."""
    print(f"one web process on cores {sorted(SERVER_CORES)}, senders on {sorted(CLIENT_CORES)}")
    print(f"{CONNECTIONS} connections, {len(BODY)} bytes, no two bodies the same")
    print(f"medians of {ROUNDS} rounds of {SECONDS:.0f} s, taken in turns")
    rates: dict[str, list[float]] = {}
    with postgres() as server, _echo() as echo, _web("SQLite", 18_411, "") as on_sqlite:
        _verify_synced(server)
        with _web("PostgreSQL", 18_412, fresh_database(server, "ingest")) as on_postgresql:
            for _ in range(ROUNDS):
                for target in (echo, on_sqlite, on_postgresql):
                    rates.setdefault(target.name, []).append(_rate(target))
    baseline = median(rates[echo.name])
    for name, each in rates.items():
        print(f"  {name:<24} {median(each):8.0f}/s   {median(each) / baseline:5.2f}   (aim 0.80)")
    print(f"  one write and fdatasync of 4 KiB here takes {_sync_milliseconds():.2f} ms")


def _rate(target: Target) -> float:
    rates = load.measure(target.port, target.path, BODY, CONNECTIONS, SECONDS)
    if set(rates) != {"200"}:
        raise RuntimeError(f"not all were accepted: {rates}")
    return rates["200"]


@contextmanager
def _echo() -> Iterator[Target]:
    port = 18_410
    with process(["-m", "benchmarks.echo", str(port)], {}):
        wait_for(f"http://127.0.0.1:{port}/integrations/echo")
        yield Target(name="bare Starlette echo", port=port)


@contextmanager
def _web(kind: str, port: int, database: str) -> Iterator[Target]:
    integration = Integration(id=ids.new("int"), name="Bench", handle="bench", type="webhook", key=ids.secret())
    with place(database, PORT=str(port)) as there, there.running(["redis"], ["web"]):
        with there.ports() as ports, ports.store.begin() as uow:
            uow.put(integration, SYSTEM, ports.clock.now())
        wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        yield Target(name=f"durable on {kind}", port=port, path=f"/integrations/{integration.key}")


def _verify_synced(server: str) -> None:
    with psycopg.connect(server) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute(f"SHOW {setting}".encode()).fetchone()
            if found != ("on",):
                raise RuntimeError(f"PostgreSQL runs with {setting} {found}")
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(address(f"sqlite:///{folder}/x.db"))
        with engine.connect() as connection:
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        engine.dispose()
    if synchronous != 2:
        raise RuntimeError(f"SQLite runs with synchronous {synchronous}")


def _sync_milliseconds() -> float:
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(50):
            began = perf_counter()
            os.write(file.fileno(), b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((perf_counter() - began) * 1000)
    return median(times)
