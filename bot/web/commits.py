"""Group commit: the payloads that wait at the same moment share one synced transaction."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.errors import StoreUnavailable
from bot.ports import Job, Log, LogState, Queue, Store

_BATCH = 500

_Waiting = tuple[Log, asyncio.Future[BaseException | None]]


class GroupCommit:
    """Commits logs in batches, in a thread of its own. Nothing lingers: a batch is what came during the last commit."""

    def __init__(self, store: Store, committed: Callable[[], None], *, limit: int) -> None:
        self._store = store
        self._committed = committed
        self._limit = limit
        self._waiting: deque[_Waiting] = deque()
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "commit")

    async def commit(self, log: Log) -> None:
        """Return once the log is on disk. Raises `StoreUnavailable` when it is not, or when too many wait."""
        if len(self._waiting) >= self._limit:
            raise StoreUnavailable("more payloads are waiting to be committed than this process holds")
        outcome: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((log, outcome))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        error = await outcome
        if error is not None:
            raise StoreUnavailable(str(error)) from error

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._append([self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))])
        finally:
            self._running = None

    async def _append(self, batch: Sequence[_Waiting]) -> None:
        logs = [log for log, _ in batch]
        writing = asyncio.get_running_loop().run_in_executor(self._thread, self._store.append, logs)
        await asyncio.wait({writing})
        error = writing.exception()
        if error is not None and not isinstance(error, StoreUnavailable) and len(batch) > 1:
            await self._append_singly(batch)
            return
        for _, outcome in batch:
            if not outcome.done():
                outcome.set_result(error)
        if error is None and any(log.state is LogState.UNREAD for log in logs):
            self._committed()

    async def _append_singly(self, batch: Sequence[_Waiting]) -> None:
        """One log that the database refuses must not take its neighbours with it."""
        for each in batch:
            await self._append([each])


class Waker:
    """Wakes `receive` off the answering path; what is asked while a call is on its way is one call."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._asked = False
        self._thread = ThreadPoolExecutor(1, "wake")

    def __call__(self) -> None:
        if not self._asked:
            self._asked = True
            self._thread.submit(self._wake)

    def _wake(self) -> None:
        self._asked = False  # before the call: a commit from now on has to ask again
        self._queue.wake(Job.RECEIVE)
