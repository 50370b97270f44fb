"""Room for batches: bodies that are larger than what is taken from everybody, a few of them at a time."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.engine.model import Integration

AT_ONCE = 4
"""Batches that one process reads at the same time; others wait, and their senders with them."""


class BatchRoom:
    """How large a body may be, in bytes: `usual`, or `largest` where `takes_batches` says so of its integration."""

    def __init__(self, usual: int, largest: int, takes_batches: Callable[[Integration], object]) -> None:
        self.usual = usual
        self._largest = largest
        self._takes_batches = takes_batches
        self._free = asyncio.Semaphore(AT_ONCE)

    def limit(self, integration: Integration) -> int:
        """The largest body that is taken of an integration."""
        return self._largest if self._takes_batches(integration) else self.usual

    async def enter(self, integration: Integration) -> bool:
        """Wait for room, for a batch; whether some was taken, which `leave` gives back."""
        return self.limit(integration) > self.usual and await self._free.acquire()

    def leave(self) -> None:
        """Give room back."""
        self._free.release()


class BatchTurn:
    """The turn of one body that proves to be larger than usual."""

    __slots__ = ("_find", "_has_room", "_key", "_room")

    def __init__(self, room: BatchRoom, find: Callable[[str], Awaitable[Integration | None]], key: str) -> None:
        self._room = room
        self._find = find
        self._key = key
        self._has_room = False

    async def limit(self) -> int:
        """Wait for room, and say how large the body may be (bytes)."""
        integration = await self._find(self._key) if self._key else None
        if integration is None:
            return self._room.usual
        self._has_room = await self._room.enter(integration)
        return self._room.limit(integration)

    def end(self) -> None:
        """The body is read, or given up."""
        if self._has_room:
            self._room.leave()
