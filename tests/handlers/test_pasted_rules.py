"""Rules of another product, pasted into the form of a router: translated, told of, and saved as they are then."""

from bot.engine.model import Router
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

TREE = """
route:
  receiver: ops
  group_by: [alertname]
  routes:
  - {receiver: db, matchers: ['service="db"']}
"""


def test_a_tree_of_routes_is_translated_and_then_saved(world: World, workspace: Workspace, alice: Person) -> None:
    alice.asks("/pagertree")
    world.team("ops", ("bob", 5))
    world.team("db", ("carol", 5))
    alice.opens("/pagertree router add", showing="Try it before")

    told = words_of(alice.submits(name="Tree", yaml=TREE)["view"])
    assert "These were rules of Alertmanager" in told
    assert "group_by: Alertmanager goes on grouping" in told

    assert "is saved with 2 rules" in words_of(alice.submits()["view"])
    found = world.ports.store.directory().get(Router, "tree")
    assert isinstance(found, Router)
    assert "alert.additional_data.labels.service: db" in found.yaml
    world.inbox.clear()
