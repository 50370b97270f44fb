"""The mail listener, spoken to by smtplib."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.clock import SystemClock
from bot.engine.directory import Directory
from bot.engine.model import Integration, SignalKind
from bot.errors import Invalid, StoreUnavailable
from bot.ports import AlertFilter, Log, Ports, Store
from bot.service import receive
from bot.service.links import Links
from bot.settings import Settings
from bot.sources import discover
from bot.store import SqlStore, open_store
from bot.web.doors import mail
from tests.fakes import certificates
from tests.web.serving import Bell, Web


class Postman:
    """A running listener, and somebody who writes to it."""

    def __init__(self, web: Web, port: int) -> None:
        self.web = web
        self.port = port

    def connect(self) -> smtplib.SMTP:
        """Open a conversation."""
        smtp = smtplib.SMTP("127.0.0.1", self.port, timeout=60)
        smtp.ehlo()
        return smtp

    def send(self, message: EmailMessage, *keys: str, domain: str = "example.org") -> None:
        """Send a message to addresses of integrations."""
        with self.connect() as smtp:
            smtp.send_message(message, "monitor@example.org", [f"{key}@{domain}" for key in keys])


@contextmanager
def listening(store: Store, settings: Settings, links: Links | None = None) -> Iterator[Postman]:
    """A listener in a thread, on a port of its own."""
    ports = Ports(store=store, queue=Bell(), clock=SystemClock(), sources=discover(), channels={}, links=links)
    ready, box = Event(), {}

    async def serve() -> None:
        server = await mail.listen(settings, ports)
        box["port"] = server.sockets[0].getsockname()[1]
        box["loop"], box["stop"] = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        async with server:
            await box["stop"].wait()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    try:
        yield Postman(Web(ports, "http://unused", Bell()), box["port"])
    finally:
        box["loop"].call_soon_threadsafe(box["stop"].set)
        thread.join()


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def postman(store: SqlStore) -> Iterator[Postman]:
    with listening(store, Settings()) as started:
        yield started


def inbox(postman: Postman, **changes: object) -> Integration:
    """An integration that takes mail."""
    return postman.web.integration(type="email", **changes)


def letter(subject: str = "disk full", text: str = "db1 is full", **headers: str) -> EmailMessage:
    """A message."""
    message = EmailMessage()
    message["From"], message["Subject"] = "monitor@example.org", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_message_is_stored_before_it_is_accepted(postman: Postman) -> None:
    integration = inbox(postman)
    message = letter("Füll", Message_ID="<1@example.org>")
    message["To"] = f"{integration.key.upper()}@example.org"

    with postman.connect() as smtp:
        smtp.mail("monitor@example.org")
        smtp.rcpt(f"{integration.key.upper()}@example.org")
        status, said = smtp.data(message.as_bytes())

    (log,) = postman.web.logs(integration)
    (signal,) = discover()["email"].read(log.request, {})
    assert (status, log.id.encode() in said) == (250, True)
    assert (signal.kind, signal.title, signal.dedup_key) == (SignalKind.CREATE, "Füll", "<1@example.org>")
    assert signal.description == "db1 is full"
    assert integration.key.encode() not in log.request.body.lower()
    assert log.request.remote == "127.0.0.1"


def test_an_unknown_address_is_refused_at_once(postman: Postman) -> None:
    with postman.connect() as smtp:
        smtp.mail("monitor@example.org")
        assert smtp.rcpt("nobody@example.org")[0] == 550
        assert smtp.rcpt(f"{postman.web.integration().key}@example.org")[0] == 550
        assert smtp.rcpt("no address")[0] in {501, 550, 553}


def test_other_domains_are_refused(store: SqlStore) -> None:
    with listening(store, Settings(mail_domain="pager.example.org")) as postman:
        integration = inbox(postman)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            postman.send(letter(), integration.key)
        postman.send(letter(), integration.key, domain="PAGER.example.org")
        assert len(postman.web.logs(integration)) == 1


def test_several_recipients_get_a_log_each(postman: Postman) -> None:
    first, second = inbox(postman), inbox(postman, name="Other", handle="other")
    postman.send(letter(), first.key, f"{second.key}+ops", first.key)
    assert [len(postman.web.logs(each)) for each in (first, second)] == [1, 1]


def test_a_disabled_integration_refuses_and_logs(postman: Postman) -> None:
    integration = inbox(postman, enabled=False)
    with pytest.raises(smtplib.SMTPDataError, match="disabled"):
        postman.send(letter(), integration.key)
    assert [log.answered for log in postman.web.logs(integration)] == [405]


def test_more_than_the_rate_has_to_come_again(store: SqlStore) -> None:
    with listening(store, Settings(ingest_rate_per_minute=1, ingest_burst=1)) as postman:
        integration = inbox(postman)
        postman.send(letter(), integration.key)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            postman.send(letter(), integration.key)
    assert refused.value.smtp_code == 451


def test_a_message_over_the_limit_is_refused(store: SqlStore) -> None:
    with listening(store, Settings(mail_size_limit=2048)) as postman:
        integration = inbox(postman)
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as refused:
            postman.send(letter(text="x" * 5000), integration.key)
    assert refused.value.smtp_code == 552


@pytest.mark.parametrize(("text", "status"), [(b"x\r\n" * 3000, 552), (b"x" * 70_000, 500)])
def test_a_message_over_the_limit_is_told_of(store: SqlStore, text: bytes, status: int) -> None:
    with listening(store, Settings(mail_size_limit=2048)) as postman:
        integration = inbox(postman)
        with postman.connect() as smtp:
            smtp.mail("monitor@example.org")
            smtp.rcpt(f"{integration.key}@example.org")
            assert smtp.data(b"Subject: disk full\r\n\r\n" + text)[0] == status
        (alert,) = postman.web.alerts(integration)

    assert "(413)" in alert.title
    assert "MAIL_SIZE_LIMIT" in alert.description


def test_what_is_no_message_is_told_of(postman: Postman) -> None:
    integration = inbox(postman)
    with postman.connect() as smtp:
        smtp.mail("monitor@example.org")
        smtp.rcpt(f"{integration.key}@example.org")
        assert smtp.data(b"nothing but words")[0] == 554
    (alert,) = postman.web.alerts(integration)

    assert "(400)" in alert.title


def test_a_large_message_is_kept_without_its_attachments(store: SqlStore) -> None:
    with listening(store, Settings(ingest_body_limit=4096)) as postman:
        integration = inbox(postman)
        message = letter("größer", "look", Message_ID="<9@example.org>")
        message.add_attachment(b"x" * 100_000, maintype="image", subtype="png", filename="graph.png")
        postman.send(message, integration.key)
        (log,) = postman.web.logs(integration)
    (signal,) = discover()["email"].read(log.request, {})
    assert len(log.request.body) <= 4096
    assert (signal.title, signal.dedup_key) == ("größer", "<9@example.org>")
    assert signal.description == "look\n\n(Left out: graph.png)"


def test_what_is_no_message_is_refused_and_logged(postman: Postman) -> None:
    integration = inbox(postman)
    with postman.connect() as smtp:
        smtp.mail("monitor@example.org")
        smtp.rcpt(f"{integration.key}@example.org")
        status, said = smtp.data(b"nothing but words")
    assert (status, b"no email message" in said) == (554, True)
    assert [log.answered for log in postman.web.logs(integration)] == [400]


class Full:
    """A store that can be read and takes nothing."""

    def __init__(self, store: SqlStore) -> None:
        self.begin, self.directory = store.begin, store.directory

    def append(self, logs: Sequence[Log]) -> None:
        raise StoreUnavailable(f"the disk is too full for {len(logs)} logs")


def test_a_message_that_cannot_be_stored_has_to_come_again(store: SqlStore) -> None:
    with listening(Full(store), Settings()) as postman, pytest.raises(smtplib.SMTPDataError) as refused:
        postman.send(letter(), inbox(postman).key)
    assert refused.value.smtp_code == 451


class Broken:
    """A store that fails as no store should."""

    def __init__(self, store: SqlStore) -> None:
        self.begin, self.append = store.begin, store.append

    def directory(self) -> Directory:
        raise KeyError("a fault of ours")


def test_a_fault_of_ours_is_no_reason_to_bounce_a_message(store: SqlStore) -> None:
    with listening(Broken(store), Settings()) as postman, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        postman.send(letter(), inbox(postman).key)
    ((code, said),) = refused.value.recipients.values()
    assert (code, b"fault of ours" in said) == (451, False)


def test_starttls_is_offered_and_can_be_required(store: SqlStore, tmp_path: Path) -> None:
    certificate, key = certificates.make(tmp_path)
    settings = Settings(mail_tls_certificate=str(certificate), mail_tls_key=str(key), mail_tls_required=True)
    with listening(store, settings) as postman:
        integration = inbox(postman)
        with postman.connect() as smtp:
            assert smtp.mail("monitor@example.org")[0] == 530
        with postman.connect() as smtp:
            smtp.starttls(context=ssl.create_default_context(cafile=str(certificate)))
            smtp.send_message(letter(), "monitor@example.org", [f"{integration.key}@example.org"])
        assert len(postman.web.logs(integration)) == 1


def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    settings = Settings(mail_tls_certificate=str(tmp_path / "none.pem"), mail_tls_key=str(tmp_path / "none.key"))
    with pytest.raises(Invalid, match="MAIL_TLS_CERTIFICATE"):
        mail.tls_context(settings)


def test_answers_in_a_thread_count_on_the_same_alert(postman: Postman) -> None:
    integration = inbox(postman)
    postman.send(letter(Message_ID="<1@x>"), integration.key)
    postman.send(letter("Re: disk full", Message_ID="<2@x>", References="<1@x>"), integration.key)
    postman.send(letter("Re: Re: disk full", Message_ID="<3@x>", In_Reply_To="<2@x>"), integration.key)
    postman.send(letter("something else", Message_ID="<4@x>"), integration.key)

    receive.drain(postman.web.ports)

    logs: list[Log] = list(postman.web.logs(integration))[::-1]
    assert [log.outcome for log in logs[:2]] == ["made an alert (dropped)", "counted as a repetition"]
    assert logs[3].alert_ids != logs[0].alert_ids


def test_what_comes_back_of_our_own_mails_is_taken_and_makes_no_alert(sqlite_url: str) -> None:
    environment = {"EMAIL_FROM": "Pager <pager@example.org>", "MAIL_PORT": "2525", "MAIL_DOMAIN": "alerts.example.org"}
    settings = Settings(mail_domain="alerts.example.org", mail_host="127.0.0.1", mail_port=0, environment=environment)
    links = Links("", lambda: b"a secret that is long enough")
    with open_store(sqlite_url) as store, listening(store, settings, links) as postman, postman.connect() as smtp:
        smtp.mail("")
        ours = [
            smtp.rcpt(each)[0] for each in ("pager@example.org", f"page+alt_01k9card000.{'0' * 20}@alerts.example.org")
        ]
        other = smtp.rcpt("page@alerts.example.org")[0]
        answer = smtp.data(b"From: a@b.example\r\nSubject: Re: x\r\n\r\nA\r\n")
        with store.begin() as uow:
            kept = uow.alerts(AlertFilter(limit=5))
    assert (ours, other, answer[0], kept) == ([250, 250], 550, 250, ())
