"""The net under the wake-ups: threads in every worker that need no Redis."""

import logging
from collections.abc import Callable
from functools import partial
from random import SystemRandom
from threading import Event, Thread

from bot.errors import PagerError
from bot.ports import Ports
from bot.service import automate, deliver, duty, fire, heartbeat, receive, refresh, retention
from bot.service.retention import Limits

logger = logging.getLogger(__name__)

_PERIOD = 2.0  # seconds
_HOUR = 3600.0  # seconds
_JITTER = 0.25  # so that workers started together do not look together


def sweep_until(stopping: Event, ports: Ports, worker: str, limits: Limits | None = None) -> None:
    """Do what is overdue about every two seconds, and note that the worker is alive.

    With limits, payloads beyond them are let go of every hour.

    Each drain has a thread of its own: a Slack that hangs holds up what is sent, never what is read and decided.
    """
    beat = partial(_beat, ports, worker)
    drains = (partial(module.drain, ports) for module in (receive, heartbeat, fire, deliver, refresh, automate, duty))
    threads = [Thread(target=_repeat, args=(each, stopping, _PERIOD), name="sweep") for each in (beat, *drains)]
    if limits:
        forget = partial(retention.forget, ports, limits)
        threads.append(Thread(target=_repeat, args=(forget, stopping, _HOUR), name="retention"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _beat(ports: Ports, worker: str) -> None:
    with ports.store.begin() as uow:
        uow.beat(worker, ports.clock.now())


def _repeat(work: Callable[[], object], stopping: Event, period: float) -> None:
    random = SystemRandom()
    pause = 0.0  # whoever was killed left something behind: a worker looks as soon as it starts
    while not stopping.wait(pause):
        pause = period * random.uniform(1 - _JITTER, 1 + _JITTER)
        try:
            work()
        except PagerError as error:
            logger.warning("the sweep could not work (%s): it tries again", error)
        except Exception:
            # The last thing that still works when all else is broken must not end over one surprise.
            logger.exception("the sweep broke")
