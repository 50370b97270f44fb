"""One event for each drain: a wake-up sets it, and the drain's own thread in this process waits for it."""

from collections.abc import Mapping
from threading import Event

from bot.ports import Job


class WakeEvents:
    """The events. One that is set while its drain runs has the drain run once more."""

    def __init__(self) -> None:
        self._events: Mapping[Job, Event] = {job: Event() for job in Job}

    def ring(self, job: Job) -> None:
        """Have the drain run."""
        self._events[job].set()

    def ring_all(self) -> None:
        """Wake all threads: the process ends."""
        for event in self._events.values():
            event.set()

    def listen(self, job: Job, seconds: float) -> bool:
        """Wait until the drain's event is set, or so long; says whether it was. One thread waits for each event."""
        rang = self._events[job].wait(seconds)
        self._events[job].clear()
        return rang
