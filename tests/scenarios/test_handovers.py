"""Reminders tell the truth: what was announced and is taken back is said, and a team hears who has it from now on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Maintenance, Team, User
from bot.engine.schedules import Action, Override, Schedule, weekly
from bot.engine.schedules.maintenance import is_open
from bot.ports import Announcement
from bot.service import manage, on_call_notices, rotas
from tests.harness import World, team_receiver

MINUTE = timedelta(minutes=1)


def said(world: World) -> list[str]:
    """What is newly said to anybody, a minute later."""
    world.clock.move_to(world.clock.now() + MINUTE)
    for _ in range(2):
        on_call_notices.drain(world.ports)
    found = [text for phones in world.phones.values() for text in phones.told]
    for phones in world.phones.values():
        phones.told.clear()
    return found


@pytest.fixture
def rota(world: World) -> World:
    """Ada goes on call in 30 minutes, for a day; bo is somebody else. Both hear of it an hour ahead."""
    for name in ("ada", "bo"):
        world.person(name)
        user = world.ports.store.directory().get(User, name)
        assert isinstance(user, User)
        manage.change(world.ports, replace(user, remind_before=timedelta(hours=1)), SYSTEM, 1)
    world.team("ops", ("ada", 5), slack_channel="C0OPS")
    start = (world.clock.now() + 30 * MINUTE).replace(tzinfo=None)
    turn = weekly(id="evt_1", attendees=(world.person("ada").id, world.person("bo").id), handover=start)
    manage.change(world.ports, replace(schedule(world), events=(turn,)), SYSTEM, 1)
    return world


def schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(found, Schedule)
    return found


def covers(world: World) -> Override:
    start = world.clock.now() + 29 * MINUTE
    override = Override(
        id=ids.new("ovr"),
        start_at=start - timedelta(hours=1),
        end_at=start + timedelta(days=2),
        action=Action.REPLACE,
        user_ids=(world.person("bo").id,),
    )
    rotas.add_override(world.ports, schedule(world).id, override, SYSTEM)
    return override


def test_a_shift_that_was_announced_and_is_taken_back_is_said_and_so_is_its_return(rota: World) -> None:
    assert any(text.startswith("ada: You go on call in 29m") for text in said(rota))
    override = covers(rota)
    assert any(text.startswith("ada: You do not go on call for ops, layer 1") for text in said(rota))
    assert not [text for text in said(rota) if text.startswith("ada: You do not")]
    rotas.remove_override(rota.ports, schedule(rota).id, override.id, SYSTEM)
    assert any(text.startswith("ada: You go on call in 26m") for text in said(rota))
    covers(rota)
    assert any(text.startswith("ada: You do not go on call") for text in said(rota))


def test_what_an_older_version_announced_is_taken_back_too(rota: World) -> None:
    begins, ada = int((rota.clock.now() + 30 * MINUTE).timestamp()), rota.person("ada")
    told = Announcement(
        id=f"duty.on.{schedule(rota).id}.1.{begins}.{ada.id}.slack",
        channel="slack",
        address="primary",
        title="On call in 30m",
        text="You go on call in 30m",
        due_at=rota.clock.now(),
        user_id=ada.id,
    )
    with rota.ports.store.begin() as uow:
        uow.announce([told])
    covers(rota)
    assert any(text.startswith("ada: You do not go on call for ops, layer 1") for text in said(rota))
    assert not [text for text in said(rota) if text.startswith("ada: You do not")]


def test_the_teams_channel_hears_who_has_it_who_is_next_and_what_is_open(rota: World) -> None:
    said(rota)
    rota.clock.move_to(rota.clock.now() + 29 * MINUTE)
    [note] = [text for text in said(rota) if "On call for ops from now" in text]
    assert "On call for ops from now: Ada until" in note
    assert "Next: Bo," in note
    assert "No alert is open." in note
    assert not [text for text in said(rota) if "On call for ops" in text]


def test_who_goes_on_call_hears_for_whom_until_when_who_is_next_and_what_is_open(rota: World) -> None:
    team = rota.ports.store.directory().get(Team, "ops")
    assert isinstance(team, Team)
    rota.integration("webhook", team_receiver(team))
    rota.fires("disk full")
    rota.inbox.clear()
    said(rota)
    rota.clock.move_to(rota.clock.now() + 29 * MINUTE)
    heard = said(rota)
    [own] = [text for text in heard if text.startswith("ada: You are on call")]
    assert own == (
        "ada: You are on call for ops, layer 1, until Mon 12 Jan 09:30 UTC.\n"
        "Next: Bo, Mon 12 Jan 09:30 UTC.\nHanded over with it:\n• #1 dropped: disk full"
    )
    [note] = [text for text in heard if "On call for ops from now" in text]
    assert note.endswith("Handed over with it:\n• #1 dropped: disk full")
    assert not [text for text in said(rota) if "on call" in text]


def test_who_is_gone_is_told_nothing(rota: World) -> None:
    said(rota)
    manage.change(rota.ports, replace(_user(rota, "ada"), active=False), SYSTEM, 2)
    assert not [text for text in said(rota) if text.startswith("ada:")]


def _user(world: World, name: str) -> User:
    found = world.ports.store.directory().get(User, name)
    assert isinstance(found, User)
    return found


@pytest.mark.parametrize("recurrence", [None, "FREQ=YEARLY"])
def test_half_an_hour_in_the_hour_that_happens_twice_is_a_window(world: World, recurrence: str | None) -> None:
    begins = datetime.fromisoformat("2026-10-25T00:45:00+00:00")  # 02:45 in Berlin for the first time
    window = Maintenance(
        id=ids.new("mnt"),
        name="Move",
        handle="move",
        integration_ids=(),
        start_at=begins,
        end_at=begins + 30 * MINUTE,
        zone="Europe/Berlin",
        recurrence=recurrence,
    )
    manage.create(world.ports, window, SYSTEM)
    assert is_open(window, begins + MINUTE)
