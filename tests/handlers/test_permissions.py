"""Who may do what: admins, the admins of a team, members and strangers; and what was changed by whom."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.model import SYSTEM, Member, NotificationRule, Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.service import manage
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

BOB, CAROL = "U0BOB000002", "U0CAROL0003"
NIGHTS = "rules:\n  - match: {always: true}\n    actions: [{type: notify, channels: [slack]}]\n"


@pytest.fixture
def led(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """Two teams, of which bob leads the first."""
    alice.asks("/pagertree")
    ops = world.team("ops", ("bob+carol", 5))
    world.team("other", ("carol", 5))
    for name, slack_id in (("bob", BOB), ("carol", CAROL)):
        manage.change(world.ports, replace(world.person(name), slack_id=slack_id), SYSTEM, 1)
    lead = Member(user_id=world.person("bob").id, role=Role.ADMIN)
    manage.change(world.ports, replace(ops, members=(lead, Member(user_id=world.person("carol").id))), SYSTEM, 1)
    yield world
    world.inbox.clear()


def test_a_teams_admin_changes_that_team_and_no_other(led: World, bob: Person, workspace: Workspace) -> None:
    bob.opens("/pagertree team edit ops", showing="Wait for an answer")
    assert bob.submits(layers="7m")["ok"]
    team = led.ports.store.directory().get(Team, "ops")
    assert isinstance(team, Team)
    assert str(led.ports.store.directory().policies[team.policy_id or ""].layers[0].timeout) == "0:07:00"

    assert "Only admins may" in words_of(bob.opens("/pagertree team edit other"))
    assert "Only admins may" in words_of(bob.opens("/pagertree team add"))
    assert "Only admins may" in words_of(bob.opens("/pagertree team delete ops"))


def test_a_member_is_told_who_else_may(led: World, workspace: Workspace) -> None:
    carol = workspace.person("carol")

    refused = words_of(carol.opens("/pagertree team edit ops"))

    assert "Ask Alice Moreau." in refused
    assert "So may the admins of the team: Bob." in refused


def test_a_rule_is_changed_by_its_author_and_by_admins(led: World, bob: Person, workspace: Workspace) -> None:
    bob.opens("/pagertree rule add", showing="Rules (YAML)")
    assert "saved" in words_of(bob.submits(name="Nights", yaml=NIGHTS)["view"])
    carol = workspace.person("carol")

    assert "Whoever wrote the rule may" in words_of(carol.opens("/pagertree rule edit nights"))
    assert "Whoever wrote the rule may" in words_of(carol.opens("/pagertree rule delete nights"))
    bob.opens("/pagertree rule edit nights", showing="Rules (YAML)")
    assert bob.submits(name="Nights by phone")["ok"]


def test_a_number_in_a_rule_is_refused_where_it_stands_unless_an_admin_saves_it(
    led: World, bob: Person, alice: Person
) -> None:
    dear = NIGHTS.replace("channels: [slack]", 'channels: [voice], channel_options: {voice: "+19005550199"}')
    bob.opens("/pagertree rule add", showing="Rules (YAML)")
    said = bob.submits(name="Nights", yaml=dear)["errors"]["yaml"]
    assert said.startswith("Line 3, column 74")
    assert "'+19005550199' is no verified number of yours" in said
    assert led.ports.store.directory().notification_rules == {}

    alice.opens("/pagertree rule add", showing="Rules (YAML)")
    assert "saved" in words_of(alice.submits(name="Nights", yaml=dear)["view"])
    alice.submits(name="Nights", yaml=dear)
    [saved] = led.ports.store.directory().notification_rules.values()
    assert saved.vouched == ("+19005550199",)


def test_a_rule_is_attached_to_oneself_and_by_admins_to_others(led: World, alice: Person, bob: Person) -> None:
    rule = NotificationRule(id="ntr_1", name="Nights", handle="nights", yaml=NIGHTS)
    manage.create(led.ports, rule, SYSTEM)

    assert "how you are paged" in bob.asks("/pagertree rule attach nights")
    assert "Only admins may" in bob.asks("/pagertree rule attach nights @carol")
    assert "how Carol is paged" in alice.asks("/pagertree rule attach nights @carol")
    assert "used by Bob, Carol" in alice.asks("/pagertree rule list")
    assert "default channels" in bob.asks("/pagertree rule detach nights")
    assert "is not the notification rule of Bob" in bob.asks("/pagertree rule detach nights")


def test_a_rule_is_tried_for_oneself(led: World, bob: Person) -> None:
    steps = NIGHTS.replace("channels: [slack]}", "channels: [slack], timeout: 2m}, {type: notify, channels: [sms]}")
    bob.opens("/pagertree rule add", showing="Rules (YAML)")
    clicked = bob.workspace.post(
        "clicks",
        **{"as": "bob", "action_id": "rule.dry_run", "values": {"yaml": steps, "pasted": '{"title": "disk full"}'}},
    )
    assert clicked["ok"]
    said = words_of(bob.form(showing="You would be paged"))

    assert "disk full" in said
    assert "`at once` by slack\n`+2m` by sms" in said


# --- Audit --------------------------------------------------------------------------------------------------------


def test_every_change_is_told_with_its_author_and_what_was_before(led: World, alice: Person, bob: Person) -> None:
    bob.opens("/pagertree team edit ops", showing="Wait for an answer")
    bob.submits(layers="7m", name="Operations")

    listed = alice.asks("/pagertree audit list Operations")
    assert "Bob changed the team *Operations*: name" in listed
    team = led.ports.store.directory().get(Team, "ops")
    assert team
    shown = alice.asks(f"/pagertree audit show {team.id} 3")
    assert "-name: ops" in shown
    assert "+name: Operations" in shown
    assert "Only admins may" in bob.asks("/pagertree audit list")


@pytest.mark.parametrize("kind", [Schedule, Policy])
def test_what_has_no_verbs_for_its_versions_has_them_in_the_audit(
    led: World, alice: Person, kind: type[Schedule | Policy]
) -> None:
    found = led.ports.store.directory().get(kind, "ops")
    assert isinstance(found, Schedule | Policy)
    manage.change(led.ports, replace(found, name="Operations"), SYSTEM, 1)

    assert "+name: Operations" in alice.asks(f"/pagertree audit show {found.id} 2")
    assert "as it was in version 1 again" in alice.asks(f"/pagertree audit restore {found.id} 1")
    assert led.ports.store.directory().get(kind, "ops") == found


def test_what_was_deleted_comes_back_from_the_audit(led: World, alice: Person) -> None:
    rule = NotificationRule(id="ntr_1", name="Nights", handle="nights", yaml=NIGHTS)
    manage.create(led.ports, rule, SYSTEM)
    manage.remove(led.ports, rule.id, SYSTEM)

    assert "the system deleted the rule *Nights*" in alice.asks("/pagertree audit list")
    assert "as it was in version 1 again" in alice.asks("/pagertree audit restore ntr_1 1")
    assert led.ports.store.directory().get(NotificationRule, "nights") == rule
    assert "is no id" in alice.asks("/pagertree audit show nights 1")
    assert "There is no" in alice.asks("/pagertree audit show rtr_nothing 1")
