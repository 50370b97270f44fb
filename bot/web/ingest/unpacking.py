"""Bodies that came compressed (RFC 9110, section 8.4), opened within the limit that holds for all bodies."""

import zlib

from bot.web.ingest.replies import Reply

_EITHER = zlib.MAX_WBITS | 32  # gzip or zlib, by the first bytes
_RAW = -zlib.MAX_WBITS  # what some send as deflate, without zlib's header
_MEMBERS = 100  # gzip files behind each other, which are one body
_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})


def too_large(limit: int) -> Reply:
    """The refusal of a body over the limit (bytes)."""
    message = f"The body is larger than {limit} bytes, which is the most that is taken."
    return Reply(status=413, message=message, headers={"connection": "close"})


def unpack(body: bytes, encoding: str, limit: int) -> bytes | Reply:
    """The body as it was before it was compressed, or the refusal: unknown, broken, or larger than the limit."""
    name = encoding.strip().lower()
    if name in {"", "identity"} or not body:
        return body
    if name not in _KNOWN:
        message = f"The content-encoding {encoding[:40]!r} is not taken: send the body as it is, or with gzip."
        return Reply(status=415, message=message, headers={"accept-encoding": "gzip, deflate"})
    try:
        opened = _opened(body, _EITHER, limit)
    except zlib.error:
        opened = _opened_raw(body, limit) if name == "deflate" else None
    if opened is None:
        return Reply(status=400, message=f"The body is not what its content-encoding {name} says, or is cut off.")
    return opened if len(opened) <= limit else too_large(limit)


def _opened_raw(body: bytes, limit: int) -> bytes | None:
    try:
        return _opened(body, _RAW, limit)
    except zlib.error:
        return None


def _opened(body: bytes, kind: int, limit: int) -> bytes | None:
    """What is inside, at most one byte more than the limit; None when it is cut off. Raises `zlib.error`."""
    found, rest = b"", body
    for _ in range(_MEMBERS):
        opener = zlib.decompressobj(kind)
        found += opener.decompress(rest, limit + 1 - len(found))
        rest = opener.unused_data
        if len(found) > limit or not rest:
            return found if opener.eof or len(found) > limit else None
    return None
