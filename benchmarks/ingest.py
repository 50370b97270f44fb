"""Payloads made durable a second by one web process, beside a bare Starlette echo of the same body, same cores.

The databases' own processes, and each bot's Redis, run on the server's cores too; workers do not run. Rates vary with
whatever else a machine does; the processor time of a payload hardly does.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

import psycopg

from benchmarks import load
from benchmarks.load import Load, Target
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


def run() -> None:
    """Print the medians, and what syncing costs here."""
    print(f"one web process on cores {sorted(SERVER_CORES)}, senders on {sorted(CLIENT_CORES)}")
    print(f"{CONNECTIONS} connections, {len(BODY)} bytes, no two bodies the same")
    print(f"medians of {ROUNDS} rounds of {SECONDS:.0f} s, taken in turns")
    loads: dict[str, list[Load]] = {}
    with postgres() as server, _echo() as echo, _web("SQLite", 18_411, "") as on_sqlite:
        _verify_synced(server)
        with _web("PostgreSQL", 18_412, fresh_database(server, "ingest")) as on_postgresql:
            for _ in range(ROUNDS):
                for target in (echo, on_sqlite, on_postgresql):
                    loads.setdefault(target.name, []).append(_load(target))
    _print(loads, echo.name)
    print(f"  one write and fdatasync of 4 KiB here takes {_sync_milliseconds():.2f} ms")


def _load(target: Target) -> Load:
    return load.measure(target, BODY, CONNECTIONS, SECONDS)


def _print(loads: dict[str, list[Load]], baseline: str) -> None:
    print(f"  {'':<24} {'a second':>10} {'÷ echo':>8} {'µs in the loop':>15} {'in threads':>11} {'senders busy':>13}")
    for name, each in loads.items():
        rate = median(one.rate for one in each)
        ratio = median(one.rate / beside.rate for one, beside in zip(each, loads[baseline], strict=True))
        in_loop, in_threads = (median(one.cost[part] for one in each) for part in (0, 1))
        busy = median(one.senders / one.seconds for one in each)
        print(f"  {name:<24} {rate:10.0f} {ratio:8.2f} {in_loop:15.0f} {in_threads:11.0f} {busy:13.0%}")


@contextmanager
def _echo() -> Iterator[Target]:
    port = 18_410
    with process(["-m", "benchmarks.echo", str(port)], {}) as server:
        wait_for(f"http://127.0.0.1:{port}/integrations/echo")
        yield Target(name="bare Starlette echo", process=server, port=port)


@contextmanager
def _web(kind: str, port: int, database: str) -> Iterator[Target]:
    integration = Integration(id=ids.new("int"), name="Bench", handle="bench", type="webhook", key=ids.secret())
    with place(database, PORT=str(port)) as there, there.running(["redis"], ["web"]) as (_, server):
        with there.ports() as ports, ports.store.begin() as uow:
            uow.put(integration, SYSTEM, ports.clock.now())
        wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        yield Target(name=f"durable on {kind}", process=server, port=port, path=f"/integrations/{integration.key}")


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
