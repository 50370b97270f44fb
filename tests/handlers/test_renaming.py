"""Another handle for an object: chosen or offered, and the old one names it on, in rules, commands and addresses."""

from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, NoticeKind, Receiver, ReceiverKind, Team
from bot.errors import Conflict, Invalid
from bot.handlers.collecting import collect
from bot.handlers.grammar import Word, read
from bot.handlers.lookup import pick
from bot.handlers.renaming import offered
from bot.handlers.table import Said, bind, find
from bot.service import manage
from tests.handlers.drawn import visit
from tests.harness import World

TABLE = collect()


def types(world: World, typed: str) -> Said:
    noun, command, left = find(TABLE, read(typed))
    said = command.run(visit(world), bind(noun, command, left))
    assert isinstance(said, Said)
    return said


def test_an_old_handle_names_the_object_on(world: World) -> None:
    team = world.team("payments", ("bob", 5))
    types(world, "team handle payments billing")
    types(world, "team handle payments refunds")
    directory = world.ports.store.directory()
    for handle in ("payments", "billing", "refunds"):
        assert pick(directory, Team, Word(text=handle)).handle == "refunds"
        assert directory.receiver(f"team:{handle}") == Receiver(kind=ReceiverKind.TEAM, id=team.id)
    assert sorted(directory.aliases_of(team.id)) == ["billing", "payments"]


def test_rules_that_name_an_old_handle_page_as_before(world: World) -> None:
    team = world.policy(("bob", 5))
    rules = f"rules:\n  - match: {{always: true}}\n    actions: [{{type: assign, receiver: team:{team.handle}}}]\n"
    router = world.router("main", rules)
    world.integration("sender", router)
    types(world, f"team handle {team.handle} operations")
    world.fires("disk full", integration="sender")
    world.expect("bob", "sms", NoticeKind.OPEN, "disk full")


def test_a_handle_that_still_names_another_is_not_given_away(world: World) -> None:
    world.team("payments", ("bob", 5))
    types(world, "team handle payments billing")
    world.team("other", ("bob", 5))
    with pytest.raises(Invalid, match="payments names payments"):
        types(world, "team handle other payments")
    taken = Team(id=ids.new("tem"), name="New", handle="payments")
    with pytest.raises(Conflict, match="still names it"), world.ports.store.begin() as uow:
        uow.put(taken, SYSTEM, world.clock.now())
    assert manage.handle_for(world.ports.store.directory(), Team, "Payments") == "payments-2"


def test_a_handle_that_an_object_had_may_be_its_own_again(world: World) -> None:
    world.team("payments", ("bob", 5))
    types(world, "team handle payments billing")
    types(world, "team handle billing payments")
    directory = world.ports.store.directory()
    found = pick(directory, Team, Word(text="billing"))
    assert found.handle == "payments"
    assert list(directory.aliases_of(found.id)) == ["billing"]


def test_what_a_deleted_object_was_called_is_free(world: World) -> None:
    team = world.team("payments", ("bob", 5))
    types(world, "team handle payments billing")
    manage.remove(world.ports, team.id, SYSTEM)
    again = Team(id=ids.new("tem"), name="New", handle="payments")
    with world.ports.store.begin() as uow:
        uow.put(again, SYSTEM, world.clock.now())
    assert pick(world.ports.store.directory(), Team, Word(text="payments")).id == again.id


@pytest.mark.parametrize("typed", ["Платежи", "a--b", "-a", "x" * 41, "a_b", "a/b"])
def test_what_is_no_handle_is_refused(world: World, typed: str) -> None:
    world.team("payments", ("bob", 5))
    with pytest.raises(Invalid, match="is no handle"):
        types(world, f"team handle payments «{typed}»")


def test_a_renamed_object_is_offered_the_handle_of_its_new_name(world: World) -> None:
    team = world.team("payments", ("bob", 5))
    renamed = replace(team, name="決済チーム")
    assert "team handle payments juejichimu" in str(offered(visit(world), team, renamed))
    assert not offered(visit(world), team, replace(team, slack_channel="C0OPS"))
    assert not offered(visit(world), None, team)
