"""What one integration that floods at ten times its limit does to the answers that others get.

Each of `NEIGHBOURS` integrations sends at its own limit, spread evenly; their answers are timed while nobody floods,
and while another integration does, in turns. All of a bot runs: one web process, a worker, the sweep.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

import uvloop

from benchmarks.processes import WEB_PORT, fresh_database, place, postgres, wait_for, wait_for_redis
from bot import ids
from bot.engine.model import SYSTEM, Integration

LIMIT, BURST = 600, 600  # payloads a minute of one integration, as they are by default
NEIGHBOURS, TIMES = 10, 10
ROUNDS, SECONDS = 4, 8.0
BODY = b'{"event_type": "create", "id": "%s", "title": "disk full", "urgency": "silent"}'


@dataclass(slots=True)
class Answers:
    """What was answered: seconds from when each payload was due to be sent, and how often which status."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """The milliseconds within which a share was answered."""
        return sorted(self.took)[int(len(self.took) * share)] * 1000


def run() -> None:
    """Print the medians of the rounds' percentiles, quiet and flooded, and their ratio."""
    print(f"{NEIGHBOURS} integrations at their limit of {LIMIT} a minute, one more at {TIMES} times of it or silent")
    print(f"medians of {ROUNDS} rounds of {SECONDS:.0f} s, taken in turns")
    with postgres() as server:
        for kind, database in (("SQLite", ""), ("PostgreSQL", fresh_database(server, "flooding"))):
            with _bot(database) as paths:
                _show(kind, *uvloop.run(_rounds(paths)))


def _show(kind: str, quiet: Sequence[Answers], flooded: Sequence[Answers], flood: Counter[int]) -> None:
    for share in (0.5, 0.99):
        before, during = (median(each.percentile(share) for each in answers) for answers in (quiet, flooded))
        aim = "   (aim 2.0 at most)" if share > 0.9 else ""
        said = f"quiet {before:6.2f} ms   flooded {during:6.2f} ms   {during / before:5.2f}{aim}"
        print(f"  {kind:<11} p{share * 100:.0f}   {said}")
    others = sum((each.statuses for each in (*quiet, *flooded)), Counter[int]())
    print(f"  {'':<11} answers to the flood {dict(flood)}, to the others {dict(others)}")


@contextmanager
def _bot(database: str) -> Iterator[list[str]]:
    """A bot with integrations; gives their paths, that of the one that floods first."""
    made = [
        Integration(id=ids.new("int"), name=f"Sender {at}", handle=f"sender-{at}", type="webhook", key=ids.secret())
        for at in range(NEIGHBOURS + 1)
    ]
    limits = {"INGEST_RATE_PER_MINUTE": str(LIMIT), "INGEST_BURST": str(BURST)}
    with place(database, **limits) as there:
        with there.ports() as ports, ports.store.begin() as uow:
            for each in made:
                uow.put(each, SYSTEM, ports.clock.now())
        with there.running(["redis"], ["web"], ["worker"], ["worker", "--housekeeping"]):
            wait_for_redis(f"unix://{there.folder}/redis/redis.sock").close()
            wait_for(f"http://127.0.0.1:{WEB_PORT}/health/ready")
            yield [f"/integrations/{each.key}" for each in made]


async def _rounds(paths: Sequence[str]) -> tuple[list[Answers], list[Answers], Counter[int]]:
    flooding, *neighbours = paths
    quiet, flooded, flood = list[Answers](), list[Answers](), Counter[int]()
    await _send(neighbours, LIMIT, 1.0)  # warm
    for _ in range(ROUNDS):
        quiet.append(await _send(neighbours, LIMIT, SECONDS))
        beside, answers = await asyncio.gather(
            _send([flooding], LIMIT * TIMES, SECONDS), _send(neighbours, LIMIT, SECONDS)
        )
        flooded.append(answers)
        flood += beside.statuses
    return quiet, flooded, flood


async def _send(paths: Sequence[str], per_minute: float, seconds: float) -> Answers:
    """Send to each path at a rate, whether or not the last was answered: from a connection of its own, or several."""
    answers = Answers()
    each, connections = 60 / per_minute, 8 if per_minute > LIMIT else 1
    senders = [
        _sender(path, each * connections, each * (line + at / len(paths)), seconds, answers)
        for at, path in enumerate(paths)
        for line in range(connections)
    ]
    await asyncio.gather(*senders)
    return answers


async def _sender(path: str, pause: float, first: float, seconds: float, answers: Answers) -> None:
    """One connection; a payload that waits behind a slow answer counts from when it was due."""
    reader, writer = await asyncio.open_connection("127.0.0.1", WEB_PORT)
    began = perf_counter()
    due = began + first
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - perf_counter()))
        status = await _post(reader, writer, path)
        answers.took.append(perf_counter() - due)
        answers.statuses[status] += 1
        due += pause
    writer.close()
    await writer.wait_closed()


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    body = BODY % ids.new("x").encode()
    writer.write(f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head[9:12])
