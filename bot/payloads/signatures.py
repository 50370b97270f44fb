"""Checks that a payload comes from whom it says: tokens, HMACs and their age. All compare in constant time."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import Forbidden
from bot.payloads.values import setting
from bot.ports import Option, Request

TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The sender neither signs nor carries a token: the secret is the ingest address alone."""

    described: str = "–"

    def __call__(self, request: Request, options: Mapping[str, object], now: datetime) -> None:
        """Let everything pass."""


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """A secret in a header, as it is or behind a prefix such as `Bearer `. Not checked while none is configured."""

    option: Option
    header: str
    prefix: str = ""

    @property
    def described(self) -> str:
        """The check in words."""
        return f"`{self.prefix}{self.option.name}` in header `{self.header}`"

    def __call__(self, request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG002
        """Raise `Forbidden` unless the header holds the token."""
        expected = setting(self.option, options)
        if expected:
            require_same(request.headers.get(self.header, ""), self.prefix + expected, f"header {self.header}")


@dataclass(frozen=True, slots=True)
class Signed:
    """An HMAC-SHA256 of the body, as GitHub and many others send it. Not checked while no secret is configured."""

    option: Option
    header: str
    prefix: str = ""
    written: Callable[[bytes], str] = bytes.hex

    @property
    def described(self) -> str:
        """The check in words."""
        return f"HMAC-SHA256 with `{self.option.name}` in header `{self.header}`"

    def __call__(self, request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG002
        """Raise `Forbidden` unless the header holds the body's HMAC."""
        secret = setting(self.option, options)
        if secret:
            digest = hmac.digest(secret.encode(), request.body, hashlib.sha256)
            given = request.headers.get(self.header, "")
            require_same(given, self.prefix + self.written(digest), f"header {self.header}")


@dataclass(frozen=True, slots=True)
class Basic:
    """A user's name and password (RFC 7617). Not checked while no password is configured."""

    user: Option
    password: Option

    @property
    def described(self) -> str:
        """The check in words."""
        return f"basic authorization with `{self.user.name}` and `{self.password.name}`"

    def __call__(self, request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG002
        """Raise `Forbidden` unless the request carries the name and password."""
        password = setting(self.password, options)
        if password:
            require_basic(request, setting(self.user, options), password)


def base64_text(digest: bytes) -> str:
    """A digest as base64, for senders that write it so."""
    return base64.b64encode(digest).decode()


def require_same(given: str, expected: str, where: str) -> None:
    """Raise `Forbidden` unless two secrets are the same; takes the same time wherever they differ."""
    if not given:
        raise Forbidden(f"The {where} is missing.")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise Forbidden(f"The {where} is wrong.")


def require_basic(request: Request, user: str, password: str) -> None:
    """Raise `Forbidden` unless the request carries these credentials (RFC 7617)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise Forbidden("The basic authorization is missing.")
    try:
        given = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise Forbidden("The basic authorization is malformed.") from None
    require_same(given, f"{user}:{password}", "basic authorization")


def require_fresh(stamp: str, now: datetime, tolerance: timedelta = TOLERANCE) -> None:
    """Raise `Forbidden` unless a stamp in Unix seconds is within the tolerance of now, before or after."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10):
        raise Forbidden("The signature's timestamp is missing or is no number of seconds.")
    if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > tolerance:
        raise Forbidden(f"The signature is older than {int(tolerance.total_seconds())} s, or from the future.")


UNSIGNED = Unsigned()
