"""Where work is done after Slack was answered: a few threads, and an end to what may wait for them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")


class Backroom:
    """Threads of our own, so that a database that stalls holds up no acknowledgement."""

    def __init__(self, threads: int = 16, waiting: int = 100) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-work")
        self._places = BoundedSemaphore(threads + waiting)

    def begin(self, work: Callable[[], T]) -> Future[T] | None:
        """Have work done; None when so much waits already that it would come too late."""
        if not self._places.acquire(blocking=False):
            return None
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    def close(self) -> None:
        """Finish what was begun, and take nothing more."""
        self._pool.shutdown()
