"""Group commit: the payloads that wait at the same moment share one synced transaction."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from bot.errors import StoreUnavailable
from bot.ports import Job, Log, LogState, Queue, Store

_BATCH = 500
_ENOUGH = 128  # payloads that are not kept waiting for more
_PAUSE = 0.02  # seconds between two wake-ups

_Waiting = tuple[Log, asyncio.Future[Exception | None]]


class GroupCommit:
    """Commits logs in batches, in a thread of its own. A batch is what came during the last commit, and what is coming.

    A commit costs the loop as much as several payloads do. So more are awaited, but only as long as each turn of the
    loop brings some. What waits belongs to the event loop, a batch to the thread until it says what became of it.
    """

    def __init__(self, store: Store, committed: Callable[[], None], *, limit: int) -> None:
        self._store = store
        self._committed = committed
        self._limit = limit
        self._waiting: deque[_Waiting] = deque()
        self._running = False
        self._thread = ThreadPoolExecutor(1, "commit")

    async def commit(self, log: Log) -> None:
        """Return once the log is on disk. Raises `StoreUnavailable` when it is not, or when too many wait."""
        if len(self._waiting) >= self._limit:
            raise StoreUnavailable("more payloads are waiting to be committed than this process holds")
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Exception | None] = loop.create_future()
        self._waiting.append((log, outcome))
        if not self._running:
            self._running = True
            loop.call_soon(self._gather, loop, 0)
        error = await outcome
        if error is not None:
            raise StoreUnavailable(str(error)) from error

    def _gather(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        """Take what waits, unless there is more of it than a turn of the loop before."""
        waiting = len(self._waiting)
        if before < waiting < _ENOUGH:
            loop.call_soon(self._gather, loop, waiting)
        else:
            self._start(loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]
        self._running = bool(batch)
        if batch:
            self._thread.submit(self._append, batch, loop)

    def _finish(self, batch: Sequence[_Waiting], errors: Sequence[Exception | None]) -> None:
        for (_, outcome), error in zip(batch, errors, strict=True):
            if not outcome.done():
                outcome.set_result(error)
        self._gather(asyncio.get_running_loop(), 0)

    def _append(self, batch: Sequence[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        logs = [log for log, _ in batch]
        errors = self._errors(logs)
        loop.call_soon_threadsafe(self._finish, batch, errors)
        if any(error is None and log.state is LogState.UNREAD for log, error in zip(logs, errors, strict=True)):
            self._committed()

    def _errors(self, logs: Sequence[Log]) -> Sequence[Exception | None]:
        """What became of each. One log that the database refuses must not take its neighbours with it."""
        try:
            self._store.append(logs)
        except StoreUnavailable as error:
            return [error] * len(logs)
        except Exception as error:  # noqa: BLE001  # whatever it is, whoever waits is told
            return [error] if len(logs) == 1 else [error for log in logs for error in self._errors([log])]
        return [None] * len(logs)


class Waker:
    """Wakes `receive` off the answering path; what is asked during a call, and shortly after it, is one call."""

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
        sleep(_PAUSE)
