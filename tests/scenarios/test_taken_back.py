"""What people take back, add and change: it asks again, others help, and every answer says what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.alerts.life import Standing, standing_of
from bot.engine.model import SYSTEM, NoticeKind, Severity, Stakeholder, Status, Urgency, person
from bot.errors import Invalid, Refused
from bot.ids import new
from bot.service import alert_cards, alterations, departures, explanation, manage
from bot.service.page import PageRequest, page
from bot.service.replies import Text, answer
from tests.harness import World, team_receiver, user_receiver


@pytest.fixture
def paged(world: World) -> World:
    """Alice is asked about `disk full`, and Bob after her; nobody is on call in `nights` but from 20:00 on."""
    world.policy(("alice", 5), ("bob", 5))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    return world


def nights(world: World) -> str:
    """A schedule in which Carol is on call from eight hours on."""
    event = replace(world._event(1, ["carol"]), start=world.clock.now().replace(tzinfo=None) + timedelta(hours=8))
    event = replace(event, end=event.start + timedelta(hours=8), recurrence=None)
    rota = world.team("rota", ("carol", 5)).schedule_id or ""
    schedule = replace(
        world.ports.store.directory().schedules[rota],
        id=new("sch"),
        name="nights",
        handle="nights",
        events=(event,),
    )
    manage.create(world.ports, schedule, SYSTEM)
    return "schedule:nights"


# --- An answer says what happened ---------------------------------------------------------------------------------


def test_a_handoff_to_where_nobody_is_on_call_is_refused_and_the_giver_keeps_the_alert(paged: World) -> None:
    receiver, alert = paged.receiver(nights(paged)), paged.alert("disk full")
    paged.acknowledges("alice", alert)

    with pytest.raises(Refused) as refused:
        paged.hands_off("alice", alert, receiver)

    said = "Nobody is on call in schedule:nights. Next is Carol, in 8h. You keep #1."
    assert str(refused.value) == said
    assert paged.alert("disk full").status is Status.ACKNOWLEDGED
    assert "Handed off" not in paged.said(alert)


def test_a_page_to_where_nobody_is_on_call_is_refused(paged: World) -> None:
    call = PageRequest(alert_id=new("alt"), receivers=(paged.receiver(nights(paged)),), text="help")
    with pytest.raises(Invalid, match=r"Next is Carol, in 8h\. Nobody was paged"):
        page(paged.ports, call, SYSTEM)
    with paged.ports.store.begin() as uow:
        assert uow.situation(call.alert_id) is None


def test_who_is_named_beside_others_and_not_there_is_said(paged: World) -> None:
    receiver, bob = paged.receiver(nights(paged)), user_receiver(paged.person("bob"))
    said = paged.hands_off("alice", paged.alert("disk full"), receiver, bob)
    assert said == (
        "#1 is handed off to schedule:nights, user:bob: Bob is paged now. "
        "Nobody is on call in schedule:nights. Next is Carol, in 8h."
    )
    paged.expect_sms("bob", "disk full")


def test_the_note_and_the_giver_are_on_what_the_receiver_reads_and_the_giver_is_asked_no_more(paged: World) -> None:
    alert, bob = paged.alert("disk full"), paged.person("bob")
    paged.hands_off("alice", alert, user_receiver(bob), note="failover is half done")
    paged.expect_sms("bob", "disk full")
    with paged.ports.store.begin() as uow:
        card = alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]
    assert (card.appeal_by, card.appeal_note) == ("Alice", "failover is half done")
    for name, replied in (("alice", "Nothing waits for you."), ("bob", "You have #1. disk full")):
        user = paged.person(name)
        paged.changes_contacts(user, "phone")
        known = replace(paged.ports.store.directory().users[user.id])
        number = f"+4420718381{'1' if name == 'alice' else '2'}1"
        verified = tuple(replace(each, address=number, verified_at=paged.clock.now()) for each in known.contacts)
        manage.change(paged.ports, replace(known, contacts=verified), SYSTEM, 2)
        assert answer(paged.ports, Text(id=new("log"), number=number, body="A")) == replied


def test_a_rejection_says_who_is_asked_after_it(world: World) -> None:
    world.policy(("alice+bob", 5), ("carol", 5))
    alert = world.fires("disk full")
    world.inbox.clear()
    assert world.rejects("alice", alert) == "You rejected #1. Bob is still being asked."
    assert world.rejects("bob", alert) == "You rejected #1. Carol is paged now."
    world.expect_sms("carol", "disk full")
    said = world.rejects("carol", alert)
    assert said == ("You rejected #1. It is dropped: None of the 3 who were asked took it. Ops-Admin is told.")
    world.inbox.clear()


def test_a_drop_says_that_its_destination_was_deleted(world: World) -> None:
    team = world.policy(("alice", 5))
    manage.remove_all(world.ports, [team.id, team.schedule_id or ""], SYSTEM)
    alert = world.fires("disk full")
    world.inbox.clear()
    why = f"Team {team.id} was deleted."
    assert world.alert("disk full").why_dropped == why
    assert f"Dropped: there is nobody left to page. {why}" in world.said(alert)
    why = "Team “ops” was deleted."
    with world.ports.store.begin() as uow:
        assert why.rstrip(".") in explanation.why_alert(uow, alert.id, world.clock.now()).short
        card = alert_cards.cards(uow, {alert.id: [NoticeKind.CARD]})[alert.id, NoticeKind.CARD]
    assert card.why_dropped == why


def test_a_drop_says_that_its_person_is_deactivated(world: World) -> None:
    world.integration("webhook", user_receiver(world.person("alice")))
    departures.leave(world.ports, world.person("alice").id, SYSTEM)
    world.fires("disk full")
    assert world.alert("disk full").why_dropped == "@alice is deactivated."


# --- One person, one message --------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "rejects"])
def test_somebody_whom_two_teams_ask_at_once_hears_it_once(world: World, gone: bool) -> None:
    teams = [world.team(name, ("alice", 5), ("bob", minutes)) for name, minutes in (("a", 5), ("b", 10))]
    world.integration("webhook", *map(team_receiver, teams))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect_silence()
    if gone:
        departures.leave(world.ports, world.person("alice").id, SYSTEM)
        world.works()
    else:
        assert world.rejects("alice", alert) == "You rejected #1. Bob is paged now."
    world.expect_sms("bob", "disk full")
    world.expect_silence()
    world.passes(minutes=5)
    assert world.alert("disk full").status is Status.OPEN
    world.passes(minutes=5)
    assert world.alert("disk full").status is Status.DROPPED
    world.inbox.clear()


def test_whoever_had_it_comes_before_the_others_who_end_with_them(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full", urgency=Urgency.MEDIUM)
    world.acknowledges("alice", alert)
    world.inbox.clear()
    world.fires("disk full", urgency=Urgency.HIGH)
    world.expect_sms("alice", "disk full")
    with world.ports.store.begin() as uow:
        assert len(uow.glance([alert.id])[alert.id].escalations) == 1
    assert world.rejects("alice", alert) == "You rejected #1. team:ops is asked now."
    world.expect_sms("alice", "disk full")
    world.acknowledges("bob", alert)
    world.inbox.clear()


def test_what_somebody_had_who_is_deleted_is_asked_about_again(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.acknowledges("bob", alert)
    paged.inbox.clear()
    manage.remove(paged.ports, paged.person("bob").id, SYSTEM)
    paged.works()
    assert paged.alert("disk full").status is Status.OPEN
    paged.expect_sms("alice", "disk full")


# --- Taking back --------------------------------------------------------------------------------------------------


def test_an_acknowledgement_that_is_taken_back_asks_from_the_layer_that_it_had_come_to(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.passes(minutes=5)
    paged.expect_sms("bob", "disk full")
    paged.acknowledges("bob", alert)
    paged.inbox.clear()
    assert paged.takes_back("bob", alert) == "#1 is open again: Bob is paged again."
    paged.expect_sms("bob", "disk full")
    paged.passes(minutes=5)
    assert paged.alert("disk full").status is Status.DROPPED
    paged.inbox.clear()


def test_it_stays_with_whoever_has_it_where_nobody_would_be_asked(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.acknowledges("carol", alert)
    paged.inbox.clear()
    for name in ("alice", "bob"):
        departures.leave(paged.ports, paged.person(name).id, SYSTEM)
    with pytest.raises(Refused, match=r"Nobody is on call in team:ops: @alice, @bob are deactivated\. #1 stays"):
        paged.takes_back("carol", alert)
    assert paged.alert("disk full").status is Status.ACKNOWLEDGED


def test_a_resolved_alert_is_opened_again_within_a_day(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.resolves("alice", alert)
    paged.inbox.clear()
    paged.passes(minutes=60 * 23)
    assert paged.reopens("alice", alert) == "#1 is reopened: Alice is paged again."
    paged.expect_sms("alice", "disk full")
    paged.clears("disk full")
    assert paged.alert("disk full").status is Status.RESOLVED
    paged.passes(minutes=60 * 25)
    with pytest.raises(Refused, match="after a day it stays so"):
        paged.reopens("alice", alert)


def test_what_fires_anew_is_not_opened_a_second_time(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.resolves("alice", alert)
    paged.fires("disk full")
    paged.inbox.clear()
    with pytest.raises(Refused, match="The same problem is #2 by now, which is open"):
        paged.reopens("alice", alert)


def test_what_was_resolved_while_it_was_held_goes_where_its_integration_sends(world: World) -> None:
    team = world.team("ops", ("alice", 5))
    rules = "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops, delay: 5m}]}]"
    world.integration("webhook", world.router("late", rules, team_receiver(team)))
    alert = world.fires("disk full")
    world.resolves("alice", alert)
    assert world.reopens("alice", alert) == "#1 is reopened: Alice is paged now."
    world.expect_sms("alice", "disk full")


# --- More hands ---------------------------------------------------------------------------------------------------


def test_others_help_and_whoever_has_it_keeps_it(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.team("db", ("dan+dora", 5), ("dave", 5))
    paged.acknowledges("alice", alert)
    said = paged.adds("alice", alert, paged.receiver("team:db"), note="the replica is down")
    assert said == "team:db is asked about #1: Dan and Dora are paged now. Alice keeps it."
    paged.expect_sms("dan", "disk full")
    paged.expect_sms("dora", "disk full")
    assert standing_of(paged.alert("disk full")) is Standing.HELPED
    assert paged.acknowledges("dan", alert) == "You help with #1: Alice keeps it."
    paged.expect("dora", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    helped = paged.alert("disk full")
    assert helped.settled_by
    assert helped.settled_by.id == paged.person("alice").id
    assert standing_of(helped) is Standing.ACKNOWLEDGED
    paged.passes(minutes=30)


def test_when_nobody_helps_whoever_has_it_hears_that(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.team("db", ("dan", 5), ("dave", 5))
    paged.acknowledges("alice", alert)
    paged.adds("alice", alert, paged.receiver("team:db"))
    paged.expect_sms("dan", "disk full")
    assert paged.rejects("dan", alert) == "You rejected #1. Dave is paged now."
    paged.expect_sms("dave", "disk full")
    paged.passes(minutes=5)
    paged.expect("alice", "sms", NoticeKind.TIMEOUT, "disk full")
    assert "Nobody of team:db helps." in paged.said(alert)
    assert paged.alert("disk full").status is Status.ACKNOWLEDGED


def test_others_are_asked_beside_those_who_are_asked(paged: World) -> None:
    alert = paged.alert("disk full")
    said = paged.adds("carol", alert, user_receiver(paged.person("dan")))
    assert said == "user:dan is asked about #1: Dan is paged now."
    paged.expect_sms("dan", "disk full")
    with pytest.raises(Refused, match="They are being asked already"):
        paged.adds("carol", alert, user_receiver(paged.person("dan")))
    paged.acknowledges("dan", alert)
    paged.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


def test_helpers_go_on_when_whoever_has_it_knows_that_it_got_worse(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.team("db", ("dan", 5), ("dave", 5))
    paged.acknowledges("alice", alert)
    paged.adds("alice", alert, paged.receiver("team:db"))
    paged.expect_sms("dan", "disk full")
    paged.fires("disk full", urgency=Urgency.CRITICAL)
    paged.expect_sms("alice", "disk full")
    paged.expect_sms("dan", "disk full")
    assert paged.acknowledges("alice", alert) == "You have #1."
    paged.passes(minutes=5)
    paged.expect_sms("dave", "disk full")
    paged.resolves("alice", alert)
    paged.passes(minutes=10)


# --- Changing it --------------------------------------------------------------------------------------------------


def test_a_higher_urgency_asks_again_and_a_lower_one_wakes_nobody(paged: World) -> None:
    alert = paged.alert("disk full")
    said = paged.changes_urgency("carol", alert, Urgency.CRITICAL)
    assert said == f"#1 is critical now, {alert.urgency} before: Alice is paged again."
    paged.expect_sms("alice", "disk full")
    assert paged.changes_urgency("carol", alert, Urgency.LOW) == (
        "#1 is low now, critical before. Nobody is paged for that."
    )
    with pytest.raises(Refused, match="never becomes silent"):
        paged.changes_urgency("carol", alert, Urgency.SILENT)


def test_whoever_has_it_is_not_woken_by_their_own_words(paged: World) -> None:
    alert = paged.alert("disk full")
    paged.acknowledges("alice", alert)
    paged.changes_urgency("alice", alert, Urgency.HIGH)
    paged.changes_urgency("bob", alert, Urgency.CRITICAL)
    paged.expect_sms("alice", "disk full")


def test_an_incident_is_declared_changed_and_ended(paged: World) -> None:
    actor, alert = person(paged.person("alice").id, "slack"), paged.alert("disk full")
    said = alterations.declare_incident(paged.ports, alert.id, actor, Severity.SEV2, "checkout is down").said
    assert said == "#1 is an incident now: SEV-2, checkout is down."
    alterations.declare_incident(paged.ports, alert.id, actor, Severity.SEV1)
    assert alterations.end_incident(paged.ports, alert.id, actor).said == (
        "#1 is no incident any more. The alert is open still."
    )
    with pytest.raises(Refused, match="is no incident"):
        alterations.end_incident(paged.ports, alert.id, actor)
    assert "Incident ended by Alice: it was SEV-1." in paged.said(alert)


def test_a_stakeholder_hears_how_it_stands_and_what_becomes_of_it(paged: World) -> None:
    actor, alert = person(paged.person("alice").id, "slack"), paged.alert("disk full")
    press = Stakeholder(id=new("stk"), name="press", handle="press", emails=("press@example.com",))
    manage.create(paged.ports, press, SYSTEM)
    paged.acknowledges("alice", alert)
    alterations.attach_stakeholder(paged.ports, alert.id, actor, press.id)
    paged.works()
    paged.expect("press@example.com", "email", NoticeKind.ACKNOWLEDGED, "disk full")
    with pytest.raises(Refused, match="is told of #1 already"):
        alterations.attach_stakeholder(paged.ports, alert.id, actor, press.id)
    paged.resolves("alice", alert)
    paged.expect("press@example.com", "email", NoticeKind.RESOLVED, "disk full")


def test_an_answer_to_many_changes_comes_from_the_alert_as_it_is(paged: World) -> None:
    alert = paged.alert("disk full")
    for do in (paged.takes_back, paged.reopens):
        with pytest.raises(Refused, match="#1 is open"):
            do("alice", alert)
    with pytest.raises(Refused, match="A router decides"):
        paged.adds("alice", alert, paged.router("r", "rules: []"))
