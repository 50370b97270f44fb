"""Batches: payloads with many alerts in them, taken in parts where they are too large for one.

A source whose payloads are such names the list in `BATCH`. Each part is a payload of its own with all that stands
beside the list, so that whatever reads a payload reads a part.
"""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from bot.errors import Unreadable
from bot.payloads import reading
from bot.ports import Request, Source

PART = "x-pagertree-part"
"""Header of a part: which one of how many it is."""
_encode = msgspec.json.Encoder().encode


def list_name(source: Source | None) -> str:
    """The name of the list in a type's payloads, empty for a type whose payloads cannot be parted."""
    return str(getattr(source, "BATCH", ""))


def parts(request: Request, name: str, limit: int) -> tuple[Request, ...]:
    """The request in parts of at most `limit` bytes each; none when that cannot be. Linear in the body's size."""
    try:
        batch = reading.mapping(request)
    except Unreadable:
        return ()
    items = batch.get(name)
    if not isinstance(items, list):
        return ()
    room = limit - len(_encode({**batch, name: []}))
    bodies = [_encode({**batch, name: chunk}) for chunk in _chunks(items, room)]
    if not bodies or any(len(body) > limit for body in bodies):
        return ()
    return tuple(_part(request, body, f"{number} of {len(bodies)}") for number, body in enumerate(bodies, start=1))


def _chunks(items: list[object], room: int) -> Iterator[list[msgspec.Raw]]:
    """The items in their order, as many together as fit into `room` (bytes); one that does not fit is by itself."""
    chunk: list[msgspec.Raw] = []
    size = 0
    for item in items:
        encoded = _encode(item)
        if chunk and size + len(encoded) + 1 > room:
            yield chunk
            chunk, size = [], 0
        chunk.append(msgspec.Raw(encoded))
        size += len(encoded) + 1
    if chunk:
        yield chunk


def _part(request: Request, body: bytes, which: str) -> Request:
    headers = {**request.headers, "content-type": "application/json", "content-length": str(len(body)), PART: which}
    return replace(request, body=body, headers=headers)
