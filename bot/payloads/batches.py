"""Batches: payloads with many alerts in them, taken in parts where they are too large for one.

A source whose payloads are such names the list in `BATCH`, or by `batch(options)` where an integration says it; `@` is
a payload that is a list itself. Each part is a payload of its own with all that stands beside the list, so that
whatever reads a payload reads a part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from bot.errors import Unreadable
from bot.payloads import reading
from bot.ports import Request, Source

PART = "x-pagertree-part"
"""Header of a part: which one of how many it is."""
WHOLE = "@"
"""The name of a list that nothing stands beside."""
_encode = msgspec.json.Encoder().encode


def list_name(source: Source | None, options: Mapping[str, object]) -> str:
    """The name of the list in an integration's payloads, empty where they cannot be parted."""
    named = getattr(source, "batch", None)
    return str(named(options) if named else getattr(source, "BATCH", ""))


def parts(request: Request, name: str, limit: int) -> tuple[Request, ...]:
    """The request in parts of at most `limit` bytes each; none when that cannot be. Linear in the body's size."""
    try:
        batch = reading.document(request)
    except Unreadable:
        return ()
    items = batch if name == WHOLE else batch.get(name) if isinstance(batch, dict) else None
    if not isinstance(items, list):
        return ()
    room = limit - len(_body(batch, name, []))
    bodies = [_body(batch, name, chunk) for chunk in _chunks(items, room)]
    if not bodies or any(len(body) > limit for body in bodies):
        return ()
    return tuple(_part(request, body, f"{number} of {len(bodies)}") for number, body in enumerate(bodies, start=1))


def _body(batch: object, name: str, items: list[msgspec.Raw]) -> bytes:
    return _encode({**batch, name: items} if isinstance(batch, dict) else items)


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
