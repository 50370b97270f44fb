"""Overrides that say what they do, a shift that a volunteer takes, and a swap that is one thing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.model import SYSTEM, Member, person
from bot.engine.schedules import Schedule, on_call, shifts, weekly
from bot.handlers.modals.override import read_shift
from bot.service import announce, manage, rotas
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

ALICE, BOB, CAROL = "U0ALICE0001", "U0BOB000002", "U0CAROL0003"


@pytest.fixture
def rota(world: World, workspace: Workspace, alice: Person, bob: Person) -> Iterator[World]:
    """Bob, carol and alice take weekly turns, the next of them behind the first; #general is the team's channel."""
    carol = workspace.person("carol")
    for each in (alice, bob, carol):
        each.asks("/pagertree")
    ids = tuple(user_id(world, each) for each in (BOB, CAROL, ALICE))
    start = world.clock.now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    team = world.team("ops", ("x", 5), ("y", 5))
    schedule = found(world)
    events = tuple(
        weekly(id=f"evt_{layer}", attendees=ids[layer - 1 :] + ids[: layer - 1], handover=start, layer=layer)
        for layer in (1, 2)
    )
    manage.change(world.ports, replace(schedule, events=events), SYSTEM, 1)
    members = tuple(Member(user_id=each) for each in ids)
    channel = next(each["id"] for each in workspace.get("conversations")["conversations"] if each["name"] == "general")
    with world.ports.store.begin() as uow:
        seen = uow.version_of(team.id)
    manage.change(world.ports, replace(team, members=(*team.members, *members), slack_channel=channel), SYSTEM, seen)
    yield world
    world.inbox.clear()


def user_id(world: World, slack_id: str) -> str:
    user = world.ports.store.directory().user_in_slack(slack_id)
    assert user
    return user.id


def found(world: World) -> Schedule:
    schedule = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(schedule, Schedule)
    return schedule


def now_in(world: World, layer: int, **later: int) -> list[str]:
    users = world.ports.store.directory().users
    at = world.clock.now() + timedelta(**later)
    return [users[shift.user_id].name.split()[0] for shift in on_call(found(world), at, layer)]


def heard(world: World) -> list[str]:

    announce.drain(world.ports)
    said = [text for phones in world.phones.values() for text in phones.told]
    for phones in world.phones.values():
        phones.told.clear()
    return said


def answered(person: Person, after: int, said: str) -> None:
    """Wait until somebody is told so: the message in the channel may change before they hear of it."""
    seen, where = after, {"channel": person.channel, "as": person.name, "after": after}
    while said not in words_of(person.workspace.get("messages", **where)["messages"]):
        changes = person.workspace.get("changes", after=seen, wait=60)
        assert changes["seq"] > seen, f"{person.name} is not told “{said}”"
        seen = changes["seq"]


def test_stepping_in_is_about_the_shift_that_is_on_and_its_layer(rota: World, alice: Person) -> None:
    alice.opens("/pagertree override add ops", showing="In place of")
    answer = alice.submits()
    assert answer["ok"], answer
    assert (now_in(rota, 1), now_in(rota, 2)) == (["Alice"], ["Carol"])
    assert now_in(rota, 1, days=6, hours=10) == ["Alice"]
    assert "Undo" in words_of(answer["view"])
    assert any("no longer on call in layer 1" in text for text in heard(rota))


def test_what_makes_one_person_answer_in_two_layers_is_said(rota: World, workspace: Workspace) -> None:
    alice = workspace.person("alice")
    alice.opens("/pagertree override add ops", showing="In place of")
    answer = alice.submits(layer="all", replaced_id=[])
    assert "is in layers 1 and 2 at once" in words_of(answer["view"])


def test_the_first_to_click_takes_a_shift_and_both_hear_of_it(rota: World, workspace: Workspace, bob: Person) -> None:
    bob.opens("/pagertree oncall cover ops", showing="My shift")
    assert bob.submits()["ok"]
    asked = bob.sees()
    assert "who takes the shift" in words_of(asked)
    assert now_in(rota, 1) == ["Bob"]
    carol = workspace.person("carol")
    before = workspace.get("changes")["seq"]
    carol.clicks("cover.take", asked["ts"])
    answered(carol, before, "It is yours")
    assert now_in(rota, 1) == ["Carol"]
    assert any("You are no longer on call in layer 1" in text for text in heard(rota))


def test_who_comes_second_hears_who_was_faster(rota: World, workspace: Workspace, bob: Person) -> None:
    bob.opens("/pagertree oncall cover ops", showing="My shift")
    bob.submits()
    asked = bob.sees()
    [block] = [each for each in asked["blocks"] if each["type"] == "actions"]
    _, _, schedule_id, request, value = block["elements"][0]["value"].split("|", 4)

    rotas.take(rota.ports, schedule_id, read_shift(value), request, person(user_id(rota, CAROL), "slack"))
    before = workspace.get("changes")["seq"]
    alice = workspace.person("alice")
    alice.clicks("cover.take", asked["ts"])
    answered(alice, before, "was faster")
    assert now_in(rota, 1) == ["Carol"]


def test_a_swap_is_taken_back_as_a_whole_and_both_hear_of_it(rota: World, bob: Person) -> None:

    now = rota.clock.now()
    ahead = [each for each in shifts(found(rota), now, now + timedelta(weeks=3)) if each.layer == 1]
    one = next(each for each in ahead if each.user_id == user_id(rota, BOB))
    other = next(each for each in ahead if each.user_id == user_id(rota, CAROL))
    rotas.swap(rota.ports, found(rota).id, one, other, person(one.user_id, "slack"))
    assert now_in(rota, 1) == ["Carol"]
    heard(rota)
    half = found(rota).overrides[1]
    asked = bob.opens(f"/pagertree override delete ops {half.id}", showing="Take this back")
    assert "both halves" in words_of(asked)
    assert bob.submits()["ok"]
    assert (found(rota).overrides, now_in(rota, 1)) == ((), ["Bob"])
    assert any("no longer on call in layer 1" in text for text in heard(rota))
