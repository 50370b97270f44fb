"""Twilio fails: whatever it does, the page is on some channel within a minute, and the ledger tells the truth."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.sms import Sms
from bot.engine.model import DeliveryState, NoticeKind
from bot.ports import Store
from bot.twilio import credentials
from bot.twilio.web import TwilioWeb
from tests.fakes.phoning import ALICE, Phoning, phoning
from tests.fakes.twilio import LANDLINE, SERVICE, Trouble

NORTH_KOREA = "+85021234567"
TITLE = "disk full"


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("alice", ALICE)
        set_up.team(("alice", 5))
        yield set_up


def test_twilio_5xx_for_longer_than_a_minute_gives_way(phones: Phoning) -> None:
    phones.twilio.trouble = [Trouble(status=503, headers={"Retry-After": "120"})]
    phones.world.fires(TITLE)

    assert [line.called for line in phones.twilio.lines] == [ALICE]
    assert [(channel, state) for channel, state, _ in phones.states(TITLE)] == [
        ("sms", DeliveryState.QUEUED),
        ("voice", DeliveryState.SENT),
    ]


def test_the_wait_that_twilio_asks_for_is_kept(phones: Phoning) -> None:
    phones.twilio.trouble = [Trouble(status=429, headers={"Retry-After": "20"})]
    phones.world.fires(TITLE)
    phones.world.passes(seconds=19)
    assert phones.twilio.messages == []

    phones.world.passes(seconds=6)

    assert len(phones.twilio.messages) == 1


def test_a_text_whose_answer_never_came_is_sent_again(phones: Phoning) -> None:
    account = credentials.read(phones.environment)
    assert account is not None
    hasty = Sms(account, TwilioWeb(account, timeout=2))
    phones.world.ports = replace(phones.world.ports, channels={**phones.world.ports.channels, "sms": hasty})
    phones.twilio.trouble = [Trouble(takes=True)]
    phones.world.fires(TITLE)
    (_, state, why) = phones.states(TITLE)[0]
    assert (state, "did not answer" in why) == (DeliveryState.QUEUED, True)

    phones.world.passes(seconds=10)
    hasty.close()

    lost, counted = phones.twilio.messages
    phones.twilio.reports(lost, "failed", 30008)
    assert phones.states(TITLE) == [("sms", DeliveryState.SENT, "")]
    phones.twilio.reports(counted, "delivered")
    assert phones.states(TITLE) == [("sms", DeliveryState.DELIVERED, "")]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (LANDLINE, "This number cannot receive SMS. (Twilio 21614)"),
        (
            NORTH_KOREA,
            "The Twilio account may not send SMS to this country: allow it under Messaging, Geo permissions.",
        ),
    ],
)
def test_a_number_that_twilio_refuses_gives_way(store: Store, number: str, reason: str) -> None:
    with phoning(store) as phones:
        phones.person("alice", number, reached_by=("sms",))
        phones.team(("alice", 5))
        phones.world.fires(TITLE)

        channel, state, said = phones.states(TITLE)[0]
        assert (channel, state) == ("sms", DeliveryState.FAILED)
        assert said.startswith(reason)
        assert phones.states(TITLE)[1][0] == "voice"


def test_a_wrong_token_gives_way_and_says_what_to_mend(store: Store) -> None:
    with phoning(store, TWILIO_AUTH_TOKEN="revoked") as phones:
        user = phones.person("alice", ALICE, reached_by=("sms",))
        phones.team((user.handle, 5), ("zoe", 5))
        phones.world.fires(TITLE)

        assert [(channel, state) for channel, state, _ in phones.states(TITLE)[:2]] == [
            ("sms", DeliveryState.FAILED),
            ("voice", DeliveryState.FAILED),
        ]
        assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. (Twilio 20003)" in phones.states(TITLE)[0][2]


def test_without_a_number_calls_are_off_and_texts_go_through_the_service(store: Store) -> None:
    with phoning(store, TWILIO_FROM="", TWILIO_MESSAGING_SERVICE_SID=SERVICE) as phones:
        phones.person("alice", ALICE, reached_by=("sms",))
        phones.team(("alice", 5))
        phones.world.fires(TITLE)

        (message,) = phones.twilio.messages
        assert message.sender == SERVICE
        assert phones.texts(ALICE, "A") == "You have #1. disk full"


def test_without_a_public_address_pages_leave_and_say_where_to_answer(store: Store) -> None:
    with phoning(store, PUBLIC_URL="") as phones:
        phones.person("alice", ALICE, reached_by=("sms", "voice"))
        phones.team(("alice", 5))
        phones.world.fires(TITLE)

        ((message,), (line,)) = phones.twilio.messages, phones.twilio.lines
        assert (message.body, message.callback) == ("disk full\n#1 ops\nAnswer in Slack", "")
        line.answers()
        assert line.heard == ["Alert for ops. disk full. Alert number 1. Please answer in Slack."] * 3
        assert "StatusCallback" not in line.asked


def test_others_are_told_in_the_same_way(phones: Phoning) -> None:
    alert = phones.world.fires(TITLE)
    phones.world.passes(minutes=5)

    phones.world.expect("ops-admin", "push", NoticeKind.DROPPED, TITLE)
    assert phones.texts(ALICE, "C") == f"#{alert.number} is resolved. {TITLE}"
