"""Who belongs to a team in which role, and what its admins may change and delete beside the team."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.teams import build
from bot.engine.model import SYSTEM, Member, NoticeKind, Policy, Role, Stakeholder, Team
from bot.engine.schedules import Schedule
from bot.service import manage
from tests.fakes import teams
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

ALICE, BOB, CAROL = "U0ALICE0001", "U0BOB000002", "U0CAROL0003"


@pytest.fixture
def led(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """The teams `ops`, which bob leads, and `other`; both have people whom Slack does not know."""
    alice.asks("/pagertree")
    ops = world.policy(("bob+carol", 5))
    world.team("other", ("carol", 5))
    for name, slack_id in (("bob", BOB), ("carol", CAROL)):
        manage.change(world.ports, replace(world.person(name), slack_id=slack_id), SYSTEM, 1)
    manage.change(world.ports, replace(ops, members=(*ops.members, _admin(world, "bob"))), SYSTEM, 1)
    yield world
    world.inbox.clear()


def _admin(world: World, name: str) -> Member:
    return Member(user_id=world.person(name).id, role=Role.ADMIN)


def team(world: World, handle: str = "ops") -> Team:
    found = world.ports.store.directory().get(Team, handle)
    assert isinstance(found, Team)
    return found


# --- People of a team ---------------------------------------------------------------------------------------------


def test_a_team_says_who_hears_of_what_and_they_do(led: World, bob: Person) -> None:
    press = Stakeholder(id="stk_1", name="Press", handle="press", emails=("press@example.com",))
    manage.create(led.ports, press, SYSTEM)
    bob.opens("/pagertree team people ops", showing="Told when nobody answers")
    answer = bob.submits(admins=[BOB, CAROL], told_of_drops=[CAROL], told_of_handoffs=[BOB], stakeholder_ids=[press.id])
    assert answer["ok"], answer

    carol, changed = led.person("carol").id, team(led)
    assert (changed.told_of_drops, changed.told_of_handoffs) == ((carol,), (led.person("bob").id,))
    assert changed.stakeholder_ids == (press.id,)
    assert Member(user_id=carol, role=Role.ADMIN) in changed.members
    shown = bob.asks("/pagertree team show ops")
    assert f"Told when nobody answers: <@{CAROL}>" in shown
    assert f"Told of handoffs: <@{BOB}>" in shown
    assert "Stakeholders: `stakeholder:press`" in shown

    led.fires("disk full")
    for name in ("bob", "carol"):
        led.expect_sms(name, "disk full")
    led.expect("press@example.com", "email", NoticeKind.ASSIGNED, "disk full")
    led.passes(minutes=5)
    led.expect("carol", "sms", NoticeKind.DROPPED, "disk full")
    led.expect("press@example.com", "email", NoticeKind.DROPPED, "disk full")


def test_people_whom_slack_cannot_show_stay(led: World, bob: Person) -> None:
    unseen = led.person("ops-admin").id
    manage.change(led.ports, replace(team(led), told_of_drops=(unseen,)), SYSTEM, 2)
    form = bob.opens("/pagertree team people ops", showing="Told when nobody answers")
    assert "There are no stakeholders yet" in words_of(form)
    assert bob.submits(admins=[])["ok"]

    admins = [each.user_id for each in team(led).members if each.role is Role.ADMIN]
    assert admins == [unseen]
    assert team(led).told_of_drops == (unseen,)


def test_the_people_of_another_team_are_its_own_admins_business(led: World, bob: Person) -> None:
    assert "Only admins may" in words_of(bob.opens("/pagertree team people other"))


# --- Deleting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("noun", "kind"), [("schedule", Schedule), ("policy", Policy)])
def test_a_teams_admin_deletes_what_no_other_team_uses(
    led: World, bob: Person, noun: str, kind: type[Schedule | Policy]
) -> None:
    assert "Only admins may" in words_of(bob.opens(f"/pagertree {noun} delete other"))
    bob.opens(f"/pagertree {noun} delete ops", showing="Still used by")
    shared = replace(team(led, "other"), **{f"{noun}_id": getattr(team(led), f"{noun}_id")})
    manage.change(led.ports, shared, SYSTEM, 1)

    refused = bob.submits()
    assert "So may an admin of every team that uses it" in words_of(refused["view"]), refused
    assert "Delete" not in bob.asks(f"/pagertree {noun} show ops")
    manage.change(led.ports, replace(shared, members=(_admin(led, "bob"),)), SYSTEM, 2)
    bob.opens(f"/pagertree {noun} delete ops", showing="Still used by")
    assert bob.submits()["ok"]
    assert led.ports.store.directory().get(kind, "ops") is None


def test_a_team_itself_is_deleted_by_admins(led: World, bob: Person) -> None:
    assert "Only admins may" in words_of(bob.opens("/pagertree team delete ops"))


def test_a_maintenance_window_is_deleted_by_those_whose_alerts_it_silences(
    led: World, bob: Person, workspace: Workspace
) -> None:
    led.integration("pages-other", team_receiver(team(led, "other")))
    assert "Nobody is alerted by" in bob.asks("/pagertree maintenance start webhook 1h")
    [window] = led.ports.store.directory().maintenances.values()
    refused = words_of(workspace.person("carol").opens(f"/pagertree maintenance delete {window.handle}"))
    assert "So may an admin of a team that webhook goes to." in refused
    bob.opens(f"/pagertree maintenance delete {window.handle}", showing="Delete the maintenance")
    assert bob.submits()["ok"]
    assert "pages-other goes to" in bob.asks("/pagertree maintenance start pages-other 1h")


# --- Where its cards go besides Slack -----------------------------------------------------------------------------


@pytest.fixture
def workflow(led: World) -> Iterator[teams.Workflow]:
    """A webhook, and the channel that posts there beside the others: the reception has the same channels."""
    channel = build({"TEAMS_ALLOW_PRIVATE": "127.0.0.1"})
    assert channel
    led.ports.channels["teams"] = channel  # type: ignore[index]  # the World's is a dict
    with teams.serve() as workflow:
        yield workflow


def test_a_webhook_is_tried_when_it_is_saved_and_never_shown_again(
    led: World, bob: Person, workflow: teams.Workflow
) -> None:
    bob.opens("/pagertree team edit ops", showing="Webhook of a Microsoft Teams channel")
    assert "not the address of a webhook" in bob.submits(place_teams="payments channel")["errors"]["place_teams"]
    assert "A test message is on its way to Microsoft Teams" in words_of(
        bob.submits(place_teams=workflow.webhook)["view"]
    )
    assert [each.address for each in team(led).places] == [workflow.webhook]
    assert workflow.said[0].startswith("The cards of ops come here")

    form = bob.opens("/pagertree team edit ops", showing="Set: paste another one here")
    shown = bob.asks("/pagertree team show ops")
    assert "Microsoft Teams: 127.0.0.1" in shown
    assert workflow.signature not in f"{form}{shown}{bob.asks('/pagertree team diff ops 3')}"
    assert "test message" not in words_of(bob.submits()["view"])
    assert [each.address for each in team(led).places] == [workflow.webhook]


def test_a_webhook_that_takes_nothing_is_said_and_kept(led: World, bob: Person, workflow: teams.Workflow) -> None:
    workflow.signature = "another"
    bob.opens("/pagertree team edit ops", showing="Webhook of a Microsoft Teams channel")
    answer = bob.submits(place_teams=workflow.webhook.replace("another", "copied-by-half"))
    assert "did not arrive: Microsoft Teams said: 401" in words_of(answer["view"])
    assert len(team(led).places) == 1
    bob.opens("/pagertree team edit ops", showing="Set: paste another one here")
    assert bob.submits(place_teams="-")["ok"]
    assert team(led).places == ()
