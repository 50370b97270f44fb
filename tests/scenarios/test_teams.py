"""Cards of a team in Microsoft Teams: one for the alert, one for what becomes of it, and never a page that waits."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from bot.channels.teams import build
from bot.engine.model import SYSTEM, Contact, DeliveryState, Team, Urgency
from bot.ports import Store
from bot.service import manage
from tests.fakes import teams
from tests.harness import World, world_on


@pytest.fixture
def workflow() -> Iterator[teams.Workflow]:
    with teams.serve() as workflow:
        yield workflow


@pytest.fixture
def world(store: Store, workflow: teams.Workflow) -> Iterator[World]:
    with ExitStack() as stack:
        world = stack.enter_context(world_on(store))
        channel = build({"TEAMS_ALLOW_PRIVATE": "127.0.0.1"})
        assert channel
        world.ports = replace(world.ports, channels={**world.ports.channels, "teams": channel})
        team = world.policy(("alice", 5))
        place(world, team, workflow.webhook)
        yield world


def place(world: World, team: Team, webhook: str, seen: int = 1) -> None:
    manage.change(world.ports, replace(team, places=(Contact(channel="teams", address=webhook),)), SYSTEM, seen)


def heads(workflow: teams.Workflow) -> list[str]:
    return [said.splitlines()[1] for said in workflow.said]


def test_the_card_and_what_becomes_of_it_are_posted(world: World, workflow: teams.Workflow) -> None:
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert heads(workflow) == ["Open, waiting for an answer."]
    world.acknowledges("alice", alert)
    world.clears("disk full")
    assert [each.split(" ")[0] for each in heads(workflow)] == ["Open,", "Acknowledged", "Resolved"]


def test_that_nobody_is_left_is_posted_once(world: World, workflow: teams.Workflow) -> None:
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.inbox.clear()
    assert [each.split(" ")[0] for each in heads(workflow)] == ["Open,", "Dropped"]


def test_the_ledger_does_not_hold_the_webhook(world: World, workflow: teams.Workflow) -> None:
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with world.ports.store.begin() as uow:
        sent = [each for each in uow.notifications([alert.id])[alert.id] if each.channel == "teams"]
    assert [each.state for each in sent] == [DeliveryState.SENT]
    assert workflow.signature not in str(sent)


def test_a_webhook_that_is_gone_holds_up_no_page(world: World, workflow: teams.Workflow) -> None:
    workflow.signature = "another"
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert workflow.cards == []
    with world.ports.store.begin() as uow:
        [card] = [each for each in uow.notifications([alert.id])[alert.id] if each.channel == "teams"]
    assert card.state is DeliveryState.FAILED
    assert "Make one anew" in card.error


def test_a_limit_is_waited_out(world: World, workflow: teams.Workflow) -> None:
    workflow.trouble.append(teams.limited(10))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert workflow.cards == []
    world.passes(seconds=15)
    assert heads(workflow) == ["Open, waiting for an answer."]


def test_a_new_webhook_is_used_for_what_waits(world: World, workflow: teams.Workflow) -> None:
    workflow.trouble.append(teams.limited(10))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    team = world.ports.store.directory().get(Team, "ops")
    assert isinstance(team, Team)
    with teams.serve() as other:
        place(world, team, other.webhook, 2)
        world.passes(seconds=15)
        assert (workflow.cards, len(other.cards)) == ([], 1)


def test_more_than_a_minute_holds_is_one_card(world: World, workflow: teams.Workflow) -> None:
    world.limits_storms(3)
    for number in range(8):
        world.fires(f"disk {number}", urgency=Urgency.LOW)
    world.passes(seconds=30)
    world.inbox.clear()
    world.phones["sms"].told.clear()
    assert len(workflow.cards) < 8
    assert any(said.startswith("Alert storm:") for said in workflow.said)
