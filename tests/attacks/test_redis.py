"""Somebody who can write to Redis: whatever they write, nothing of theirs is run."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from redis import Redis
from rq import Callback
from rq import Queue as RQQueue
from rq.serializers import JSONSerializer

from bot.engine.model import Role
from bot.ports import Job, Store
from bot.queue.wakeup_jobs import RefusedJob, WakeUpJob
from bot.queue.wakeups import QueueName, RedisQueue
from bot.queue.working import DrainingWorker
from bot.service import refused_jobs
from bot.service.announce import LEASE
from tests.harness import World
from tests.redis_server import RedisServer, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with server.client() as client:
        client.flushall()
        yield client


@pytest.fixture
def line(redis: Redis) -> RQQueue:
    """The line of wake-ups, in the hands of somebody else."""
    return RQQueue(QueueName.PAGING, connection=redis, serializer=JSONSerializer)


def worked(redis: Redis) -> list[str]:
    """What a worker refuses, until nothing is left."""
    refused: list[str] = []
    worker = DrainingWorker([str(QueueName.PAGING)], connection=redis, serializer=JSONSerializer)
    worker.stopping, worker.tell = Event(), refused.append
    worker.work(burst=True, logging_level="CRITICAL")
    return refused


def taken(redis: Redis, job_id: str) -> WakeUpJob:
    """A job as a worker has it."""
    job = WakeUpJob.fetch(job_id, connection=redis, serializer=JSONSerializer)
    assert isinstance(job, WakeUpJob)
    return job


def test_any_function_by_its_name(redis: Redis, line: RQQueue, tmp_path: Path) -> None:
    line.enqueue("os.mkdir", str(tmp_path / "owned"))

    assert worked(redis) == ["it names 'os.mkdir'"]
    assert not (tmp_path / "owned").exists()
    assert redis.keys("rq:job:*") == []


def test_a_method_of_an_object_that_is_sent_along(redis: Redis, line: RQQueue, tmp_path: Path) -> None:
    job = line.enqueue("bot.jobs.receive", str(tmp_path))
    redis.hset(job.key, "data", b'["bot.jobs.receive", {"py/object": "os.system"}, [], {}]')

    assert worked(redis) == ["it gives arguments to 'bot.jobs.receive'"]


@pytest.mark.parametrize("name", ["bot.jobs.world", "bot.jobs", "bot.jobs.receive.__globals__", "bot.wiring.world", ""])
def test_names_beside_those_of_the_table(redis: Redis, line: RQQueue, name: str) -> None:
    line.enqueue("bot.jobs.receive")
    for key in redis.keys("rq:job:*"):
        redis.hset(key, "data", f'["{name}", null, [], {{}}]')

    assert worked(redis) == [f"it names {name!r}"]


@pytest.mark.parametrize("data", [b"", b"\x80\x04cos\nsystem\n.", b"[" * 100_000, b"{}", b"[]", b"\xff" * 5_000_000])
def test_what_cannot_be_read(redis: Redis, line: RQQueue, data: bytes) -> None:
    job = line.enqueue("bot.jobs.receive")
    redis.hset(job.key, "data", data)

    assert worked(redis) == ["it cannot be read"]


@pytest.mark.parametrize("field", ["created_at", "timeout", "status", "retry_intervals", "dependency_ids", "meta"])
def test_other_fields_that_rq_would_break_on(redis: Redis, line: RQQueue, field: str) -> None:
    job = line.enqueue("os.getpid")
    redis.hset(job.key, field, b"\xff{")

    assert worked(redis) == ["it names 'os.getpid'"]


def test_callbacks_of_a_wake_up_that_are_somebody_elses(redis: Redis, line: RQQueue) -> None:
    given = line.enqueue(
        "bot.jobs.receive",
        on_success=Callback("os.system"),
        on_failure=Callback("os.system"),
        on_stopped=Callback("os.system"),
    )
    read = taken(redis, given.id)

    assert read.asked() is Job.RECEIVE
    assert (read.success_callback, read.failure_callback, read.stopped_callback) == (None, None, None)


def test_a_run_that_seems_to_have_been_abandoned_with_a_callback(redis: Redis, line: RQQueue, tmp_path: Path) -> None:
    job = line.enqueue("bot.jobs.receive", on_failure=Callback("os.mkdir"))
    redis.hset(job.key, mapping={"status": "started", "failure_callback_name": "pathlib.Path.home"})
    redis.zadd(line.started_job_registry.key, {f"{job.id}:1": 1})
    redis.delete(line.key)
    worker = DrainingWorker([str(QueueName.PAGING)], connection=redis, serializer=JSONSerializer)

    worker.clean_registries()  # type: ignore[no-untyped-call]

    assert redis.zcard(line.started_job_registry.key) == 0


@pytest.mark.parametrize("job", list(Job))
def test_what_we_write_ourselves_is_taken(server: RedisServer, redis: Redis, job: Job) -> None:
    RedisQueue(server.url).wake(job)
    lines = (RQQueue(each, connection=redis, serializer=JSONSerializer) for each in QueueName)
    [given] = [job_id for each in lines for job_id in each.job_ids]
    read = taken(redis, given)

    assert read.asked() is job
    assert read.func.__module__ == "bot.jobs"


def test_a_job_that_is_read_by_itself_is_refused(redis: Redis, line: RQQueue) -> None:
    given = line.enqueue("os.getpid")
    read = taken(redis, given.id)

    with pytest.raises(RefusedJob):
        read.perform()


def test_the_admins_are_told_once_an_hour(store: Store) -> None:
    world = World(store)
    world.person("alice", "slack", role=Role.ADMIN)
    for _ in range(3):
        refused_jobs.tell(world.ports, "it names 'os.system'")

    with world.ports.store.begin() as uow:
        [said] = uow.claim_announcements(world.clock.now(), LEASE, 10)
    assert "os.system" in said.text
    assert said.title == "Somebody else writes to our Redis"
