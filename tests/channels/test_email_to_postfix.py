"""The email channel and a real postfix: STARTTLS, mailboxes, and its own words for what it does not take."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.channels.email.channel import Email, build
from bot.engine.model import Status
from bot.errors import Limited, Rejected
from tests.channels.samples import card
from tests.channels.test_email import SECRET, page
from tests.fakes import postfix
from tests.golden.texts import HOSTILE

pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("postfix"),
    pytest.mark.skipif(
        not postfix.RUNS_HERE, reason="mail is not tested with postfix: it is not installed, or we are not root"
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[postfix.Postfix]:
    with postfix.serve() as server:
        yield server


@pytest.fixture
def email(server: postfix.Postfix) -> Iterator[Email]:
    built = build(
        {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(server.port),
            "SMTP_CA_FILE": str(server.certificate),
            "EMAIL_FROM": "PagerTree <pager@pager.example>",
            "PUBLIC_URL": "https://pager.example.com",
            "LINK_SECRET": SECRET,
        }
    )
    assert isinstance(built, Email)
    yield built
    built.close()


def test_mails_land_in_the_mailbox_as_they_were_written(server: postfix.Postfix, email: Email) -> None:
    receipt = email.send(page())
    email.send(replace(page(), card=card(HOSTILE, Status.OPEN)))

    assert "queued as" in receipt.provider_id
    mails = [message_from_bytes(raw, policy=policy.default) for raw in server.mails(2)]
    subjects = sorted(str(mail["Subject"]) for mail in mails)
    assert subjects[1] == "LOW ping · #7"
    assert subjects[0].startswith("HIGH <!channel>")
    for mail in mails:
        assert isinstance(mail, EmailMessage)
        assert "with ESMTPS" in str(mail["Received"])
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            assert "Acknowledge" in part.get_content()


def test_postfix_says_no_in_words_that_we_understand(email: Email) -> None:
    with pytest.raises(Limited, match="Greylisted") as greylisted:
        email.send(page(address=postfix.GREY))
    assert greylisted.value.retry_after == 300
    with pytest.raises(Rejected, match=r"550 5\.1\.1"):
        email.send(page(address="nobody@example.com"))
    with pytest.raises(Rejected, match="554"):
        email.send(page(address="somebody@elsewhere.example"))
