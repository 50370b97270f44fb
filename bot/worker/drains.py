"""All drains that there are, and the threads of a worker that run them: when woken, and every two seconds anyway.

Whatever is due in SQL is done, whether or not a wake-up came. The drains are the only recovery code.
A wake-up arrives at `bot/jobs.py`, which rings for the drain's thread here.
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from random import SystemRandom
from threading import Event, Thread
from typing import TypeAlias

from bot.errors import PagerError
from bot.ports import Job, Ports
from bot.service import (
    alert_texts,
    automate,
    deliver,
    departures,
    fire,
    heartbeat,
    maintenance_effects,
    on_call_notices,
    receive,
    refresh,
    retention,
    storm_summaries,
    unreadable_rows,
)
from bot.service.retention import Limits
from bot.worker.wake_events import WakeEvents

logger = logging.getLogger(__name__)

Drain: TypeAlias = Callable[[Ports], object]

WOKEN: Mapping[Job, Drain] = {
    Job.RECEIVE: receive.drain,
    Job.FIRE: fire.drain,
    Job.DELIVER: deliver.drain,
    Job.SUMMARISE: storm_summaries.drain,
    Job.REFRESH: refresh.drain,
    Job.AUTOMATE: automate.drain,
}
"""What a wake-up asks for."""

UNWOKEN: tuple[Drain, ...] = (
    heartbeat.drain,
    on_call_notices.drain,
    maintenance_effects.drain,
    unreadable_rows.drain,
    departures.drain,
)
"""What nobody is woken for: it is due by the clock alone."""


def sweep(ports: Ports) -> None:
    """Run every drain once."""
    for drain in (*UNWOKEN, *WOKEN.values()):
        drain(ports)


_PERIOD = 2.0  # seconds
_HOUR = 3600.0  # seconds
_JITTER = 0.25  # so that workers started together do not look together

_Work: TypeAlias = Callable[[], object]
_Listen: TypeAlias = Callable[[float], object]


def sweep_until(
    stopping: Event, ports: Ports, wake_events: WakeEvents, worker: str, limits: Limits | None = None
) -> None:
    """Run each drain when its event is set and about every two seconds, and note that the worker is alive.

    With limits, payloads beyond them are let go of every hour, and old storms.

    Each drain has a thread of its own: a Slack that hangs holds up what is sent, never what is read and decided.
    """
    unwoken: list[_Work] = [partial(_beat, ports, worker), *(partial(drain, ports) for drain in UNWOKEN)]
    woken: dict[Job, _Work] = {job: partial(drain, ports) for job, drain in WOKEN.items()}
    woken[Job.DELIVER] = partial(deliver.drain, ports, stopping.is_set)
    threads = [_thread(drain, partial(wake_events.listen, job), stopping) for job, drain in woken.items()]
    threads += [_thread(work, stopping.wait, stopping) for work in unwoken]
    threads.append(_thread(partial(alert_texts.drain, ports), stopping.wait, stopping))
    if limits:
        for forget in (partial(retention.forget, ports, limits), partial(retention.forget_storms, ports)):
            threads.append(Thread(target=_repeat, args=(forget, stopping.wait, stopping, _HOUR), name="retention"))
    for thread in threads:
        thread.start()
    stopping.wait()
    wake_events.ring_all()
    for thread in threads:
        thread.join()


def _beat(ports: Ports, worker: str) -> None:
    with ports.store.begin() as uow:
        uow.beat(worker, ports.clock.now())


def _thread(work: _Work, listen: _Listen, stopping: Event) -> Thread:
    return Thread(target=_repeat, args=(work, listen, stopping, _PERIOD), name="sweep")


def _repeat(work: _Work, listen: _Listen, stopping: Event, period: float) -> None:
    random = SystemRandom()
    pause = 0.0  # whoever was killed left something behind: a worker looks as soon as it starts
    while True:
        listen(pause)
        if stopping.is_set():
            return
        pause = period * random.uniform(1 - _JITTER, 1 + _JITTER)
        _do_safely(work)


def _do_safely(work: _Work) -> None:
    try:
        work()
    except PagerError as error:
        logger.warning("the sweep could not work (%s): it tries again", error)
    except Exception:
        # The last thing that still works when all else is broken must not end over one surprise.
        logger.exception("the sweep broke")
