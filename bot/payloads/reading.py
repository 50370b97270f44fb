"""Request bodies as plain values: JSON, forms and query strings, bounded in size and depth."""

import json
from functools import lru_cache
from typing import NoReturn
from urllib.parse import parse_qsl

import msgspec

from bot.errors import Unreadable
from bot.payloads import mime
from bot.ports import Request

MAX_DEPTH = 64
MAX_FIELDS = 1_000
MAX_HEADER = 1_000  # a header of a million parameters would take seconds
REMEMBERED_BYTES = 65_536
CHARSETS = frozenset({
    "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "utf-32", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1",
    "iso-8859-2", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "cp1252", "shift_jis", "euc-jp",
    "gb2312", "gbk", "gb18030", "big5", "euc-kr", "koi8-r",
})  # fmt: skip
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def document(request: Request) -> object:
    """The request's content as plain values: JSON, a form, or the query when there is no body.

    The answer is shared by all who ask for the same body: read it, never change it. Of a key that comes twice in one
    object the last value counts; JSON that was written twice is read twice. Raises `Unreadable`.
    """
    body = request.body
    if not body.strip():
        return form(request.query) if request.query else refuse("the request has no body.")
    header = request.headers.get("content-type", "")[:MAX_HEADER]
    kind, charset = content_kind(header)
    if kind == "multipart/form-data":
        return multipart(body, header)
    if kind == "application/x-www-form-urlencoded":
        return form_or_json(body, charset)
    content = parsed(body, charset) if len(body) > REMEMBERED_BYTES else _remembered(body, charset)
    return opened(content) if isinstance(content, str) else content


def opened(text: str) -> object:
    """The object or list that a JSON text holds as JSON, as some senders write it twice; any other text as it is."""
    return parsed(text.encode("utf-8", "replace")) if text.lstrip()[:1] in {"{", "["} else text


@lru_cache(maxsize=64)
def content_kind(header: str) -> tuple[str, str]:
    """Media type and charset that a content-type header names."""
    found = mime.content(header)
    kind = found.kind if found.kind.count("/") == 1 else "text/plain"
    return kind, found.parameters.get("charset", "utf-8").lower()


def mapping(request: Request) -> dict[str, object]:
    """The request's content, which has to be an object (or a form). Raises `Unreadable`."""
    content = document(request)
    if isinstance(content, dict):
        return content
    return refuse(f"expected a JSON object {{…}}, got {kind_of(content)}.")


def parsed(body: bytes, charset: str = "utf-8") -> object:
    """JSON as plain values. NaN, infinities and nesting beyond 64 levels are refused with `Unreadable`."""
    if not body.strip():
        refuse("the request has no body.")
    try:
        content: object = msgspec.json.decode(body)
    except RecursionError:
        too_deep()
    except (msgspec.MsgspecError, UnicodeError):
        content = _lenient(decoded(body, charset).replace("\0", ""))
    if may_be_too_deep(body) and depth(content) > MAX_DEPTH:
        too_deep()
    return whole(content) if b"\\u0000" in body or b"\\ud" in body.lower() else content


def may_be_too_deep(body: bytes) -> bool:
    """Whether a body has so many brackets that their nesting has to be looked at."""
    return body.count(b"{") + body.count(b"[") > MAX_DEPTH


_remembered = lru_cache(maxsize=64)(parsed)


def form_or_json(body: bytes, charset: str = "utf-8") -> object:
    """A form, or JSON that came with a form's content type (as `curl -d` sends it)."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return parsed(body, charset)
    return form(decoded(body, charset))


def form(text: str) -> dict[str, object]:
    """A form or a query string by name; a name that comes several times holds a list. Raises `Unreadable`."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        refuse(f"the form has more than {MAX_FIELDS} fields.")
    return collected(pairs)


def multipart(body: bytes, content_type: str) -> dict[str, object]:
    """The text fields of a `multipart/form-data` body (RFC 7578); files are left empty. Raises `Unreadable`."""
    boundary = mime.content(content_type).parameters.get("boundary", "").rstrip() or refuse(
        "the multipart form's content type names no boundary."
    )
    mark = b"\r\n--" + boundary.encode("utf-8", "replace")
    pieces = (b"\r\n" + body).split(mark, MAX_FIELDS + 1)[1:]
    if not pieces:
        refuse("the multipart form does not have the boundary that its content type names.")
    if len(pieces) > MAX_FIELDS:
        refuse(f"the form has more than {MAX_FIELDS} fields.")
    return collected([pair for piece in pieces for pair in field(piece)])


def field(piece: bytes) -> tuple[tuple[str, str], ...]:
    """Name and text of one part of a multipart form; nothing for a part that has no name, or an endless header."""
    head, _, content = piece.partition(b"\r\n\r\n")
    if len(head) > MAX_HEADER:
        return ()
    disposition = mime.part(head.strip() + b"\r\n").disposition.parameters
    name = disposition.get("name")
    if name is None:
        return ()
    return ((name, "" if disposition.get("filename") else decoded(content, "utf-8")),)


def collected(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Pairs by name; names that repeat hold the list of their values."""
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name.replace("\0", ""), []).append(value.replace("\0", ""))
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items()}


def decoded(body: bytes, charset: str) -> str:
    """Text by its byte order mark, else by the charset that was declared, else as UTF-8, else as Western European.

    An unknown letter must not keep a page from somebody, so nothing is refused here.
    """
    marked = next((name for mark, name in MARKS if body.startswith(mark)), None)
    declared = charset.lower() if charset.lower() in CHARSETS else "utf-8"
    for name in (marked or declared, "utf-8"):
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode("cp1252", "replace")


def depth(content: object) -> int:
    """How deeply lists and objects are nested, at most one more than the limit."""
    level, inside = 0, [content]
    while inside and level <= MAX_DEPTH:
        containers = [item for item in inside if isinstance(item, dict | list)]
        inside = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
        level += bool(containers)
    return level


def kind_of(content: object) -> str:
    """A JSON value's kind in words."""
    if content is None:
        return "null"
    kinds = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(content), "a number")


def refuse(reason: str) -> NoReturn:
    """Say that a payload is not what its type takes."""
    raise Unreadable(f"Cannot read this payload: {reason}")


def too_deep() -> NoReturn:
    """Say that a payload is nested beyond the limit."""
    refuse(f"lists and objects are nested deeper than {MAX_DEPTH} levels.")


def _lenient(text: str) -> object:
    """JSON with what template-made bodies have in them: raw line breaks in texts, half surrogate pairs."""
    try:
        content: object = json.loads(text, strict=False, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        too_deep()
    except json.JSONDecodeError as error:
        refuse(f"it is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.")
    except ValueError as error:
        refuse(f"it is not JSON: {error}.")
    if depth(content) > MAX_DEPTH:
        too_deep()
    return content


def whole(content: object) -> object:
    """Values without half surrogate pairs and NULs, which databases and UTF-8 do not take."""
    if isinstance(content, str):
        return content.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(content, dict):
        return {str(whole(key)): whole(value) for key, value in content.items()}
    return [whole(item) for item in content] if isinstance(content, list) else content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that JSON has")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return number
