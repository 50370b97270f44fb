"""Changing a rota in its form: who is on call stays so, the form says what changes, and others hear of it."""

from datetime import timedelta

import pytest

from bot.engine.schedules import Schedule, gaps, on_call
from bot.service import announce
from tests.handlers.people import Person, words_of
from tests.harness import World

ALICE, BOB, CAROL, DAVE = "U0ALICE0001", "U0BOB000002", "U0CAROL0003", "U0DAVE00004"
WEEK = timedelta(weeks=1)


@pytest.fixture
def zebra(world: World, alice: Person) -> World:
    """Alice, bob and carol take weekly turns since Monday 8 December; now bob has his: it is Monday 5 January."""
    alice.asks("/pagertree")
    alice.opens("/pagertree team add", showing="Name")
    turns, first = [ALICE, BOB, CAROL], "2025-12-08"
    answer = alice.submits(name="Zebra", turns=turns, zone="Etc/UTC", layers="5m, 10m", day=first, time="09:00")
    assert answer["ok"], answer
    heard(world)
    return world


def schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "zebra-on-call")
    assert isinstance(found, Schedule)
    return found


def have(world: World, layer: int = 1, weeks: int = 5) -> list[str]:
    """Who has this week's turn and those after it."""
    users, now = world.ports.store.directory().users, world.clock.now()
    found = (on_call(schedule(world), now + number * WEEK, layer) for number in range(weeks))
    return [users[each.user_id].name.split()[0] for shifts in found for each in shifts]


def heard(world: World) -> list[str]:
    announce.drain(world.ports)
    said = [text for phones in world.phones.values() for text in phones.told]
    for phones in world.phones.values():
        phones.told.clear()
    return said


def test_whoever_is_added_takes_a_turn_to_come(zebra: World, alice: Person) -> None:
    before, layer_two = have(zebra), have(zebra, 2, 1)
    assert before[0] == "Bob"
    alice.opens("/pagertree team edit zebra", showing="This counts")
    turns = [ALICE, BOB, CAROL, DAVE]
    alice.submits(turns=turns)
    assert have(zebra) == ["Bob", "Carol", "Dave", "Alice", "Bob"]
    assert have(zebra, 2, 1) == layer_two
    assert gaps(schedule(zebra), zebra.clock.now(), zebra.clock.now() + 8 * WEEK) == ()


def test_the_form_says_before_and_after_that_the_present_stays(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree team edit zebra", showing="This counts")
    pressed = alice.workspace.post(
        "clicks", **{"as": "alice", "view": "top", "action_id": "team.preview", "values": {"turns": [BOB, CAROL]}}
    )
    assert pressed["ok"], pressed
    assert "unchanged" in words_of(alice.form("unchanged"))


def test_at_once_counts_as_it_is_written_and_is_said_and_told(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree team edit zebra", showing="This counts")
    answer = alice.submits(turns=[CAROL, BOB], effective="now")
    shown = words_of(answer["view"])
    assert have(zebra, 1, 1) == ["Carol"]
    assert "changed: before" in shown
    said = heard(zebra)
    assert any("You are on call in layer 1" in text for text in said), said
    assert any("You are no longer on call in layer 1" in text for text in said), said


def test_a_monthly_rota_covers_every_month(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree team edit zebra", showing="This counts")
    answer = alice.submits(rotation="monthly", day="2026-01-31")
    assert "Not every month has a day 31." in answer["errors"]["day"]
    assert alice.submits(rotation="monthly", day="2026-01-01")["ok"]
    now = zebra.clock.now()
    assert have(zebra, 1, 1) == ["Bob"]
    assert gaps(schedule(zebra), now, now + timedelta(days=700)) == ()


def test_office_hours_come_back_in_the_form(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree team edit zebra", showing="This counts")
    answer = alice.submits(part="office", opens="08:00", closes="18:00", effective="now")
    assert "Times without anybody on call" in words_of(answer["view"])
    form = alice.opens("/pagertree team edit zebra", showing="This counts")
    chosen = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert chosen["part"]["initial_option"]["value"] == "office"
    assert (chosen["opens"]["initial_time"], chosen["closes"]["initial_time"]) == ("08:00", "18:00")


def test_twice_a_day_comes_back_in_the_form(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree team edit zebra", showing="This counts")
    assert "Half a day" in alice.submits(rotation="half_daily", every="2")["errors"]["day"]
    assert alice.submits(rotation="half_daily", every="1")["ok"]
    assert have(zebra, 1, 1) == ["Bob"]
    form = alice.opens("/pagertree team edit zebra", showing="This counts")
    chosen = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert chosen["rotation"]["initial_option"]["value"] == "half_daily"


def test_a_deleted_schedule_is_said_and_those_who_had_shifts_are_told(zebra: World, alice: Person) -> None:
    alice.opens("/pagertree schedule delete zebra-on-call", showing="Delete the schedule")
    shown = words_of(alice.submits()["view"])
    assert "Layer 1: nobody on call" in shown
    assert "changed: before" in shown
    said = heard(zebra)
    assert any("Zebra on call was deleted by Alice" in text for text in said), said
    assert any("You are no longer on call in layer 1" in text for text in said), said
