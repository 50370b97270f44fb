"""Bells: a wake-up rings one, and the drain's own thread in this process hears it."""

from collections.abc import Mapping
from threading import Event

from bot.ports import Job


class WakeEvents:
    """One bell for each drain. A bell that rings while its drain runs has it run once more."""

    def __init__(self) -> None:
        self._events: Mapping[Job, Event] = {job: Event() for job in Job}

    def ring(self, job: Job) -> None:
        """Have the drain run."""
        self._events[job].set()

    def ring_all(self) -> None:
        """Have everybody look up: the process ends."""
        for bell in self._events.values():
            bell.set()

    def listen(self, job: Job, seconds: float) -> bool:
        """Wait until the drain's bell rings, or so long; says whether it rang. One thread listens to each bell."""
        rang = self._events[job].wait(seconds)
        self._events[job].clear()
        return rang
