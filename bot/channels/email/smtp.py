"""A mail server that takes our mail: its settings, its sessions, and what its answers mean."""

import base64
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from queue import Empty, LifoQueue
from time import monotonic

from bot.engine.delivery.card_text import line
from bot.errors import Invalid, Limited, Problem, Rejected, Unanswered, Unavailable, Undelivered
from bot.variables import Variable

_TIMEOUT = 10.0  # seconds for each step
_IDLE = 20.0  # seconds that a session is kept for the next mail; servers hang up after a minute or more
_GREYLISTED = 60.0  # seconds; no server that greylists takes the mail sooner, most want five minutes
_LONGEST_WAIT = 3_600.0  # seconds
_REASON = 200

_WAIT = re.compile(r"\b(\d{1,5}) ?(s|secs?|seconds?|m|mins?|minutes?)\b", re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,2}(\.[0-9]+)?")
_GREY = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the connection is encrypted: from its beginning, after STARTTLS (which has to be offered), or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


_TEXTS = ("HOST", "PORT", "TLS", "USERNAME", "CA_FILE", "TIMEOUT")
_PORTS: Mapping[Security, int] = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


VARIABLES = (
    Variable(name="SMTP_HOST", about="the mail server; without it there is no email"),
    Variable(name="SMTP_PORT", example="587", about="587, or 465 with `SMTP_TLS=tls`, or 25 with `none`, unless set"),
    Variable(name="SMTP_TLS", default="starttls", about="`starttls`, `tls`, or `none` for a relay on the same machine"),
    Variable(name="SMTP_USERNAME", about="left out where the server asks for none"),
    Variable(name="SMTP_PASSWORD", about="its password"),
    Variable(name="SMTP_CA_FILE", about="PEM file of who signed the server's certificate, if that is nobody known"),
    Variable(name="SMTP_TIMEOUT", default="10", about="seconds that each step may take"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed in. `timeout` is in seconds, for each step of the exchange."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    timeout: float = _TIMEOUT


def server(environment: Mapping[str, str]) -> Server | None:
    """Read `SMTP_HOST`, `_PORT`, `_TLS`, `_USERNAME`, `_PASSWORD`, `_CA_FILE` and `_TIMEOUT` (seconds).

    None without a host. Raises `Invalid` with everything that is wrong.
    """
    given = {name: environment.get(f"SMTP_{name}", "").strip() for name in _TEXTS}
    if not given["HOST"]:
        return None
    problems = tuple(_problems(given))
    if problems:
        raise Invalid(problems)
    security = Security(given["TLS"].lower() or Security.STARTTLS)
    return Server(
        host=given["HOST"],
        port=int(given["PORT"] or _PORTS[security]),
        security=security,
        username=given["USERNAME"],
        password=environment.get("SMTP_PASSWORD", ""),
        ca_file=given["CA_FILE"],
        timeout=float(given["TIMEOUT"] or _TIMEOUT),
    )


def _problems(given: Mapping[str, str]) -> Iterator[Problem]:
    if given["PORT"] and not (given["PORT"].isdecimal() and 0 < int(given["PORT"]) < 65536):
        yield Problem(message="SMTP_PORT: is not a port.", mend="It is 587 for most servers, 465 with SMTP_TLS=tls.")
    if given["TLS"].lower() not in {"", *Security}:
        yield Problem(message="SMTP_TLS: is none of starttls, tls, none.", mend="Leave it out for starttls.")
    if given["TLS"].lower() == Security.NONE and given["USERNAME"] and given["HOST"] not in _LOOPBACK:
        yield Problem(
            message="SMTP_TLS: none would send the password readable for everybody on the way.",
            mend="Use starttls or tls, or leave out SMTP_USERNAME.",
        )
    if given["TIMEOUT"] and not _SECONDS.fullmatch(given["TIMEOUT"]):
        yield Problem(message="SMTP_TIMEOUT: is not a number of seconds.", mend="Leave it out for 10.")
    if given["CA_FILE"] and not _is_certificate(given["CA_FILE"]):
        yield Problem(message="SMTP_CA_FILE: cannot be read as certificates.", mend="It has to be a PEM file.")


def _is_certificate(path: str) -> bool:
    try:
        ssl.create_default_context(cafile=path)
    except OSError:
        return False
    return True


class Relay:
    """Hands mail in at a server, from many threads. Sessions are kept open for a while: a storm needs few."""

    def __init__(self, server: Server, name: str) -> None:
        """`name` is the domain that we say we are (RFC 5321, 4.1.1.1)."""
        self._server = server
        self._name = name
        self._tls = ssl.create_default_context(cafile=server.ca_file or None)
        self._idle: LifoQueue[tuple[smtplib.SMTP, float]] = LifoQueue()

    def hand_in(self, sender: str, recipient: str, mail: bytes, named: str = "") -> str:
        """Have the server take a mail, and return what it said then, which names the mail in its log.

        A bounce carries what the mail is `named`, where servers on its way keep to RFC 3461. Raises `Undelivered`.
        """
        with self._session() as smtp:
            sizes = [f"size={len(mail)}"] if smtp.has_extn("size") else []
            envelope = ["RET=HDRS", f"ENVID={named}"] if named and smtp.has_extn("dsn") else []
            _expect(smtp.mail(sender, [*sizes, *envelope]))
            _expect(smtp.rcpt(recipient))
            try:
                answer = smtp.data(mail)
            except smtplib.SMTPDataError as error:
                raise refusal(error.smtp_code, error.smtp_error) from error
            except OSError as error:
                raise Unanswered(f"The mail server did not say whether it took the mail ({_why(error)}).") from error
            return _expect(answer)

    def verify(self, sender: str) -> None:
        """Ask whether the server lets us in and takes mail from the sender; nothing is sent to anybody.

        Raises `Undelivered`, whose reason names the settings to look at.
        """
        try:
            with self._session() as smtp:
                _expect(smtp.mail(sender))
                smtp.rset()
        except Undelivered as error:
            raise type(error)(f"{error.reason.rstrip('.')}. {self._advice()}", error.retry_after) from error

    def close(self) -> None:
        """Say goodbye in every idle session."""
        while (smtp := self._take()) is not None:
            _leave(smtp)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        smtp = self._reused() or self._opened()
        try:
            yield smtp
        except OSError as error:  # smtplib's own errors are OSErrors too
            smtp.close()
            raise Unavailable(f"The mail server took nothing ({_why(error)}).") from error
        except (Rejected, Limited):  # a refused mail does not end the session
            self._idle.put((smtp, monotonic()))
            raise
        except BaseException:
            smtp.close()
            raise
        self._idle.put((smtp, monotonic()))

    def _advice(self) -> str:
        signing_in = ", SMTP_USERNAME, SMTP_PASSWORD" if self._server.username else ""
        return f"Check SMTP_HOST, SMTP_PORT, SMTP_TLS{signing_in} and EMAIL_FROM."

    def _reused(self) -> smtplib.SMTP | None:
        while (smtp := self._take()) is not None:
            try:
                if smtp.rset()[0] == 250:
                    return smtp
            except OSError:
                pass  # it hung up meanwhile, as it may
            smtp.close()
        return None

    def _take(self) -> smtplib.SMTP | None:
        """The idle session used last; those that idled too long are closed on the way."""
        with suppress(Empty):
            while True:
                smtp, since = self._idle.get_nowait()
                if monotonic() - since < _IDLE:
                    return smtp
                smtp.close()
        return None

    def _opened(self) -> smtplib.SMTP:
        to = self._server
        try:
            if to.security is Security.TLS:
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    to.host, to.port, self._name, timeout=to.timeout, context=self._tls
                )
            else:
                smtp = smtplib.SMTP(to.host, to.port, self._name, timeout=to.timeout)
        except smtplib.SMTPConnectError as error:
            raise refusal(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            raise Unavailable(f"The mail server {to.host} cannot be reached ({_why(error)}).") from error
        try:
            self._introduce(smtp)
        except Undelivered:
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        to = self._server
        try:
            if to.security is Security.STARTTLS:
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if to.username:
                smtp.login(to.username, to.password)
        except smtplib.SMTPResponseException as error:
            raise refusal(error.smtp_code, without(to.password, error.smtp_error)) from error
        except smtplib.SMTPNotSupportedError as error:
            said = "STARTTLS" if "STARTTLS" in str(error) else "signing in"
            raise Rejected(f"The mail server {to.host} does not offer {said}: check SMTP_TLS and SMTP_PORT.") from error
        except OSError as error:
            raise Unavailable(f"The mail server {to.host} did not let us in ({_why(error)}).") from error


def refusal(code: int, said: bytes | str) -> Undelivered:
    """Make our error of a server's reply (RFC 5321, 4.2.1). A wait that is named in it is kept."""
    words = line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said, _REASON)
    text = f"The mail server said: {code} {words}"
    if code >= 500:
        return Rejected(text)
    if code in {450, 451, 452}:
        return Limited(text, _wait(words))
    return Unavailable(text, _wait(words))


def without(password: str, said: bytes | str) -> str:
    """A server's words on a sign-in, without the password, should it say that back as it was sent or encoded."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    encoded = base64.b64encode(password.encode()).decode()
    for secret in (each for each in (password, encoded) if each):
        words = words.replace(secret, "…")
    return words


def _expect(reply: tuple[int, bytes]) -> str:
    code, said = reply
    if not 200 <= code < 300:
        raise refusal(code, said)
    return line(said.decode("utf-8", "replace"), _REASON)


def _wait(words: str) -> float | None:
    """The wait in a reply, in seconds; for greylisting without one, the least that is usual."""
    named = _WAIT.search(words)
    if named:
        return min(_LONGEST_WAIT, float(named[1]) * (60 if named[2].lower().startswith("m") else 1))
    return _GREYLISTED if _GREY.search(words) else None


def _why(error: OSError) -> str:
    if "timed out" in str(error):  # smtplib wraps the TimeoutError in an error of its own
        return "no answer in time"
    return line(str(error) or type(error).__name__, _REASON)


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except OSError:
        smtp.close()
