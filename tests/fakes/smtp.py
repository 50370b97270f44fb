"""A mail server that takes mail, and one that greylists, refuses, falls silent and hangs up."""

import asyncio
import ssl
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG_UP, SAY_NOTHING = "hang up", "say nothing"
"""What can be done instead of a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that was taken: from and to whom the envelope said, what it holds, and how it came."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool
    signed_in: bool

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def text(self, kind: str = "plain") -> str:
        """The text part, or the `html` part, with plain line ends."""
        part = self.mail.get_body((kind,))
        assert part is not None, f"no {kind} part"
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class Post:
    """What came in, and what the server does next: replies by SMTP command, each used once, then the steady ones."""

    port: int = 0
    username: str = ""
    password: str = ""
    taken: list[Received] = field(default_factory=list)
    once: dict[str, deque[str]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    sessions: int = 0
    attempts: int = 0

    def will(self, command: str, *replies: str) -> None:
        """Have the next ones of a command (`MAIL`, `RCPT`, `DATA`) answered like this."""
        self.once.setdefault(command, deque()).extend(replies)

    def reply(self, command: str) -> str:
        """What to answer now; empty when all is well."""
        queued = self.once.get(command)
        return queued.popleft() if queued else self.always.get(command, "")


class _Handler:
    """aiosmtpd's hooks (https://aiosmtpd.aio-libs.org/en/latest/handlers.html)."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._post.attempts += 1
        envelope.mail_from = address
        return await self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = await self._answer("RCPT", server)
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = await self._answer("DATA", server)
        if said:
            return said
        assert isinstance(envelope.content, bytes)
        self._post.taken.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.content,
                encrypted=session.ssl is not None,
                signed_in=bool(session.authenticated),
            )
        )
        return f"250 2.0.0 Ok: queued as {len(self._post.taken):06X}"

    async def _answer(self, command: str, server: SMTP) -> str:
        said = self._post.reply(command)
        if said == HANG_UP and server.transport:
            server.transport.close()
        if said == SAY_NOTHING:
            await asyncio.Event().wait()
        return said

    def sign_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = (data.login.decode(), data.password.decode()) == (self._post.username, self._post.password)
        return AuthResult(success=is_right, handled=is_right)


@contextmanager
def serve(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    username: str = "",
    password: str = "",
    port: int = 0,
) -> Iterator[Post]:
    """Run a mail server on a port of its own."""
    post = Post(username=username, password=password)
    handler = _Handler(post)

    talks: list[SMTP] = []

    def session() -> SMTP:
        post.sessions += 1
        talk = SMTP(
            handler,
            hostname="mail.example",
            tls_context=starttls,
            authenticator=handler.sign_in if username else None,
            auth_require_tls=bool(starttls),
            auth_required=bool(username),
            timeout=30,
        )
        talks.append(talk)
        return talk

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", port, ssl=tls))
    post.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="smtp")
    thread.start()
    try:
        yield post
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, talks), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server, talks: list[SMTP]) -> None:
    server.close()
    for transport in (each for talk in talks for each in (talk.transport, talk._original_transport)):
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
    mine = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() if task is not mine]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0)  # an aborted transport closes its socket in the loop's next round


def bounce(received: "Received", why: str, action: str = "failed") -> bytes:
    """What comes back hours after a 250: a report as Postfix writes it (RFC 3464), with the mail's headers alone."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in received.mail.items())
    (recipient,) = received.recipients
    return (
        "From: MAILER-DAEMON@mx.example.com (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"To: {received.sender}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Message-Id: <bounce@mx.example.com>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n'
        "\r\n--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; {why}\r\n\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n--B--\r\n"
    ).encode()
