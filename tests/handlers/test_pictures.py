"""The picture of a schedule: uploaded to Slack, shown with its facts as text, and left out where there is none."""

import io
from dataclasses import replace
from datetime import timedelta

import httpx
from PIL import Image, ImageColor

from bot.engine.agenda import describe, lay_out
from bot.engine.model import SYSTEM
from bot.engine.schedules import Action, Override, Schedule, daily, weekly
from bot.service import departures, manage, rotas
from bot.slack import pictures
from sandbox.server import Running
from tests.handlers.people import Person, Workspace
from tests.harness import World

BOB = "U0BOB000002"


def schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(found, Schedule)
    return found


def rota(world: World) -> Schedule:
    """Ada and bo take weekly turns from now on; bo covers an hour of ada's."""
    world.team("ops", ("ada", 5))
    now = world.clock.now()
    people = (world.person("ada").id, world.person("bo").id)
    turn = weekly(id="evt_1", attendees=people, handover=now.replace(tzinfo=None))
    manage.change(world.ports, replace(schedule(world), events=(turn,)), SYSTEM, 1)
    cover = Override(
        id="ovr_1",
        start_at=now + timedelta(days=1),
        end_at=now + timedelta(days=2),
        action=Action.REPLACE,
        user_ids=(people[1],),
        replaced_id=people[0],
        layer=1,
    )
    return rotas.add_override(world.ports, schedule(world).id, cover, SYSTEM)


def colours(content: bytes) -> set[object]:
    return {colour for _, colour in Image.open(io.BytesIO(content)).convert("RGB").getcolors(1 << 20) or ()}


def test_it_shows_turns_overrides_gaps_and_now_and_says_the_same_in_words(world: World) -> None:
    given = rota(world)
    agenda = lay_out(given, world.ports.store.directory(), world.clock.now())
    content = pictures.draw(agenda)
    assert Image.open(io.BytesIO(content)).width == 720
    said = describe(agenda)
    assert "Bo" in said
    assert ", by an override" in said
    red = (0xE0, 0x1E, 0x5A)
    whole = replace(
        given,
        events=(
            replace(
                given.events[0],
                start=given.events[0].start - timedelta(weeks=4),
                end=given.events[0].end - timedelta(weeks=4),
            ),
        ),
    )
    assert red not in colours(pictures.draw(lay_out(whole, world.ports.store.directory(), world.clock.now())))
    departures.leave(world.ports, world.person("bo").id, SYSTEM)
    later = lay_out(given, world.ports.store.directory(), world.clock.now())
    assert "nobody" in describe(later)
    assert red in colours(pictures.draw(later))


def test_it_is_uploaded_once_and_shown_with_its_words(
    world: World, workspace: Workspace, server: Running, alice: Person
) -> None:
    alice.asks("/pagertree")
    rota(world)
    shown = [alice.asks_for("/pagertree schedule show ops") for _ in range(2)]
    images = [block for each in shown for block in each["blocks"] if block["type"] == "image"]
    assert len({block["slack_file"]["id"] for block in images}) == 1
    assert "Layer 1: Ada" in images[0]["alt_text"]
    seen = httpx.get(f"{server.url}/_pictures/{images[0]['slack_file']['id']}")
    assert (seen.headers["content-type"], Image.open(io.BytesIO(seen.content)).format) == ("image/png", "PNG")


def test_a_name_in_any_script_and_a_layer_without_room_are_drawn(world: World) -> None:
    given = rota(world)
    events = tuple(replace(given.events[0], id=f"evt_{layer}", layer=layer) for layer in range(1, 7))
    manage.change(world.ports, replace(world.person("ada"), name="日本語 Ярослав 🎉" * 3), SYSTEM, 1)
    agenda = lay_out(replace(given, events=events), world.ports.store.directory(), world.clock.now())
    assert agenda.left == 2
    assert pictures.draw(agenda).startswith(b"\x89PNG")


def test_as_many_people_as_there_are_colours_have_one_each(world: World) -> None:
    people = tuple(world.person(f"person{number}").id for number in range(len(pictures.COLOURS)))
    start = world.clock.now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    turns = daily(id="evt_1", attendees=people, handover=start)
    given = Schedule(id="sch_1", name="R", handle="r", zone="Etc/UTC", events=(turns,))
    shown = colours(pictures.draw(lay_out(given, world.ports.store.directory(), world.clock.now())))
    assert {ImageColor.getrgb(each) for each in pictures.COLOURS} <= shown
