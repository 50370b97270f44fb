"""One writer at a time into a SQLite file.

SQLite lets one connection write and has the others poll, with pauses of up to 100 ms and no order among them. At this
gate threads wait for a lock, which wakes them at once, and processes poll a lock file beside the database, a thousand
times a second. It is for speed and fairness only: `BEGIN IMMEDIATE` is what keeps writers apart.
"""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.errors import StoreUnavailable

_PAUSE = 0.001  # seconds


class Gate:
    """The gate of one database file; every store of a process that opens the file has its own."""

    def __init__(self, database: Path, patience: timedelta) -> None:
        self._file = database.with_name(f"{database.name}-gate").open("ab")
        self._turn = threading.Lock()
        self._patience = patience.total_seconds()
        self._inside: int | None = None

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be the only one who writes. Raises `StoreUnavailable` when the wait exceeds the patience."""
        if self._inside == threading.get_ident():
            raise RuntimeError("a unit of work is open in this thread: it must end before the next one begins")
        deadline = time.monotonic() + self._patience
        if not self._turn.acquire(timeout=self._patience):
            raise StoreUnavailable("the database is busy: another thread has been writing for too long")
        try:
            self._inside = threading.get_ident()
            self._lock_file(deadline)
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._inside = None
            self._turn.release()

    def close(self) -> None:
        """Let go of the lock file."""
        self._file.close()

    def _lock_file(self, deadline: float) -> None:
        while not self._try_file():
            if time.monotonic() >= deadline:
                raise StoreUnavailable("the database is busy: another process has been writing for too long")
            time.sleep(_PAUSE)

    def _try_file(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
