"""Texts that were made to keep a reader busy, at any size, and the readers that strangers can reach.

`benchmarks/hostile_payloads.py` times them all; the tests here say what becomes of each.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.errors import Unreadable
from bot.payloads import mail, markup, reading
from bot.ports import Request
from bot.service import masking
from bot.web.ingest import bodies

HEAD: Final = b"From: monitor@example.org\r\nSubject: disk full\r\n"
FORM: Final = "application/x-www-form-urlencoded"


def repeated(piece: bytes, size: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A text of about a size that is a piece again and again."""
    return before + piece * max(size // len(piece), 1) + after


def numbered(pattern: bytes, size: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A text of about a size that is a pattern with each number in turn."""
    return before + b"".join(pattern % (number,) for number in range(max(size // len(pattern), 1))) + after


def nested(size: int) -> bytes:
    """A message of parts in parts, whose innermost has many lines."""
    levels = numbered(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b0\r\n", size // 2, HEAD)
    return repeated(b"x\r\n", size // 2, levels + b"\r\n")


MAILS: Final[Mapping[str, Callable[[int], bytes]]] = {
    "an open quote and semicolons in a header": lambda n: repeated(
        b";", n, HEAD + b'Content-Type: text/plain; a="', b"\r\n\r\ndb1 is full"
    ),
    "parameters that go on and on": lambda n: numbered(
        b"; a*%d=x", n, HEAD + b"Content-Type: text/plain", b"\r\n\r\ndb1 is full"
    ),
    "a header of many lines": lambda n: repeated(b"\r\n ;", n, HEAD + b"X-A: b", b"\r\n\r\ndb1 is full"),
    "many headers": lambda n: repeated(b"X-A: b\r\n", n, HEAD, b"\r\ndb1 is full"),
    "parts in parts": nested,
    "lines that look like a boundary": lambda n: repeated(
        b"--b2\r\n", n, HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ndb1 is full\r\n"
    ),
    "many parts": lambda n: repeated(
        b"--b\r\n\r\nx\r\n", n, HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ndb1 is full\r\n"
    ),
    "encoded words that never end": lambda n: repeated(b"=?utf-8?q?a", n, HEAD + b"To: ", b"\r\n\r\ndb1 is full"),
    "comments in comments in an address": lambda n: repeated(b"(", n, HEAD + b"To: ", b"\r\n\r\ndb1 is full"),
    "ampersands as HTML": lambda n: repeated(b"&", n, HEAD + b"Content-Type: text/html\r\n\r\n<p>db1 is full</p>"),
    "tags in tags as HTML": lambda n: repeated(
        b"<div><b>", n, HEAD + b"Content-Type: text/html\r\n\r\n<p>db1 is full</p>"
    ),
}
"""Messages; each says that db1 is full, unless that stands behind everything."""

BODIES: Final[Mapping[str, tuple[str, Callable[[int], bytes]]]] = {
    "brackets": ("application/json", lambda n: repeated(b"[", n)),
    "an object that never ends": ("application/json", lambda n: repeated(b'{"a":', n)),
    "half surrogate pairs": ("application/json", lambda n: repeated(b"\\ud800", n, b'["', b'"]')),
    "JSON in a text in JSON": ("application/json", lambda n: repeated(b'\\"', n, b'"[', b'"')),
    "ampersands": (FORM, lambda n: repeated(b"&", n)),
    "fields without a value": (FORM, lambda n: repeated(b"a&", n)),
    "percent signs": (FORM, lambda n: repeated(b"%", n, b"a=")),
    "parts of a form with a quote that stays open": (
        "multipart/form-data; boundary=b",
        lambda n: repeated(b'--b\r\nContent-Disposition: form-data; a="' + b";" * 900 + b"\r\n\r\nv\r\n", n),
    ),
    "a boundary of semicolons": ('multipart/form-data; a="' + ";" * 60_000, lambda n: repeated(b"--b\r\n", n)),
}

SECRETS: Final[Mapping[str, Callable[[int], bytes]]] = {
    "a secret's name again and again": lambda n: repeated(b"token", n),
    "names that are joined": lambda n: repeated(b"token-", n),
    "names with blanks behind them": lambda n: repeated(b"token   ", n),
    "quotes that stay open": lambda n: repeated(b'token="a;', n),
    "colons": lambda n: repeated(b"secret:", n),
}


def read_mail(raw: bytes) -> mail.Mail:
    """A message, as the type email reads it."""
    return mail.read_mail(raw)


def read_body(raw: bytes, content_type: str) -> object:
    """A body by its content type; the refusal where it is not taken."""
    request = Request(method="POST", path="/", body=raw, headers={"content-type": content_type})
    try:
        return reading.document(request)
    except Unreadable as error:
        return error


def mask_query(raw: bytes) -> str:
    """A query as it is kept."""
    asked = Request(method="POST", path="/", body=b"", query=raw.decode("latin-1"), headers={})
    return bodies.mask(asked, "an-ingest-key").query


def mask_text(raw: bytes) -> str:
    """A payload as it is shown to people."""
    return masking.mask_text(raw.decode())


def lay_out(raw: bytes) -> str:
    """HTML as text."""
    return markup.text_of(raw.decode())


def attacks() -> dict[str, Callable[[int], Callable[[], object]]]:
    """Each reader on each text: a name, and what makes the reading of a size ready to run."""
    tried: dict[str, Callable[[int], Callable[[], object]]] = {}
    for name, text in MAILS.items():
        tried[f"mail: {name}"] = lambda n, text=text: ready(read_mail, text(n))  # type: ignore[misc]
    for name, (kind, text) in BODIES.items():
        tried[f"body: {name}"] = lambda n, kind=kind, text=text: ready(read_body, text(n), kind)  # type: ignore[misc]
    for name, text in SECRETS.items():
        tried[f"query: {name}"] = lambda n, text=text: ready(mask_query, text(n))  # type: ignore[misc]
        tried[f"shown: {name}"] = lambda n, text=text: ready(mask_text, text(n))  # type: ignore[misc]
    return tried


def ready(reader: Callable[..., object], *given: object) -> Callable[[], object]:
    """A reading that only has to be run."""
    return lambda: reader(*given)
