"""The channels sms and voice against a Twilio on a port, and one that is not there."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from bot.channels import discover
from bot.channels.sms import Sms
from bot.channels.voice import Voice
from bot.engine.model import Contact, NoticeKind, Notification, Role, Status, Urgency, User
from bot.errors import Invalid, Limited, Rejected, Unanswered, Unavailable
from bot.ports import Page
from bot.twilio import credentials
from bot.twilio.credentials import TwilioAccount
from bot.twilio.web import TwilioWeb
from tests.channels.samples import AT, small
from tests.fakes.twilio import LANDLINE, NUMBER, SERVICE, SID, TOKEN, FakeTwilio, Trouble, twilio

FIRST, SECOND = "+442071230001", "+442071230002"
PUBLIC = "https://pager.example.com"
KEYS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTwilio]:
    with twilio() as (fake, _):
        yield fake


@pytest.fixture
def fake(server: FakeTwilio) -> FakeTwilio:
    server.messages.clear()
    server.lines.clear()
    server.requests.clear()
    server.stopped.clear()
    server.unreached.clear()
    server.status = "active"
    return server


@pytest.fixture
def web(fake: FakeTwilio) -> Iterator[TwilioWeb]:
    made = TwilioWeb(account(fake.url), timeout=2)
    yield made
    made.close()


def account(url: str, **changes: str) -> TwilioAccount:
    return replace(TwilioAccount(sid=SID, token=TOKEN, number=NUMBER, url=url, public_url=PUBLIC), **changes)


def page(address: str = "primary", channel: str = "sms", *numbers: str) -> Page:
    notification = Notification(
        id="alt_1.1.0.0.usr_1.0.sms",
        alert_id="alt_1",
        kind=NoticeKind.OPEN,
        channel=channel,
        address=address,
        urgency=Urgency.HIGH,
        due_at=AT,
        user_id="usr_1",
    )
    contacts = tuple(Contact(channel="phone", address=each, verified_at=AT) for each in numbers or (FIRST, SECOND))
    user = User(id="usr_1", name="Alice", handle="alice", role=Role.MEMBER, contacts=contacts)
    return Page(notification=notification, card=small(), user=user)


def test_an_sms_carries_the_text_and_where_to_report(fake: FakeTwilio, web: TwilioWeb) -> None:
    receipt = Sms(account(fake.url), web).send(page())

    (message,) = fake.messages
    assert (receipt.provider_id, receipt.conversation) == (message.sid, FIRST)
    assert message.callback == f"{PUBLIC}/twilio/messages/alt_1.1.0.0.usr_1.0.sms"
    assert fake.requests[-1]["ValidityPeriod"] == "120"


def test_a_call_carries_its_words_and_asks_who_answers(fake: FakeTwilio, web: TwilioWeb) -> None:
    Voice(account(fake.url), web).send(page(channel="voice"))

    (asked,) = fake.requests
    assert asked["Twiml"].startswith("<?xml")
    assert "Url" not in asked
    assert (asked["MachineDetection"], asked["AsyncAmd"], asked["Timeout"]) == ("Enable", "true", "25")
    assert asked["AsyncAmdStatusCallback"] == f"{PUBLIC}/twilio/machines/alt_1.1.0.0.usr_1.0.sms"


@pytest.mark.parametrize(("address", "numbers"), [("secondary", [SECOND]), ("+442071239999", ["+442071239999"])])
def test_the_address_of_the_step_is_taken(fake: FakeTwilio, web: TwilioWeb, address: str, numbers: list[str]) -> None:
    Sms(account(fake.url), web).send(replace(page(address), allowed=("+442071239999",)))

    assert [message.to for message in fake.messages] == numbers


def test_the_others_are_tried_when_twilio_refuses_the_first(fake: FakeTwilio, web: TwilioWeb) -> None:
    fake.stopped.add(SECOND)

    assert Sms(account(fake.url), web).send(page("secondary or others")).conversation == FIRST


def test_every_refusal_is_named(fake: FakeTwilio, web: TwilioWeb) -> None:
    fake.stopped.add(FIRST)
    with pytest.raises(Rejected) as refused:
        Sms(account(fake.url), web).send(page("primary or others", "sms", FIRST, LANDLINE))

    assert refused.value.reason == (
        f"{FIRST}: This number has answered STOP; START from that phone takes it back. (Twilio 21610) "
        f"{LANDLINE}: This number cannot receive SMS. (Twilio 21614)"
    )


def test_a_conversation_has_no_phone(fake: FakeTwilio, web: TwilioWeb) -> None:
    with pytest.raises(Rejected, match="no phone number"):
        Sms(account(fake.url), web).send(replace(page(), user=None))


@pytest.mark.parametrize(
    ("trouble", "error", "taken"),
    [
        (Trouble(status=503), Unavailable, 0),
        (Trouble(status=500, headers={"Retry-After": "7"}), Unavailable, 0),
        (Trouble(status=429, headers={"Retry-After": "7"}), Limited, 0),
        (Trouble(status=200), Unanswered, 0),
        (Trouble(status=404), Rejected, 0),
        (Trouble(takes=True), Unanswered, 1),
        (Trouble(takes=False), Unanswered, 0),
    ],
)
def test_every_way_to_fail(
    fake: FakeTwilio, web: TwilioWeb, trouble: Trouble, error: type[Exception], taken: int
) -> None:
    fake.trouble = [trouble]

    with pytest.raises(error) as failed:
        Sms(account(fake.url), web).send(page())

    assert type(failed.value) is error
    assert len(fake.messages) == taken
    assert getattr(failed.value, "retry_after", None) == (7 if "Retry-After" in trouble.headers else None)


def test_a_twilio_that_is_not_there_took_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    web = TwilioWeb(account(nowhere))

    with pytest.raises(Unavailable, match="cannot be reached"):
        Sms(account(nowhere), web).send(page())
    web.close()


def test_a_sender_that_is_not_ours_says_what_to_mend(fake: FakeTwilio) -> None:
    other = account(fake.url, number="+15551112222")
    web = TwilioWeb(other)
    with pytest.raises(Rejected, match="TWILIO_FROM is not a number of this account"):
        Sms(other, web).send(page())
    web.close()


# --- Settings -----------------------------------------------------------------------------------------------------

WHOLE = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+1 500 555 0006"}


def test_credentials_are_asked_about(fake: FakeTwilio, web: TwilioWeb) -> None:
    Sms(account(fake.url), web).verify()
    stranger = TwilioWeb(account(fake.url, token="old"))

    with pytest.raises(Rejected, match="check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"):
        stranger.verify()
    stranger.close()


def test_an_account_that_is_not_active_is_said(fake: FakeTwilio, web: TwilioWeb) -> None:
    fake.status = "suspended"

    with pytest.raises(Rejected, match="account is suspended: see why in the Twilio console"):
        web.verify()


def test_without_settings_there_is_no_channel() -> None:
    assert credentials.read({}) is None
    assert not {"sms", "voice"} & set(discover({}))
    assert "SMS and calls are off" in credentials.missing({})[0]


def test_settings_make_both_channels() -> None:
    found = discover({**WHOLE, "PUBLIC_URL": PUBLIC + "/"})
    for name in ("sms", "voice"):
        channel = found[name]
        assert (channel.kind.name, channel.kind.repaints) == (name, False)
        assert isinstance(channel, Sms | Voice)
        channel.close()
    assert credentials.missing({**WHOLE, "PUBLIC_URL": PUBLIC}) == ()


def test_what_does_not_work_is_said() -> None:
    service = {**WHOLE, "TWILIO_FROM": "", "TWILIO_MESSAGING_SERVICE_SID": SERVICE}
    assert "voice" not in discover(service)
    said = " ".join(credentials.missing(service))
    assert "Calls are off" in said
    assert "set PUBLIC_URL" in said


@pytest.mark.parametrize(
    "public",
    [
        "http://localhost:8000",
        "http://pager:8000",
        "https://pager_1.example.com",
        "http://10.0.0.7",
        "pager.example.com",
    ],
)
def test_an_address_that_twilio_does_not_call_is_left_out_and_said(public: str) -> None:
    environment = {**WHOLE, "PUBLIC_URL": public}
    found = credentials.read(environment)

    assert found is not None
    assert (found.callback("messages", "alt_1.1"), found.public_url) == ("", "")
    assert f"Twilio does not call {public}." in " ".join(credentials.missing(environment))


@pytest.mark.parametrize(
    "public", ["https://pager.example.com:8443/bot/", "https://8.8.8.8", "https://p-1.münchen.example"]
)
def test_an_address_that_is_public_is_called(public: str) -> None:
    assert credentials.missing({**WHOLE, "PUBLIC_URL": public}) == ()


def test_a_page_leaves_without_reports_where_twilio_refuses_their_address(fake: FakeTwilio, web: TwilioWeb) -> None:
    fake.unreached.add(urlsplit(PUBLIC).hostname or "")
    texted, called = Sms(account(fake.url), web).send(page()), Voice(account(fake.url), web).send(page())

    assert [each.callback for each in fake.messages] == [""]
    assert ["StatusCallback" in each.asked for each in fake.lines] == [False]
    for receipt in (texted, called):
        assert (bool(receipt.provider_id), f"Twilio does not call {PUBLIC}" in receipt.remark) == (True, True)
    with pytest.raises(Rejected, match="Twilio does not call"):
        web.verify()
    fake.unreached.clear()
    assert Sms(account(fake.url), web).send(page()).remark == ""
    web.verify()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TWILIO_ACCOUNT_SID": "SK1"}, "TWILIO_ACCOUNT_SID: does not start with AC"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN: is missing"),
        ({"TWILIO_FROM": "5550006"}, "TWILIO_FROM: is not an international phone number"),
        ({"TWILIO_FROM": ""}, "TWILIO_FROM: is missing"),
        ({"TWILIO_MESSAGING_SERVICE_SID": "SM1"}, "TWILIO_MESSAGING_SERVICE_SID: does not start with MG"),
        ({"TWILIO_API_URL": "ftp://x"}, "TWILIO_API_URL: is not an address"),
    ],
)
def test_wrong_settings_are_refused_with_a_sentence_each(changes: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said) as invalid:
        credentials.read({**WHOLE, **changes})

    assert TOKEN not in str(invalid.value)


def test_the_token_does_not_show() -> None:
    assert TOKEN not in repr(credentials.read(WHOLE))


def test_a_dropped_alert_can_still_be_answered(fake: FakeTwilio, web: TwilioWeb) -> None:
    card = replace(small(Status.DROPPED, NoticeKind.DROPPED), title="disk full")
    Sms(account(fake.url), web).send(replace(page(), card=card))

    assert fake.messages[0].body.startswith("DROPPED, nobody is left to ask: disk full\n#7\nReply A")
