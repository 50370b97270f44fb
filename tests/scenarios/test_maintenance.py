"""What a maintenance window does to alerts: what goes on at its start says so, what still fires at its end opens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.delivery.card import Card
from bot.engine.model import SYSTEM, Alert, Maintenance, NoticeKind, Role, Status, Urgency, User, person
from bot.errors import Refused
from bot.service import alert_cards, announce, explanation, maintenance_effects, maintenances, manage
from tests.harness import World, team_receiver, user_receiver

HOUR = timedelta(hours=1)


@pytest.fixture
def ops(world: World) -> World:
    """A team with an integration that windows of an hour silence."""
    world.team("ops", ("alice", 5), ("bob", 5), integrated=True, slack_channel="C0OPS")
    return world


def window(world: World, *handles: str, minutes: float = 60) -> Maintenance:
    """Open a window now."""
    known = {each.handle: each.id for each in world.ports.store.directory().integrations.values()}
    now = world.clock.now()
    made = Maintenance(
        id=ids.new("mnt"),
        name="Upgrade",
        handle="upgrade",
        integration_ids=tuple(known[each] for each in handles or ("webhook",)),
        start_at=now,
        end_at=now + timedelta(minutes=minutes),
    )
    manage.create(world.ports, made, SYSTEM)
    looks(world)
    return made


def looks(world: World) -> None:
    maintenance_effects.drain(world.ports)
    world.works()


def ends(world: World, minutes: float = 60) -> None:
    """The window's time is over, and a worker looks."""
    world.passes(minutes=minutes)
    looks(world)


def told(world: World) -> str:
    announce.drain(world.ports)
    return "\n".join(text for phones in world.phones.values() for text in phones.told)


def cards_posted(world: World) -> None:
    """The team's card of each alert is not what these scenes are about."""
    world.inbox[:] = [each for each in world.inbox if each.kind is not NoticeKind.CARD]


def test_what_still_fires_opens_at_the_end_as_one_page(ops: World) -> None:
    window(ops)
    ops.sends({"event_type": "create", "id": "a", "title": "slow", "urgency": "low"})
    ops.sends({"event_type": "create", "id": "b", "title": "disk full", "urgency": "critical"})
    ops.sends({"event_type": "create", "id": "b", "title": "disk full", "urgency": "critical"})
    ops.sends({"event_type": "create", "id": "c", "title": "flaky", "urgency": "high"})
    ops.sends({"event_type": "resolve", "id": "c"})
    ops.expect_silence()

    ends(ops)

    cards_posted(ops)
    ops.expect_sms("alice", "disk full")
    ops.expect_silence()
    parent, child = ops.alert("disk full"), ops.alert("slow")
    assert (parent.status, child.status, child.parent_id) == (Status.OPEN, Status.SUPPRESSED, parent.id)
    assert (parent.urgency, child.urgency) == (Urgency.CRITICAL, Urgency.LOW)
    said = told(ops)
    assert "Maintenance “Upgrade” is over. 3 problems of webhook were withheld, reported 4 times." in said
    assert (
        f"Still firing, and asked about now: #{parent.number} disk full (critical); #{child.number} slow (low)." in said
    )
    assert "Over by now: flaky (high)." in said
    assert "C0OPS: " in said


def test_it_is_opened_and_listed_once(ops: World) -> None:
    window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ends(ops)
    looks(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "disk full")
    assert told(ops).count("problem of webhook was withheld") == 1


def test_each_resolve_ends_its_own(ops: World) -> None:
    window(ops)
    for key in "ab":
        ops.sends({"event_type": "create", "id": key, "title": key, "urgency": "high"})
    ends(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "a")
    ops.sends({"event_type": "resolve", "id": "a"})
    cards_posted(ops)
    ops.expect_sms("alice", "b")
    assert (ops.alert("a").status, ops.alert("b").status) == (Status.RESOLVED, Status.OPEN)


def test_what_is_resolved_after_the_end_and_before_anybody_looked_stays_over(ops: World) -> None:
    window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ops.passes(minutes=60)
    ops.sends({"event_type": "resolve", "id": "b"})
    looks(ops)
    ops.expect_silence()
    assert "Over by now: disk full (medium)." in told(ops)


def test_what_is_reported_again_before_anybody_looked_is_one_alert(ops: World) -> None:
    window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ops.passes(minutes=60)
    alert = ops.fires("disk full", key="b")
    looks(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "disk full")
    assert ops.alert("disk full").id == alert.id


def test_senders_that_never_say_that_it_is_over_are_listed_only(ops: World) -> None:
    team = next(iter(ops.ports.store.directory().teams.values()))
    ops.integration("form", team_receiver(team), type="form")
    window(ops, "form")
    ops.sends({"title": "Help", "description": "please"}, integration="form")
    ends(ops)
    ops.expect_silence()
    assert "Only listed, as their sender never says that something is over: Help" in told(ops)


def test_what_got_worse_meanwhile_is_worse_when_it_is_over(ops: World) -> None:
    ops.fires("disk full", key="b", urgency=Urgency.LOW)
    cards_posted(ops)
    ops.expect_sms("alice", "disk full")
    ops.acknowledges("alice", ops.alert("disk full"))
    window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full", "urgency": "critical"})
    ops.expect_silence()
    ends(ops)
    ops.expect_sms("alice", "disk full")
    assert ops.alert("disk full").urgency is Urgency.CRITICAL


def test_integrations_that_go_to_different_teams_page_each_of_them(ops: World) -> None:
    other = ops.team("other", ("carol", 5))
    ops.integration("shop", team_receiver(other))
    window(ops, "webhook", "shop")
    ops.sends({"event_type": "create", "id": "a", "title": "slow"})
    ops.sends({"event_type": "create", "id": "b", "title": "cart"}, integration="shop")
    ends(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "slow")
    ops.expect_sms("carol", "cart")
    assert told(ops).count("2 problems of ") == 1


def test_integrations_of_one_team_are_one_page(ops: World) -> None:
    team = next(iter(ops.ports.store.directory().teams.values()))
    ops.integration("shop", team_receiver(team))
    window(ops, "webhook", "shop")
    ops.sends({"event_type": "create", "id": "a", "title": "slow", "urgency": "low"})
    ops.sends({"event_type": "create", "id": "b", "title": "cart", "urgency": "high"}, integration="shop")
    ends(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "cart")
    assert ops.alert("slow").parent_id == ops.alert("cart").id


def test_a_window_that_is_ended_or_deleted_early_is_over(ops: World) -> None:
    made = window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ops.passes(minutes=1)
    maintenances.end(ops.ports, made.id, SYSTEM)
    looks(ops)
    cards_posted(ops)
    ops.expect_sms("alice", "disk full")


def test_an_integration_that_is_deleted_meanwhile_is_forgotten(ops: World) -> None:
    window(ops)
    ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    webhook = next(each for each in ops.ports.store.directory().integrations.values() if each.handle == "webhook")
    manage.remove(ops.ports, webhook.id, SYSTEM)
    ends(ops)
    ops.expect_silence()


def test_why_a_payload_became_an_alert_says_both(ops: World) -> None:
    window(ops)
    log = ops.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ends(ops)
    ops.inbox.clear()
    with ops.ports.store.begin() as uow:
        explained = explanation.why_log(uow, log.id, ops.clock.now())
    said = "\n".join(line.text for part in explained.parts for line in part.lines)
    assert "It was withheld by the maintenance window Upgrade" in said
    assert "It made an alert (open)." in said
    assert explained.alerts == (ops.alert("disk full").number,)


# --- When it begins -----------------------------------------------------------------------------------------------


def running(world: World) -> Alert:
    world.fires("disk full", key="b")
    cards_posted(world)
    world.expect_sms("alice", "disk full")
    return world.alert("disk full")


def shown(world: World, alert: Alert) -> Card:
    with world.ports.store.begin() as uow:
        return alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]


def test_what_people_are_asked_says_that_it_goes_on(ops: World) -> None:
    alert = running(ops)
    made = window(ops)
    assert "Maintenance “Upgrade” has begun. What people are asked already goes on." in ops.said(alert)
    card = shown(ops, alert)
    assert (card.maintenance, card.maintenance_until) == ("Upgrade", made.end_at)
    ops.passes(minutes=5)
    ops.expect_sms("bob", "disk full")
    ops.acknowledges("bob", alert)
    ops.inbox.clear()


def test_it_can_be_stopped_until_the_window_is_over(ops: World) -> None:
    alert = running(ops)
    window(ops)
    said = maintenances.hold(ops.ports, f"#{alert.number}", person(ops.person("bob").id, "slack")).said
    assert said == f"You have #{alert.number}, and nobody is paged about it while Upgrade is on. It opens again then."
    ops.works()
    ops.inbox.clear()
    ops.passes(minutes=59)
    ops.expect_silence()
    ops.passes(minutes=1)
    ops.expect_sms("alice", "disk full")
    assert ops.alert("disk full").status is Status.OPEN


def test_it_cannot_be_stopped_without_a_window(ops: World) -> None:
    alert = running(ops)
    with pytest.raises(Refused, match=f"No maintenance window is on for #{alert.number}"):
        maintenances.hold(ops.ports, alert.id, person(ops.person("bob").id, "slack"))
    assert ops.alert("disk full").status is Status.OPEN


def test_the_end_takes_the_word_off_the_card(ops: World) -> None:
    team = next(iter(ops.ports.store.directory().teams.values()))
    policy = ops.ports.store.directory().policies[team.policy_id or ""]
    manage.change(ops.ports, replace(policy, layers=(replace(policy.layers[0], timeout=HOUR * 3),)), SYSTEM, 1)
    alert = running(ops)
    window(ops)
    ends(ops)
    assert shown(ops, alert).maintenance == ""


def test_one_that_is_begun_by_hand_says_so_at_once(ops: World) -> None:
    alert = running(ops)
    webhook = next(each for each in ops.ports.store.directory().integrations.values() if each.handle == "webhook")
    maintenances.begin(ops.ports, (webhook.id,), HOUR, SYSTEM)
    assert "has begun" in ops.said(alert)


def test_where_no_team_has_a_channel_the_admins_are_told(world: World) -> None:
    world.policy(("alice", 5))
    window(world)
    world.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ends(world)
    world.expect_sms("alice", "disk full")
    assert "ops-admin: Maintenance “Upgrade” is over." in told(world)


def test_what_goes_to_a_person_is_told_to_the_admins(world: World) -> None:
    admin = replace(world.person("zoe", "email"), role=Role.ADMIN)
    manage.change(world.ports, admin, SYSTEM, 1)
    user: User = world.person("alice")
    world.integration("webhook", user_receiver(user))
    window(world)
    world.sends({"event_type": "create", "id": "b", "title": "disk full"})
    ends(world)
    world.expect_sms("alice", "disk full")
    assert "zoe: Maintenance “Upgrade” is over." in told(world)
