"""Patience with a database that stalls: whoever was acknowledged is answered later, rather than told to try again."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.engine.directory import Directory
from bot.errors import StoreUnavailable
from bot.ports import Log, Store, UnitOfWork

T = TypeVar("T")
_PAUSE = 0.2  # seconds, for a database that refuses at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientStore:
    """A store that is asked again where nothing was done yet: to read what is configured, and to begin.

    What fails later is not tried again here: it may have been done. `patience` is when the last attempt begins.
    """

    store: Store
    patience: timedelta = timedelta(seconds=15)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a transaction. Raises `StoreUnavailable` when the database does not answer for too long."""
        with ExitStack() as stack:
            yield self._ask(lambda: stack.enter_context(self.store.begin()))

    def append(self, logs: Sequence[Log]) -> None:
        """Commit payloads, asking once. Raises `StoreUnavailable`."""
        self.store.append(logs)

    def directory(self) -> Directory:
        """The configuration. Raises `StoreUnavailable` when the database does not answer for too long."""
        return self._ask(self.store.directory)

    def _ask(self, ask: Callable[[], T]) -> T:
        last = time.monotonic() + self.patience.total_seconds()
        while True:
            try:
                return ask()
            except StoreUnavailable:
                if time.monotonic() >= last:
                    raise
                time.sleep(_PAUSE)
