"""An integration's form shows what becomes of a payload with the templates and rules as they are typed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.model import SYSTEM
from bot.service import manage
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

RULES = "rules:\n  - number: 1\n    match: {data.env: staging}\n    set: {urgency: low}\n"


@pytest.fixture
def shop(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """A team, an integration that sends to it, and alice with its form open."""
    alice.asks("/pagertree")
    world.integration("shop", team_receiver(world.team("ops", ("bob", 5))))
    yield world
    world.inbox.clear()


def _previews(alice: Person, **values: object) -> str:
    alice.opens("/pagertree integration edit shop", showing="Try it before")
    answer = alice.workspace.post("clicks", **{"as": "alice", "action_id": "integration.preview", "values": values})
    assert answer["ok"], answer
    top = alice.form()
    while top["title"]["text"] != "Preview":
        top = alice.form()
    return words_of(top)


def test_a_pasted_payload_is_shown_at_any_instant(shop: World, alice: Person) -> None:
    pasted = '{"event_type": "create", "id": "1", "title": "disk full", "env": "staging"}'

    said = _previews(alice, rules=RULES, title_template="[{{data.env}}]", pasted=pasted, at="2026-03-29 02:30")

    assert "[staging]" in said
    assert "low urgency" in said
    assert "team:ops layer 1: user:bob" in said


def test_the_newest_payload_is_shown_when_none_is_named(shop: World, alice: Person) -> None:
    assert "paste one" in _previews(alice)
    shop.sends({"event_type": "create", "id": "1", "title": "disk full"}, integration="shop")
    shop.sends({"event_type": "resolve", "id": "1"}, integration="shop")

    assert "*disk full*" in _previews(alice)


def test_a_picked_payload_is_shown(shop: World, alice: Person) -> None:
    log = shop.sends({"event_type": "create", "id": "1", "title": "older"}, integration="shop")
    shop.sends({"event_type": "create", "id": "2", "title": "newer"}, integration="shop")

    assert "*older*" in _previews(alice, payload=log.id)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"pasted": "nonsense"}, "does not take this payload"),
        ({"pasted": '{"event_type": "resolve", "id": "1"}'}, "Nothing in it asks for an alert."),
        ({"at": "whenever"}, "is not a time"),
        ({"title_template": "{{#if}}"}, "cannot be tried yet"),
    ],
)
def test_what_cannot_be_shown_says_why(shop: World, alice: Person, values: dict[str, str], said: str) -> None:
    assert said in _previews(alice, **values)


DEFINITION = """
rules:
  - name: a build broke
    match: {log.data.status: failed}
    actions: [{type: create, dedup_key: "{{log.data.repo}}", title: "{{log.data.repo}} is broken"}]
  - name: a build is well
    match: {log.data.status: passed}
    actions: [{type: resolve, dedup_key: "{{log.data.repo}}"}]
default:
  actions: [{type: ignore, reason: neither broken nor well}]
"""


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("failed", ["*a build broke* takes it", "create `shop` shop is broken", "shop is broken"]),
        ("passed", ["*a build is well* takes it", "not a build broke: log.data.status", "resolve `shop`"]),
        ("odd", ["*default* takes it", "ignored: neither broken nor well", "Nothing in it asks for an alert."]),
    ],
)
def test_a_definition_is_tried(shop: World, alice: Person, status: str, said: list[str]) -> None:
    (known,) = shop.ports.store.directory().integrations.values()
    defined = replace(known, type="custom_webhook", options={"definition": DEFINITION})
    manage.change(shop.ports, defined, SYSTEM, 1)

    shown = _previews(alice, pasted=f'{{"repo": "shop", "status": "{status}"}}')

    assert [each for each in said if each not in shown] == [], shown
