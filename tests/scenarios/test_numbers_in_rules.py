"""Whose phone a notification rule can have called: their own, or one that somebody else answers for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Alert, DeliveryState, NoticeKind, NotificationRule, Role, User, person
from bot.engine.paging.readiness import shortcomings
from bot.errors import Invalid
from bot.ports import Store
from bot.service import health, history, manage
from tests.fakes.phoning import ALICE, BOB, Phoning, phoning

DEAR = "+19005550199"  # a premium-rate number
REFUSED = (
    f"{DEAR} is no verified number of Alice and nobody has allowed it: an admin can save the notification rule, or "
    "name it in PHONE_ALLOW."
)
RULE = """\
rules:
  - match: {always: true}
    actions:
      - {type: notify, channels: [%s], timeout: 5m, channel_options: {%s: "%s"}}
      - {type: notify, channels: [push]}
"""


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("alice", ALICE)
        set_up.person("bob", BOB)
        set_up.world.person("zoe", "slack", role=Role.ADMIN)
        set_up.team(("alice", 30))
        yield set_up


def rule(number: str, channel: str = "voice") -> NotificationRule:
    return NotificationRule(id=ids.new("ntr"), name="Own", handle="own", yaml=RULE % (channel, channel, number))


def save(phones: Phoning, who: str, body: NotificationRule) -> NotificationRule:
    """Somebody saves a rule, and it decides how Alice is paged."""
    actor = person(phones.world.person(who).id, "slack")
    ports = phones.world.ports
    with ports.store.begin() as uow:
        seen = uow.version_of(body.id)
    manage.change_all(ports, [(body, seen)], actor)
    attach(phones, "alice", body)
    return ports.store.directory().notification_rules[body.id]


def attach(phones: Phoning, who: str, body: NotificationRule) -> User:
    user = phones.world.person(who)
    with phones.world.ports.store.begin() as uow:
        seen = uow.version_of(user.id)
    changed = replace(user, notification_rule_id=body.id)
    manage.change(phones.world.ports, changed, SYSTEM, seen)
    return changed


def findings(phones: Phoning) -> tuple[health.Finding, ...]:
    return health.findings(phones.world.ports, phones.world.clock.now())


def fires(phones: Phoning) -> Alert:
    return phones.world.fires("disk full")


def called(phones: Phoning) -> list[str]:
    return [line.called for line in phones.twilio.lines]


@pytest.mark.parametrize("number", [DEAR, BOB])
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_member_cannot_save_a_number_that_is_not_their_own(phones: Phoning, number: str, channel: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(phones, "alice", rule(number, channel))

    [problem] = refused.value.problems
    assert (problem.line, problem.where[0]) == (4, "yaml")
    assert "is no verified number of yours, and nobody has allowed it" in problem.message
    assert phones.world.ports.store.directory().notification_rules == {}


def test_everything_that_is_wrong_is_said_at_once(phones: Phoning) -> None:
    with pytest.raises(Invalid) as refused:
        save(phones, "alice", replace(rule(DEAR), yaml=rule(DEAR).yaml.replace("[push]", "[pigeon]")))
    assert len(refused.value.problems) == 2


def test_a_member_saves_their_own_verified_number(phones: Phoning) -> None:
    assert save(phones, "alice", rule("+44 20 7123 0001")).vouched == ()
    fires(phones)
    assert called(phones) == [ALICE]


def test_an_admin_answers_for_what_they_save_and_a_member_may_keep_that_and_add_nothing(phones: Phoning) -> None:
    saved = save(phones, "zoe", rule(DEAR))
    assert saved.vouched == (DEAR,)

    changed = save(phones, "alice", replace(saved, yaml=saved.yaml.replace("5m", "6m"), vouched=()))
    assert changed.vouched == (DEAR,)
    with pytest.raises(Invalid):
        save(
            phones,
            "alice",
            replace(changed, yaml=changed.yaml.replace(DEAR, "+19005550198"), vouched=("+19005550198",)),
        )
    fires(phones)
    assert called(phones) == [DEAR]


def test_what_a_member_took_out_has_to_be_answered_for_again(phones: Phoning) -> None:
    saved = save(phones, "zoe", rule(DEAR))
    without = save(phones, "alice", replace(saved, yaml=saved.yaml.replace(DEAR, ALICE)))
    assert without.vouched == ()
    with pytest.raises(Invalid):
        save(phones, "alice", replace(without, yaml=saved.yaml))


def test_an_admin_who_restores_a_version_answers_for_it(phones: Phoning) -> None:
    saved = save(phones, "zoe", rule(DEAR))
    save(phones, "alice", replace(saved, yaml=saved.yaml.replace(DEAR, ALICE)))
    history.restore(phones.world.ports, saved.id, 1, person(phones.world.person("zoe").id, "slack"))
    assert phones.world.ports.store.directory().notification_rules[saved.id].vouched == (DEAR,)


def test_the_settings_allow_numbers_for_everybody(phones: Phoning) -> None:
    phones.world.ports = replace(phones.world.ports, phone_allow=("+1900*",))
    save(phones, "alice", rule(DEAR))
    fires(phones)
    assert called(phones) == [DEAR]


def test_a_number_that_is_no_longer_allowed_gives_way_at_once_and_the_ledger_says_so(phones: Phoning) -> None:
    allowed = replace(phones.world.ports, phone_allow=("+1900*",))
    ports, phones.world.ports = phones.world.ports, allowed
    saved = save(phones, "alice", rule(DEAR))
    phones.world.ports = ports

    alert = fires(phones)

    phones.world.expect("alice", "push", NoticeKind.OPEN, "disk full")
    assert called(phones) == []
    assert phones.states("disk full")[0] == (
        "voice",
        DeliveryState.FAILED,
        REFUSED,
    )
    assert "could not be reached by voice; trying push at once" in phones.world.said(alert)
    user = phones.world.person("alice")
    directory = ports.store.directory()
    said = f"voice does not reach you: {DEAR} is no verified number of Alice"
    assert said in " ".join(shortcomings(user, directory, set(ports.channels), ports.phone_allow))
    assert said not in " ".join(shortcomings(user, directory, set(ports.channels), allowed.phone_allow))
    assert saved.vouched == ()


def test_a_rule_from_before_anybody_answered_for_it_loses_no_page(phones: Phoning) -> None:
    old = rule(DEAR)
    with phones.world.ports.store.begin() as uow:
        uow.put(old, SYSTEM, phones.world.clock.now())
    attach(phones, "alice", old)
    noted = f"The rule Own names {DEAR}, which is not called for Alice: nobody has allowed it"
    assert noted in [each.said for each in findings(phones)]

    fires(phones)

    phones.world.expect("alice", "push", NoticeKind.OPEN, "disk full")
    assert called(phones) == []
    save(phones, "zoe", old)
    assert noted not in [each.said for each in findings(phones)]


def test_somebody_elses_rule_does_not_call_their_phone_for_me(phones: Phoning) -> None:
    own = save(phones, "alice", rule(ALICE))
    attach(phones, "bob", own)
    assert "is no verified number of Bob" in " ".join(
        shortcomings(phones.world.person("bob"), phones.world.ports.store.directory(), set(phones.world.ports.channels))
    )


def test_a_reply_counts_only_from_a_number_that_may_be_paged(phones: Phoning) -> None:
    old = rule(DEAR, "sms")
    with phones.world.ports.store.begin() as uow:
        uow.put(old, SYSTEM, phones.world.clock.now())
    attach(phones, "alice", old)
    alert = fires(phones)
    phones.world.expect("alice", "push", NoticeKind.OPEN, "disk full")

    assert "belongs to nobody" in phones.texts(DEAR, f"A #{alert.number}")


def test_a_storm_calls_no_number_that_is_not_allowed(phones: Phoning) -> None:
    phones.world.limits_storms(1)
    old = rule(DEAR)
    with phones.world.ports.store.begin() as uow:
        uow.put(old, SYSTEM, phones.world.clock.now())
    attach(phones, "alice", old)
    for number in range(4):
        phones.world.fires(f"disk {number}")
    phones.world.passes(seconds=60)
    phones.world.inbox.clear()
    assert called(phones) == []
