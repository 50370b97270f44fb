"""Many alerts of one kind become one page."""

import pytest

from bot.engine.model import NoticeKind, Status
from tests.harness import World

GATHER = """
rules:
  - match: {always: true}
    actions:
      - {type: aggregate, by: [data.cluster], timeout: 15m, receiver: team:ops%s}
"""


@pytest.fixture
def held(world: World) -> World:
    world.team("ops", ("alice", 60))
    world.integration("webhook", world.router("gather", GATHER % ""))
    return world


def test_the_first_is_held_and_the_others_gather_under_it(held: World) -> None:
    parent = held.fires("one", cluster="a")
    held.passes(minutes=5)
    child = held.fires("two", cluster="a")
    assert (child.status, child.parent_id) == (Status.SUPPRESSED, parent.id)
    held.passes(minutes=9, seconds=59)
    held.expect_silence()
    held.passes(seconds=1)
    held.expect_sms("alice", "one")
    assert "Gathered: two" in held.said(parent)


def test_another_value_is_another_window(held: World) -> None:
    held.fires("one", cluster="a")
    assert held.fires("other", cluster="b").parent_id is None
    held.passes(minutes=15)
    held.expect_sms("alice", "one")
    held.expect_sms("alice", "other")


def test_after_the_window_the_next_one_is_held_again(held: World) -> None:
    held.fires("one", cluster="a")
    held.passes(minutes=15)
    held.expect_sms("alice", "one")
    assert held.fires("late", cluster="a").status is Status.QUEUED
    held.passes(minutes=15)
    held.expect_sms("alice", "late")


def test_nobody_is_paged_when_all_resolve_while_held(held: World) -> None:
    held.fires("one", cluster="a")
    held.fires("two", cluster="a")
    held.clears("one")
    held.clears("two")
    held.passes(minutes=60)


def test_a_child_that_lasts_stands_in_for_a_parent_that_resolved(held: World) -> None:
    held.fires("one", cluster="a")
    held.fires("two", cluster="a")
    held.clears("one")
    held.passes(minutes=15)
    held.expect_sms("alice", "two")
    assert held.alert("two").status is Status.OPEN


def test_route_first_sends_the_first_at_once_and_gathers_the_rest(world: World) -> None:
    world.team("ops", ("alice", 5))
    world.integration("webhook", world.router("gather", GATHER % ", route: first"))
    world.fires("one", cluster="a")
    world.expect_sms("alice", "one")
    assert world.fires("two", cluster="a").status is Status.SUPPRESSED
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "one")
