"""What came over the wire, as a `Request`: bounded while it is read, masked before it is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias
from urllib.parse import parse_qsl

import re2
from starlette.types import Receive, Scope

from bot.ports import Request
from bot.service.masking import MASK, is_findable, mask_headers, mask_query, without

_SECONDS = 30.0  # that a body may take to arrive
_HEAD = 1024  # bytes of a body that is too large which are kept, for whoever looks for what it was
_DISCARDED = 8  # bodies up to so many times the limit are read to their end, so that the sender sees the answer

_SECRET_PATH = re2.compile(
    rb"^(/(?:integrations(?:/v1/[^/]+|/generic/[^/]+/alert)?|integration|x-ere|answer|storm|unsubscribe|push|ical)/)"
    rb"[^/]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBody:
    """What is known of a body that is over the limit, or (`GONE`) whose sender went away or fell silent before its
    end, or (`UNREAD`) that nobody wants.

    `head` is how it begins, `size` its bytes, as far as it was read or as the sender declared it.
    """

    head: bytes = b""
    size: int = 0

    GONE: ClassVar["NoBody"]
    UNREAD: ClassVar["NoBody"]


NoBody.GONE = NoBody()
NoBody.UNREAD = NoBody(size=-1)
Larger: TypeAlias = Callable[[], Awaitable[int]]
"""Asked for the limit of a body that is larger than what is taken from everybody; in bytes."""


async def read_body(scope: Scope, receive: Receive, limit: int, larger: Larger | None = None) -> bytes | NoBody:
    """Read a body of at most `limit` bytes, or of as many as `larger` says once it is over that."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return NoBody.GONE
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        return await _read_rest(scope, receive, body, limit, larger)
    if len(body) > limit and larger is not None:
        limit = await larger()
    return body if len(body) <= limit else too_much(body, len(body))


def too_much(body: bytes | bytearray, size: int) -> NoBody:
    """Say of a body of so many bytes that it is over the limit."""
    return NoBody(head=bytes(body[:_HEAD]), size=size)


async def _read_rest(scope: Scope, receive: Receive, body: bytes, limit: int, larger: Larger | None) -> bytes | NoBody:
    declared = _declared(scope)
    if declared > limit and larger is not None:
        limit, larger = await larger(), None
    if declared > limit * _DISCARDED:
        return too_much(body, declared)
    try:
        async with asyncio.timeout(_SECONDS):
            return await _read_on(receive, bytearray(body), limit, larger)
    except TimeoutError:
        return NoBody.GONE


async def _read_on(receive: Receive, body: bytearray, limit: int, larger: Larger | None) -> bytes | NoBody:
    size, more = len(body), True
    while more and size <= limit * _DISCARDED:
        message = await receive()
        if message["type"] == "http.disconnect":
            return NoBody.GONE
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit and larger is not None:
            limit, larger = await larger(), None
        if size <= limit:
            body += chunk
        elif len(body) < _HEAD:
            body += chunk[:_HEAD]
        more = message.get("more_body", False)
    return bytes(body) if size <= limit else too_much(body, size)


def _declared(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def request_of(scope: Scope, body: bytes, path: str, at: datetime) -> Request:
    """Put a request together that came at an instant. Headers that came more than once are joined with a comma."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = _header(raw_name), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    client: Any = scope.get("client")
    return Request(
        method=scope["method"],
        path=path,
        body=body,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        remote=client[0] if client else "",
        at=at,
    )


def form_fields(body: bytes, most: int) -> dict[str, str]:
    """The fields of a form, the last of those with one name; none where there are more than `most`."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=most))
    except ValueError:
        return {}


def mask(request: Request, key: str, secrets: Iterable[str] = ()) -> Request:
    """Hide what would let a reader of the log send in the sender's name: secrets, and the integration's key.

    Proxies put the address that was asked for into headers of their own. `secrets` are looked for in the body, and in
    headers: a sender may carry one in a header of any name.
    """
    hidden = [key]
    for secret in secrets:
        request = replace(request, body=without(request.body, secret))
        hidden += [secret] if is_findable(secret) else []
    headers = {name: _covered(value, hidden) for name, value in mask_headers(request.headers).items()}
    if not request.query and headers == request.headers:
        return request
    return replace(request, query=mask_query(request.query).replace(key, MASK), headers=headers)


def _covered(value: str, hidden: list[str]) -> str:
    """A header's value without the secrets in it."""
    for each in hidden:
        value = value.replace(each, MASK)
    return value


def masked_path(path: str) -> str:
    """A path as the process's log may show it: without the secret that stands in it."""
    hidden: bytes = _SECRET_PATH.sub(lambda found: found[1] + MASK.encode(), path.encode("utf-8", "replace"))
    return hidden.decode("utf-8", "replace")


@lru_cache(maxsize=1024)
def _header(raw: bytes) -> str:
    return raw.decode("latin-1")
