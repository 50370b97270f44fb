"""Web Push as its services speak it: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (VAPID)."""

import base64
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import http_ece  # type: ignore[import-untyped]
import httpcore
from cryptography.hazmat.primitives.asymmetric import ec

from bot.engine.delivery.card_text import line
from bot.errors import Limited, Rejected, Unanswered, Unavailable
from bot.outbound.guarded_requests import may_ask
from bot.service.subscriptions import Subscription

_TIMEOUT = 5.0  # seconds for each step
_TOKEN_VALID = 12 * 3600  # seconds; services take a day at most (RFC 8292, 2)
_LONGEST_WAIT = 3_600.0  # seconds
_LONGEST_ENDPOINT = 1_000  # characters

# Windows answers 200 to what it does not deliver: https://learn.microsoft.com/windows/apps/develop/notifications/
# push-notifications/push-request-response-headers#response-parameters
_WNS_STATUS = "x-wns-status"
_WNS_LOST = frozenset({"dropped", "channelthrottled"})

Networks = tuple[IPv4Network | IPv6Network, ...]


class Moved(Rejected):
    """The push service has another address for the subscription: `to`."""

    def __init__(self, to: str) -> None:
        super().__init__("The push service sends the subscription elsewhere, more than once.")
        self.to = to


class Gone(Rejected):
    """The push service no longer knows the subscription, or never can: it has to be forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a push service is to treat a message: `ttl` in seconds, `urgency` of RFC 8030, 5.3.

    `topic` names what a later message replaces while the device is away: at most 32 letters of base64url.
    """

    ttl: int
    urgency: str
    topic: str


class PushWeb:
    """Hands messages to push services, from many threads; connections are kept open between messages.

    `contact` is whom a service writes to when we misbehave. Private networks are closed unless `allowed`: a
    subscription comes from outside.
    """

    def __init__(self, vapid: Any, contact: str, allowed: Networks = (), timeout: float = _TIMEOUT) -> None:
        self._vapid = vapid
        self._contact = contact
        self._allowed = allowed
        self._timeout = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
        self._pool = httpcore.ConnectionPool(
            network_backend=_Outside(allowed), max_connections=64, max_keepalive_connections=16, keepalive_expiry=30
        )

    def deliver(self, to: Subscription, message: bytes, delivery: Delivery) -> str:
        """Have the service take a message, and return its name there. Raises `Undelivered`, of which `Gone`.

        One that has moved is followed once; the key is signed anew for where it leads.
        """
        try:
            return self._deliver(to, message, delivery)
        except Moved as moved:
            elsewhere = replace(to, endpoint=urljoin(to.endpoint, moved.to))
        try:
            return self._deliver(elsewhere, message, delivery)
        except Gone as error:  # of the new place: the subscription itself is not known to be gone
            raise Rejected(error.reason) from error

    def _deliver(self, to: Subscription, message: bytes, delivery: Delivery) -> str:
        self.check(to)
        headers = {
            "TTL": str(delivery.ttl),
            "Urgency": delivery.urgency,
            "Topic": delivery.topic,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._authorization(to.endpoint),
        }
        return self._post(to.endpoint, headers, encrypt(to, message))

    def check(self, to: Subscription) -> None:
        """Raise `Gone` when a subscription can never be used: where it leads, or what it would be encrypted with."""
        try:
            parts = urlsplit(to.endpoint)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            raise Gone("The subscription's address cannot be read.") from None
        fits = len(to.endpoint) <= _LONGEST_ENDPOINT and to.endpoint.isascii() and to.endpoint.isprintable()
        plain_inside = parts.scheme == "http" and self._is_allowed(host)
        if not fits or not host or parts.username is not None or not (parts.scheme == "https" or plain_inside):
            raise Gone("The subscription's address is not an https address.")
        if ":" in host or (_is_address(host) and not self._is_allowed(host)):
            raise Gone(f"{host} is not an address of a push service.")  # those have names
        if port not in {None, 443} and not self._is_allowed(host):
            raise Gone("The subscription's address names a port that no push service uses.")
        _public_key(to)

    def close(self) -> None:
        """Close idle connections."""
        self._pool.close()

    def _is_allowed(self, host: str) -> bool:
        try:
            return any(ip_address(host) in network for network in self._allowed)
        except ValueError:
            return False

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": time.time_ns() // 10**9 + _TOKEN_VALID,  # judged by the service's clock, not by ours
            "sub": self._contact,
        }
        return str(self._vapid.sign(claims)["Authorization"])

    def _post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> str:
        try:
            answer = self._pool.request(
                "POST", endpoint, headers=list(headers.items()), content=body, extensions={"timeout": self._timeout}
            )
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise Unavailable(f"The push service cannot be reached ({_why(error)}).") from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unanswered(f"The push service did not answer ({_why(error)}).") from error
        return _read(answer)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class _Outside(httpcore.NetworkBackend):
    """Connects to addresses of the public Internet, as they were resolved and checked, or to those allowed."""

    def __init__(self, allowed: Networks) -> None:
        self._allowed = allowed
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, and connect to the first that answers."""
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _checked(host, port, self._allowed):
            try:
                return self._system.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble


def encrypt(to: Subscription, message: bytes) -> bytes:
    """Encrypt a message so that only the browser can read it (RFC 8291). Raises `Gone` on keys that are none."""
    return bytes(
        http_ece.encrypt(
            message,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_public_key(to),
            auth_secret=_unpacked(to.keys.auth),
            version="aes128gcm",
        )
    )


def _public_key(to: Subscription) -> bytes:
    try:
        point = _unpacked(to.keys.p256dh)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(_unpacked(to.keys.auth)) == 16:
            return point
    except ValueError:
        pass
    raise Gone("The subscription's keys are not those of a browser.")


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _checked(host: str, port: int, allowed: Networks) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from None
    addresses = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    inside = next((each for each in addresses if not may_ask(ip_address(each), allowed)), None)
    if inside:
        raise Gone(f"{host} is {inside}, which is not an address of a push service.")
    return addresses


def _read(answer: httpcore.Response) -> str:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
    said = line(answer.content[:400].decode("utf-8", "replace"), 120)
    text = f"The push service said: {answer.status}{f' {said}' if said else ''}"
    match answer.status:
        case 200 | 201 | 202 | 204 if headers.get(_WNS_STATUS, "").lower() in _WNS_LOST:
            raise Limited(f"Windows dropped the notification ({headers[_WNS_STATUS][:40]}).", _wait(headers))
        case 200 | 201 | 202 | 204:
            return headers.get("location", "")[:_LONGEST_ENDPOINT]
        case 301 | 302 | 307 | 308 if headers.get("location"):
            raise Moved(headers["location"][:_LONGEST_ENDPOINT])
        case 404 | 410:
            raise Gone("The browser's subscription is gone.")
        case 406 | 429:  # 406 is how Windows slows down who sends too much
            raise Limited(text, _wait(headers))
        case status if status >= 500:
            raise Unavailable(text, _wait(headers))
        case _:
            raise Rejected(text)


def _wait(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; an HTTP date counts from the service's own clock."""
    asked = headers.get("retry-after", "")
    if asked.isdecimal():
        return min(_LONGEST_WAIT, float(asked))
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("date", ""))
        return min(_LONGEST_WAIT, max(0.0, (until - now).total_seconds()))
    except (ValueError, TypeError):
        return None


def _why(error: Exception) -> str:
    return line(str(error) or type(error).__name__, 120)
