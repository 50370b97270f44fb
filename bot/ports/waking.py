"""The clock, and the alarm clock."""

from datetime import datetime
from enum import StrEnum
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
