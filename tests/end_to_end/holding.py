"""Holding a process at an exact step from outside: in the middle of a transaction, or of a call to Redis.

The process is the one in use, unchanged; what it is made to wait for is the database's or the network's.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from bot.settings import Settings

_PATIENCE = 90.0  # seconds
_LOCK = 4711  # of PostgreSQL, advisory; any number that nobody else takes
_LONG = 300  # milliseconds that no transaction of ours lasts
_CHUNK = 65536  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write to a table: `INSERT` or `UPDATE`, of rows `NEW` for which `when` holds."""

    verb: str
    table: str
    when: str


def until(met: Callable[[], bool], what: str, patience: float = _PATIENCE) -> None:
    """Wait until something is so, for that many seconds at most."""
    deadline = monotonic() + patience
    while not met():
        assert monotonic() < deadline, f"never seen: {what}"
        sleep(0.01)


@contextmanager
def held_transaction(url: str, write: Write) -> Iterator[Callable[[], None]]:
    """Hold whoever does this write, inside its transaction; gives what waits until somebody is held.

    Who is held has to be killed before this ends: the write is undone then, as the database does with what is dead.
    """
    holding = _sqlite if url.startswith("sqlite") else _postgresql
    engine = create_engine(make_url(url).set(drivername="sqlite" if url.startswith("sqlite") else "postgresql+psycopg"))
    try:
        with holding(engine, write) as wait:
            yield wait
    finally:
        engine.dispose()


@contextmanager
def _sqlite(engine: Engine, write: Write) -> Iterator[Callable[[], None]]:
    """A trigger that counts without an end: its transaction neither commits nor lets anybody else write."""
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    trigger = f"CREATE TRIGGER held BEFORE {write.verb} ON {write.table} WHEN {write.when}"
    _run(engine, f"CREATE VIEW forever AS {count}", f"{trigger} BEGIN SELECT count(*) FROM forever; END")
    yield lambda: until(lambda: _is_held(engine), f"a transaction with {write}")
    _run(engine, "DROP TRIGGER held", "DROP VIEW forever")


def _is_held(engine: Engine) -> bool:
    """Whether one transaction, and not many in turn, keeps everybody from writing."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_LONG}")
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            return before == connection.exec_driver_sql("PRAGMA data_version").scalar()
    return False


@contextmanager
def _postgresql(engine: Engine, write: Write) -> Iterator[Callable[[], None]]:
    """A trigger that waits for a lock that we have."""
    wait = f"BEGIN PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NEW; END"
    _run(
        engine,
        f"CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS '{wait}'",
        f"CREATE TRIGGER held BEFORE {write.verb} ON {write.table} FOR EACH ROW WHEN ({write.when}) "
        "EXECUTE FUNCTION held()",
    )
    with engine.connect() as ours:
        ours.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
        try:
            yield lambda: until(lambda: bool(_waiting(engine)), f"a transaction with {write}")
        finally:
            _end(engine)
    _run(engine, f"DROP TRIGGER held ON {write.table}", "DROP FUNCTION held()")


_WAITING = f"""
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND locktype = 'advisory' AND objid = {_LOCK} AND NOT granted
"""


def _waiting(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text(_WAITING)).scalars())


def _end(engine: Engine) -> None:
    """End the connections of whoever was held: their process is dead, and the server finds that out late."""
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({_WAITING}) AS held"))
    until(lambda: not _waiting(engine), "the end of what was held")


def _run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
        for statement in statements:
            connection.exec_driver_sql(statement)


class RedisLine:
    """The line to the Redis server of a data folder. It can be cut in front of a command, which then never arrives."""

    def __init__(self, folder: Path) -> None:
        self._server = str(Settings(data_dir=folder).redis_socket)
        self._cut_before = b""
        self._reached = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._loop = asyncio.new_event_loop()
        self._closed = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="redis-line")
        self._thread.start()
        self.url = f"redis://127.0.0.1:{self._listening.getsockname()[1]}/0"

    def close(self) -> None:
        """Close every connection."""
        self._loop.call_soon_threadsafe(self._closed.set)
        self._thread.join()

    @contextmanager
    def cut_before(self, command: bytes) -> Iterator[Callable[[], None]]:
        """Hold back what holds these bytes and all that follows; gives what waits until something is held back."""
        self._reached.clear()
        self._cut_before = command
        yield lambda: until(self._reached.is_set, f"a call to Redis with {command!r}")
        self._cut_before = b""

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connect, sock=self._listening)
        await self._closed.wait()
        server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError), closing(writer):
            from_server, to_server = await asyncio.open_unix_connection(self._server)
            with closing(to_server):
                asking = asyncio.create_task(self._ask(reader, to_server))
                answering = asyncio.create_task(_pass_on(from_server, writer))
                await asyncio.wait((asking, answering), return_when=asyncio.FIRST_COMPLETED)
                asking.cancel()
                answering.cancel()

    async def _ask(self, reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(_CHUNK):
                if self._cut_before and self._cut_before in said:
                    self._reached.set()
                    await reader.read()  # until they give up
                    return
                server.write(said)
                await server.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await reader.read(_CHUNK):
            writer.write(said)
            await writer.drain()
