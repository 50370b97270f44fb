"""What keeps pages from somebody, and what they can do about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.engine.directory import Directory
from bot.engine.model import Contact, NotificationRule, User
from bot.engine.paging.readiness import advice, every_channel, shortcomings
from tests.surroundings import KINDS

ALL = ("slack", "sms", "voice", "email", "push")
AT = datetime(2026, 1, 5, tzinfo=UTC)
ALICE = User(id="usr_1", name="Alice", handle="alice", slack_id="U1")
PHONE = Contact(channel="phone", address="+442071234567", verified_at=AT)
BY_CALL = """
rules:
  - match: {}
    actions: [{type: notify, channels: [voice]}]
"""

LATER = "[{type: notify, channels: [slack], timeout: 40m}, {type: notify, channels: [voice]}]"


def said(user: User, set_up: tuple[str, ...] = ALL, *rules: NotificationRule) -> str:
    directory = Directory(version=1, channel_kinds=KINDS, notification_rules={each.id: each for each in rules})
    return "\n".join(shortcomings(user, directory, set_up))


def rule(yaml: str, *, enabled: bool = True) -> NotificationRule:
    return NotificationRule(id="ntf_1", name="Nights", handle="nights", yaml=yaml, enabled=enabled)


def test_somebody_with_two_open_ways_is_ready() -> None:
    assert not said(replace(ALICE, channels=("slack", "sms"), contacts=(PHONE,)))


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (replace(ALICE, slack_id=None), "You are not linked to Slack"),
        (replace(ALICE, channels=("slack", "sms")), "sms does not reach you: Alice has no primary phone number."),
        (
            replace(ALICE, channels=("sms",), contacts=(replace(PHONE, verified_at=None),)),
            "+442071234567 of Alice is not verified.",
        ),
        (replace(ALICE, channels=("sms",), contacts=(replace(PHONE, stopped_at=AT),)), "has answered STOP"),
        (replace(ALICE, channels=("email",)), "You have no email address."),
        (replace(ALICE, channels=("push",)), "No browser of yours is registered for push."),
    ],
)
def test_what_is_missing_is_named(user: User, expected: str) -> None:
    assert expected in said(user)


def test_a_channel_that_the_installation_lacks_is_named() -> None:
    assert "sms is not set up here" in said(replace(ALICE, channels=("sms",)), ("slack",))


def test_such_a_channel_is_mended_where_it_was_chosen() -> None:
    chosen = "voice is not set up here, so that no page comes by it. /pagertree"
    by_rule = replace(ALICE, notification_rule_id="ntf_1")
    assert said(by_rule, ("slack",), rule(BY_CALL)) == f"{chosen} rule edit nights chooses others."
    assert said(replace(ALICE, channels=("voice",)), ("slack",)) == f"{chosen} me channels chooses others."
    both = said(replace(by_rule, channels=("voice",)), ("slack",), rule(BY_CALL)).splitlines()
    assert [each.removeprefix(chosen) for each in both] == [
        " rule edit nights chooses others.",
        " me channels chooses others.",
    ]


def test_one_way_alone_is_advised_against_only_where_there_could_be_another() -> None:
    directory = Directory(version=1, channel_kinds=KINDS)
    could = "Only slack reaches you. push, sms, voice, email could too: /pagertree me channels chooses others."
    assert advice(ALICE, directory, ALL) == could
    assert not advice(ALICE, directory, ("slack",))
    assert not advice(replace(ALICE, channels=("slack", "sms")), directory, ALL)
    assert not said(ALICE)


def test_the_channels_of_the_notification_rule_count() -> None:
    user = replace(ALICE, notification_rule_id="ntf_1")
    assert "voice does not reach you" in said(user, ALL, rule(BY_CALL))
    assert "is disabled: you are paged at once by slack instead" in said(user, ALL, rule(BY_CALL, enabled=False))
    assert "cannot be read" in said(user, ALL, rule("rules: 7"))


def test_a_step_that_comes_when_the_layer_is_over_is_named() -> None:
    later = BY_CALL.replace("[{type: notify, channels: [voice]}]", LATER)
    by_rule = replace(ALICE, contacts=(PHONE,), notification_rule_id="ntf_1")
    assert "never comes: it is 40m after the first page, and a user who is asked directly waits 30m" in said(
        by_rule, ALL, rule(later)
    )
    assert not said(by_rule, ALL, rule(later.replace("40m", "20m")))


def test_every_channel_is_each_that_has_an_address_and_is_set_up() -> None:
    user = replace(ALICE, email="alice@example.com", contacts=(PHONE,))
    assert every_channel(user, KINDS, ALL) == ("slack", "email", "sms", "voice")
    assert every_channel(user, KINDS, ("slack", "push")) == ("slack",)
