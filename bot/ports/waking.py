"""The clock, and the alarm clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """Tells the time: asked once per unit of work."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...


class Job(StrEnum):
    """The drains that a worker can be woken for. Each works on what is due in SQL until nothing is."""

    RECEIVE = "receive"
    FIRE = "fire"
    DELIVER = "deliver"
    SUMMARISE = "summarise"
    AUTOMATE = "automate"
    REFRESH = "refresh"


class Queue(Protocol):
    """An alarm clock that may be smashed: losing a wake-up makes things late by seconds, never lost."""

    def wake(self, job: Job) -> None:
        """Have the drain run soon; many calls at once wake it once. Never raises."""
        ...

    def wake_at(self, job: Job, at: datetime) -> None:
        """Have the drain run at an instant, never before it. Never raises."""
        ...


class Rush:
    """Whether timers by the hundred are being decided on in this process.

    Python runs one thread at a time, and whom to ask comes before asking: those who send make room meanwhile.
    """

    def __init__(self) -> None:
        self._is_on = Event()

    @property
    def is_on(self) -> bool:
        """Whether to make room."""
        return self._is_on.is_set()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Have the others make room."""
        self._is_on.set()
        try:
            yield
        finally:
            self._is_on.clear()
