"""Wake-ups on a real Redis: given once, at the right time, and never in anybody's way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pkgutil import resolve_name
from threading import Event, Thread
from time import monotonic

import pytest
from redis import Redis
from rq import Queue as RQQueue
from rq.registry import ScheduledJobRegistry
from rq.serializers import JSONSerializer

from bot.clock import SystemClock
from bot.ports import Job
from bot.queue.scheduling import ring
from bot.queue.wakeups import QueueName, RedisQueue, connect
from tests.redis_server import RedisServer, running

NOON = datetime(2040, 1, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    if server.stopped:
        server.start()
    with server.client() as client:
        client.flushall()
        yield client


@pytest.fixture
def queue(server: RedisServer, redis: Redis) -> RedisQueue:
    return RedisQueue(server.url)


def waiting(redis: Redis, line: QueueName) -> list[str]:
    """The wake-ups in a line."""
    return [str(job.func_name) for job in RQQueue(line, connection=redis, serializer=JSONSerializer).jobs]


def scheduled(redis: Redis, line: QueueName = QueueName.PAGING) -> dict[str, datetime]:
    """When each alarm of a line is set for."""
    registry = ScheduledJobRegistry(line, connection=redis, serializer=JSONSerializer)  # type: ignore[no-untyped-call]
    return {job_id: registry.get_scheduled_time(job_id) for job_id in registry.get_job_ids()}


def test_many_wakes_are_one_until_the_drain_starts(queue: RedisQueue, redis: Redis) -> None:
    for _ in range(100):
        queue.wake(Job.RECEIVE)
    assert waiting(redis, QueueName.PAGING) == ["bot.jobs.receive"]

    queue.take(Job.RECEIVE)
    queue.wake(Job.RECEIVE)

    assert waiting(redis, QueueName.PAGING) == ["bot.jobs.receive", "bot.jobs.receive"]


def test_what_pages_people_never_waits_behind_what_does_not(queue: RedisQueue, redis: Redis) -> None:
    for job in Job:
        queue.wake(job)

    assert waiting(redis, QueueName.PAGING) == [
        "bot.jobs.receive",
        "bot.jobs.fire",
        "bot.jobs.deliver",
        "bot.jobs.summarise",
    ]
    assert waiting(redis, QueueName.HOUSEKEEPING) == ["bot.jobs.automate", "bot.jobs.refresh"]


def test_every_wake_up_names_a_function_that_both_versions_of_a_rolling_deploy_have(
    queue: RedisQueue, redis: Redis
) -> None:
    for job in Job:
        queue.wake(job)
    given = [*waiting(redis, QueueName.PAGING), *waiting(redis, QueueName.HOUSEKEEPING)]

    assert set(given) == {f"bot.jobs.{job}" for job in Job}
    assert all(callable(resolve_name(name)) for name in given)


def test_wake_ups_do_not_pile_up_where_no_worker_takes_them(queue: RedisQueue, redis: Redis) -> None:
    for _ in range(100):
        queue.take(Job.FIRE)
        queue.wake(Job.FIRE)

    assert len(waiting(redis, QueueName.PAGING)) == 20


@pytest.mark.parametrize(
    ("at", "rings"),
    [
        (NOON, NOON),
        (NOON + timedelta(microseconds=1), NOON + timedelta(seconds=1)),
        (NOON + timedelta(seconds=0.999), NOON + timedelta(seconds=1)),
    ],
)
def test_an_alarm_never_rings_early(queue: RedisQueue, redis: Redis, at: datetime, rings: datetime) -> None:
    queue.wake_at(Job.FIRE, at)

    assert list(scheduled(redis).values()) == [rings]


def test_ten_thousand_alarms_for_one_second_are_one(queue: RedisQueue, redis: Redis) -> None:
    before = redis.info("commandstats")
    for number in range(10_000):
        queue.wake_at(Job.FIRE, NOON + timedelta(microseconds=number + 1))
    after = redis.info("commandstats")

    assert list(scheduled(redis)) == [f"fire-{int(NOON.timestamp()) + 1}"]
    assert after["cmdstat_zadd"]["calls"] - before.get("cmdstat_zadd", {"calls": 0})["calls"] == 1


def test_two_processes_set_the_same_alarm_once(server: RedisServer, queue: RedisQueue, redis: Redis) -> None:
    for each in (queue, RedisQueue(server.url)):
        each.wake_at(Job.DELIVER, NOON)

    assert len(scheduled(redis)) == 1


def test_alarms_ring_when_their_second_comes_and_not_before(
    server: RedisServer, queue: RedisQueue, redis: Redis
) -> None:
    due_at = datetime.now(UTC) + timedelta(seconds=0.3)
    queue.wake_at(Job.FIRE, due_at)
    queue.wake_at(Job.DELIVER, due_at + timedelta(hours=1))
    stopping = Event()
    bell = Thread(target=ring, args=(connect(server.url, 2), list(QueueName), SystemClock(), stopping))
    bell.start()
    taken = redis.blpop(["rq:queue:paging"], timeout=60)
    rang_at = datetime.now(UTC)
    stopping.set()
    bell.join()

    assert taken is not None
    assert rang_at >= due_at
    assert [job_id.partition("-")[0] for job_id in scheduled(redis)] == ["deliver"]


def test_the_bell_rings_on_after_redis_was_away(server: RedisServer, redis: Redis) -> None:
    stopping = Event()
    bell = Thread(target=ring, args=(connect(server.url, 2), list(QueueName), SystemClock(), stopping))
    bell.start()
    server.stop()
    server.start()
    queue = RedisQueue(server.url)
    queue.wake_at(Job.FIRE, datetime.now(UTC))
    taken = redis.blpop(["rq:queue:paging"], timeout=60)
    stopping.set()
    bell.join()

    assert taken is not None


def test_nothing_raises_or_blocks_when_redis_is_gone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    queue = RedisQueue(f"unix://{tmp_path / 'nobody.sock'}")
    for _ in range(1000):
        queue.wake(Job.DELIVER)
        queue.wake_at(Job.FIRE, NOON)
        queue.take(Job.DELIVER)

    assert not queue.answers()
    assert len([record for record in caplog.records if record.name == "bot.queue.guarded_calls"]) == 1


def test_an_alarm_that_could_not_be_set_is_set_the_next_time(server: RedisServer, tmp_path: Path) -> None:
    with running(tmp_path) as late:
        queue = RedisQueue(late.url)
        late.stop()
        queue.wake_at(Job.FIRE, NOON)
        late.start()
        deadline = monotonic() + 60
        with late.client() as client:
            while not scheduled(client) and monotonic() < deadline:
                queue.wake_at(Job.FIRE, NOON)
            assert list(scheduled(client).values()) == [NOON]
