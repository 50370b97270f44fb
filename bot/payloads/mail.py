"""Email messages (RFC 5322, MIME) as plain values: bounded, without markup, without attachments."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses
from itertools import islice

import re2

from bot.errors import Unreadable
from bot.payloads import mime, reading, values
from bot.payloads.markup import text_of
from bot.payloads.mime import MAX_HEADER, MimePart, printable

MAX_ADDRESSES = 1_000  # characters of a header of addresses
MAX_PARTS = 100
MAX_DEPTH = 20
MAX_TEXT = 256 * 1024  # characters of a text
MAX_MARKED = 4  # parts of HTML; hostile ones take a second
MAX_REFERENCES = 50
LEFT_OUT = "pagertree-left-out"
"""The header that names the attachments that were left out when the message was kept."""

_ID = re2.compile(r"<[^<>\s]{1,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a message says. `references` are the ids of the messages that it answers, the first of the thread first."""

    sender: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    id: str
    references: tuple[str, ...]
    attachments: tuple[str, ...]
    spam: bool


def read_mail(raw: bytes) -> Mail:
    """Read a message. Raises `Unreadable` when it is none."""
    message = mime.part(raw)
    if not any(message.header(name) for name in ("from", "subject", "message-id")):
        raise Unreadable("Cannot read this payload: it is no email message: it has no From, Subject or Message-ID.")
    parts = list(_parts(message))
    named = values.kept(word.strip() for word in header(message, LEFT_OUT).split(","))
    ids = f"{raw_header(message, 'references')} {raw_header(message, 'in-reply-to')}"
    return Mail(
        sender=addresses(message, "from"),
        to=addresses(message, "to"),
        cc=addresses(message, "cc"),
        subject=header(message, "subject"),
        text=_text(parts),
        id=next(iter(_ID.findall(raw_header(message, "message-id"))), ""),
        references=tuple(dict.fromkeys(_ID.findall(ids)))[:MAX_REFERENCES],
        attachments=(*named, *(name for part in parts if (name := _attachment(part)))),
        spam=_is_spam(message),
    )


def header(message: MimePart, name: str) -> str:
    """A header as text, with its encoded words (RFC 2047) read."""
    raw = raw_header(message, name)
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        pieces = [(raw, None)]
    said = "".join(
        reading.decoded(piece, charset or "utf-8") if isinstance(piece, bytes) else piece for piece, charset in pieces
    )
    return printable(" ".join(said.split()))


def raw_header(message: MimePart, name: str) -> str:
    """A header as it was sent, bounded."""
    return printable(message.header(name))


def addresses(message: MimePart, name: str) -> tuple[str, ...]:
    """The addresses in a header."""
    try:
        found = getaddresses([header(message, name)[:MAX_ADDRESSES]])
    except RecursionError:  # comments inside comments
        return ()
    return values.kept(address for _, address in found)[:100]


def _parts(message: MimePart) -> Iterator[MimePart]:
    """The parts that hold something, in order; messages inside messages are attachments."""
    waiting, seen = [(message, 0)], 0
    while waiting and seen < MAX_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        inside = _inside(part) if depth < MAX_DEPTH else []
        if inside:
            waiting[:0] = [(each, depth + 1) for each in inside]
        else:
            yield part


def _inside(part: MimePart) -> list[MimePart]:
    """The parts of a part; of alternatives the plain text first."""
    main, _, sub = part.content.kind.partition("/")
    if main != "multipart":
        return []
    found = list(islice(mime.children(part), MAX_PARTS))
    return sorted(found, key=_is_plain, reverse=True) if sub == "alternative" else found


def _attachment(part: MimePart) -> str:
    """The name of an attachment, "" for a part that is text."""
    if _is_text(part):
        return ""
    kind = part.content
    name = part.disposition.parameters.get("filename") or kind.parameters.get("name") or kind.kind
    return printable(" ".join(name.split()))[:100].replace(",", " ")


def _is_text(part: MimePart) -> bool:
    return part.content.kind in {"text/plain", "text/html"} and part.disposition.kind != "attachment"


def _text(parts: list[MimePart]) -> str:
    """The plain text; of HTML, what no plain text comes before, such as a body to which a list adds a plain footer."""
    texts = [part for part in parts if _is_text(part)]
    plain = {number: said for number, part in enumerate(texts) if _is_plain(part) and (said := _content(part))}
    marked = [part for part in texts[: next(iter(plain), None)] if not _is_plain(part)][:MAX_MARKED]
    return "\n\n".join(values.kept((*_words(marked), *plain.values())))


def _words(marked: list[MimePart]) -> Iterator[str]:
    """What the parts of HTML say, as far as they are not longer than a text altogether."""
    room = MAX_TEXT
    for markup in (_content(part) for part in marked):
        yield printable(text_of(markup[:room]))
        room = max(room - len(markup), 0)


def _is_plain(part: MimePart) -> bool:
    return part.content.kind == "text/plain"


def _content(part: MimePart) -> str:
    text = reading.decoded(part.decoded(), part.content.parameters.get("charset", "utf-8"))
    return printable(text[:MAX_TEXT]).replace("\r\n", "\n").strip()


def _is_spam(message: MimePart) -> bool:
    flag, status = raw_header(message, "x-spam-flag"), raw_header(message, "x-spam-status")
    return flag.strip().lower() == "yes" or status.strip().lower().startswith("yes")


def reduced(raw: bytes, limit: int) -> bytes:
    """A message of at most about `limit` bytes that says the same: its headers and its text, without attachments.

    One that is small enough stays as it is. Raises `Unreadable` like `read_mail`.
    """
    if len(raw) <= limit:
        return raw
    mail = read_mail(raw)
    kept = [
        (printable(name), printable(value))
        for name, value in mime.part(raw).headers
        if not name.lower().startswith(("content-", "mime-", LEFT_OUT)) and len(value) < MAX_HEADER
    ]
    left_out = ", ".join(mail.attachments)[: MAX_HEADER // 4]
    added = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit")]
    if left_out:
        added.append((LEFT_OUT, left_out))
    head = "".join(f"{name}: {value}\r\n" for name, value in (*kept, *added))
    room = max(limit - len(head.encode()) - 2, 0)
    return head.encode() + b"\r\n" + mail.text.encode()[:room]
