"""MIME taken apart in one pass, whatever was sent: headers, their parameters, and a message's parts (RFC 2045, 2046).

The standard library's parser takes time that grows with the square of a header, and with lines times depth. Here
everything is counted before it is read: bytes of a head, headers, parameters, parts, depth, and what looks like a
boundary. What is over a bound is left out, so that the rest still makes an alert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value, decode_params
from functools import lru_cache
from itertools import islice

import re2

MAX_HEAD = 256 * 1024  # bytes of the headers of a message
MAX_HEADER = 4_000  # characters of one header that are read
MAX_HEADERS = 200
MAX_PARAMETERS = 50  # of one header
MAX_PIECES = 1_000  # parts of one multipart, and lines in it that look like its boundary
MAX_BOUNDARY = 200  # bytes; RFC 2046 allows 70

_PARAMETER = re2.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*)')
_NAME = re2.compile(rb"[!-9;-~]{1,200}")  # RFC 5322, section 3.6.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentHeader:
    """What a header with parameters says: `kind` in lower case, such as `text/plain` or `attachment`."""

    kind: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """A message or a part of one. Its content is `raw[start:end]`; `headers` are bounded, in order, as they came."""

    headers: tuple[tuple[str, str], ...]
    raw: bytes
    start: int
    end: int

    def header(self, name: str) -> str:
        """The first header of a name (in lower case), "" without one."""
        return next((value for each, value in self.headers if each.lower() == name), "")

    @property
    def content(self) -> ContentHeader:
        """What the part holds; a text where nothing else is said."""
        found = content(self.header("content-type"))
        return found if found.kind.count("/") == 1 else ContentHeader(kind="text/plain", parameters=found.parameters)

    @property
    def disposition(self) -> ContentHeader:
        """How the part is meant to be shown."""
        return content(self.header("content-disposition"))

    def decoded(self) -> bytes:
        """The content without its transfer encoding. What is not encoded as it says stays as it is."""
        message = Message()
        message["content-transfer-encoding"] = printable(self.header("content-transfer-encoding")).strip()[:40]
        message.set_payload(self.raw[self.start : self.end].decode("ascii", "surrogateescape"))
        found = message.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""


def part(raw: bytes, start: int = 0, end: int | None = None) -> MimePart:
    """Read the headers of what stands between two places."""
    end = len(raw) if end is None else end
    headers, body = _headers(raw, start, end)
    return MimePart(headers=headers, raw=raw, start=body, end=end)


def children(whole: MimePart) -> Iterator[MimePart]:
    """The parts of a multipart; none where it names no boundary, or has none of it."""
    boundary = whole.content.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    if not 0 < len(boundary) <= MAX_BOUNDARY:
        return
    for start, end in _pieces(whole, b"--" + boundary):
        yield part(whole.raw, start, end)


def printable(text: str) -> str:
    """A text without NULs and half surrogate pairs; bytes that were no ASCII are read as UTF-8."""
    whole = text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace")
    return whole.decode("utf-8", "replace").replace("\0", "")


@lru_cache(maxsize=64)
def content(header: str) -> ContentHeader:
    """A header's value and its parameters, with continued and encoded ones put together (RFC 2231)."""
    bounded = printable(header[:MAX_HEADER])
    found = [(each[1], each[2].strip()) for each in islice(_PARAMETER.finditer(bounded), MAX_PARAMETERS)]
    return ContentHeader(kind=bounded.partition(";")[0].strip().lower(), parameters=_joined(found))


def _joined(found: list[tuple[str, str]]) -> Mapping[str, str]:
    """Parameters by name in lower case; of one that comes twice the first counts."""
    try:
        pairs = decode_params([("", ""), *((name.lower(), value) for name, value in found)])[1:]
        joined = [(name.lower(), collapse_rfc2231_value(value)) for name, value in reversed(pairs)]
    except (ValueError, LookupError, TypeError):
        joined = [(name.lower(), value.strip('"')) for name, value in reversed(found)]
    return dict(joined)


def _headers(raw: bytes, start: int, end: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """The headers from a place on, and where what follows them begins."""
    found: list[tuple[bytes, list[bytes]]] = []
    at, last = start, min(end, start + MAX_HEAD)
    while at < last:
        stop = raw.find(b"\n", at, last)
        following = stop + 1 if stop >= 0 else last
        line = raw[at:following].rstrip(b"\r\n")
        if not line:
            at = following
            break
        if line[:1] in b" \t":
            _continue(found, line)
        elif not (at == start and line.startswith(b"From ")) and not _begin(found, line):
            break
        at = following
    return tuple((_text(name), _text(b"".join(lines))) for name, lines in found), at


def _begin(found: list[tuple[bytes, list[bytes]]], line: bytes) -> bool:
    """Begin a header with its first line; says whether the line is one."""
    name, colon, value = line.partition(b":")
    if not colon or _NAME.fullmatch(name.rstrip()) is None:
        return False
    if len(found) < MAX_HEADERS:
        found.append((name.rstrip(), [value.strip()[:MAX_HEADER]]))
    return True


def _continue(found: list[tuple[bytes, list[bytes]]], line: bytes) -> None:
    """Go on with the latest header, as far as it is read."""
    if found and len(found[-1][1]) < MAX_PIECES:
        found[-1][1].append(line[:MAX_HEADER])


def _text(raw: bytes) -> str:
    return raw[: MAX_HEADER * 2].decode("ascii", "surrogateescape")[:MAX_HEADER]


def _pieces(whole: MimePart, mark: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts between the boundaries stand."""
    begun = -1
    for at, after, closes in _boundaries(whole, mark):
        if begun >= 0:
            yield begun, _before_line_break(whole.raw, begun, at)
        begun = -1 if closes else after
        if closes:
            return
    if begun >= 0:
        yield begun, whole.end


def _boundaries(whole: MimePart, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """The lines that are a boundary: where each begins, where the next line begins, and whether it is the last."""
    raw, at = whole.raw, whole.start
    for _ in range(MAX_PIECES):
        at = raw.find(mark, at, whole.end)
        if at < 0:
            return
        stop = raw.find(b"\n", at, whole.end)
        after = stop + 1 if stop >= 0 else whole.end
        rest = raw[at + len(mark) : min(after, at + len(mark) + MAX_BOUNDARY)].strip()
        if rest in {b"", b"--"} and (at == whole.start or raw[at - 1 : at] == b"\n"):
            yield at, after, rest == b"--"
        at = after


def _before_line_break(raw: bytes, begun: int, at: int) -> int:
    """The end of a part: the line break before a boundary belongs to the boundary."""
    for line_break in (b"\r\n", b"\n"):
        if raw.endswith(line_break, begun, at):
            return at - len(line_break)
    return at


def _escaped(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeError:
        return False
    return True
