"""The Queue port on Redis: a wake-up is an RQ job without arguments."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil
from threading import Lock

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue as RQQueue
from rq.serializers import JSONSerializer

from bot.ports import Job
from bot.queue.guarded_calls import GuardedCalls
from bot.queue.wakeup_jobs import name_of

_TIMEOUT = 0.5  # seconds that one call to Redis may take
_CONNECTING = 2.0  # seconds that a connection may take
_FLAG_MILLISECONDS = 5_000  # after which a wake-up that nobody took is given again
_BACKLOG = 20  # wake-ups that lie in a line before no more are added: no worker is there to take them
_JOB_SECONDS = 300  # RQ's limit on one drain: far beyond its time slice
_FAILED_SECONDS = 3600  # that RQ keeps a drain that broke
_REMEMBERED = 20_000  # instants a process knows it has set an alarm for


class QueueName(StrEnum):
    """The RQ queues. What pages people never waits behind what does not."""

    PAGING = "paging"
    HOUSEKEEPING = "housekeeping"


_LINES: Mapping[Job, QueueName] = {
    Job.RECEIVE: QueueName.PAGING,
    Job.FIRE: QueueName.PAGING,
    Job.DELIVER: QueueName.PAGING,
    Job.SUMMARISE: QueueName.PAGING,
    Job.REFRESH: QueueName.HOUSEKEEPING,
    Job.AUTOMATE: QueueName.HOUSEKEEPING,
}


def connect(url: str, timeout: float) -> Redis:
    """Open a client that tries once more at most: a caller is never kept longer than twice the timeout (seconds)."""
    connecting = min(timeout, _CONNECTING)
    return Redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=connecting, retry=Retry(NoBackoff(), retries=1)
    )


class RedisQueue:
    """Gives wake-ups. Redis being away is logged once, and costs a call now and then until it is back."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url, _TIMEOUT)
        self._lines = {line: RQQueue(line, connection=self._redis, serializer=JSONSerializer) for line in QueueName}
        self._set: OrderedDict[tuple[Job, int], None] = OrderedDict()
        self._lock = Lock()
        self._reach = GuardedCalls("the sweep finds what is due")

    def wake(self, job: Job) -> None:
        """Have the drain run soon; nothing is added until the last wake-up was taken."""
        self._reach.attempt(lambda: self._enqueue(job))

    def wake_at(self, job: Job, at: datetime) -> None:
        """Have the drain run at the first whole second that is not before `at`: RQ's scheduler knows no fractions."""
        second = ceil(at.timestamp())
        if self._is_set(job, second):
            return
        if not self._reach.attempt(lambda: self._schedule(job, second)):
            with self._lock:
                self._set.pop((job, second), None)

    def take(self, job: Job) -> None:
        """Say that the drain starts: what is due from now on has to wake it again."""
        self._reach.attempt(lambda: self._redis.delete(_flag(job)))

    def answers(self) -> bool:
        """Whether Redis is there."""
        return self._reach.attempt(self._redis.ping)

    def _enqueue(self, job: Job) -> None:
        line = self._lines[_LINES[job]]
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(_flag(job), 1, nx=True, px=_FLAG_MILLISECONDS)
            pipe.llen(line.key)
            raised, length = pipe.execute()
        if raised and length < _BACKLOG:
            line.enqueue_call(
                name_of(job), timeout=_JOB_SECONDS, result_ttl=0, failure_ttl=_FAILED_SECONDS, description=job
            )

    def _schedule(self, job: Job, second: int) -> None:
        self._lines[_LINES[job]].enqueue_at(
            datetime.fromtimestamp(second, UTC),
            name_of(job),
            job_id=f"{job}-{second}",
            job_timeout=_JOB_SECONDS,
            result_ttl=0,
            failure_ttl=_FAILED_SECONDS,
            description=job,
        )

    def _is_set(self, job: Job, second: int) -> bool:
        with self._lock:
            if (job, second) in self._set:
                return True
            self._set[job, second] = None
            if len(self._set) > _REMEMBERED:
                self._set.popitem(last=False)
            return False


def _flag(job: Job) -> str:
    return f"pagertree:woken:{job}"
