"""One in the place of another, everywhere at once, and back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.directory import Directory
from bot.engine.model import SYSTEM, Member, Role, Stakeholder, Team, User, person
from bot.engine.schedules import Action, Override
from bot.errors import Conflict, Refused
from bot.ports import Store
from bot.service import manage
from bot.service.substitution import carry_out, foresee, undo
from tests.harness import World, team_receiver, user_receiver, world_on
from tests.service.naming import bodies_of


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with world_on(store) as world:
        yield world
        world.inbox.clear()


@pytest.fixture
def named(world: World) -> Directory:
    """Bob is named in a rota, an override, a team, a policy, an integration, a router, a stakeholder, and in rules."""
    bob = world.person("bob")
    other = world.team("other", ("carol", 5))
    team = world.team("ops", ("bob+carol", 5), ("bob", 10), reassign=(user_receiver(bob),), integrated=True)
    world.integration("direct", user_receiver(bob), team_receiver(other))
    world.router("main", "rules: []\n", user_receiver(bob))
    world.router("written", "rules:\n  - match: {always: true}\n    actions: [{type: assign, receiver: user:bob}]\n")
    directory, now = world.ports.store.directory(), world.clock.now()
    schedule = directory.schedules[team.schedule_id or ""]
    coming, over = (
        Override(
            id=f"ovr_{hours}",
            start_at=now + timedelta(hours=hours),
            end_at=now + timedelta(hours=hours + 1),
            action=Action.ADD,
            user_ids=(bob.id,),
        )
        for hours in (2, -2)
    )
    members = (*team.members, Member(user_id=bob.id, role=Role.ADMIN))
    manage.change(world.ports, replace(schedule, overrides=(over, coming)), SYSTEM, 1)
    manage.change(world.ports, replace(team, members=members, told_of_drops=(bob.id,)), SYSTEM, 1)
    manage.create(world.ports, Stakeholder(id="stk_1", name="Press", handle="press", user_ids=(bob.id,)), SYSTEM)
    world.person("dave")
    return world.ports.store.directory()


def pair(world: World) -> tuple[User, User]:
    return world.person("bob"), world.person("dave")


def test_everything_that_names_somebody_names_the_other(world: World, named: Directory) -> None:
    bob, dave = pair(world)
    foreseen = foresee(named, bob, dave, world.clock.now())
    assert [f"{each}" for each in foreseen.by_hand] == ["router written (rules)"]

    carry_out(world.ports, bob, dave, person(bob.id, "slack"))

    after = world.ports.store.directory()
    assert not foresee(after, bob, dave, world.clock.now()).changed
    team = next(each for each in after.teams.values() if each.handle == "ops")
    assert Member(user_id=dave.id, role=Role.ADMIN) in team.members
    assert team.told_of_drops == (dave.id,)
    schedule = after.schedules[team.schedule_id or ""]
    assert [each.attendees[0] for each in schedule.events] == [dave.id, dave.id]
    assert {each.id: each.user_ids for each in schedule.overrides} == {"ovr_-2": (bob.id,), "ovr_2": (dave.id,)}


def test_it_is_taken_back_as_a_whole(world: World, named: Directory) -> None:
    bob, dave = pair(world)
    at = carry_out(world.ports, bob, dave, person(bob.id, "slack"))
    world.passes(minutes=3)
    assert undo(world.ports, at, person(bob.id, "slack")) == 6
    assert bodies_of(world.ports.store.directory()) == bodies_of(named)
    with pytest.raises(Refused, match="was changed since"):
        undo(world.ports, at, person(bob.id, "slack"))


def test_nothing_is_taken_back_over_somebody_elses_change(world: World, named: Directory) -> None:
    bob, dave = pair(world)
    at = carry_out(world.ports, bob, dave, person(bob.id, "slack"))
    team = world.ports.store.directory().get(Team, "ops")
    assert isinstance(team, Team)
    manage.change(world.ports, replace(team, name="Operations"), SYSTEM, 3)
    before = world.ports.store.directory()
    with pytest.raises((Refused, Conflict)):
        undo(world.ports, at, person(bob.id, "slack"))
    assert bodies_of(world.ports.store.directory()) == bodies_of(before)


def test_only_who_did_it_takes_it_back(world: World, named: Directory) -> None:
    bob, dave = pair(world)
    at = carry_out(world.ports, bob, dave, person(bob.id, "slack"))
    with pytest.raises(Refused, match="nothing that can be undone"):
        undo(world.ports, at, person(dave.id, "slack"))


def test_a_team_takes_the_place_of_another_as_a_destination(world: World, named: Directory) -> None:
    old, new = (named.get(Team, each) for each in ("ops", "other"))
    assert isinstance(old, Team)
    assert isinstance(new, Team)
    carry_out(world.ports, old, new, SYSTEM)
    after = world.ports.store.directory()
    assert {each.handle: each.destinations for each in after.integrations.values()}["webhook"] == (team_receiver(new),)


def test_two_of_different_kinds_do_not_replace_each_other(world: World, named: Directory) -> None:
    bob, _ = pair(world)
    for other in (bob, next(iter(named.teams.values()))):
        with pytest.raises(Refused, match="two of one kind"):
            foresee(named, bob, other, world.clock.now())
