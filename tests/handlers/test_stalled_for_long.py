"""Ten seconds without a database, of either kind: everything is acknowledged in time, and answered afterwards.

The sandbox keeps Slack's three seconds: it reports `operation_timeout` for whatever takes longer.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.engine.model import Router, Status
from bot.handlers.collecting import collect
from bot.handlers.error_answers import BROKEN, STALLED, STALLED_FORM
from bot.handlers.grammar import read
from bot.handlers.table import bind
from bot.store import SqlStore
from tests.handlers.people import Person, Workspace, words_of
from tests.handlers.stalls import stalled
from tests.handlers.test_commands import COMMANDS, GOOD
from tests.harness import World

LONG = timedelta(seconds=10)
READING = {"show", "list", "history", "diff", "logs", "log", "gaps", ""}


@pytest.fixture
def world(store: SqlStore) -> Iterator[World]:
    world = World(store)
    yield world
    world.inbox.clear()


def _reading() -> list[str]:
    """Every command that answers in the conversation and changes nothing."""
    typed = []
    for noun, command in COMMANDS:
        words = [GOOD[each.name] for each in command.arguments if each.required]
        if command.verb in READING and not command.opens_for(bind(noun, command, read(" ".join(words)))):
            typed.append(" ".join(part for part in ("/pagertree", noun.name, command.verb, *words) if part))
    return typed


@pytest.mark.usefixtures("three_seconds")
def test_commands_clicks_and_forms_are_acknowledged_and_answered_after_the_stall(
    database_url: str, world: World, workspace: Workspace, alice: Person, bob: Person
) -> None:
    alice.asks("/pagertree")
    world.policy(("bob", 5))
    world.fires("disk full")
    card = alice.asks_for("/pagertree alert show #1")
    bob.asks("/pagertree")
    carol = workspace.person("carol")
    alice.opens("/pagertree router add", showing="Rules")
    before, typed = workspace.get("changes")["seq"], _reading()

    with stalled(database_url, LONG):
        for each in typed:
            assert alice.types(each)["ok"], each
        assert alice.clicks("alert.acknowledge", ts=card["ts"])["ok"]
        assert bob.types("/pagertree team add")["ok"]
        assert carol.types("/pagertree alert page")["ok"]
        sent = alice.submits(name="Dev alerts", yaml="rules: []")
        assert sent["errors"] == {"name": STALLED_FORM}

    answers = workspace.get(
        "messages", channel="#general", **{"as": "alice", "after": before, "at_least": len(typed) + 1, "wait": 60}
    )["messages"]
    said = words_of(answers)
    assert len(answers) == len(typed) + 1
    assert not {BROKEN, STALLED} & set(said.splitlines())
    assert "You have #1." in said
    assert world.alert("disk full").status is Status.ACKNOWLEDGED
    assert "is saved" in words_of(alice.form(showing="is saved"))
    assert [router.name for router in world.ports.store.directory().all(Router)] == ["Dev alerts"]
    assert "Only admins may" in words_of(bob.form(showing="Only admins"))
    assert "What about" in words_of(carol.form(showing="What about"))


def test_there_is_much_to_read() -> None:
    assert len(_reading()) > len(collect().nouns)
