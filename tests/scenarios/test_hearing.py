"""Who hears what beside being asked: reminders, turns, stakeholders, and what teams set."""

from dataclasses import replace
from datetime import timedelta

from bot.engine.model import SYSTEM, NoticeKind, Policy, Role, Stakeholder, Team, Urgency
from bot.service import manage
from tests.harness import World, team_receiver, user_receiver

REMINDER, ASSIGNED = NoticeKind.REMINDER, NoticeKind.ASSIGNED


def sets_policy(world: World, handle: str = "ops", **settings: object) -> None:
    policy = world.ports.store.directory().get(Policy, handle)
    assert isinstance(policy, Policy)
    manage.change(world.ports, replace(policy, **settings), SYSTEM, 1)  # type: ignore[arg-type]


def sets_team(world: World, team: Team, **settings: object) -> None:
    manage.change(world.ports, replace(team, **settings), SYSTEM, 1)  # type: ignore[arg-type]


# --- Reminders ----------------------------------------------------------------------------------------------------


def test_whoever_acknowledged_is_asked_again_until_it_is_resolved(world: World) -> None:
    world.policy(("alice", 5))
    sets_policy(world, remind_after=timedelta(hours=2))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    for _ in range(3):
        world.passes(minutes=119)
        world.expect_silence()
        world.passes(minutes=1)
        world.expect("alice", "sms", REMINDER, "disk full")
    assert "Reminded @alice: acknowledged 6h ago, and not resolved." in world.said(alert)
    world.resolves("alice", alert)
    world.passes(minutes=600)


def test_reminders_go_on_after_a_note_and_rest_during_a_snooze(world: World) -> None:
    world.policy(("alice", 5))
    sets_policy(world, remind_after=timedelta(hours=2))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.notes("alice", alert, "looking")
    world.passes(minutes=120)
    world.expect("alice", "sms", REMINDER, "disk full")
    world.snoozes("alice", alert, minutes=300)
    world.notes("alice", alert, "later")
    world.passes(minutes=299)
    world.expect_silence()
    world.passes(minutes=1)
    world.expect_sms("alice", "disk full")


def test_an_alert_that_was_handed_off_reminds_whoever_has_it_then(world: World) -> None:
    world.policy(("alice", 5))
    sets_policy(world, remind_after=timedelta(hours=2))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.hands_off("alice", alert, user_receiver(world.person("bob")))
    world.expect_sms("bob", "disk full")
    world.acknowledges("bob", alert)
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    world.passes(minutes=120)
    world.expect("bob", "sms", REMINDER, "disk full")


def test_a_sender_that_acknowledges_has_the_admins_asked_again(world: World) -> None:
    world.policy(("alice", 5))
    sets_policy(world, remind_after=timedelta(hours=2))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.sends({"event_type": "acknowledge", "id": "disk full"})
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    world.passes(minutes=120)
    world.expect("ops-admin", "email", REMINDER, "disk full")


def test_without_an_admin_in_the_team_all_admins_are_asked_again(world: World) -> None:
    world.person("ada", role=Role.ADMIN)
    sets_team(world, world.policy(("alice", 5)), members=())
    sets_policy(world, remind_after=timedelta(hours=2))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.sends({"event_type": "acknowledge", "id": "disk full"})
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    world.passes(minutes=120)
    world.expect("ada", "sms", REMINDER, "disk full")


# --- Turns --------------------------------------------------------------------------------------------------------


def test_a_policy_of_turns_asks_one_person_and_the_next_with_each_alert(world: World) -> None:
    world.policy(("alice+bob+carol", 5), ("dave", 5))
    sets_policy(world, round_robin=True)
    for number, name in enumerate(("alice", "bob", "carol", "alice")):
        alert = world.fires(f"alert {number}")
        world.expect_sms(name, f"alert {number}")
        world.expect_silence()
        world.acknowledges(name, alert)


def test_turns_are_counted_for_each_team_and_go_on_in_each_pass(world: World) -> None:
    one, other = world.team("one", ("alice+bob", 5), repeat=1), world.team("other", ("carol+dave", 5))
    for handle in ("one", "other"):
        sets_policy(world, handle, round_robin=True)
    world.integration("webhook", team_receiver(one))
    world.integration("second", team_receiver(other))
    first = world.fires("a")
    world.expect_sms("alice", "a")
    second = world.fires("b", integration="second")
    world.expect_sms("carol", "b")
    world.acknowledges("carol", second)
    world.passes(minutes=5)
    world.expect_sms("bob", "a")
    world.acknowledges("bob", first)
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "a")


def test_alerts_that_come_together_are_shared_out(world: World) -> None:
    world.policy(("alice+bob", 5))
    sets_policy(world, round_robin=True)
    world.sends_together(*({"event_type": "create", "id": str(n), "title": f"alert {n}"} for n in range(4)))
    for number in range(4):
        world.expect_sms(("alice", "bob")[number % 2], f"alert {number}")


# --- Stakeholders and teams ---------------------------------------------------------------------------------------


def test_stakeholders_hear_of_assigned_acknowledged_and_resolved(world: World) -> None:
    team = world.policy(("alice", 5), ("bob", 5))
    press = Stakeholder(
        id="stk_1", name="Press", handle="press", user_ids=(world.person("zoe").id,), emails=("p@example.com",)
    )
    manage.create(world.ports, press, SYSTEM)
    sets_team(world, team, stakeholder_ids=(press.id,))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    hears(world, ASSIGNED)
    world.passes(minutes=5)
    world.expect_sms("bob", "disk full")
    world.acknowledges("bob", alert)
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    hears(world, NoticeKind.ACKNOWLEDGED)
    world.resolves("bob", alert)
    hears(world, NoticeKind.RESOLVED)


def hears(world: World, kind: NoticeKind) -> None:
    world.expect("zoe", "sms", kind, "disk full")
    world.expect("p@example.com", "email", kind, "disk full")


def test_stakeholders_hear_nothing_of_silent_alerts_and_that_one_was_dropped(world: World) -> None:
    team = world.policy(("alice", 5))
    told = Stakeholder(id="stk_1", name="Press", handle="press", user_ids=(world.person("zoe").id,))
    manage.create(world.ports, told, SYSTEM)
    sets_team(world, team, stakeholder_ids=(told.id,), told_of_drops=(world.person("yves").id,))
    quiet = world.fires("quiet", urgency=Urgency.SILENT)
    world.resolves("alice", quiet)
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect("zoe", "sms", ASSIGNED, "disk full")
    world.passes(minutes=5)
    world.expect("zoe", "sms", NoticeKind.DROPPED, "disk full")
    world.expect("yves", "sms", NoticeKind.DROPPED, "disk full")


def test_those_whom_a_team_names_hear_of_handoffs(world: World) -> None:
    other = world.team("other", ("oscar", 5))
    team = world.policy(("alice", 5))
    sets_team(world, team, told_of_handoffs=(world.person("yves").id,))
    sets_team(world, other, told_of_handoffs=(world.person("xena").id,))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.hands_off("alice", alert, team_receiver(other))
    world.expect_sms("oscar", "disk full")
    world.expect("yves", "sms", NoticeKind.HANDOFF, "disk full")
    world.expect("xena", "sms", NoticeKind.HANDOFF, "disk full")
    world.resolves("oscar", alert)
