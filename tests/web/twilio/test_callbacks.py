"""What Twilio calls: only what it signed, once, and not too late. Every test goes over HTTP, both ways."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.engine.model import SYSTEM, DeliveryState, NoticeKind, Status
from bot.ports import Store
from bot.service import departures
from bot.settings import Settings
from bot.store import SqlStore, open_store
from bot.web.twilio.callbacks import Regrets
from tests.fakes.phoning import ALICE, BOB, PUBLIC, REPLIES, Phoning, phoning
from tests.fakes.twilio import NUMBER, SID, TOKEN, Message, sign
from tests.fakes.twilio_lines import read_twiml, said
from tests.handlers.stalls import stalled
from tests.harness import user_receiver
from tests.surroundings import KINDS
from tests.web.serving import web

HEARD = (
    "Alert for ops. Press 1 to acknowledge. disk full. Alert number 1. Press 2 to reject. Press 3 to hear this again."
)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url, channel_kinds=KINDS) as opened:
        yield opened


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("alice", ALICE, reached_by=("sms", "slack"))
        set_up.team(("alice", 5))
        yield set_up


def texted(phones: Phoning) -> Message:
    """Page Alice, whose Slack message is of no interest here."""
    phones.world.fires("disk full")
    phones.world.expect("alice", "slack", NoticeKind.OPEN, "disk full")
    (message,) = phones.twilio.messages
    return message


def test_delivered_is_noted(phones: Phoning) -> None:
    message = texted(phones)

    for status in ("queued", "sent", "delivered"):
        assert phones.twilio.reports(message, status).status_code == 204

    assert phones.states("disk full")[0] == ("sms", DeliveryState.DELIVERED, "")


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        ("undelivered", 30003, "The phone is switched off or out of reach. (Twilio 30003)"),
        ("failed", 30036, "It could not be handed to the network in time. (Twilio 30036)"),
        ("failed", 99999, "Twilio could not deliver it. (Twilio 99999)"),
        ("failed", 0, "Twilio could not deliver it."),
    ],
)
def test_a_failure_says_why(phones: Phoning, status: str, code: int, reason: str) -> None:
    phones.twilio.reports(texted(phones), status, code)

    assert phones.states("disk full")[0] == ("sms", DeliveryState.FAILED, reason)


def test_an_unreachable_phone_gives_way_to_the_next_channel_once(phones: Phoning) -> None:
    message = texted(phones)

    for _ in range(2):
        phones.twilio.reports(message, "undelivered", 30003)
        phones.world.works()

    (line,) = phones.twilio.lines
    assert line.called == ALICE
    assert [(channel, state) for channel, state, _ in phones.states("disk full")] == [
        ("sms", DeliveryState.FAILED),
        ("slack", DeliveryState.SENT),
        ("voice", DeliveryState.SENT),
    ]


def test_what_was_settled_stays_whatever_is_replayed(phones: Phoning) -> None:
    message = texted(phones)
    phones.twilio.reports(message, "delivered")

    assert phones.twilio.reports(message, "undelivered", 30003).status_code == 204
    phones.world.works()

    assert phones.states("disk full")[0][1] is DeliveryState.DELIVERED
    assert phones.twilio.lines == []


def test_a_report_of_an_earlier_attempt_does_not_fail_a_later_one(phones: Phoning) -> None:
    message = texted(phones)
    message.sid = "SM" + "e" * 32

    assert phones.twilio.reports(message, "failed", 30008).status_code == 204

    assert phones.states("disk full")[0][1] is DeliveryState.SENT


def test_a_report_that_comes_far_too_late_is_refused(phones: Phoning) -> None:
    message = texted(phones)
    phones.world.acknowledges("alice", phones.world.alert("disk full"))
    phones.world.clock.move_to(phones.world.clock.now() + timedelta(hours=13))

    answer = phones.twilio.reports(message, "delivered")

    assert (answer.status_code, "too long ago" in answer.json()["error"]) == (403, True)
    assert phones.states("disk full")[0][1] is DeliveryState.SENT


def test_a_report_of_a_message_that_does_not_exist_is_not_found(phones: Phoning) -> None:
    message = texted(phones)
    message.callback = f"{PUBLIC}/twilio/messages/alt_none.1"

    assert phones.twilio.reports(message, "delivered").status_code == 404


FORGERIES = {
    "no signature": {"signature": ""},
    "another account's token": {"token": "guessed"},
    "a signature of something else": {"signature": sign(REPLIES, {"Body": "A"}, TOKEN)},
    "not base64": {"signature": "?!"},
}


@pytest.mark.parametrize("changes", FORGERIES.values(), ids=FORGERIES)
def test_forged_messages_change_nothing(phones: Phoning, changes: dict[str, str]) -> None:
    message = texted(phones)
    form = {"MessageSid": "SM9", "From": ALICE, "To": NUMBER, "Body": "A"}

    refused = [
        phones.twilio.post(REPLIES, form, **changes),
        phones.twilio.post(message.callback, form | {"MessageStatus": "failed"}, **changes),
        phones.twilio.post(message.callback.replace("messages", "keys"), form | {"Digits": "1"}, **changes),
    ]

    assert [answer.status_code for answer in refused] == [403] * 3
    assert "not signed by Twilio" in refused[0].json()["error"]
    assert phones.world.alert("disk full").status is Status.OPEN
    assert phones.states("disk full")[0][1] is DeliveryState.SENT


def test_a_signature_holds_for_one_address_and_one_body_only(phones: Phoning) -> None:
    message = texted(phones)
    form = {"AccountSid": SID, "ApiVersion": "2010-04-01", "MessageSid": "SM9", "From": ALICE, "Body": "hello"}
    given = sign(REPLIES, form, TOKEN)

    assert phones.twilio.post(REPLIES, form, signature=given).status_code == 200
    assert phones.twilio.post(REPLIES, form | {"Body": "A"}, signature=given).status_code == 403
    assert phones.twilio.post(f"{REPLIES}?x=1", form, signature=given).status_code == 403
    assert phones.twilio.post(message.callback, form, signature=given).status_code == 403


def test_another_account_is_refused_although_it_is_signed(phones: Phoning) -> None:
    form = {"MessageSid": "SM9", "From": ALICE, "Body": "A", "AccountSid": "AC" + "2" * 32}

    assert phones.twilio.post(REPLIES, form).status_code == 403


def test_two_signatures_are_none(phones: Phoning) -> None:
    form = {"AccountSid": SID, "Body": "A"}
    headers = [("X-Twilio-Signature", sign(REPLIES, form, TOKEN))] * 2

    answer = httpx.post(f"{phones.url}/twilio/replies", data=form, headers=headers)

    assert answer.status_code == 403


def test_a_body_that_is_too_large_or_has_too_many_fields_is_refused(phones: Phoning) -> None:
    for body in ("Body=" + "x" * 70_000, "&".join(f"f{number}=1" for number in range(300))):
        answer = httpx.post(f"{phones.url}/twilio/replies", content=body)
        assert answer.status_code == 403


def test_without_twilio_there_is_nobody_to_hear(store: Store) -> None:
    with web(store, Settings()) as running:
        answer = running.client.post("/twilio/replies", content="Body=A")

    assert answer.status_code == 404
    assert "TWILIO_ACCOUNT_SID" in answer.json()["error"]


def test_answers_are_messages_as_twilio_reads_them(phones: Phoning) -> None:
    answer = phones.twilio.post(REPLIES, {"MessageSid": "SM1", "From": ALICE, "Body": "<b>"})

    assert answer.headers["content-type"].startswith("application/xml")
    assert len(read_twiml(answer.text, "messaging")) == 1


# --- Calls --------------------------------------------------------------------------------------------------------


@pytest.fixture
def calling(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("bob", BOB, reached_by=("voice",))
        set_up.person("alice", ALICE)
        set_up.team(("bob", 5), ("alice", 5))
        set_up.world.fires("disk full")
        yield set_up


def test_a_call_says_the_alert_three_times_and_takes_a_key(calling: Phoning) -> None:
    (line,) = calling.twilio.lines

    line.answers(by="human")

    assert said(line) == [HEARD] * 3
    line.presses("1")
    assert said(line) == ["You have alert number 1. disk full. Goodbye."]
    assert line.state == "ended"
    assert calling.world.alert("disk full").status is Status.ACKNOWLEDGED
    line.ends()
    assert calling.states("disk full") == [("voice", DeliveryState.DELIVERED, "")]


def test_a_key_of_somebody_who_is_gone_answers_nothing(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    departures.leave(calling.world.ports, calling.world.person("bob").id, SYSTEM, "deactivated in Slack")
    calling.world.works()
    assert [message.to for message in calling.twilio.messages] == [ALICE]

    line.answers().presses("1")
    assert "deactivated" in said(line)[-1]
    assert calling.world.alert("disk full").status is Status.OPEN


def test_key_2_rejects_and_pages_the_next_layer(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers().presses("2")
    calling.world.works()

    assert said(line)[-1] == "You rejected alert number 1. Alice is paged now. disk full. Goodbye."
    assert [message.to for message in calling.twilio.messages] == [ALICE]


@pytest.mark.parametrize("key", ["3", "9", "#"])
def test_key_3_and_keys_without_a_meaning_repeat(calling: Phoning, key: str) -> None:
    (line,) = calling.twilio.lines
    line.answers()
    said(line)

    for _ in range(2):
        line.presses(key)
        assert said(line) == [HEARD] * 3
    line.presses("1")

    assert calling.world.alert("disk full").status is Status.ACKNOWLEDGED


def test_no_key_is_no_answer(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers().keeps_silent()

    assert said(line)[-1] == "No key was pressed. Goodbye."
    line.ends()
    assert calling.world.alert("disk full").status is Status.OPEN
    assert calling.states("disk full") == [("voice", DeliveryState.DELIVERED, "")]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("busy", "The line was busy."),
        ("no-answer", "Nobody picked up."),
        ("failed", "The call could not be connected."),
        ("canceled", "The call was cancelled."),
    ],
)
def test_a_call_that_nobody_took_gives_way(calling: Phoning, status: str, reason: str) -> None:
    (line,) = calling.twilio.lines
    line.ends(status)
    calling.world.works()

    assert calling.states("disk full") == [
        ("voice", DeliveryState.FAILED, reason),
        ("sms", DeliveryState.SENT, ""),
    ]
    assert [message.to for message in calling.twilio.messages] == [BOB]


@pytest.mark.parametrize("by", ["machine_start", "machine_end_beep", "fax"])
def test_what_a_machine_took_was_heard_by_nobody(calling: Phoning, by: str) -> None:
    (line,) = calling.twilio.lines
    line.answers(by=by)
    calling.world.works()
    line.ends()

    assert calling.states("disk full")[0] == ("voice", DeliveryState.FAILED, "An answering machine took the call.")
    assert [message.to for message in calling.twilio.messages] == [BOB]


def test_a_machine_that_is_only_known_at_the_end_counts_too(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line._answered_by = "machine_end_silence"
    line.ends()

    assert calling.states("disk full")[0][1] is DeliveryState.FAILED


def test_unknown_is_neither_a_person_nor_a_machine(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers(by="unknown")

    assert calling.states("disk full") == [("voice", DeliveryState.SENT, "")]


def test_a_person_whom_twilio_took_for_a_machine_still_answers(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers(by="machine_start").presses("1")
    calling.world.works()

    assert calling.world.alert("disk full").status is Status.ACKNOWLEDGED


def test_a_replayed_key_is_not_taken_twice(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers()
    address = line._pending.attrib["action"] if line._pending is not None else ""
    line.presses("1")
    calling.world.hands_off("bob", calling.world.alert("disk full"), user_receiver(calling.world.person("alice")))

    form = {"CallSid": line.sid, "Digits": "1"}
    answer = calling.twilio.post(address, form)

    assert "Your answer about alert number 1 was taken already" in answer.text
    assert calling.world.alert("disk full").status is not Status.ACKNOWLEDGED


def test_a_key_that_comes_far_too_late_is_refused_in_words(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers()
    said(line)
    calling.world.clock.move_to(calling.world.clock.now() + timedelta(hours=13))

    line.presses("1")

    assert said(line) == ["That did not work. Please answer in Slack. Goodbye."]


def test_a_key_after_the_fact_says_who_was_faster(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers()
    calling.world.acknowledges("alice", calling.world.alert("disk full"))
    calling.world.passes(seconds=4)
    said(line)

    line.presses("1")

    assert said(line) == ["alert number 1 is already acknowledged, 4 seconds ago by Alice. Goodbye."]


def test_a_machine_that_is_reported_after_the_end_of_the_call_overturns_it(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers().ends()
    calling.world.works()
    assert calling.states("disk full")[0] == ("voice", DeliveryState.DELIVERED, "")

    for _ in range(2):
        line.is_detected("machine_start")
        calling.world.works()

    assert calling.states("disk full")[0] == ("voice", DeliveryState.FAILED, "An answering machine took the call.")
    assert [message.to for message in calling.twilio.messages] == [BOB]


def test_a_person_who_is_reported_after_the_end_of_the_call_changes_nothing(calling: Phoning) -> None:
    (line,) = calling.twilio.lines
    line.answers().ends()
    line.is_detected("human")

    assert calling.states("disk full") == [("voice", DeliveryState.DELIVERED, "")]


def test_an_answer_while_the_database_is_away_is_said_not_to_be_taken_and_counts_when_it_comes_again(
    phones: Phoning, sqlite_url: str
) -> None:
    texted(phones)
    form = {"MessageSid": "SM71", "From": ALICE, "To": NUMBER, "Body": "A"}
    with stalled(sqlite_url):
        away = phones.twilio.post(REPLIES, form)
    assert [each.text for each in read_twiml(away.text, "messaging")] == [
        "Your answer was not taken: something is broken here. Answer in Slack, or text it again in a minute."
    ]
    assert phones.world.alert("disk full").status is Status.OPEN

    assert "You have #1." in phones.twilio.post(REPLIES, form).text
    assert "Your answer was taken already." in phones.twilio.post(REPLIES, form).text


def test_a_key_while_the_database_is_away_counts_when_it_comes_again(calling: Phoning, sqlite_url: str) -> None:
    (line,) = calling.twilio.lines
    line.answers()
    address = line._pending.attrib["action"] if line._pending is not None else ""
    form = {"CallSid": line.sid, "Digits": "1"}
    with stalled(sqlite_url):
        assert "That did not work." in calling.twilio.post(address, form).text

    assert "You have alert number 1" in calling.twilio.post(address, form).text
    calling.world.works()


def test_a_number_is_told_five_times_an_hour_that_its_answer_was_not_taken() -> None:
    regrets, now = Regrets(), datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert [regrets.has_room(ALICE, now) for _ in range(6)] == [True] * 5 + [False]
    assert regrets.has_room(BOB, now)
    assert regrets.has_room(ALICE, now + timedelta(hours=1))
