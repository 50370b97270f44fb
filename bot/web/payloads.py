"""What came over the wire, as a `Request`: bounded while it is read, masked before it is kept."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from starlette.types import Message, Receive, Scope

from bot.ports import Request

MASK = "••••••"
_SECONDS = 30.0  # that a body may take to arrive
_DISCARDED = 8  # bodies up to so many times the limit are read to their end, so that the sender sees the answer

_SECRET_HEADER = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    r"(?P<name>(?:^|&)[^=&]*(?:token|secret|password|api_?key|auth)[^=&]*=)[^&]*", re.IGNORECASE
)


class TooLarge(Exception):
    """The body is over the limit."""


class Gone(Exception):
    """The sender went away, or fell silent, before all of the body was here."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Read a body of at most `limit` bytes. Raises `TooLarge` or `Gone`."""
    if _declared(scope) > limit * _DISCARDED:
        raise TooLarge
    message = await _next(receive)
    body = message.get("body", b"")
    if not message.get("more_body", False):
        return _within(body, len(body), limit)
    try:
        async with asyncio.timeout(_SECONDS):
            return await _read_on(receive, bytearray(body), limit)
    except TimeoutError:
        raise Gone from None


async def _read_on(receive: Receive, body: bytearray, limit: int) -> bytes:
    size, more = len(body), True
    while more and size <= limit * _DISCARDED:
        message = await _next(receive)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            body += chunk
        more = message.get("more_body", False)
    return _within(body, size, limit)


async def _next(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message


def _within(body: bytes | bytearray, size: int, limit: int) -> bytes:
    if size > limit:
        raise TooLarge
    return bytes(body)


def _declared(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def request_of(scope: Scope, body: bytes) -> Request:
    """Put a request together. Headers that came more than once are joined with a comma."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    client: Any = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        body=body,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        remote=client[0] if client else "",
    )


def mask(request: Request, key: str) -> Request:
    """Hide what would let a reader of the log send in the sender's name."""
    return replace(
        request,
        path=request.path.replace(key, MASK),
        query=_SECRET_PARAMETER.sub(rf"\g<name>{MASK}", request.query) if request.query else "",
        headers=_mask_headers(request.headers),
    )


def _mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: MASK if _is_secret(name) else value for name, value in headers.items()}


@lru_cache(maxsize=1024)
def _is_secret(header: str) -> bool:
    return _SECRET_HEADER.search(header) is not None
