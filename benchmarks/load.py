"""A load generator: one process that posts over kept connections, one payload at a time on each.

`python -m benchmarks.load TARGET CONNECTIONS SECONDS` reads the body from stdin and prints, as JSON, what was answered
and what that cost the process that answers. Each `########` in the body becomes another number in each payload, so
that no two are the same.
"""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

import msgspec
import uvloop

from benchmarks.processes import CLIENT_CORES

PLACE = b"########"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to post to, and the id of the process that answers there."""

    name: str
    process: int
    port: int
    path: str = "/integrations/echo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What happened in one window of `seconds`; the times are of processors, in seconds."""

    seconds: float
    answers: dict[str, int]
    event_loop: float
    other_threads: float
    senders: float

    @property
    def rate(self) -> float:
        """Payloads accepted a second. Raises `RuntimeError` when others were not."""
        if set(self.answers) != {"200"}:
            raise RuntimeError(f"not all were accepted: {self.answers}")
        return self.answers["200"] / self.seconds

    @property
    def cost(self) -> tuple[float, float]:
        """Microseconds of processor time for each answer: in the event loop, and in the other threads beside it."""
        answers = sum(self.answers.values())
        return self.event_loop / answers * 1e6, self.other_threads / answers * 1e6


class Sender(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is here, whole."""

    def __init__(self, request: bytes, numbers: Iterator[int], statuses: Counter[bytes]) -> None:
        self._request = request
        self._numbers = numbers
        self._statuses = statuses
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._transport.write(self._request.replace(PLACE, b"%08d" % next(self._numbers)))

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if found and len(body) >= int(length):
            self._statuses[head[9:12]] += 1
            self._answer = b""
            self._send()


def measure(target: Target, body: bytes, connections: int, seconds: float) -> Load:
    """Run the generator on the clients' cores."""
    program = [sys.executable, "-m", "benchmarks.load"]
    command = [*program, msgspec.json.encode(target).decode(), str(connections), str(seconds)]
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Load)


async def _post(target: Target, body: bytes, connections: int, seconds: float) -> Load:
    lines = (f"POST {target.path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json")
    head = "\r\n".join((*lines, f"content-length: {len(body)}"))
    request = f"{head}\r\n\r\n".encode() + body
    statuses: Counter[bytes] = Counter()
    numbers = count()
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Sender(request, numbers, statuses), "127.0.0.1", target.port)
        for _ in range(connections)
    ]
    await asyncio.sleep(0.5)  # warm
    load = await _window(statuses, seconds, target.process)
    for transport, _ in opened:
        transport.close()
    return load


async def _window(statuses: Counter[bytes], seconds: float, server: int) -> Load:
    before, began, spent, used = statuses.copy(), perf_counter(), process_time(), _processor_times(server)
    await asyncio.sleep(seconds)
    answers = {status.decode(): number for status, number in (statuses - before).items()}
    during, now_used = perf_counter() - began, _processor_times(server)
    return Load(
        seconds=during,
        answers=answers,
        event_loop=now_used[server] - used[server],
        other_threads=sum(now_used[thread] - used.get(thread, 0.0) for thread in now_used if thread != server),
        senders=process_time() - spent,
    )


def _processor_times(process: int) -> dict[int, float]:
    """Seconds of processor time that each thread has used; the first thread, which runs the loop, has the process's id.

    https://docs.kernel.org/scheduler/sched-stats.html
    """
    threads = Path(f"/proc/{process}/task").iterdir()
    return {int(each.name): int((each / "schedstat").read_text().split()[0]) / 1e9 for each in threads}


if __name__ == "__main__":
    os.sched_setaffinity(0, CLIENT_CORES)
    aimed = msgspec.json.decode(sys.argv[1], type=Target)
    found = uvloop.run(_post(aimed, sys.stdin.buffer.read(), int(sys.argv[2]), float(sys.argv[3])))
    sys.stdout.buffer.write(msgspec.json.encode(found))
