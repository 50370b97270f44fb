"""Heartbeats: what stays away makes an alert, and what comes again ends it."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Integration, Maintenance, Status
from bot.errors import Invalid
from bot.ports import Job, Log, Request
from bot.service import heartbeat, manage
from tests.harness import World, team_receiver

NAME = "nightly backup"
SILENT = f"No heartbeat from {NAME}"


@pytest.fixture
def watched(world: World) -> Integration:
    """A heartbeat that is expected every ten minutes, with two minutes' grace; runs may take an hour."""
    integration = Integration(
        id=ids.new("int"),
        name=NAME,
        handle="backup",
        type="heartbeat",
        key=ids.secret(),
        destinations=(team_receiver(world.team("ops", ("alice", 5))),),
        options={"period": "10m", "grace": "2m", "run_time": "5m"},
    )
    manage.create(world.ports, integration, SYSTEM)
    looks(world)
    return integration


def looks(world: World, minutes: float = 0) -> None:
    """Have time pass, and the sweep come by."""
    world.passes(minutes=minutes)
    heartbeat.drain(world.ports)
    world.works()


def beats(world: World, integration: Integration, suffix: str = "", body: bytes = b"") -> None:
    """Have the job say something."""
    request = Request(method="POST", path=f"/integrations/key{suffix}", body=body)
    log = Log(id=ids.new("log"), integration_id=integration.id, at=world.clock.now(), request=request, answered=200)
    world.ports.store.append([log])
    world.queue.wake(Job.RECEIVE)
    world.works()


def test_beats_in_time_make_no_alert(world: World, watched: Integration) -> None:
    for _ in range(5):
        beats(world, watched)
        looks(world, minutes=11.9)
    world.expect_silence()


def test_what_a_job_writes_on_the_way_is_no_sign_of_life(world: World, watched: Integration) -> None:
    beats(world, watched)
    looks(world, minutes=11)
    beats(world, watched, "/log", b"12 of 40 files")
    looks(world, minutes=1)
    world.expect_sms("alice", SILENT)


def test_a_beat_that_stays_away_pages_once_and_the_next_one_resolves(world: World, watched: Integration) -> None:
    beats(world, watched)
    looks(world, minutes=11.9)
    world.expect_silence()
    looks(world, minutes=0.1)
    looks(world)
    world.expect_sms("alice", SILENT)
    alert = world.alert(SILENT)
    world.acknowledges("alice", alert)
    assert "every 10m, with 2m grace" in alert.description
    beats(world, watched)
    assert world.alert(SILENT).status is Status.RESOLVED
    looks(world, minutes=12)
    world.expect_sms("alice", SILENT)


def test_one_that_cannot_be_watched_leaves_the_others_watched(world: World, watched: Integration) -> None:
    source = world.ports.sources["heartbeat"]
    faulty = SimpleNamespace(**{name: getattr(source, name) for name in dir(source) if not name.startswith("__")})
    faulty.expectation = lambda _options: timedelta.max + timedelta(seconds=1)
    world.ports = replace(world.ports, sources={**world.ports.sources, "faulty": faulty})
    world.integration("faulty", *watched.destinations, type="faulty")
    looks(world, minutes=12)
    world.expect_sms("alice", SILENT)


def test_one_that_never_came_is_missed_too(world: World, watched: Integration) -> None:
    looks(world, minutes=12)
    world.expect_sms("alice", SILENT)
    assert world.alert(SILENT).count == 1


def test_a_silence_that_somebody_closed_is_told_of_again(world: World, watched: Integration) -> None:
    looks(world, minutes=12)
    world.expect_sms("alice", SILENT)
    world.resolves("alice", world.alert(SILENT))
    looks(world, minutes=59)
    world.expect_silence()
    looks(world, minutes=1)
    world.expect_sms("alice", SILENT)


def test_a_run_that_hangs_is_found_before_the_next_beat_is_due(world: World, watched: Integration) -> None:
    beats(world, watched)
    beats(world, watched, "/start")
    looks(world, minutes=4.9)
    world.expect_silence()
    looks(world, minutes=0.1)
    world.expect_sms("alice", f"{NAME} started and has not finished")
    beats(world, watched, "/success")
    assert world.alert(f"{NAME} started and has not finished").status is Status.RESOLVED


def test_a_failure_pages_at_once_and_success_resolves(world: World, watched: Integration) -> None:
    beats(world, watched, "/fail", b"disk full")
    world.expect_sms("alice", "The job says that it failed: disk full")
    alert = world.alert("The job says that it failed: disk full")
    assert alert.description == "disk full"
    beats(world, watched, "/0")
    assert world.alert("The job says that it failed: disk full").status is Status.RESOLVED


def test_what_is_missing_during_maintenance_is_told_after_it(world: World, watched: Integration) -> None:
    now = world.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="Move",
        handle="move",
        integration_ids=(watched.id,),
        start_at=now,
        end_at=now + timedelta(hours=1),
    )
    manage.create(world.ports, window, SYSTEM)
    looks(world, minutes=59)
    world.expect_silence()
    looks(world, minutes=1)
    world.expect_sms("alice", SILENT)


def test_one_that_is_disabled_is_not_waited_for(world: World, watched: Integration) -> None:
    manage.change(world.ports, replace(watched, enabled=False), SYSTEM, 1)
    looks(world, minutes=60)
    world.expect_silence()
    manage.change(world.ports, watched, SYSTEM, 2)
    looks(world)
    looks(world, minutes=11)
    world.expect_silence()
    looks(world, minutes=1)
    world.expect_sms("alice", SILENT)


def test_a_beat_that_waits_to_be_read_is_no_silence(world: World, watched: Integration) -> None:
    world.passes(minutes=12)
    request = Request(method="GET", path="/integrations/key")
    log = Log(id=ids.new("log"), integration_id=watched.id, at=world.clock.now(), request=request, answered=200)
    world.ports.store.append([log])
    assert heartbeat.drain(world.ports) == 0
    world.queue.wake(Job.RECEIVE)
    world.works()
    world.expect_silence()


def test_settings_that_cannot_be_read_are_refused(world: World, watched: Integration) -> None:
    wrong = replace(watched, options={"period": "soon", "run_time": "1s"})
    with pytest.raises(Invalid) as refused:
        manage.change(world.ports, wrong, SYSTEM, 1)
    assert [problem.where for problem in refused.value.problems] == [("options", "period"), ("options", "run_time")]
