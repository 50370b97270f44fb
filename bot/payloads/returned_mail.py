"""What a message says that comes back of a mail of ours: by a person or by a machine, or a bounce (RFC 3464)."""

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from bot.payloads import mail, mime, values
from bot.payloads.mail import read_mail

_LOOKED_AT = 256 * 1024  # bytes
_MOST_NAMES = 20
_LONGEST = 200
_NAME = re2.compile(rb"(alt_[0-9a-z]{10,40})\.([0-9a-f]{20})\b")
_FAILED = re2.compile(rb"(?im)^action:[ \t]*failed\b|^x-failed-recipients:")
_WHY = re2.compile(rb"(?im)^diagnostic-code:[ \t]*(?:[a-z-]{1,20};)?[ \t]*([^\r\n]{1,400})")
_STATUS = re2.compile(rb"(?im)^status:[ \t]*([245]\.[0-9]{1,3}\.[0-9]{1,3})")
_AUTOMATIC = ("auto-submitted", "x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id")
_QUOTES = (">", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What names a mail of ours: the alert, and the key of the notification (`Links.mail_key`)."""

    alert_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A message that came back. `names` are the mails of ours that it speaks of, the likeliest first.

    `bounced` says why a mail did not arrive, "" for a reply; `said` is the first line of a reply, and `id` its own.
    """

    names: tuple[Name, ...]
    bounced: str = ""
    said: str = ""
    id: str = ""
    is_automatic: bool = False


def read_returned(raw: bytes, address: str) -> Returned:
    """Read a message to an address of ours. Raises `Unreadable` when it is none."""
    head = raw[:_LOOKED_AT]
    message, read = mime.part(head), read_mail(head)
    names = tuple(_names(address.lower().encode() + b"\n" + head))
    bounced = _bounced(head, message)
    return Returned(
        names=names,
        bounced=bounced,
        said=_first_line(read.text),
        id=read.id,
        is_automatic=not bounced and _is_automatic(message),
    )


def _names(raw: bytes) -> Iterator[Name]:
    """The names of our mails: in the address that is written to, in the headers, in what is quoted."""
    seen = dict.fromkeys(found.groups() for found in _NAME.finditer(raw))
    for alert_id, key in list(seen)[:_MOST_NAMES]:
        yield Name(alert_id=alert_id.decode(), key=key.decode())


def _bounced(raw: bytes, message: mime.MimePart) -> str:
    """Why a mail did not arrive; "" for what is no bounce, or tells only of a delay."""
    is_report = message.content.kind == "multipart/report" or bool(message.header("x-failed-recipients"))
    if not is_report or not _FAILED.search(raw):
        return ""
    why, status = _WHY.search(raw), _STATUS.search(raw)
    said = why[1].decode("utf-8", "replace") if why else status[1].decode() if status else "no reason was given"
    return f"The mail came back: {' '.join(mime.printable(said).split())[:_LONGEST]}"


def _is_automatic(message: mime.MimePart) -> bool:
    """Whether a machine has written a reply (RFC 3834): it is not answered, and answers nothing."""
    said = values.kept(mail.header(message, name).strip().lower() for name in _AUTOMATIC)
    bulk = mail.header(message, "precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}
    return bulk or any(each != "no" for each in said) or message.content.kind == "multipart/report"


def _first_line(text: str) -> str:
    """The first line that the person wrote: what is quoted is ours."""
    lines = (line.strip() for line in text.splitlines()[:50])
    return next((line[:_LONGEST] for line in lines if line and not line.startswith(_QUOTES)), "")
