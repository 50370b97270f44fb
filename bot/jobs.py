"""What RQ calls when a worker is woken: one drain each. They take nothing and may run twice, early, late or at once."""

import logging
from collections.abc import Callable

from bot.errors import PagerError
from bot.ports import Job, Ports
from bot.service import automate as automating
from bot.service import deliver as delivering
from bot.service import fire as firing
from bot.service import receive as receiving
from bot.service import refresh as refreshing
from bot.wiring import world

logger = logging.getLogger(__name__)


def receive() -> None:
    """Read payloads."""
    _drain(Job.RECEIVE, receiving.drain)


def fire() -> None:
    """Fire timers."""
    _drain(Job.FIRE, firing.drain)


def deliver() -> None:
    """Send notifications."""
    _drain(Job.DELIVER, delivering.drain)


def refresh() -> None:
    """Bring sent cards up to date."""
    _drain(Job.REFRESH, refreshing.drain)


def automate() -> None:
    """Make the requests of automations."""
    _drain(Job.AUTOMATE, automating.drain)


def _drain(job: Job, drain: Callable[[Ports], int]) -> None:
    here = world()
    here.queue.take(job)
    try:
        drain(here.ports)
    except PagerError as error:
        logger.warning("%s stopped (%s): the sweep takes it up again", job, error)
