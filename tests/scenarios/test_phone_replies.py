"""People answer text messages: codes with and without a number, typos, strangers, STOP and START."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.engine.model import DeliveryState, NoticeKind, Status
from bot.ports import Store
from bot.service.replies import HELP, STRANGER
from tests.fakes.phoning import ALICE, BOB, REPLIES, Phoning, phoning
from tests.fakes.phoning import STRANGER as UNKNOWN


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("alice", ALICE)
        set_up.person("bob", BOB)
        set_up.team(("alice", 5), ("bob", 10))
        yield set_up


def status(phones: Phoning, title: str) -> Status:
    return phones.world.alert(title).status


def test_a_page_says_number_title_team_and_codes(phones: Phoning) -> None:
    alert = phones.world.fires("disk full on db-3")

    (message,) = phones.twilio.messages
    assert message.to == ALICE
    assert message.body == f"disk full on db-3\n#{alert.number} ops\nReply A to ack, R to reject, C to close"
    assert phones.states("disk full on db-3") == [("sms", DeliveryState.SENT, "")]


@pytest.mark.parametrize(
    "written", ["A", "a", " ack ", "Ack.", "ACKNOWLEDGE", "Ａ", "a #{number}", "ack {number}", "A{number}"]
)
def test_an_acknowledgement_with_or_without_number(phones: Phoning, written: str) -> None:
    alert = phones.world.fires("disk full")

    answer = phones.texts(ALICE, written.format(number=alert.number))

    assert answer == f"You have #{alert.number}. disk full"
    assert status(phones, "disk full") is Status.ACKNOWLEDGED
    assert "Acknowledged by Alice." in phones.world.said(alert)


@pytest.mark.parametrize("written", ["C", "close", "resolve", "Resolved!", "#{number} c"])
def test_a_resolution(phones: Phoning, written: str) -> None:
    alert = phones.world.fires("disk full")

    assert phones.texts(ALICE, written.format(number=alert.number)) == f"#{alert.number} is resolved. disk full"
    assert status(phones, "disk full") is Status.RESOLVED


@pytest.mark.parametrize("written", ["R", "reject", "r {number}"])
def test_a_rejection_pages_the_next_layer(phones: Phoning, written: str) -> None:
    alert = phones.world.fires("disk full")

    answer = phones.texts(ALICE, written.format(number=alert.number))

    assert answer == f"You rejected #{alert.number}. Bob is paged now. disk full"
    assert [message.to for message in phones.twilio.messages] == [ALICE, BOB]
    assert status(phones, "disk full") is Status.OPEN


def test_several_open_alerts_are_asked_back(phones: Phoning) -> None:
    first, second = phones.world.fires("disk full"), phones.world.fires("cpu hot")

    listed = f"#{second.number} cpu hot\n#{first.number} disk full"
    assert phones.texts(ALICE, "a") == f"Which one? Reply with its number, like A #{second.number}\n{listed}"
    assert status(phones, "disk full") is status(phones, "cpu hot") is Status.OPEN
    assert phones.texts(ALICE, f"a {first.number}") == f"You have #{first.number}. disk full"
    assert phones.texts(ALICE, "a") == f"You have #{second.number}. cpu hot"


def test_what_somebody_rejected_is_not_meant_while_others_wait(phones: Phoning) -> None:
    first, second = phones.world.fires("disk full"), phones.world.fires("cpu hot")
    phones.texts(ALICE, f"r {second.number}")
    assert phones.texts(ALICE, "a") == f"You have #{first.number}. disk full"
    assert phones.texts(ALICE, "a") == f"You have #{second.number}. cpu hot"


def test_many_open_alerts_are_listed_as_far_as_they_fit(phones: Phoning) -> None:
    for number in range(9):
        phones.world.fires(f"{number} {'x' * 80}")

    lines = phones.texts(ALICE, "C").split("\n")

    assert lines[0] == "Which one? Reply with its number, like C #9"
    assert lines[1] == f"#9 8 {'x' * 35}..."
    assert len("\n".join(lines)) <= 306


def test_a_code_after_the_fact_says_who_was_faster(phones: Phoning) -> None:
    alert = phones.world.fires("disk full")
    phones.world.acknowledges("bob", alert)
    phones.world.passes(seconds=4)

    assert phones.texts(ALICE, "A") == f"#{alert.number} is already acknowledged, 4s ago by Bob."


def test_an_alert_that_does_not_exist(phones: Phoning) -> None:
    assert phones.texts(ALICE, "A #99") == f"There is no alert #99. {HELP}"


def test_nothing_is_open(phones: Phoning) -> None:
    assert phones.texts(ALICE, "A") == "Nothing waits for you."


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("akc", f'"akc" is no code of ours. Did you mean A (acknowledge)? {HELP}'),
        ("resovle 3", f'"resovle" is no code of ours. Did you mean C (resolve)? {HELP}'),
        ("xyzzy", f'"xyzzy" is no code of ours. {HELP}'),
        ("a big problem here", f"That is no code of ours. {HELP}"),
        ("A 1 2", f"That is no code of ours. {HELP}"),
        ("👍", f"That is no code of ours. {HELP}"),
        ("", f"That is no code of ours. {HELP}"),
        ("help", HELP),
        ("Info?", f'"info" is no code of ours. {HELP}'),
    ],
)
def test_what_is_no_code_is_answered_with_help_and_changes_nothing(phones: Phoning, written: str, answer: str) -> None:
    phones.world.fires("disk full")

    assert phones.texts(ALICE, written) == answer
    assert status(phones, "disk full") is Status.OPEN


def test_a_stranger_is_refused_once_an_hour(phones: Phoning) -> None:
    alert = phones.world.fires("disk full")

    assert phones.texts(UNKNOWN, f"A #{alert.number}") == STRANGER
    assert phones.texts(UNKNOWN, "A") == ""
    phones.world.passes(minutes=4)
    assert status(phones, "disk full") is Status.OPEN


def test_a_number_that_is_not_verified_is_a_strangers(phones: Phoning) -> None:
    phones.world.person("carol", "slack")
    phones.world.changes_contacts(phones.world.person("carol"), "phone")

    assert phones.texts(UNKNOWN, "A") == STRANGER


def test_the_same_message_counts_once(phones: Phoning) -> None:
    first, second = phones.world.fires("disk full"), phones.world.fires("cpu hot")
    phones.texts(ALICE, f"a {first.number}", sid="SM1")
    phones.texts(ALICE, "a", sid="SM2")
    third = phones.world.fires("net down")

    assert phones.texts(ALICE, "a", sid="SM2") == "Your answer was taken already."
    assert phones.world.alert("cpu hot").status is Status.ACKNOWLEDGED
    assert (second.number, status(phones, "net down")) == (third.number - 1, Status.OPEN)


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe"])
def test_stop_is_respected_and_the_next_channel_starts(phones: Phoning, word: str) -> None:
    assert phones.texts(ALICE, word) == ""

    alert = phones.world.fires("disk full")

    assert phones.twilio.messages == []
    assert [line.called for line in phones.twilio.lines] == [ALICE]
    states = phones.states("disk full")
    assert [channel for channel, _, _ in states] == ["sms", "voice"]
    assert states[0][1:] == (
        DeliveryState.FAILED,
        f"{ALICE} of Alice has answered STOP; START from that phone takes it back.",
    )
    assert "could not be reached by sms; trying voice at once" in phones.world.said(alert)


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_start_takes_it_back(phones: Phoning, word: str) -> None:
    phones.texts(ALICE, "STOP")
    assert phones.texts(ALICE, word) == ""
    phones.twilio.stopped.clear()

    phones.world.fires("disk full")

    assert [message.to for message in phones.twilio.messages] == [ALICE]


def test_what_twilio_made_of_a_message_counts(phones: Phoning) -> None:
    assert phones.texts(ALICE, "arrêt", opting="STOP") == ""
    phones.world.fires("disk full")

    assert phones.twilio.messages == []


def test_yes_from_a_number_that_never_stopped_is_no_code(phones: Phoning) -> None:
    assert phones.texts(ALICE, "yes").startswith('"yes" is no code of ours.')


def test_two_people_at_one_phone_are_told_apart_by_who_was_asked(phones: Phoning) -> None:
    phones.person("zoe", ALICE)
    alert = phones.world.fires("disk full")

    assert phones.texts(ALICE, f"A {alert.number}") == f"You have #{alert.number}. disk full"
    assert "Acknowledged by Alice." in phones.world.said(alert)


def test_the_other_channels_hear_of_it(phones: Phoning) -> None:
    alert = phones.world.fires("disk full")
    phones.world.passes(minutes=15)

    phones.world.expect("ops-admin", "push", NoticeKind.DROPPED, "disk full")
    assert phones.texts(ALICE, "A") == f"You have #{alert.number}. disk full"


def test_a_phone_that_answers_by_itself_is_answered_five_times_an_hour(phones: Phoning) -> None:
    phones.world.fires("disk full")
    answers = [phones.texts(ALICE, "I am driving and will see your message later.") for _ in range(8)]

    assert [bool(each) for each in answers] == [True] * 5 + [False] * 3
    assert answers[4].endswith("This is the last such answer for an hour.")
    assert phones.texts(ALICE, "A") == "You have #1. disk full"


@pytest.mark.parametrize("word", ["STOP ALL", "opt-out", "Arrêt", "QUIT!", "ｃａｎｃｅｌ", "revoke"])
def test_stop_is_known_however_it_is_written(phones: Phoning, word: str) -> None:
    assert phones.texts(ALICE, word) == ""
    phones.world.fires("disk full")

    assert phones.twilio.messages == []


def test_who_stops_the_texts_is_told_over_another_channel(phones: Phoning) -> None:
    phones.texts(ALICE, "STOP")
    with phones.world.ports.store.begin() as uow:
        (told,) = uow.claim_announcements(phones.world.clock.now(), timedelta(minutes=1), 10)

    assert (told.channel, told.user_id) == ("slack", phones.world.person("alice").id)
    assert told.text.startswith(f"STOP came from {ALICE}: it gets no more texts")


@pytest.mark.parametrize(("word", "to", "is_stopped"), [("END", 0, False), ("STOP", 0, True), ("END", 1, True)])
def test_a_toll_free_number_knows_stop_alone(phones: Phoning, word: str, to: int, *, is_stopped: bool) -> None:
    numbers = ("+18005550006", "+15005550006")
    phones.twilio.post(REPLIES, {"MessageSid": "SM9", "From": ALICE, "To": numbers[to], "Body": word})

    (contact,) = phones.world.person("alice").contacts
    assert (contact.stopped_at is not None) is is_stopped
