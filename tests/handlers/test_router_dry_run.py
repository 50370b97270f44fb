"""Trying a router before it is saved, what saving it changes, and its versions."""

from collections.abc import Iterator

import pytest

from bot.engine.model import Router
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

RULES = (
    "rules:\n  - name: loud\n    match: {alert.urgency: critical}\n    actions: [{type: assign, receiver: team:loud}]\n"
    "  - name: rest\n    match: {always: true}\n    actions: [{type: assign, receiver: team:ops}]\n"
)
IGNORING = "rules:\n  - name: all\n    match: {always: true}\n    actions: [{type: assign, receiver: team:empty}]\n"


@pytest.fixture
def routed(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    alice.asks("/pagertree")
    ops = world.team("ops", ("bob", 5), ("carol", 10))
    world.team("loud", ("dave", 1))
    world.team("empty", ("", 5))
    world.integration("webhook", world.router("dev", RULES, team_receiver(ops)))
    yield world
    world.inbox.clear()


def _edits(alice: Person) -> None:
    alice.opens("/pagertree router edit dev", showing="Try it before")


def _tries(alice: Person, **values: object) -> str:
    answer = alice.workspace.post("clicks", **{"as": "alice", "action_id": "router.dry_run", "values": values})
    assert answer["ok"], answer
    top = alice.form()
    while top["title"]["text"] != "Dry run":
        top = alice.form()
    return words_of(top)


def test_a_pasted_payload_is_tried_with_the_rules_as_they_are_typed(routed: World, alice: Person) -> None:
    _edits(alice)

    said = _tries(alice, pasted='{"title": "disk full", "urgency": "critical"}', at="2026-03-29 02:30")

    assert "Rule:* loud" in said
    assert "disk full" in said
    assert "user:dave by sms: layer 1 of team:loud" in said
    assert "team:loud layer 1: user:dave" in said
    assert "`+1m` dropped" in said


def test_the_form_below_keeps_what_was_typed(routed: World, alice: Person) -> None:
    _edits(alice)
    _tries(alice, yaml=IGNORING, pasted="{}")

    alice.workspace.post("closings", **{"as": "alice"})

    below = alice.form(showing="Try it before")
    assert below["state"]["values"]["yaml"]["value"]["value"] == IGNORING


def test_the_newest_payload_is_tried_when_none_is_named(routed: World, alice: Person) -> None:
    log = routed.sends({"event_type": "create", "id": "1", "title": "from the hook"})
    _edits(alice)

    said = _tries(alice, yaml=IGNORING)

    assert log.id in said
    assert "from the hook" in said
    assert "Nobody would be paged." in said
    assert routed.alert("from the hook").count == 1


def test_a_stored_payload_is_found_and_tried(routed: World, alice: Person) -> None:
    log = routed.sends({"event_type": "create", "id": "1", "title": "older"})
    routed.sends({"event_type": "create", "id": "2", "title": "newer"})
    _edits(alice)

    assert log.id in alice.searches("payload.pick", "older")
    assert "older" in _tries(alice, payload=log.id)


def test_what_cannot_be_tried_says_why(routed: World, alice: Person) -> None:
    _edits(alice)

    assert "asign" in _tries(alice, yaml="rules:\n  - match: {always: true}\n    actions: [{type: asign}]\n")


@pytest.mark.parametrize(
    ("values", "said"),
    [({"pasted": "nonsense"}, "is not JSON"), ({"at": "whenever"}, "is not a time"), ({}, "No payload")],
)
def test_samples_that_are_none_are_said(routed: World, alice: Person, values: dict[str, str], said: str) -> None:
    _edits(alice)

    assert said in _tries(alice, **values)


# --- Saving -------------------------------------------------------------------------------------------------------


def test_saving_says_what_it_would_have_changed(routed: World, alice: Person) -> None:
    for number in range(3):
        routed.sends({"event_type": "create", "id": str(number), "title": f"alert {number}"})
    _edits(alice)

    said = words_of(alice.submits(yaml=RULES.replace("team:ops", "team:loud"))["view"])

    assert "Of 3 alerts of the last 7 days" in said
    assert "3 change receiver" in said


def test_losing_everybody_for_a_critical_alert_needs_a_word(routed: World, alice: Person) -> None:
    routed.sends({"event_type": "create", "id": "1", "title": "the site is down", "urgency": "critical"})
    _edits(alice)

    asked = alice.submits(yaml=IGNORING)
    assert "1 critical alert of the last 7 days would have paged nobody" in words_of(asked["view"])
    assert "the site is down: now to team:loud" in words_of(asked["view"])
    assert _yaml(routed) == RULES

    said = words_of(alice.submits(confirm="pages nobody")["view"])
    assert "1 page nobody" in said
    assert _yaml(routed) == IGNORING


def _yaml(world: World) -> str:
    found = world.ports.store.directory().get(Router, "dev")
    assert isinstance(found, Router)
    return found.yaml


# --- Versions -----------------------------------------------------------------------------------------------------


def test_versions_are_listed_compared_and_restored(routed: World, alice: Person, bob: Person) -> None:
    _edits(alice)
    assert alice.submits(yaml=RULES.replace("team:ops", "team:loud"))["ok"]

    listed = alice.asks("/pagertree router history dev")
    assert "*2*" in listed
    assert "by Alice Moreau" in listed
    compared = alice.asks("/pagertree router diff dev 2")
    assert "-      - name: rest" not in compared
    assert "team:loud" in compared
    assert "Only admins may" in bob.asks("/pagertree router restore dev 1")
    assert "as it was in version 1 again; this is version 3" in alice.asks("/pagertree router restore dev 1")
    assert _yaml(routed) == RULES


def test_restoring_what_loses_everybody_for_a_critical_alert_needs_a_word(routed: World, alice: Person) -> None:
    _edits(alice)
    assert alice.submits(yaml=IGNORING)["ok"]
    _edits(alice)
    assert alice.submits(yaml=RULES)["ok"]
    routed.sends({"event_type": "create", "id": "1", "title": "the site is down", "urgency": "critical"})

    asked = alice.asks("/pagertree router restore dev 2")
    assert "Version 2 was not restored" in asked
    assert "1 critical alert of the last 7 days would have paged nobody" in asked
    assert _yaml(routed) == RULES

    assert alice.clicks("restore.ask")["ok"]
    assert "the site is down: now to team:loud" in words_of(alice.form(showing="to restore version 2"))
    assert "This is not the word" in alice.submits(confirm="yes")["errors"]["confirm"]
    assert _yaml(routed) == RULES
    said = words_of(alice.submits(confirm="pages nobody")["view"])
    assert "as it was in version 2 again; this is version 4" in said
    assert "1 page nobody" in said
    assert _yaml(routed) == IGNORING


def test_a_word_is_not_asked_for_when_nothing_stands_against_it(routed: World, alice: Person) -> None:
    _edits(alice)
    assert alice.submits(yaml=IGNORING)["ok"]
    _edits(alice)
    assert alice.submits(yaml=RULES)["ok"]

    assert "as it was in version 2 again" in alice.asks("/pagertree router restore dev 2")


def test_a_deleted_router_comes_back(routed: World, alice: Person) -> None:
    object_id = next(iter(routed.ports.store.directory().routers))
    team = next(iter(routed.ports.store.directory().teams))
    alice.opens("/pagertree router delete dev", showing="Where to instead")
    assert alice.submits(instead=f"team:{team}")["ok"]

    assert "again; this is version 3" in alice.asks(f"/pagertree router restore {object_id} 1")
    assert _yaml(routed) == RULES


@pytest.mark.parametrize("number", ["9", "x", "0"])
def test_versions_that_are_none_are_said(routed: World, alice: Person, number: str) -> None:
    said = alice.asks(f"/pagertree router diff dev {number}")

    assert "There is no version" in said or "is no version" in said


def test_a_routers_own_tests_are_run(routed: World, alice: Person) -> None:
    assert "has no tests" in alice.asks("/pagertree router test dev")
    tests = "tests:\n  - name: critical is loud\n    payload: {urgency: critical}\n    expect: {receiver: team:loud}\n"
    _edits(alice)
    assert alice.submits(yaml=RULES + tests)["ok"]

    assert "1 of 1 tests pass" in alice.asks("/pagertree router test dev")
