"""A child is an alert: what was gathered comes forth when what it was gathered under is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.delivery.card import Card
from bot.engine.model import SYSTEM, Alert, NoticeKind, Status, Urgency, person
from bot.service import alert_cards, answers, manage
from tests.harness import World, team_receiver

GATHER = """
rules:
  - match: {always: true}
    actions:
      - {type: aggregate, by: [data.cluster], timeout: 15m, receiver: team:ops%s}
"""
WAYS = ("held", "first", "title")


def sets_up(world: World, way: str) -> None:
    """Have the integration's alerts gathered: held by a router, sent on by it, or by their title."""
    team = world.team("ops", ("alice", 5), ("bob", 5))
    if way == "title":
        integration = world.integration("webhook", team_receiver(team))
        manage.change(world.ports, replace(integration, auto_aggregate=timedelta(minutes=15)), SYSTEM, 1)
    else:
        route = ", route: first" if way == "first" else ""
        world.integration("webhook", world.router("gather", GATHER % route))


def fires(world: World, key: str, urgency: Urgency = Urgency.MEDIUM) -> Alert:
    """Have a problem reported, all of them under one title and in one cluster."""
    log = world.sends({"event_type": "create", "id": key, "title": "down", "cluster": "a", "urgency": urgency})
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
        assert settled is not None
        found = uow.situation(settled.alert_ids[0])
    assert found is not None
    return found.alert


def latest(world: World, alert: Alert) -> Alert:
    """An alert as it is now."""
    with world.ports.store.begin() as uow:
        found = uow.situation(alert.id)
    assert found is not None
    return found.alert


def the_card(world: World, alert: Alert) -> Card:
    """The card of an alert as it is now."""
    with world.ports.store.begin() as uow:
        return alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]


@pytest.fixture(params=WAYS)
def sent(request: pytest.FixtureRequest, world: World) -> tuple[World, Alert, Alert, Alert]:
    """An alert that was sent on, with two children: the second is the more urgent, though not more than its parent."""
    sets_up(world, request.param)
    parent = fires(world, "one", Urgency.HIGH)
    second, third = fires(world, "two", Urgency.LOW), fires(world, "three", Urgency.MEDIUM)
    if request.param == "held":
        world.passes(minutes=15)
    world.expect_sms("alice", "down")
    assert [each.status for each in (second, third)] == [Status.SUPPRESSED] * 2
    return world, parent, second, third


def test_the_most_urgent_child_takes_the_place_of_a_parent_that_is_over(
    sent: tuple[World, Alert, Alert, Alert],
) -> None:
    world, parent, second, third = sent
    world.clears("one")
    world.expect_sms("alice", "down")
    heir = latest(world, third)
    assert (heir.status, heir.parent_id) == (Status.OPEN, None)
    assert latest(world, second).parent_id == heir.id
    assert latest(world, parent).successor_id == heir.id
    assert f"Takes the place of #{parent.number}" in world.said(heir)
    world.clears("three")
    world.expect_sms("alice", "down")
    world.clears("two")
    world.passes(minutes=60)


def test_whoever_has_the_parent_is_asked_first(sent: tuple[World, Alert, Alert, Alert]) -> None:
    world, parent, _, third = sent
    world.acknowledges("bob", parent)
    world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "down")
    world.clears("one")
    world.expect_sms("bob", "down")
    world.passes(minutes=5)
    world.expect_sms("alice", "down")
    assert latest(world, third).status is Status.OPEN
    world.resolves("alice", latest(world, third))
    world.expect_sms("alice", "down")
    world.clears("two")


def test_a_dropped_parent_that_is_over_leaves_its_children_to_be_asked_about(
    sent: tuple[World, Alert, Alert, Alert],
) -> None:
    world, parent, _, third = sent
    world.passes(minutes=10)
    world.expect_sms("bob", "down")
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "down")
    assert latest(world, parent).status is Status.DROPPED
    world.clears("one")
    world.expect_sms("alice", "down")
    assert latest(world, third).status is Status.OPEN
    world.clears("three")
    world.expect_sms("alice", "down")
    world.clears("two")


def test_a_person_resolves_all_or_only_this(sent: tuple[World, Alert, Alert, Alert]) -> None:
    world, parent, second, third = sent
    assert answers.gathered_and_not_over(world.ports, parent.id) == 2
    actor = person(world.person("alice").id, "slack")
    said = answers.resolve_all_of_it(world.ports, parent.id, actor).said
    assert said == f"#{parent.number} is resolved, and 2 that it gathered."
    assert [latest(world, each).status for each in (second, third)] == [Status.RESOLVED] * 2
    world.passes(minutes=60)


def test_a_person_resolves_only_this_and_is_asked_about_the_rest(sent: tuple[World, Alert, Alert, Alert]) -> None:
    world, parent, _, third = sent
    said = world.resolves("alice", parent)
    place = f"#{third.number}, which it gathered, is not over and takes its place, with 1 more. team:ops is asked now."
    assert said == f"#{parent.number} is resolved; {place}"
    world.expect_sms("alice", "down")
    assert latest(world, third).status is Status.OPEN
    actor = person(world.person("alice").id, "slack")
    answers.resolve_all_of_it(world.ports, third.id, actor)


def test_the_parents_card_lists_children_with_their_state(sent: tuple[World, Alert, Alert, Alert]) -> None:
    world, parent, second, third = sent
    version = latest(world, parent).version
    card = the_card(world, parent)
    assert (card.gathered, card.over) == (2, 0)
    assert card.children == (f"#{third.number} down", f"#{second.number} down")
    assert card.child_states == ("medium, not over", "low, not over")
    world.clears("three")
    card = the_card(world, parent)
    assert (card.gathered, card.over, card.children) == (2, 1, (f"#{second.number} down",))
    assert latest(world, parent).version > version
    world.clears("one")
    world.expect_sms("alice", "down")
    world.clears("two")


@pytest.mark.parametrize("way", WAYS)
def test_a_more_urgent_child_raises_its_parent(world: World, way: str) -> None:
    sets_up(world, way)
    parent = fires(world, "one", Urgency.LOW)
    if way != "held":
        world.expect_sms("alice", "down")
    fires(world, "two", Urgency.CRITICAL)
    if way == "held":
        world.expect_silence()
        world.passes(minutes=15)
    world.expect_sms("alice", "down")
    assert latest(world, parent).urgency is Urgency.CRITICAL
    fires(world, "one", Urgency.LOW)
    assert latest(world, parent).urgency is Urgency.CRITICAL
    world.acknowledges("alice", parent)
    world.clears("one")
    world.expect_sms("alice", "down")
    world.clears("two")


def test_a_child_that_gets_worse_raises_whoever_has_its_parent(world: World) -> None:
    sets_up(world, "first")
    parent = fires(world, "one", Urgency.MEDIUM)
    world.expect_sms("alice", "down")
    child = fires(world, "two", Urgency.LOW)
    world.acknowledges("alice", parent)
    again = fires(world, "two", Urgency.CRITICAL)
    world.expect_sms("alice", "down")
    assert (again.id, again.count, again.urgency) == (child.id, 2, Urgency.CRITICAL)
    assert latest(world, parent).is_worse
    world.acknowledges("alice", parent)
    world.passes(minutes=30)


def test_a_router_that_names_more_for_a_worse_child_adds_them_to_its_parent(world: World) -> None:
    world.team("ops", ("alice", 5))
    world.team("boss", ("betty", 5))
    rule = "{type: aggregate, by: [data.cluster], timeout: 15m, receiver: team:ops, route: first}"
    critical = f"{{match: {{alert.urgency: critical}}, actions: [{rule}, {{type: assign, receiver: team:boss}}]}}"
    other = f"{{match: {{always: true}}, actions: [{rule}]}}"
    world.integration("webhook", world.router("main", f"rules: [{critical}, {other}]"))
    parent = fires(world, "one")
    world.expect_sms("alice", "down")
    child = fires(world, "two")
    fires(world, "two", Urgency.CRITICAL)
    world.expect_sms("alice", "down")
    world.expect_sms("betty", "down")
    with world.ports.store.begin() as uow:
        found = uow.glance([parent.id, child.id])
    assert (len(found[parent.id].escalations), found[child.id].escalations) == (2, ())
    world.clears("two")
    world.clears("one")


def test_a_repeated_child_counts_on_itself(world: World) -> None:
    sets_up(world, "first")
    fires(world, "one")
    world.expect_sms("alice", "down")
    child = fires(world, "two")
    for count in range(2, 5):
        again = fires(world, "two")
        assert (again.id, again.count) == (child.id, count)
    world.clears("two")
    world.clears("one")
    world.passes(minutes=30)


def test_nobody_is_paged_when_all_are_over_while_held_however_often_they_came(world: World) -> None:
    sets_up(world, "held")
    for _ in range(3):
        for key in ("one", "two", "three"):
            fires(world, key, Urgency.CRITICAL)
        world.passes(minutes=2)
    for key in ("one", "three", "two"):
        world.clears(key)
        world.passes(minutes=1)
    world.passes(minutes=60)


def test_a_child_of_a_held_parent_that_is_over_is_held_to_the_end_of_the_window(world: World) -> None:
    sets_up(world, "held")
    fires(world, "one")
    child = fires(world, "two")
    world.passes(minutes=5)
    world.clears("one")
    assert latest(world, child).status is Status.QUEUED
    assert fires(world, "three").parent_id == child.id
    world.passes(minutes=9, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("alice", "down")
    world.clears("two")
    world.expect_sms("alice", "down")
    world.clears("three")


def test_others_go_on_gathering_under_what_took_the_place(world: World) -> None:
    sets_up(world, "first")
    fires(world, "one")
    world.expect_sms("alice", "down")
    child = fires(world, "two")
    world.clears("one")
    world.expect_sms("alice", "down")
    assert fires(world, "three").parent_id == child.id
    world.clears("two")
    world.expect_sms("alice", "down")
    world.clears("three")


def test_all_of_it_in_one_batch(world: World) -> None:
    sets_up(world, "first")
    create = {"event_type": "create", "title": "down", "cluster": "a"}
    world.sends_together(
        {**create, "id": "one"},
        {**create, "id": "two"},
        {**create, "id": "three", "urgency": "critical"},
        {"event_type": "resolve", "id": "one"},
        {**create, "id": "four"},
        {"event_type": "resolve", "id": "three"},
    )
    assert {each.to for each in world.inbox} == {"alice"}
    world.inbox.clear()
    with world.ports.store.begin() as uow:
        by_number = [uow.situation(str(number)) for number in (1, 2, 3, 4)]
    one, two, three, four = (each.alert for each in by_number if each)
    assert (one.successor_id, three.successor_id) == (three.id, two.id)
    assert (two.status, four.parent_id) == (Status.OPEN, two.id)
    world.clears("two")
    world.expect_sms("alice", "down")
    world.clears("four")


def test_a_drop_covers_the_group_and_a_new_member_opens_it_again(world: World) -> None:
    sets_up(world, "title")
    parent = fires(world, "one")
    world.expect_sms("alice", "down")
    fires(world, "two")
    world.passes(minutes=10)
    world.expect_sms("bob", "down")
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "down")
    assert fires(world, "three").parent_id == parent.id
    world.expect_sms("alice", "down")
    assert latest(world, parent).status is Status.OPEN
    actor = person(world.person("alice").id, "slack")
    answers.resolve_all_of_it(world.ports, parent.id, actor)


def test_children_that_nothing_ever_says_are_over_end_with_their_parent(world: World) -> None:
    team = world.team("ops", ("alice", 5))
    integration = world.integration("form", team_receiver(team), type="form")
    manage.change(world.ports, replace(integration, auto_aggregate=timedelta(minutes=15)), SYSTEM, 1)
    body = {"title": "down", "description": "x"}
    for _ in range(2):
        world.sends(body, integration="form")
    heard = [each for each in world.inbox if each.to == "alice"]
    assert len(heard) == 1
    world.inbox.clear()
    with world.ports.store.begin() as uow:
        parent, child = (found.alert for found in map(uow.situation, ("1", "2")) if found)
    world.resolves("alice", parent)
    world.passes(minutes=60)
    assert f"Ends with it, because nothing ever says that it is over: #{child.number}" in world.said(parent)


def test_a_resolve_reaches_every_child_of_its_key(world: World) -> None:
    sets_up(world, "first")
    fires(world, "one")
    world.expect_sms("alice", "down")
    child = fires(world, "two")
    with world.ports.store.begin() as uow:
        found = uow.situation(child.id)
        assert found is not None
    world.clears("two")
    world.clears("one")
    assert latest(world, child).status is Status.RESOLVED
    world.passes(minutes=30)


def test_an_alert_of_which_a_child_is_taken_says_so(world: World) -> None:
    sets_up(world, "first")
    parent = fires(world, "one")
    world.expect_sms("alice", "down")
    child = fires(world, "two")
    world.acknowledges("bob", child)
    assert f"Acknowledged: #{child.number} down, which was gathered here." in world.said(parent)
    world.clears("one")
    world.passes(minutes=60)
    assert latest(world, child).status is Status.ACKNOWLEDGED


def test_what_is_over_after_its_integrations_time_leaves_its_children(world: World) -> None:
    sets_up(world, "title")
    (integration,) = world.ports.store.directory().integrations.values()
    manage.change(world.ports, replace(integration, auto_resolve=timedelta(minutes=4)), SYSTEM, 2)
    fires(world, "one")
    world.expect_sms("alice", "down")
    world.passes(minutes=2)
    child = fires(world, "two")
    world.passes(minutes=2)
    world.expect_sms("alice", "down")
    assert latest(world, child).status is Status.OPEN
    world.passes(minutes=2)
    assert latest(world, child).status is Status.RESOLVED
