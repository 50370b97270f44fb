"""The loop of a worker process: an RQ worker that is started again for as long as nobody stops it."""

import logging
import signal
from collections.abc import Callable, Iterable
from threading import Event, Thread
from types import FrameType

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from bot.ports import Clock
from bot.queue.scheduling import ring
from bot.queue.wakeups import Line, connect

logger = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between two tries to reach Redis
_TTL = 30  # seconds after which RQ takes a worker for dead; it waits for jobs half as long at a time
_SCHEDULER_TIMEOUT = 2.0


class DrainingWorker(SimpleWorker):
    """Runs drains in its own process: forking costs more than most of them do."""

    max_connection_wait_time = 2.0
    log_result_lifespan = False
    stopping: Event

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


def work(url: str, lines: Iterable[Line], clock: Clock, beside: Callable[[Event], None]) -> None:
    """Run drains when woken until SIGTERM or SIGINT; `beside` runs in a thread of its own until the event is set."""
    stopping, served = Event(), tuple(lines)
    bell = Thread(target=ring, args=(connect(url, _SCHEDULER_TIMEOUT), served, clock, stopping), name="scheduler")
    net = Thread(target=beside, args=(stopping,), name="sweep")
    threads = (bell, net)
    for thread in threads:
        thread.start()
    try:
        _serve(url, served, stopping)
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _serve(url: str, lines: tuple[Line, ...], stopping: Event) -> None:
    away = False
    while not stopping.is_set():
        try:
            _stop_on_signals(stopping)
            _work_until_redis_goes(url, lines, stopping)
            away = False
        except StopRequested:
            return
        except RedisError as error:
            if not away:
                logger.warning("the worker cannot reach Redis (%s): it tries on, and sweeps meanwhile", error)
            away = True
        stopping.wait(_PAUSE)


def _work_until_redis_goes(url: str, lines: tuple[Line, ...], stopping: Event) -> None:
    names = [str(line) for line in lines]
    worker = DrainingWorker(
        names, connection=connect(url, _TTL), worker_ttl=_TTL, serializer=JSONSerializer, log_job_description=False
    )
    worker.stopping = stopping
    worker.work(logging_level="WARNING")
    _stop_on_signals(stopping)


def _stop_on_signals(stopping: Event) -> None:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
