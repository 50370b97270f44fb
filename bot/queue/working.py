"""The loop of a worker process: an RQ worker that is started again for as long as nobody stops it."""

import logging
import signal
from collections.abc import Callable, Iterable
from threading import Event, Thread
from types import FrameType
from typing import cast

from redis.exceptions import RedisError
from rq import Queue as RQQueue
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job as RQJob
from rq.serializers import JSONSerializer

from bot.ports import Clock
from bot.queue.scheduling import ring
from bot.queue.wakeup_jobs import RefusedJob, WakeUpJob
from bot.queue.wakeups import QueueName, connect

logger = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between two tries to reach Redis
_TTL = 30  # seconds after which RQ takes a worker for dead; it waits for jobs half as long at a time
_SCHEDULER_TIMEOUT = 2.0


class DrainingWorker(SimpleWorker):
    """Runs drains in its own process: forking costs more than most of them do. It runs nothing but wake-ups."""

    job_class = WakeUpJob
    max_connection_wait_time = 2.0
    log_result_lifespan = False
    stopping: Event
    tell: Callable[[str], object]

    def execute_job(self, job: RQJob, queue: RQQueue) -> None:
        """Give a wake-up; have somebody told of anything else."""
        try:
            WakeUpJob.asked(cast("WakeUpJob", job))
        except RefusedJob as error:
            self._refuse(job, queue, str(error))
            return
        super().execute_job(job, queue)

    def _refuse(self, job: RQJob, queue: RQQueue, said: str) -> None:
        """Throw a job away that we did not write."""
        self.connection.delete(job.key)
        self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
        logger.error("a job in Redis was not run, because %s: somebody else can write to this Redis", said)
        self.tell(said)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the drain that runs."""
        self.stopping.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        """Hear signals from now on, and heed one that came before."""
        super()._install_signal_handlers()  # type: ignore[no-untyped-call]
        self._stop_requested = self._stop_requested or self.stopping.is_set()

    def subscribe(self) -> None:
        """Take no orders from Redis: nobody gives any, and the subscription is a thread that breaks with Redis."""

    def unsubscribe(self) -> None:
        """End what was never begun."""


def work(
    url: str,
    lines: Iterable[QueueName],
    clock: Clock,
    beside: Callable[[Event], None],
    tell: Callable[[str], object] = lambda _: None,
) -> None:
    """Run drains when woken until SIGTERM or SIGINT; `beside` runs in a thread of its own until the event is set.

    `tell` hears what is wrong with each job that was refused.
    """
    stopping, served = Event(), tuple(lines)
    bell = Thread(target=ring, args=(connect(url, _SCHEDULER_TIMEOUT), served, clock, stopping), name="scheduler")
    net = Thread(target=beside, args=(stopping,), name="sweep")
    threads = (bell, net)
    for thread in threads:
        thread.start()
    try:
        _serve(url, served, stopping, tell)
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _serve(url: str, lines: tuple[QueueName, ...], stopping: Event, tell: Callable[[str], object]) -> None:
    away = False
    while not stopping.is_set():
        try:
            _stop_on_signals(stopping)
            _work_until_redis_goes(url, lines, stopping, tell)
            away = False
        except StopRequested:
            return
        except RedisError as error:
            if not away:
                logger.warning("the worker cannot reach Redis (%s): it tries on, and sweeps meanwhile", error)
            away = True
        stopping.wait(_PAUSE)


def _work_until_redis_goes(
    url: str, lines: tuple[QueueName, ...], stopping: Event, tell: Callable[[str], object]
) -> None:
    names = [str(line) for line in lines]
    worker = DrainingWorker(
        names, connection=connect(url, _TTL), worker_ttl=_TTL, serializer=JSONSerializer, log_job_description=False
    )
    worker.stopping, worker.tell = stopping, tell
    worker.work(logging_level="WARNING")
    _stop_on_signals(stopping)


def _stop_on_signals(stopping: Event) -> None:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
