"""A rule that cannot be decided pages the default, and whoever answers for it hears of it once for each version."""

from dataclasses import replace

from bot.engine.model import SYSTEM, NotificationRule, Role, person
from bot.service import manage
from bot.service.announce import LEASE
from tests.harness import World, team_receiver

NOISE = """rules:
- {name: noise, match: {data.text: {$not: {$regex: '(b)\\1'}}}, actions: [{type: ignore}]}
- {match: {always: true}, actions: [{type: ignore}]}
"""
LONG = "bb" + "x" * 100_000


QUIET = """rules:
- {name: noise, match: {alert.description: {$not: {$regex: '^(?:(a|aa)+)(?:a|aa)+b?c\\1$'}}}, actions: [{type: ignore}]}
"""
EVIL = "a" * 2_000 + "bcbbb"


def announced(world: World) -> list[tuple[str | None, str]]:
    """Who was told what that is about no alert, since this was asked last."""
    with world.ports.store.begin() as uow:
        due = uow.claim_announcements(world.clock.now(), LEASE, 100)
    return [(each.user_id, each.title) for each in due]


def test_the_default_is_paged_and_the_author_hears_of_it_once(world: World) -> None:
    ops = world.team("ops", ("alice", 60))
    author = world.person("carol", "sms")
    router = world.router("noise", NOISE, team_receiver(ops))
    world.integration("webhook", router)
    saved = world.ports.store.directory().routers[router.id]
    manage.change(world.ports, replace(saved, name="Noise"), person(author.id, "slack"), 1)
    for title in ("one", "two"):
        alert = world.fires(title, text=LONG)
        world.expect_sms("alice", title)
        assert alert.description.startswith("(router:noise: noise could not be decided (gave up:")
    assert announced(world) == [(author.id, "A rule of router:noise could not be decided")]
    manage.change(world.ports, replace(saved, name="Noises"), SYSTEM, 2)
    world.fires("three", text=LONG)
    world.expect_sms("alice", "three")
    admins = {each.id for each in world.ports.store.directory().users.values() if each.role is Role.ADMIN}
    assert {user_id for user_id, _ in announced(world)} == admins


def test_a_notification_rule_that_cannot_be_decided_leaves_the_default_channels(world: World) -> None:
    world.policy(("alice", 60))
    rule = NotificationRule(id="ntr_1", name="quiet", handle="quiet", yaml=QUIET)
    manage.create(world.ports, rule, SYSTEM)
    alice = world.person("alice")
    manage.change(world.ports, replace(alice, notification_rule_id=rule.id), SYSTEM, 1)
    alert = world.fires("disk full", description=EVIL)
    world.expect_sms("alice", "disk full")
    assert "The notification rule of @alice: noise could not be decided (gave up:" in world.said(alert)
