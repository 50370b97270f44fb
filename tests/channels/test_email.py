"""The email channel against a mail server that keeps the rules, and breaks them on demand."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from bot.channels import discover
from bot.channels.email.channel import Email, addresses, build
from bot.engine.model import Contact, NoticeKind, Notification, Status, Urgency, User
from bot.errors import Invalid, Limited, Rejected, Unanswered, Unavailable, Undelivered
from bot.ports import Page
from tests.channels.samples import AT, card, digest, small
from tests.fakes import certificates, smtp
from tests.golden.asking import Golden
from tests.golden.texts import HOSTILE, TEXTS

ALICE = User(id="usr_alice", name="Alice", handle="alice", email="alice@example.com", zone="Europe/London")
SECRET = "a secret that is long enough for links"


class Open(Protocol):
    def __call__(self, post: smtp.Post, **more: str) -> Email: ...


def environment(post: smtp.Post, **more: str) -> dict[str, str]:
    given = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(post.port),
        "SMTP_TLS": "none",
        "EMAIL_FROM": "PagerTree <pager@example.com>",
        "PUBLIC_URL": "https://pager.example.com/",
        "LINK_SECRET": SECRET,
    }
    return given | more


def page(user: User | None = ALICE, *, address: str = "primary", **changes: object) -> Page:
    notification = Notification(
        id="alt_01k9card.esc1.0.0.usr_alice.0.email",
        alert_id="alt_01k9card",
        kind=NoticeKind.OPEN,
        channel="email",
        address=address,
        urgency=Urgency.HIGH,
        due_at=AT,
    )
    return Page(notification=notification, card=replace(small(), **changes), user=user)  # type: ignore[arg-type]


@pytest.fixture
def post() -> Iterator[smtp.Post]:
    with smtp.serve() as post:
        yield post


@pytest.fixture
def opened() -> Iterator[Open]:
    """Makes channels that are closed at the end."""
    built: list[Email] = []

    def make(post: smtp.Post, **more: str) -> Email:
        channel = build(environment(post, **more))
        assert isinstance(channel, Email)
        built.append(channel)
        return channel

    yield make
    for each in built:
        each.close()


@pytest.fixture
def email(post: smtp.Post, opened: Open) -> Email:
    return opened(post)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


# --- What arrives -------------------------------------------------------------------------------------------------


def test_a_page_reaches_the_persons_mailbox(post: smtp.Post, email: Email) -> None:
    receipt = email.send(page())

    [received] = post.taken
    assert (received.sender, received.recipients) == ("pager@example.com", ("alice@example.com",))
    assert received.mail["Subject"] == "LOW ping · #7"
    assert "Acknowledge: https://pager.example.com/answer/" in received.text()
    assert '?do=acknowledge"' in received.text("html")
    assert receipt.provider_id == "2.0.0 Ok: queued as 000001"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "state",
    [
        (Status.OPEN, NoticeKind.OPEN),
        (Status.OPEN, NoticeKind.HANDOFF),
        (Status.ACKNOWLEDGED, NoticeKind.ACKNOWLEDGED),
        (Status.DROPPED, NoticeKind.DROPPED),
        (Status.RESOLVED, NoticeKind.RESOLVED),
    ],
    ids=lambda state: state[1].value,
)
def test_every_mail_is_as_agreed(
    post: smtp.Post, email: Email, golden: Golden, text: str, state: tuple[Status, NoticeKind]
) -> None:
    status, kind = state
    email.send(replace(page(), card=card(TEXTS[text], status, kind)))

    [received] = post.taken
    headers = [f"{name}: {value}" for name, value in received.mail.items()]
    shown = {"headers": headers, "text": received.text().splitlines(), "html": received.text("html").splitlines()}
    golden.check(f"mail_{kind.value.removeprefix('alert.')}", text, shown)


@pytest.mark.parametrize("text", TEXTS)
def test_a_storm_is_told_as_agreed(post: smtp.Post, email: Email, golden: Golden, text: str) -> None:
    receipt = email.narrate(digest(TEXTS[text], "email", ALICE))

    [received] = post.taken
    headers = [f"{name}: {value}" for name, value in received.mail.items()]
    shown = {"headers": headers, "text": received.text().splitlines(), "html": received.text("html").splitlines()}
    golden.check("mail_storm", text, shown)
    assert (receipt.conversation, receipt.provider_id) == ("alice@example.com", "2.0.0 Ok: queued as 000001")


def test_a_storm_of_which_nothing_is_left_offers_nothing(post: smtp.Post, email: Email) -> None:
    told = digest("disk full", "email", ALICE)
    email.narrate(replace(told, summary=replace(told.summary, statuses=((Status.ACKNOWLEDGED, 3),))))
    assert "/storm/" not in post.taken[0].text()


def test_foreign_text_makes_no_header_and_no_markup(post: smtp.Post, email: Email) -> None:
    nasty = f"x\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>\u2028{HOSTILE}"
    email.send(replace(page(), card=card(nasty, Status.OPEN)))

    [received] = post.taken
    assert received.mail["Bcc"] is None
    assert received.recipients == ("alice@example.com",)
    assert "<script" not in received.text("html")
    assert "src=" not in received.text("html")
    assert received.raw.isascii()
    assert max(map(len, received.raw.splitlines())) < 998


def test_what_is_sent_is_what_a_mail_program_shows(post: smtp.Post, email: Email) -> None:
    email.send(page(description="here:\r\n.\n..leading dots\n.\nand umlauts äöü 🚒"))

    assert ".\n..leading dots\n.\nand umlauts äöü 🚒" in post.taken[0].text()
    assert ".\n..leading dots\n.\nand umlauts äöü 🚒" in post.taken[0].text("html")


def test_mails_of_an_alert_make_a_thread_and_a_mail_sent_again_is_the_same_mail(post: smtp.Post, email: Email) -> None:
    first, news = page(), page(kind=NoticeKind.RESOLVED, status=Status.RESOLVED)
    news = replace(news, notification=replace(news.notification, id="another"))
    for each in (first, first, news):
        email.send(each)

    ids = [received.mail["Message-ID"] for received in post.taken]
    assert ids[0] == ids[1] != ids[2]
    assert {received.mail["References"] for received in post.taken} == {"<alt_01k9card@example.com>"}
    assert [received.mail["Subject"] for received in post.taken][1:] == ["LOW ping · #7", "Re: LOW ping · #7"]
    assert len({received.mail["Thread-Index"] for received in post.taken[1:]}) == 1
    assert {received.mail["Thread-Topic"] for received in post.taken[1:]} == {"Alert #7"}


def test_no_program_answers_a_page(post: smtp.Post, email: Email) -> None:
    email.send(page())
    assert post.taken[0].mail["Auto-Submitted"] == "auto-generated"


def test_a_stakeholder_gets_no_answer_links_and_can_leave(post: smtp.Post, email: Email) -> None:
    email.send(page(None, address="boss@example.com"))

    [received] = post.taken
    assert received.recipients == ("boss@example.com",)
    assert received.mail["List-Unsubscribe"].startswith("<https://pager.example.com/unsubscribe/")
    assert b"\r\nList-Unsubscribe: <https://pager.example.com/unsubscribe/" in received.raw
    assert received.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/answer/" not in received.raw.decode()


def test_without_a_public_address_the_mail_says_how_else_to_answer(post: smtp.Post, opened: Open) -> None:
    opened(post, PUBLIC_URL="").send(page())

    assert "http" not in post.taken[0].text()
    assert "Answer in Slack: /pagertree alert ack #7" in post.taken[0].text()


# --- Whom it reaches ----------------------------------------------------------------------------------------------


def test_contacts_come_before_the_address_of_the_account() -> None:
    contacts = (Contact(channel="sms", address="+44"), Contact(channel="email", address="pager@alice.example"))
    assert addresses(replace(ALICE, contacts=contacts)) == ("pager@alice.example", "alice@example.com")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("primary", "pager@alice.example"),
        ("secondary", "alice@example.com"),
        ("other@example.com", "other@example.com"),
        ("ops@bücher.example", "ops@xn--bcher-kva.example"),
        ("ops@faß.example", "ops@xn--fa-hia.example"),
        ("ops@BÜCHER.example", "ops@xn--bcher-kva.example"),
    ],
)
def test_a_rule_chooses_the_address(post: smtp.Post, email: Email, wanted: str, reached: str) -> None:
    alice = replace(ALICE, contacts=(Contact(channel="email", address="pager@alice.example"),))
    assert email.send(page(alice, address=wanted)).conversation == reached
    assert post.taken[0].recipients == (reached,)


def test_somebody_with_one_address_is_reached_there_whatever_a_rule_says(post: smtp.Post, email: Email) -> None:
    assert email.send(page(address="secondary")).conversation == "alice@example.com"


@pytest.mark.parametrize(
    "address", ["@", "a b@example.com", "a@", "ä@example.com", "a@b@", "a\r\nb@example.com", "a@é."]
)
def test_what_is_no_address_is_refused(email: Email, address: str) -> None:
    with pytest.raises(Rejected, match="is not an email address"):
        email.send(page(address=address))


def test_somebody_without_an_address_is_reached_otherwise(email: Email) -> None:
    with pytest.raises(Rejected, match="Alice has no email address"):
        email.send(page(replace(ALICE, email=None)))


# --- What the server may do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "reply", "refused"),
    [
        ("RCPT", "451 4.7.1 Greylisted, try again in 300 seconds", Limited("", 300)),
        ("RCPT", "450 4.2.0 Greylisting in action", Limited("", 60)),
        ("RCPT", "452 4.3.1 Insufficient system storage", Limited("")),
        ("RCPT", "550 5.1.1 No such user", Rejected("")),
        ("MAIL", "553 5.7.1 Not your address", Rejected("")),
        ("MAIL", "421 4.3.2 Closing down, come back in 2 minutes", Unavailable("", 120)),
        ("MAIL", smtp.HANG_UP, Unavailable("")),
        ("DATA", "554 5.6.0 Spam", Rejected("")),
        ("DATA", "451 4.3.0 Disk trouble", Limited("")),
        ("DATA", smtp.HANG_UP, Unanswered("")),
    ],
)
def test_a_refusal_says_what_follows(
    post: smtp.Post, email: Email, command: str, reply: str, refused: Undelivered
) -> None:
    post.will(command, reply)
    with pytest.raises(type(refused)) as error:
        email.send(page())
    assert error.value.retry_after == refused.retry_after
    assert reply == smtp.HANG_UP or reply[:20] in error.value.reason
    assert email.send(page()).provider_id.startswith("2.0.0 Ok")


@pytest.mark.parametrize(("command", "error"), [("MAIL", Unavailable), ("DATA", Unanswered)])
def test_silence_is_waited_for_and_then_tried_again(
    post: smtp.Post, opened: Open, command: str, error: type[Undelivered]
) -> None:
    email = opened(post, SMTP_TIMEOUT="0.3")
    post.will(command, smtp.SAY_NOTHING)
    with pytest.raises(error, match="no answer in time"):
        email.send(page())
    assert email.send(page()).provider_id


def test_a_server_that_is_down_is_tried_again(opened: Open) -> None:
    with smtp.serve() as gone:
        email = opened(gone)
    with pytest.raises(Unavailable, match="cannot be reached"):
        email.send(page())


def test_many_mails_share_a_session(post: smtp.Post, email: Email) -> None:
    for _ in range(5):
        email.send(page())
    assert (len(post.taken), post.sessions) == (5, 1)


def test_a_session_that_the_server_closed_is_opened_again(opened: Open) -> None:
    with smtp.serve() as first:
        email = opened(first)
        email.send(page())
    with smtp.serve(port=first.port) as second:
        assert email.send(page()).provider_id
        assert len(second.taken) == 1


def test_the_password_and_the_mail_go_through_starttls(
    tls: ssl.SSLContext, certificate: tuple[Path, Path], opened: Open
) -> None:
    with smtp.serve(starttls=tls, username="pager", password="right") as post:
        more = {"SMTP_TLS": "starttls", "SMTP_USERNAME": "pager", "SMTP_CA_FILE": str(certificate[0])}
        email = opened(post, SMTP_PASSWORD="right", **more)
        email.send(page())
        with pytest.raises(Rejected, match="535"):
            opened(post, SMTP_PASSWORD="wrong", **more).send(page())
    [received] = post.taken
    assert received.encrypted
    assert received.signed_in


def test_tls_from_the_beginning(tls: ssl.SSLContext, certificate: tuple[Path, Path], opened: Open) -> None:
    with smtp.serve(tls=tls) as post:
        email = opened(post, SMTP_TLS="tls", SMTP_CA_FILE=str(certificate[0]))
        assert email.send(page()).provider_id


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(tls: ssl.SSLContext, opened: Open) -> None:
    with smtp.serve(starttls=tls) as post:
        with pytest.raises(Unavailable, match="certificate"):
            opened(post, SMTP_TLS="starttls").send(page())
        assert post.taken == []


def test_nothing_is_sent_in_clear_where_starttls_was_wanted(post: smtp.Post, opened: Open) -> None:
    with pytest.raises(Rejected, match="does not offer STARTTLS"):
        opened(post, SMTP_TLS="starttls").send(page())
    assert post.taken == []


# --- Whether the server takes us ----------------------------------------------------------------------------------


def test_a_server_that_takes_us_is_asked_without_sending_anything(post: smtp.Post, email: Email) -> None:
    email.verify()
    email.verify()
    assert (post.taken, post.attempts, post.sessions) == ([], 2, 1)
    email.send(page())
    assert (len(post.taken), post.sessions) == (1, 1)


def test_a_wrong_password_is_said_with_what_to_check_and_without_the_password(
    opened: Open, tls: ssl.SSLContext, certificate: tuple[Path, Path]
) -> None:
    more = {"SMTP_TLS": "starttls", "SMTP_CA_FILE": str(certificate[0]), "SMTP_USERNAME": "pager"}
    with smtp.serve(starttls=tls, username="pager", password="right") as post:
        email = opened(post, **more, SMTP_PASSWORD="wrong but secret")
        with pytest.raises(Rejected) as refused:
            email.verify()
    assert "535" in refused.value.reason
    assert "Check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USERNAME, SMTP_PASSWORD and EMAIL_FROM." in refused.value.reason
    assert "wrong but secret" not in refused.value.reason


def test_a_server_that_does_not_take_our_sender_says_so(post: smtp.Post, email: Email) -> None:
    post.will("MAIL", "550 5.7.1 pager@example.com is not yours")
    with pytest.raises(Rejected, match=r"is not yours\. Check SMTP_HOST, SMTP_PORT, SMTP_TLS and EMAIL_FROM\.$"):
        email.verify()


def test_a_server_that_is_away_says_so(opened: Open) -> None:
    with smtp.serve() as post:
        email = opened(post)
    with pytest.raises(Unavailable, match=r"cannot be reached .* Check SMTP_HOST"):
        email.verify()


# --- Settings -----------------------------------------------------------------------------------------------------


def test_without_a_server_there_is_no_channel() -> None:
    assert "email" not in discover({"EMAIL_FROM": "pager@example.com"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"EMAIL_FROM": ""}, "EMAIL_FROM: is missing."),
        ({"EMAIL_FROM": "pager at example"}, "EMAIL_FROM: is not an email address."),
        ({"SMTP_PORT": "smtp"}, "SMTP_PORT: is not a port."),
        ({"SMTP_TLS": "ssl3"}, "SMTP_TLS: is none of"),
        ({"SMTP_TIMEOUT": "soon"}, "SMTP_TIMEOUT: is not"),
        ({"SMTP_HOST": "mail.example", "SMTP_USERNAME": "pager"}, "SMTP_TLS: none would send the password"),
        ({"SMTP_CA_FILE": "/nowhere.pem"}, "SMTP_CA_FILE: cannot be read"),
        ({"LINK_SECRET": "short"}, "LINK_SECRET: has fewer than 32"),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(post: smtp.Post, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        build(environment(post) | wrong)
