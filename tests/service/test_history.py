"""Versions: listed, compared, restored."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Automation, Credentials, Router, person
from bot.errors import Invalid, NotFound, Refused
from bot.ports import Store
from bot.service import history, manage
from tests.harness import World, world_on

FIRST = "rules: []\n"
SECOND = """rules:
  - match: {always: true}
    actions: [{type: ignore}]
"""


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with world_on(store) as world:
        yield world


@pytest.fixture
def router(world: World) -> Router:
    """A router with two versions, the second by Jane."""
    router = Router(id=ids.new("rtr"), name="Main", handle="main", yaml=FIRST)
    manage.create(world.ports, router, SYSTEM)
    jane = person(world.person("jane").id, "slack")
    manage.change(world.ports, replace(router, yaml=SECOND), jane, 1)
    return router


def test_every_save_is_a_version_with_its_author(world: World, router: Router) -> None:
    said = [history.say(each, world.ports.store.directory()) for each in history.versions(world.ports, router.id)]
    assert said == ["2: 2026-01-05 09:00 UTC by Jane", "1: 2026-01-05 09:00 UTC by the system"]


def test_two_versions_are_compared_line_by_line(world: World, router: Router) -> None:
    one, other = (history.version(world.ports, router.id, number) for number in (1, 2))
    assert history.diff(one, one) == ""
    lines = history.diff(one, other).splitlines()
    assert lines[:2] == ["--- version 1", "+++ version 2"]
    assert "+    actions: [{type: ignore}]" in [line.replace("+      ", "+    ") for line in lines]


def test_an_old_version_becomes_the_newest(world: World, router: Router) -> None:
    assert history.restore(world.ports, router.id, 1, SYSTEM) == 3
    assert world.ports.store.directory().routers[router.id].yaml == FIRST


def test_what_was_deleted_comes_back(world: World, router: Router) -> None:
    manage.remove(world.ports, router.id, SYSTEM)
    with pytest.raises(Refused, match="is its deletion"):
        history.restore(world.ports, router.id, 3, SYSTEM)
    assert history.restore(world.ports, router.id, 2, SYSTEM) == 4
    assert world.ports.store.directory().routers[router.id].yaml == SECOND
    assert history.say(history.version(world.ports, router.id, 3), world.ports.store.directory()).endswith(", deleted")


def test_a_version_that_cannot_be_saved_any_more_is_refused(world: World) -> None:
    team = world.team("ops", ("alice", 5))
    yaml = "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops}]}]"
    world.router("main", yaml)
    (router,) = world.ports.store.directory().routers.values()
    manage.change(world.ports, replace(router, yaml=FIRST), SYSTEM, 1)
    manage.remove(world.ports, team.id, SYSTEM)
    with pytest.raises(Invalid, match="There is no receiver 'team:ops'"):
        history.restore(world.ports, router.id, 1, SYSTEM)


def test_what_does_not_exist_is_said(world: World, router: Router) -> None:
    with pytest.raises(NotFound, match="no version 9; the latest is 2"):
        history.version(world.ports, router.id, 9)
    with pytest.raises(NotFound, match="There is no version of rtr_none"):
        history.versions(world.ports, "rtr_none")


def test_secrets_are_not_shown(world: World) -> None:
    hook = Automation(
        id=ids.new("atm"),
        name="Hook",
        handle="hook",
        method="POST",
        url="https://example.com",
        headers={"X-Key": "s3cret-one"},
        auth=Credentials(secret="s3cret-one"),
    )
    manage.create(world.ports, hook, SYSTEM)
    changed = replace(hook, name="Hook 2", headers={"X-Key": "s3cret-two"}, auth=Credentials(secret="s3cret-two"))
    manage.change(world.ports, changed, SYSTEM, 1)
    said = history.diff(*(history.version(world.ports, hook.id, number) for number in (1, 2)))
    assert "+name: Hook 2" in said
    assert "s3cret" not in said
