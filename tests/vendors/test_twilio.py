"""Twilio with its test credentials, which send nothing: that its refusals are those of the stand-in.

`VENDOR_TWILIO_ACCOUNT_SID` and `VENDOR_TWILIO_AUTH_TOKEN` are an account's *test* credentials. What they answer to
which number is published: https://www.twilio.com/docs/iam/test-credentials.
"""

import os
from collections.abc import Iterator

import pytest

from bot.errors import Rejected
from bot.twilio import credentials
from bot.twilio.web import TwilioWeb

SID, TOKEN = (os.environ.get(f"VENDOR_TWILIO_{name}", "") for name in ("ACCOUNT_SID", "AUTH_TOKEN"))
FROM, VALID = "+15005550006", "+14108675310"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (SID and TOKEN), reason="Twilio is not asked: set VENDOR_TWILIO_ACCOUNT_SID and VENDOR_TWILIO_AUTH_TOKEN"
    ),
]


def _web(**more: str) -> TwilioWeb:
    given = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": FROM, **more}
    account = credentials.read(given)
    assert account is not None
    return TwilioWeb(account)


@pytest.fixture
def web() -> Iterator[TwilioWeb]:
    web = _web()
    yield web
    web.close()


def test_a_text_and_a_call_are_taken(web: TwilioWeb) -> None:
    assert web.text(VALID, "CRITICAL disk full\n#1 Payments\nReply A", "").startswith("SM")
    assert web.call(VALID, twiml="<Response><Say>disk full</Say></Response>").startswith("CA")


@pytest.mark.parametrize(
    ("last", "code"), [("0001", 21211), ("0002", 21612), ("0003", 21408), ("0004", 21610), ("0009", 21614)]
)
def test_a_text_is_refused_in_words_that_name_the_code(web: TwilioWeb, last: str, code: int) -> None:
    with pytest.raises(Rejected, match=rf"\(Twilio {code}\)"):
        web.text(f"+1500555{last}", "x", "")


@pytest.mark.parametrize(("last", "code"), [("0001", 21217), ("0002", 21214), ("0003", 21215), ("0004", 21216)])
def test_a_call_is_refused_in_words_that_name_the_code(web: TwilioWeb, last: str, code: int) -> None:
    with pytest.raises(Rejected, match=rf"\(Twilio {code}\)"):
        web.call(f"+1500555{last}", twiml="<Response/>")


def test_an_address_that_twilio_does_not_call_loses_no_text(web: TwilioWeb) -> None:
    assert web.text(VALID, "x", "http://localhost:8000/twilio/messages/1").startswith("SM")
    assert "does not call" in web.unreported
