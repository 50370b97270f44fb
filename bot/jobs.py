"""What RQ calls when a worker is woken: each rings for a drain, which runs in a thread of its own.

So a wake-up is over at once, and no drain waits for another. They take nothing and may run twice, early or late.
"""

from bot.ports import Job
from bot.wiring import world


def receive() -> None:
    """Read payloads."""
    _ring(Job.RECEIVE)


def fire() -> None:
    """Fire timers."""
    _ring(Job.FIRE)


def deliver() -> None:
    """Send notifications."""
    _ring(Job.DELIVER)


def summarise() -> None:
    """Tell what storms came to."""
    _ring(Job.SUMMARISE)


def refresh() -> None:
    """Bring sent cards up to date."""
    _ring(Job.REFRESH)


def automate() -> None:
    """Make the requests of automations."""
    _ring(Job.AUTOMATE)


def _ring(job: Job) -> None:
    here = world()
    here.queue.take(job)
    here.wake_events.ring(job)
