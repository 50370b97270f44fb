"""A load generator: one process that posts over kept connections, one payload at a time on each.

`python -m benchmarks.load PORT PATH CONNECTIONS SECONDS` reads the body from stdin and prints the answers of each
status a second. Each `########` in the body becomes another number in each payload, so that no two are the same.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from time import perf_counter

import uvloop

from benchmarks.processes import CLIENT_CORES

PLACE = b"########"


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


def measure(port: int, path: str, body: bytes, connections: int, seconds: float) -> dict[str, float]:
    """Run the generator on the clients' cores and return answers a second by status."""
    command = [sys.executable, "-m", "benchmarks.load", str(port), path, str(connections), str(seconds)]
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    rates: dict[str, float] = json.loads(done.stdout)
    return rates


async def _post(port: int, path: str, body: bytes, connections: int, seconds: float) -> dict[str, float]:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    request = f"{head}\r\n\r\n".encode() + body
    statuses: Counter[bytes] = Counter()
    numbers = count()
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Sender(request, numbers, statuses), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(0.5)  # warm
    before, began = statuses.copy(), perf_counter()
    await asyncio.sleep(seconds)
    taken, during = statuses - before, perf_counter() - began
    for transport, _ in opened:
        transport.close()
    return {status.decode(): count / during for status, count in taken.items()}


if __name__ == "__main__":
    os.sched_setaffinity(0, CLIENT_CORES)
    given = sys.argv
    print(
        json.dumps(uvloop.run(_post(int(given[1]), given[2], sys.stdin.buffer.read(), int(given[3]), float(given[4]))))
    )
