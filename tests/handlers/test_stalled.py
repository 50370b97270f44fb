"""A database that does not answer: Slack is answered in time all the same, and nothing that was typed is lost.

The sandbox reports `operation_timeout` for whatever takes longer than Slack's three seconds.
"""

import pytest

from bot.engine.model import Router
from bot.handlers.error_answers import STALLED_FORM
from tests.handlers.people import Person, Workspace, words_of
from tests.handlers.stalls import stalled
from tests.harness import World

pytestmark = pytest.mark.usefixtures("three_seconds")


def test_commands_are_acknowledged_and_answered_later(sqlite_url: str, alice: Person) -> None:
    alice.asks("/pagertree")
    before = alice.workspace.get("changes")["seq"]
    with stalled(sqlite_url):
        for _ in range(40):  # more than there are threads for the work
            assert alice.types("/pagertree alert list")["ok"]

    assert "There are no alerts yet" in words_of(alice.sees(after=before))


def test_a_form_opens_before_the_database_answers(sqlite_url: str, alice: Person) -> None:
    alice.asks("/pagertree")
    with stalled(sqlite_url):
        assert alice.types("/pagertree team add")["ok"]
        top = alice.workspace.get("views", **{"as": "alice", "wait": 5})["top"]
        assert top["title"]["text"] == "New team"


def test_what_was_typed_stays_and_is_saved_once(sqlite_url: str, world: World, alice: Person) -> None:
    alice.opens("/pagertree router add", showing="Rules")
    with stalled(sqlite_url):
        for _ in range(3):
            answer = alice.submits(name="Dev alerts", yaml="rules: []")
            assert answer["errors"] == {"name": STALLED_FORM}
            assert answer["view"]["state"]["values"]["yaml"]["value"]["value"] == "rules: []"

    assert "is saved" in words_of(alice.form(showing="is saved"))
    routers = world.ports.store.directory().all(Router)
    assert [router.handle for router in routers] == ["dev-alerts"]


def test_a_form_that_was_changed_while_waiting_is_saved_as_it_was_last(
    sqlite_url: str, world: World, alice: Person
) -> None:
    alice.opens("/pagertree router add", showing="Rules")
    with stalled(sqlite_url):
        alice.submits(name="Dev alerts", yaml="rules: []")
    alice.form(showing="is saved")

    assert [router.name for router in world.ports.store.directory().all(Router)] == ["Dev alerts"]


def test_a_click_is_acknowledged(sqlite_url: str, alice: Person, workspace: Workspace) -> None:
    alice.asks_for("/pagertree alert list")
    alice.asks_for("/pagertree")
    with stalled(sqlite_url):
        assert alice.clicks("run.oncall")["ok"]


def test_a_searched_menu_answers_in_time(sqlite_url: str, alice: Person) -> None:
    alice.opens("/pagertree team add", showing="Time zone")
    with stalled(sqlite_url):
        assert "Europe/London" in alice.searches("zone", "lond")
