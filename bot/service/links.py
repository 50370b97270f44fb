"""Links that act for somebody: signed, bound to one person and one thing, and expiring.

A link is a token in an address: what it stands for as JSON, and an HMAC-SHA256 (RFC 2104) over the purpose and that
text, both base64url. Nothing is stored, so nothing has to be tidied up; changing the key ends every link at once.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

import msgspec

from bot.errors import Forbidden

T = TypeVar("T")

_LONGEST = 1_000  # characters of a token; ours have about 200


class Expired(Forbidden):
    """A link was good once and is too old now."""


class Purpose(StrEnum):
    """What a link is for. A token for one purpose is worth nothing for another."""

    ANSWER = "answer"
    STORM = "storm"
    REGISTER = "register"
    UNSUBSCRIBE = "unsubscribe"
    SHOWN = "shown"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right of one person to answer one alert, over the channel that brought it; `version` is what they saw."""

    alert_id: str
    version: int
    user_id: str
    via: str
    expires_at: datetime

    @property
    def digest(self) -> str:
        """What its uses are noted under: the same for the same ticket, however its link was written down."""
        return _digest(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormTicket:
    """The right of one person to answer one storm, over the channel that told them of it."""

    storm_id: str
    user_id: str
    via: str
    expires_at: datetime

    @property
    def digest(self) -> str:
        """What its use is noted under."""
        return _digest(self)


class Links:
    """Writes and reads the links of one installation.

    `public_url` has no slash at its end. The key is asked for when the first link is written or read.
    """

    def __init__(self, public_url: str, read_key: Callable[[], bytes]) -> None:
        self.public_url = public_url
        self._read_key = read_key

    def answer(self, ticket: Ticket) -> str:
        """The address of the page on which a person answers."""
        until = int(ticket.expires_at.timestamp())
        return self._address(Purpose.ANSWER, [ticket.alert_id, ticket.version, ticket.user_id, ticket.via, until])

    def read_answer(self, token: str, now: datetime) -> Ticket:
        """Read a ticket. Raises `Forbidden` when it is not ours, `Expired` when it is too old."""
        alert_id, version, user_id, via, until = self._open(Purpose.ANSWER, token, tuple[str, int, str, str, int])
        return Ticket(alert_id=alert_id, version=version, user_id=user_id, via=via, expires_at=_instant(until, now))

    def storm(self, ticket: StormTicket) -> str:
        """The address of the page on which a person answers a storm."""
        until = int(ticket.expires_at.timestamp())
        return self._address(Purpose.STORM, [ticket.storm_id, ticket.user_id, ticket.via, until])

    def read_storm(self, token: str, now: datetime) -> StormTicket:
        """Read a storm's ticket. Raises `Forbidden` when it is not ours, `Expired` when it is too old."""
        storm_id, user_id, via, until = self._open(Purpose.STORM, token, tuple[str, str, str, int])
        return StormTicket(storm_id=storm_id, user_id=user_id, via=via, expires_at=_instant(until, now))

    def register(self, user_id: str, expires_at: datetime) -> str:
        """The address of the page on which a person registers a browser for push."""
        return self._address(Purpose.REGISTER, [user_id, int(expires_at.timestamp())])

    def read_register(self, token: str, now: datetime) -> str:
        """Read whose browser is registered. Raises `Forbidden` or `Expired`."""
        user_id, until = self._open(Purpose.REGISTER, token, tuple[str, int])
        _instant(until, now)
        return user_id

    def unsubscribe(self, email: str) -> str:
        """The address at which an email address leaves the stakeholders. It does not expire (RFC 8058)."""
        return self._address(Purpose.UNSUBSCRIBE, [email])

    def read_unsubscribe(self, token: str) -> str:
        """Read which email address leaves. Raises `Forbidden`."""
        (email,) = self._open(Purpose.UNSUBSCRIBE, token, tuple[str])
        return email

    def mail_key(self, notification_id: str) -> str:
        """What names a message in the mail that it is: a secret between us and whoever got it, 20 hexadecimal digits.

        Who writes it back answers as that person, as with the link in the mail.
        """
        return self._sign(Purpose.MAIL, notification_id.encode()).hex()[:20]

    def shown(self, token: str, at: datetime) -> str:
        """Sign that the page of a link was shown at an instant; it goes into the page's form."""
        text = msgspec.json.encode([_digest_of(token), int(at.timestamp() * 1_000)])
        return f"{_pack(text)}.{_pack(self._sign(Purpose.SHOWN, text))}"

    def read_shown(self, token: str, given: str) -> datetime:
        """Read when the page of a link was shown. Raises `Forbidden` for another link's, or what we did not write."""
        of, millis = self._open(Purpose.SHOWN, given, tuple[str, int])
        if of != _digest_of(token):
            raise Forbidden("This form belongs to another link.")
        return datetime.fromtimestamp(millis / 1_000, UTC)

    @cached_property
    def _key(self) -> bytes:
        return self._read_key()

    def _address(self, purpose: Purpose, says: list[str | int]) -> str:
        text = msgspec.json.encode(says)
        return f"{self.public_url}{PATHS[purpose]}{_pack(text)}.{_pack(self._sign(purpose, text))}"

    def _open(self, purpose: Purpose, token: str, shape: type[T]) -> T:
        text, signature = _unpack(token)
        if not hmac.compare_digest(signature, self._sign(purpose, text)):
            raise Forbidden("This link was not made here, or it was changed on its way.")
        return msgspec.json.decode(text, type=shape)

    def _sign(self, purpose: Purpose, text: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + text, hashlib.sha256)


PATHS = {
    Purpose.ANSWER: "/answer/",
    Purpose.STORM: "/storm/",
    Purpose.REGISTER: "/push/",
    Purpose.UNSUBSCRIBE: "/unsubscribe/",
}
"""Where the web process takes the links of a purpose; the token follows."""


def _digest(ticket: Ticket | StormTicket) -> str:
    return hashlib.sha256(msgspec.json.encode(ticket)).hexdigest()


def _digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _instant(until: int, now: datetime) -> datetime:
    expires_at = datetime.fromtimestamp(until, UTC)
    if now >= expires_at:
        raise Expired("This link has expired.")
    return expires_at


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpack(token: str) -> tuple[bytes, bytes]:
    text, _, signature = token[:_LONGEST].partition(".")
    try:
        return _unpacked(text), _unpacked(signature)
    except ValueError:
        raise Forbidden("This link is not complete. Copy all of it, without spaces.") from None


def _unpacked(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
