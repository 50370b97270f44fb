"""What a card says of what comes next, and what it gathered."""

from dataclasses import replace
from datetime import timedelta

from bot.engine.delivery.card import Card
from bot.engine.model import SYSTEM, Alert, NoticeKind, NotificationRule
from bot.service import alert_cards, manage
from tests.harness import World, team_receiver

_NIGHTS = (
    "rules:\n  - match: {always: true}\n    actions:\n      - {type: notify, channels: [slack], timeout: 2m}\n"
    "      - {type: notify, channels: [sms, voice]}\n"
)
_GATHERING = (
    "rules:\n  - match: {always: true}\n    actions:\n"
    "      - {type: aggregate, by: [alert.integration_id], timeout: 15m, receiver: team:ops}\n"
)


def _card(world: World, alert: Alert) -> Card:
    with world.ports.store.begin() as uow:
        return alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[alert.id, NoticeKind.OPEN]


def test_the_next_layer_is_named_with_its_channels_and_time(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")

    card = _card(world, alert)

    assert card.next_said == "layer 2: Bob by sms"
    assert card.next_at == world.clock.now() + timedelta(minutes=5)


def test_a_persons_next_channel_comes_before_the_next_layer(world: World) -> None:

    world.policy(("alice", 5), ("bob", 5))
    rule = NotificationRule(id="ntr_1", name="nights", handle="nights", yaml=_NIGHTS)
    manage.create(world.ports, rule, SYSTEM)
    manage.change(world.ports, replace(world.person("alice"), notification_rule_id=rule.id), SYSTEM, 1)
    alert = world.fires("disk full")
    world.expect("alice", "slack", NoticeKind.OPEN, "disk full")

    card = _card(world, alert)

    assert card.next_said == "Alice by sms, voice"
    assert card.next_at == world.clock.now() + timedelta(minutes=2)


def test_the_last_layer_is_followed_by_the_drop(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")

    assert _card(world, alert).next_said == "dropped, nobody is left to page"


def test_a_snoozed_alert_says_when_it_opens_again(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    assert _card(world, alert).next_said == ""

    world.snoozes("alice", alert, minutes=30)

    assert _card(world, alert).next_said == "opens again, as the snooze is over"


def test_a_held_alert_says_where_it_goes_and_what_it_gathered(world: World) -> None:
    ops = world.team("ops", ("alice", 5))
    world.integration("webhook", world.router("dev", _GATHERING, team_receiver(ops)))
    parent = world.fires("disk 1 full")
    for number in range(2, 9):
        world.fires(f"disk {number} full")

    card = _card(world, parent)

    assert card.next_said == "goes to team:ops, with what it gathered by then"
    assert card.gathered == 7
    assert card.children[0] == "#8 disk 8 full"
    assert len(card.children) == 5


def test_only_who_is_being_asked_now_waits(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    assert [(each.person.name, each.waits) for each in _card(world, alert).asked] == [("Alice", True)]

    world.passes(minutes=5)

    world.inbox.clear()
    asked = _card(world, world.alert("disk full")).asked
    assert [(each.person.name, each.waits) for each in asked] == [("Alice", False), ("Bob", True)]
