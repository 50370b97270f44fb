"""Requests of automations and channels: bounded in time and size, and never to an address inside.

Names are resolved here and connected to as resolved, so that a second look-up cannot lead elsewhere; each redirect is
checked like the first address. Proxies of the environment are not used: they would connect for us unchecked.
"""

import base64
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import httpcore

from bot.engine.intake.automation_requests import Outgoing
from bot.errors import Invalid, Problem, Rejected, Unanswered, Unavailable
from bot.ports import Answered

PATIENCE = 15.0  # seconds for all of a request, its redirects included
CONNECTING = 5.0  # seconds
LONGEST_ANSWER = 64 * 1024  # bytes that are read
MOST_REDIRECTS = 3
VARIABLE = "AUTOMATION_ALLOW_PRIVATE"

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SAID = 500  # characters of an answer that are kept
_INSIDE = tuple(
    ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        "168.63.129.16/32",  # Azure's metadata, at a public address
    )
)
"""Addresses that no server of the Internet has: one table, since each version of Python knows another one.

Sources: IANA's registries of special-purpose addresses, iana.org/assignments/iana-ipv4-special-registry and
iana-ipv6-special-registry, of 2025. Of IPv6 only global unicast can be meant (iana.org/assignments/ipv6-address-space).
"""
_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_OF_ANY_ORIGIN = frozenset({"accept", "content-type", "user-agent"})

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


def open_requester(environment: Mapping[str, str]) -> "HttpRequester":
    """Make the requester of automations. Raises `Invalid`."""
    return HttpRequester(private_networks(environment, VARIABLE))


def private_networks(environment: Mapping[str, str], variable: str) -> tuple[Network, ...]:
    """Read which private networks may be asked (`10.1.0.0/16, 127.0.0.1`). Raises `Invalid`."""
    try:
        words = (word.strip() for word in environment.get(variable, "").split(","))
        return tuple(ip_network(word, strict=False) for word in words if word)
    except ValueError as error:
        mend = "Write networks with commas between them, such as 10.1.0.0/16."
        raise Invalid([Problem(message=f"{variable}: {error}.", mend=mend)]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What answered a request: headers by their names in small letters, and the beginning of the body.

    `was_taken`: the request itself was taken before, and what answered is the page that it was redirected to.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    was_taken: bool = False


class HttpRequester:
    """Makes requests over HTTP: `bot.ports.Requester`. Safe to use from many threads.

    All private networks are closed but those `allowed`; `variable` is the setting that allows them.
    """

    def __init__(
        self, allowed: Iterable[Network] = (), patience: float = PATIENCE, *, variable: str = VARIABLE
    ) -> None:
        self._allowed = tuple(allowed)
        self._patience = patience
        self._variable = variable
        self._tls = ssl.create_default_context()

    def send(self, request: Outgoing) -> Answered:
        """Send, or raise `Rejected`, `Unavailable` (not taken) or `Unanswered` (perhaps taken)."""
        answer = self._ask(replace(request, headers=_with_credentials(request)), LONGEST_ANSWER, MOST_REDIRECTS)
        return Answered(status=answer.status, said=_said(answer.body), was_taken=answer.was_taken)

    def objection(self, request: Outgoing) -> str:
        """Why `send` would refuse a request, or could not begin it now; empty where nothing stands against it."""
        try:
            _check_url(request.url)
            _check_writing(replace(request, headers=_with_credentials(request)))
            parts = urlsplit(request.url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            _CheckedNetwork(self._allowed, time.monotonic() + self._patience, self._variable).admitted(
                parts.hostname or "", port
            )
        except Rejected as error:
            return error.reason
        except httpcore.ConnectError as error:
            return f"{_host(request.url)} cannot be reached now: {_why(error)}"
        return ""

    def exchange(self, request: Outgoing) -> HttpAnswer:
        """Send, and hand back what answered; redirects are not followed. Raises as `send` does."""
        return self._ask(replace(request, headers=_with_credentials(request)), LONGEST_ANSWER, 0)

    def fetch(self, url: str, most: int) -> bytes:
        """Fetch what is at an address, of at most so many bytes. Raises as `send` does, and `Rejected` when not 200."""
        asked = Outgoing(method="GET", url=url, headers={"Accept": "*/*"})
        answer = self._ask(asked, most + 1, MOST_REDIRECTS)
        if answer.status != 200:
            raise Rejected(f"it answered with {answer.status}")
        if len(answer.body) > most:
            raise Rejected(f"it is larger than {most} bytes")
        return answer.body

    def _ask(self, asked: Outgoing, most: int, redirects: int) -> HttpAnswer:
        """Make a request, follow so many redirects, and read the beginning of what answers."""
        gate = _CheckedNetwork(self._allowed, time.monotonic() + self._patience, self._variable)
        with httpcore.ConnectionPool(ssl_context=self._tls, network_backend=gate, max_connections=1) as pool:
            was_taken = False
            for _ in range(redirects + 1):
                answer = _exchange(pool, asked, most, was_taken=was_taken)
                location = answer.headers.get("location", "")
                if answer.status not in {301, 302, 303, 307, 308} or not location or not redirects:
                    return answer
                onward = _redirected(asked, answer.status, location)
                was_taken, asked = was_taken or onward.method != asked.method, onward
        raise Rejected(f"it was redirected more than {MOST_REDIRECTS} times")


def _exchange(pool: httpcore.ConnectionPool, request: Outgoing, most: int, *, was_taken: bool = False) -> HttpAnswer:
    """Make one request; `was_taken` says that the one that led here was taken, and must not be made again."""
    _check_url(request.url)
    _check_writing(request)
    try:
        with pool.stream(
            request.method,
            request.url,
            headers=_written(request),
            content=request.body or None,
            extensions={"timeout": {"connect": CONNECTING, "read": PATIENCE, "write": PATIENCE, "pool": CONNECTING}},
        ) as response:
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            body = _read(response, most)
            return HttpAnswer(status=response.status, headers=headers, body=body, was_taken=was_taken)
    except httpcore.LocalProtocolError as error:
        raise Rejected(f"the request cannot be sent: {error}") from None
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        said = f"{_host(request.url)} cannot be reached: {_why(error)}"
        raise (Unanswered if was_taken else Unavailable)(said) from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unanswered(f"{_host(request.url)} did not answer: {_why(error)}") from None
    except (httpcore.UnsupportedProtocol, UnicodeError, ValueError, TypeError) as error:
        raise Rejected(f"the request cannot be sent: {error}") from None


def _read(response: httpcore.Response, most: int) -> bytes:
    """Read the beginning of an answer; the rest is left on the wire."""
    read = b""
    for part in response.iter_stream():
        read += part
        if len(read) >= most:
            break
    return read[:most]


def _check_writing(request: Outgoing) -> None:
    """Raise `Rejected` for what cannot be written as HTTP: control characters, and an address beside ASCII."""
    for name, value in request.headers.items():
        if _CONTROL.search(value):
            raise Rejected(f"the header {name} holds a control character")
    if not request.url.isascii():
        raise Rejected("the URL holds letters beside ASCII: write them percent-encoded")
    try:
        httpcore.Request(request.method, request.url, headers=_written(request), content=request.body)
    except (UnicodeError, ValueError, TypeError) as error:
        raise Rejected(f"the request cannot be sent: {error}") from None


def _written(request: Outgoing) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: letters beside ASCII go as UTF-8, which RFC 9110 (5.5) has everybody pass on as it is."""
    return [(name.encode(), value.encode()) for name, value in request.headers.items()]


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Rejected(f"the URL cannot be read: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Rejected("the URL has to start with https:// or http:// and name a host")
    if parts.username is not None:
        raise Rejected("the URL holds a user name: set the automation's credentials instead")


def _redirected(request: Outgoing, status: int, location: str) -> Outgoing:
    """Follow a redirect as browsers do; only what anybody may read goes to another origin."""
    url = urljoin(request.url, location)
    headers, body, method = dict(request.headers), request.body, request.method
    if status == 303 or (status in {301, 302} and method == "POST"):
        method, body = ("HEAD" if method == "HEAD" else "GET"), b""
    if urlsplit(url)[:2] != urlsplit(request.url)[:2]:
        headers = {name: value for name, value in headers.items() if name.lower() in _OF_ANY_ORIGIN}
        body = b""
    return replace(request, url=url, method=method, headers=headers, body=body)


def _with_credentials(request: Outgoing) -> dict[str, str]:
    headers = dict(request.headers)
    if request.secret and request.user:
        pair = base64.b64encode(f"{request.user}:{request.secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    elif request.secret:
        headers["Authorization"] = f"Bearer {request.secret}"
    return headers


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses only, and lets nothing take longer than the deadline."""

    def __init__(self, allowed: tuple[Network, ...], deadline: float, variable: str) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._variable = variable

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, and connect to the first that answers."""
        addresses = self.admitted(host, port)
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                connected = httpcore.SyncBackend().connect_tcp(
                    str(address), port, self._left_to_connect(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return _Timed(connected, self._deadline)
        raise trouble

    def admitted(self, host: str, port: int) -> tuple[Address, ...]:
        """The addresses of a host. Raises `Rejected` where one of them is inside, `ConnectError` without any."""
        addresses = _resolve(host, port)
        inside = next((each for each in addresses if not may_ask(each, self._allowed)), None)
        if inside:
            said = f"{host} is an" if host == str(inside) else f"{host} is {inside}, an"
            raise Rejected(f"{said} address inside: allow it with {self._variable}, if that is meant")
        return addresses

    def _left_to_connect(self, timeout: float | None) -> float:
        """How long connecting may take; when no time is left, nothing was sent."""
        try:
            return _left(self._deadline, timeout)
        except httpcore.ReadTimeout as error:
            raise httpcore.ConnectTimeout(str(error)) from None


class _Timed(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive."""
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted, and check that the certificate is the host's."""
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Timed(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


def may_ask(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether an address is one of the public Internet, or in a network that the settings allow."""
    meant = _meant(address)
    if any(each in network for network in allowed for each in (address, meant)):
        return True
    if isinstance(meant, IPv6Address) and meant not in _UNICAST:
        return False
    return not any(meant in network for network in _INSIDE)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
    return inside or address


def _resolve(host: str, port: int) -> tuple[Address, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"its name cannot be resolved ({error})") from None
    return tuple(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("it takes too long")
    return left if timeout is None else min(left, timeout)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:80]


def _said(body: bytes) -> str:
    return " ".join(body[: _SAID * 4].decode(errors="replace").split())[:_SAID]
