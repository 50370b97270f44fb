"""Kept connections for many threads: each call has a client, and its one connection, to itself.

httpx's own pool asks all of its connections how they are on every call. With 64 of them that costs twice as much as
the call (`docs/decisions/0003-queue.md`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=20)  # seconds
"""The limits of a client that is a lane."""


class Lanes:
    """Clients that are free, the one that was used last on top, so that few connections are kept warm."""

    def __init__(self, build: Callable[[], httpx.Client]) -> None:
        self._build = build
        self._free: list[httpx.Client] = []  # whose append and pop are atomic
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """A client that nobody else uses meanwhile."""
        client = self._take()
        try:
            yield client
        finally:
            self._give_back(client)

    def close(self) -> None:
        """Let go of the connections; those in use are closed after their call."""
        self._closed = True
        while self._free:
            self._free.pop().close()

    def _take(self) -> httpx.Client:
        try:
            return self._free.pop()
        except IndexError:
            return self._build()

    def _give_back(self, client: httpx.Client) -> None:
        if self._closed:
            client.close()
        else:
            self._free.append(client)
