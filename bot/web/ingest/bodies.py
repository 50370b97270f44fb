"""What came over the wire, as a `Request`: bounded while it is read, masked before it is kept."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import re2
from starlette.types import Receive, Scope

from bot.ports import Request
from bot.service.masking import MASK, is_findable, mask_header, mask_query, without

_SECONDS = 30.0  # that a body may take to arrive
_DISCARDED = 8  # bodies up to so many times the limit are read to their end, so that the sender sees the answer

_SECRET_PATH = re2.compile(
    rb"^(/(?:integrations(?:/v1/[^/]+|/generic/[^/]+/alert)?|integration|x-ere|answer|storm|unsubscribe|push|ical)/)"
    rb"[^/]+"
)


class NoBody(Enum):
    """Why there is no body: it is over the limit, the sender went away or fell silent, or nobody wants it."""

    TOO_LARGE = auto()
    GONE = auto()
    UNREAD = auto()


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | NoBody:
    """Read a body of at most `limit` bytes."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return NoBody.GONE
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        return await _read_rest(scope, receive, body, limit)
    return body if len(body) <= limit else NoBody.TOO_LARGE


async def _read_rest(scope: Scope, receive: Receive, body: bytes, limit: int) -> bytes | NoBody:
    if _declared(scope) > limit * _DISCARDED:
        return NoBody.TOO_LARGE
    try:
        async with asyncio.timeout(_SECONDS):
            return await _read_on(receive, bytearray(body), limit)
    except TimeoutError:
        return NoBody.GONE


async def _read_on(receive: Receive, body: bytearray, limit: int) -> bytes | NoBody:
    size, more = len(body), True
    while more and size <= limit * _DISCARDED:
        message = await receive()
        if message["type"] == "http.disconnect":
            return NoBody.GONE
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            body += chunk
        more = message.get("more_body", False)
    return bytes(body) if size <= limit else NoBody.TOO_LARGE


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
    headers = {name: _covered(mask_header(name, value), hidden) for name, value in request.headers.items()}
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
