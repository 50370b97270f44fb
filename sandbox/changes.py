"""A counter that goes up with every visible change, and waiting for the next one."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Counts changes. Touched in the event loop only, so it needs no lock."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = False
        self._next: asyncio.Event | None = None

    def note(self) -> int:
        """Counts one change, wakes everybody who waits, and returns its number."""
        self.number += 1
        self._wake()
        return self.number

    def close(self) -> None:
        """Ends every wait: the server is about to stop."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._next is not None:
            self._next.set()
            self._next = None

    async def until(self, look: Callable[[], T], seconds: float) -> T:
        """Calls `look` after each change until it is true, at most for `seconds`; returns its last result."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (seen := look()) and not self.closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await self._changed(left):
                return look()
        return seen

    async def _changed(self, seconds: float) -> bool:
        if self._next is None:
            self._next = asyncio.Event()
        try:
            await asyncio.wait_for(self._next.wait(), seconds)
        except TimeoutError:
            return False
        return True
