"""Mail for integrations: an SMTP listener that takes `<ingest key>@<domain>`.

A message goes the way of every payload: judged, committed, and only then accepted (RFC 5321, section 6.1).
"""

import asyncio
import logging
import re
import signal
import ssl
from asyncio import Transport
from collections.abc import Iterable
from functools import partial
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.errors import Invalid, PagerError, Problem, StoreUnavailable, Unreadable
from bot.payloads import mail
from bot.ports import Ports, Request
from bot.settings import Settings
from bot.sources import email
from bot.web.doors.returned import ReturnedMail, returned_mail
from bot.web.ingest.admission import Admission, parts_for
from bot.web.ingest.endpoint import KEPT_PATH
from bot.web.ingest.replies import Reply

logger = logging.getLogger(__name__)

_TIMEOUT = 60  # seconds that a sender may be silent
_MOST_CONNECTIONS = 200
_MOST_RECIPIENTS = 20
_AWAY = "451 4.3.0 The message cannot be stored at the moment. Please send it again."
_BROKEN = "451 4.3.0 Something is broken here. Please send it again."
_UNKNOWN = "550 5.1.1 There is no integration at this address."
_ELSEWHERE = "550 5.7.1 Mail for this domain is not taken here."
_NO_MAIL = "550 5.1.1 The integration at this address takes no mail: make one of the type email."
_TOO_LARGE = Reply(
    status=413,
    message="The message, or a line in it, is larger than what is taken (MAIL_SIZE_LIMIT). Send less, or a link to it.",
)
_REFUSED_BY_SMTP = ("552 Error: Too much mail data", "500 Line too long")
_HEARD = "250 2.0.0 Heard"
_HEAD = 1024  # bytes that are kept of a message that cannot be read
_CODES = {405: "550 5.2.1", 413: "552 5.3.4", 429: "451 4.7.1", 400: "554 5.6.0"}


class Postbox:
    """Takes messages in, one for each integration that they are addressed to (a handler of aiosmtpd)."""

    def __init__(self, admission: Admission, domain: str = "", answers: ReturnedMail | None = None) -> None:
        """`answers` takes what comes back of our own mails, None where nobody is mailed."""
        self._admission = admission
        self._domain = domain.lower()
        self._answers = answers

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say whether somebody is at an address."""
        key, _, domain = address.rpartition("@")
        if self._answers and self._answers.is_ours(address):
            envelope.rcpt_tos.append(address)
            return "250 OK"
        if self._domain and domain.lower() != self._domain:
            return _ELSEWHERE
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients."
        try:
            integration = await self._admission.integration_at(_key(key))
        except StoreUnavailable as error:
            self._admission.complain(error)
            return _AWAY
        if integration is None:
            return _UNKNOWN
        if integration.type != email.NAME:
            return _NO_MAIL
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message in. What one of its addresses has to have again is asked for again for all of them."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            if answered := await self._answer(envelope, content):
                return answered
        except StoreUnavailable as error:
            self._admission.complain(error)
            return _AWAY
        keys, remote = _keys(envelope), _remote(session)
        try:
            content = await asyncio.to_thread(_kept, content, keys, self._admission.body_limit)
            replies = [await self._admit(key, content, remote) for key in keys]
        except Unreadable as error:
            return _worst(await self._refused(keys, content, remote, Reply(status=400, message=str(error))))
        except StoreUnavailable as error:
            self._admission.complain(error)
            return _AWAY
        return _worst(replies)

    async def _answer(self, envelope: Envelope, content: bytes) -> str:
        """Hear what comes back of our own mails; "" where the message is for integrations, too."""
        answers = self._answers
        ours = [each for each in envelope.rcpt_tos if answers and answers.is_ours(each)]
        envelope.rcpt_tos = [each for each in envelope.rcpt_tos if each not in ours]
        if answers and ours:
            await asyncio.to_thread(answers.take, ours[0], content)
        return "" if envelope.rcpt_tos else _HEARD

    async def refuse_too_large(self, session: Session, envelope: Envelope) -> None:
        """Note that a message was refused because it, or a line of it, is too long: none of it was kept."""
        try:
            await self._refused(_keys(envelope), b"", _remote(session), _TOO_LARGE)
        except StoreUnavailable as error:
            self._admission.complain(error)

    async def handle_exception(self, error: Exception) -> str:
        """Answer for a fault of ours: the sender keeps the message, and learns nothing of what broke."""
        logger.error("a conversation with a sender of mail broke", exc_info=error)
        return _BROKEN

    async def _refused(self, keys: Iterable[str], content: bytes, remote: str, refusal: Reply) -> list[Reply]:
        head = _masked(content[:_HEAD], keys)
        return [await self._admit(key, head, remote, refusal) for key in keys]

    async def _admit(self, key: str, content: bytes, remote: str, refusal: Reply | None = None) -> Reply:
        integration = await self._admission.integration_at(key)
        if integration is None:
            return Reply(status=404, message="There is no integration at this address any more.")
        headers = {"content-type": "message/rfc822"}
        at = self._admission.now()
        request = Request(method="POST", path=KEPT_PATH, body=content, headers=headers, remote=remote, at=at)
        return self._admission.count(await self._admission.admit(integration, request, refusal=refusal))


def _key(local_part: str) -> str:
    """The ingest key in an address, which mail systems may have written in capitals, or with a word behind a plus."""
    return local_part.lower().partition("+")[0]


def _keys(envelope: Envelope) -> list[str]:
    """The ingest keys that a message is addressed to, each once."""
    return list(dict.fromkeys(_key(address.rpartition("@")[0]) for address in envelope.rcpt_tos))


def _remote(session: Session) -> str:
    peer: object = session.peer
    return str(peer[0]) if isinstance(peer, tuple) else ""


def _kept(content: bytes, keys: Iterable[str], limit: int) -> bytes:
    """A message as it is kept. Raises `Unreadable`."""
    return mail.reduced(_masked(content, keys), limit)


def _masked(content: bytes, keys: Iterable[str]) -> bytes:
    """A message without the keys in its headers: who reads the log must not be able to send in the sender's name."""
    for key in keys:
        content = re.sub(re.escape(key.encode()), b"******", content, flags=re.IGNORECASE)
    return content


def _worst(replies: list[Reply]) -> str:
    refused = [reply for reply in replies if reply.status != 200]
    if not refused:
        return f"250 2.0.0 Accepted as {', '.join(reply.log_id for reply in replies)}"
    again = [reply for reply in refused if reply.status == 429]
    if len(refused) < len(replies) and not again:
        return "250 2.0.0 Accepted for some of the recipients"
    reply = (again or refused)[0]
    return f"{_CODES.get(reply.status, '550 5.7.1')} {' '.join(reply.message.split())[:400]}"


class MailConnection(SMTP):
    """One sender's connection; only so many are held at once."""

    def __init__(self, *given: object, open_now: set["MailConnection"], **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they came
        self._open_now = open_now

    async def push(self, status: AnyStr) -> None:
        """Answer; aiosmtpd itself refuses a message that is too large, and asks nobody."""
        said: object = status
        if isinstance(said, str) and said.startswith(_REFUSED_BY_SMTP):
            handler, session, envelope = self.event_handler, self.session, self.envelope
            if isinstance(handler, Postbox) and session is not None and envelope is not None:
                await handler.refuse_too_large(session, envelope)
        await super().push(status)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or say that there are too many."""
        if len(self._open_now) >= _MOST_CONNECTIONS and isinstance(transport, Transport):
            transport.write(b"421 4.7.0 Too many connections. Please come again.\r\n")
            transport.close()
            return
        self._open_now.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        if self in self._open_now:
            self._open_now.discard(self)
            super().connection_lost(error)


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """What STARTTLS is offered with, None for not at all. Raises `Invalid` when the certificate cannot be used."""
    if not settings.mail_tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.mail_tls_certificate, settings.mail_tls_key)
    except (OSError, ssl.SSLError) as error:
        said = f"MAIL_TLS_CERTIFICATE and MAIL_TLS_KEY cannot be used: {error}."
        raise Invalid([Problem(message=said, mend="Name two files in PEM format.")]) from None
    return context


async def listen(settings: Settings, ports: Ports) -> asyncio.Server:
    """Open the listener. Raises `PagerError` when its address cannot be used."""
    converse = partial(
        MailConnection,
        Postbox(Admission(parts_for(settings, ports)), settings.mail_domain, returned_mail(settings, ports)),
        data_size_limit=settings.mail_size_limit,
        hostname=settings.mail_domain or "pagertree",
        ident="PagerTree",
        tls_context=tls_context(settings),
        require_starttls=settings.mail_tls_required,
        enable_SMTPUTF8=True,
        timeout=_TIMEOUT,
        loop=asyncio.get_running_loop(),
        open_now=set(),
    )
    host = settings.mail_host or settings.host
    try:
        return await asyncio.get_running_loop().create_server(converse, host, settings.mail_port)
    except OSError as error:
        said = f"{host}, port {settings.mail_port}, cannot be used for mail ({error.strerror})."
        raise PagerError(f"{said} Set MAIL_HOST and MAIL_PORT.") from None


def serve(settings: Settings, ports: Ports) -> None:
    """Take mail until SIGTERM or SIGINT."""
    asyncio.run(_serve(settings, ports))


async def _serve(settings: Settings, ports: Ports) -> None:
    stopping = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    server = await listen(settings, ports)
    logger.info("mail is taken at port %s", settings.mail_port)
    async with server:
        await stopping.wait()
