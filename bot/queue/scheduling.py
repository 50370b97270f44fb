"""Rings at set times: RQ's scheduler, run as a thread.

RQ would run it as a forked process that dies when Redis goes away and is started again up to ten minutes later.
"""

import logging
from collections.abc import Iterable
from threading import Event

from redis import Redis
from redis.exceptions import RedisError
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer

from bot.ports import Clock
from bot.queue.wakeups import QueueName

logger = logging.getLogger(__name__)

_AFTER_THE_SECOND = 0.005  # RQ compares whole seconds: looking just after one begins loses least


def ring(redis: Redis, lines: Iterable[QueueName], clock: Clock, stopping: Event) -> None:
    """Move jobs whose time has come into their lines, each second until stopped. One of all workers does it."""
    scheduler = RQScheduler([str(line) for line in lines], redis, logging_level="WARNING", serializer=JSONSerializer)
    while not stopping.wait(_until_next_second(clock)):
        try:
            scheduler.acquire_locks()  # type: ignore[no-untyped-call]
            scheduler.enqueue_scheduled_jobs()  # type: ignore[no-untyped-call]
        except RedisError as error:
            logger.debug("no wake-ups are given at set times: %s", error)
        except Exception:  # this thread is started once: it must not end over one surprise
            logger.exception("no wake-ups are given at set times for now")
    try:
        scheduler.release_locks()  # type: ignore[no-untyped-call]
    except RedisError as error:
        logger.debug("the scheduler's lock stays until it expires: %s", error)


def _until_next_second(clock: Clock) -> float:
    return 1 - clock.now().microsecond / 1_000_000 + _AFTER_THE_SECOND
