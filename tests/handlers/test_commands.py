"""Every command of the table, typed by everybody, with good, missing and wrong words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.model import Role
from bot.handlers.answer_places import as_form
from bot.handlers.collecting import collect
from bot.handlers.error_answers import BROKEN
from bot.handlers.grammar import read
from bot.handlers.table import Command, Noun, bind
from bot.slack.forms import view
from sandbox.blocks import view_problems
from tests.handlers.drawn_answers import furnish, reply
from tests.handlers.drawn_on_call import furnish_duty
from tests.handlers.drawn_verbs import furnish_verbs
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

TABLE = collect()
COMMANDS = [(noun, command) for noun in TABLE.nouns for command in noun.commands]
GOOD = {"team": "ops", "router": "dev-alerts", "integration": "webhook", "alert number": "#1", "text": "disk"}
GOOD |= {"schedule": "ops", "policy": "ops", "override": "ovr_1", "stakeholder": "press", "maintenance": "upgrade"}
GOOD |= {"alert, payload or integration": "#1", "payload": "log_kept", "automation": "restart", "rule": "nights"}
GOOD |= {"version": "1", "id": "atm_1", "handle": "renamed", "replacement": "ops"}
GOOD |= {"name": "Another", "instant": "2026-01-05T09:00:00+00:00", "alert numbers": "#1", "urgency": "high"}
GOOD |= {
    "address": "jane@example.com",
    "code": "123456",
    "channels": "slack",
    "time zone": "Europe/Paris",
    "language": "de",
}
GOOD |= {"notification rule": "none", "time or off": "3h", "user": "carol", "role": "member"}
OWNED = {("rule", each) for each in ("edit", "delete", "enable", "disable")}  # for those who wrote it, and for admins
CHANNELS = {"grace": "#payments", "mallory": "#incidents"}


@pytest.fixture
def busy(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """An installation with one of everything, and an admin."""
    alice.asks("/pagertree")
    team = world.policy(("bob", 5), ("carol", 5))
    world.router("dev-alerts", "rules: []\n", team_receiver(team))
    world.fires("disk full")
    furnish_duty(world, "press", "upgrade")
    furnish_verbs(world, "Restart")
    kept = world.sends({"event_type": "create", "id": "kept", "title": "kept"})
    world.ports.store.append([replace(kept, id="log_kept")])
    yield world
    world.inbox.clear()


@pytest.mark.parametrize("name", ["alice", "bob", "grace", "mallory"])
def test_every_command_answers_everybody(busy: World, workspace: Workspace, name: str) -> None:
    person = Person(workspace, name, CHANNELS.get(name, "#general"))
    for noun, command in COMMANDS:
        words = [GOOD[each.name] for each in command.arguments if each.required or each.name in GOOD]
        typed = " ".join(part for part in ("/pagertree", noun.name, command.verb, *words) if part)

        opens = command.opens_for(bind(noun, command, read(" ".join(words))))
        answer = words_of(person.opens(typed)) if opens else person.asks(typed)

        assert answer, typed
        assert BROKEN not in answer, typed
        reserved = command.role is Role.ADMIN or (noun.name, command.verb) in OWNED
        assert _is_refused(answer) == (name in CHANNELS or (reserved and name == "bob")), typed


def _is_refused(answer: str) -> bool:
    return any(said in answer for said in ("Guests cannot", "another workspace", "Only admins may"))


def _typed(noun: Noun, command: Command, words: str) -> str:
    return " ".join(part for part in (noun.name, command.verb, words) if part)


@pytest.mark.parametrize(
    ("name", "words"),
    [("alice", ""), ("alice", "<!channel> `*"), ("alice", "@bob"), ("bob", ""), ("bob", "xyzzy"), ("grace", "")],
)
def test_missing_and_wrong_words_are_answered_too(busy: World, workspace: Workspace, name: str, words: str) -> None:
    person = Person(workspace, name, CHANNELS.get(name, "#general"))
    for noun, command in COMMANDS:
        typed = f"/pagertree {_typed(noun, command, words)}"
        before = workspace.get("changes")["seq"]

        assert person.types(typed)["ok"], typed
        assert BROKEN not in person.hears(before), typed


@pytest.mark.parametrize("words", ["xyzzy", "'xyz'", "#99999", "--nope 1", "--page 0", '"', "\u202e" * 300, "9" * 400])
def test_nothing_but_an_answer_comes_of_wrong_words(world: World, words: str) -> None:
    alice = furnish(world, "plain")
    for noun, command in COMMANDS:
        answer = reply(world, alice, _typed(noun, command, words))

        drawn = view(as_form(answer, "An answer"))
        assert view_problems(drawn, "modal") == [], (noun.name, command.verb)
        assert words_of(drawn), (noun.name, command.verb)


def test_admins_are_named_to_those_who_are_none(busy: World, bob: Person) -> None:
    assert "Ask Alice Moreau." in words_of(bob.opens("/pagertree router add"))


def test_lists_have_pages(busy: World, alice: Person) -> None:
    for number in range(12):
        busy.fires(f"alert {number}")

    first = alice.asks_for("/pagertree alert list")
    assert "#13" in words_of(first)
    assert "#2*" not in words_of(first)

    before = alice.workspace.get("changes")["seq"]
    assert alice.clicks("turn.alert list --page 2")["ok"]
    second = alice.sees(after=before)
    assert second["ts"] == first["ts"]
    assert "#2*" in words_of(second)
    assert "#13*" not in words_of(second)


def test_alerts_are_listed_by_status_and_text(busy: World, alice: Person, bob: Person) -> None:
    busy.fires("tea is cold")
    alice.asks("/pagertree alert ack #1")

    assert "disk full" not in alice.asks("/pagertree alert list --status open")
    assert "disk full" in alice.asks("/pagertree alert list --status acknowledged")
    assert "tea is cold" not in alice.asks("/pagertree alert list disk")
    assert "No open alerts with “tea party”." in alice.asks("/pagertree alert list “tea party” --status open")
    assert "There are queued, open" in alice.asks("/pagertree alert list --status angry")


def test_the_bare_command_shows_what_is_mine(busy: World, bob: Person) -> None:
    busy_bob = busy.ports.store.directory().user_in_slack("U0BOB000002")
    assert busy_bob is None  # the harness's bob has no Slack account yet

    answer = bob.asks("/pagertree")

    assert "Nothing waits for you." in answer
    assert "You are not on call now." in answer


def test_a_number_alone_shows_the_alert(busy: World, alice: Person) -> None:
    assert "disk full" in alice.asks("/pagertree #1")


def test_an_alert_is_acknowledged_and_resolved_by_command(busy: World, alice: Person, bob: Person) -> None:
    assert "You have #1." in alice.asks("/pagertree alert ack #1")
    assert "already acknowledged" in bob.asks("/pagertree alert ack #1")
    assert "#1 is resolved." in bob.asks("/pagertree alert resolve 1")
    assert "already resolved" in alice.asks("/pagertree alert resolve #1")
    assert "There is no alert #404." in alice.asks("/pagertree alert ack 404")


def test_a_button_of_a_list_opens_a_form(world: World, alice: Person) -> None:
    assert "There are no teams yet" in alice.asks("/pagertree team list")

    assert alice.clicks("run.team add")["ok"]

    assert "On call, in the order of their turns" in words_of(alice.form())
