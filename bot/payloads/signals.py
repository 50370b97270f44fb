"""Signals with their texts bounded, and the examples that show them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

import msgspec

from bot.engine.model import Incident, Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.payloads.doubts import is_doubt
from bot.payloads.headlines import first_line, headline, laid_out
from bot.payloads.spreading import spread
from bot.ports import Example, Request

CREATE, ACKNOWLEDGE, RESOLVE = SignalKind.CREATE, SignalKind.ACKNOWLEDGE, SignalKind.RESOLVE

MAX_TITLE = 1_000
MAX_DESCRIPTION = 20_000
MAX_KEY = 1_000
MAX_TAG = 200
MAX_TAGS = 100
MAX_KEYS = 100
MAX_MESSAGE = 1_000
MAX_MEMBER = 200
MAX_MEMBERS = 500
UNTITLED = "An alert that does not say what is wrong"
_RUNBOOK = re.compile(r"(?:run|play)[ _-]?book[^\n]{0,40}?(https?://[^\s<>\"'|)\]]{3,1000})", re.IGNORECASE)
_GUIDE = re.compile(r"run.?book|play.?book", re.IGNORECASE)


def signal(
    kind: SignalKind,
    key: str = "",
    title: str = "",
    description: str = "",
    *,
    urgency: Urgency | None = None,
    tags: tuple[str, ...] = (),
    incident: Incident | None = None,
    data: Mapping[str, object] | None = None,
    keys: tuple[str, ...] = (),
    members: Iterable[str] = (),
) -> Signal:
    """A signal with its texts laid out and cut to their bounds, and empty entries of `data` left out.

    What is nested in `data` stands beside it, too, and a runbook that a text names is an entry of its own. Raises
    `Unreadable` when nothing says which alert to acknowledge or resolve.
    """
    if kind is not CREATE and not key:
        raise Unreadable(f"Cannot read this payload: nothing in it says which alert to {kind}.")
    told = cut(laid_out(description).strip(), MAX_DESCRIPTION)
    return Signal(
        kind=kind,
        dedup_key=whole_key(key),
        title=titled(kind, title, told, key),
        description=told,
        urgency=urgency,
        tags=tuple(line(tag, MAX_TAG) for tag in tags[:MAX_TAGS]),
        incident=incident,
        data=guided(spread({name: value for name, value in (data or {}).items() if not is_empty(value)}), told),
        dedup_keys=tuple(whole_key(other) for other in keys[:MAX_KEYS]),
        members=tuple(dict.fromkeys(line(each, MAX_MEMBER) for each in islice(members, MAX_MEMBERS) if each)),
    )


def titled(kind: SignalKind, title: str, description: str, key: str) -> str:
    """A title in one line; of a new alert without one, what stands for it."""
    said = line(headline(title), MAX_TITLE)
    if said or kind is not CREATE:
        return said
    lines = [each for each in description[:2_000].splitlines() if each.strip()]
    telling = next((each for each in lines if not is_doubt(each)), "") or key or next(iter(lines), "")
    return line(headline(first_line(telling)), MAX_TITLE) or UNTITLED


def is_empty(value: object) -> bool:
    """Whether an entry says nothing."""
    return value in ("", None, {}, [], ())


def guided(data: dict[str, object], description: str) -> dict[str, object]:
    """The data with the runbook that the description names, which the sender may have a field for besides."""
    found = _RUNBOOK.search(description)
    url = found[1].rstrip(".,;") if found else ""
    if not url or url in data.values():
        return data
    return data | {"runbook_in_text" if any(_GUIDE.search(name) for name in data) else "runbook_url": url}


def also_keyed(found: tuple[Signal, ...], keys: Iterable[str]) -> tuple[Signal, ...]:
    """The same signals with further dedup keys, in their bounds."""
    bounded = [whole_key(key) for key in keys if key]
    return tuple(
        replace(one, dedup_keys=tuple(key for key in bounded if key != one.dedup_key)[:MAX_KEYS]) for one in found
    )


def formerly(found: Signal, keys: Iterable[str]) -> Signal:
    """The same signal, which also ends an alert that was made when such problems had other keys.

    A new alert never has them: what they had in common is why they are former.
    """
    if found.kind is CREATE:
        return found
    others = (whole_key(key) for key in keys if key and whole_key(key) != found.dedup_key)
    return replace(found, dedup_keys=tuple(dict.fromkeys((*found.dedup_keys, *others)))[:MAX_KEYS])


def cut(text: str, bound: int) -> str:
    """A text of at most `bound` characters, with an ellipsis where it was cut."""
    return text if len(text) <= bound else f"{text[: bound - 1]}…"


def line(text: str, bound: int) -> str:
    """A text in one line of at most `bound` characters."""
    return cut(" ".join(text[: bound * 4].split()), bound)


def whole_key(key: str) -> str:
    """A dedup key of bounded length; a long one ends in its digest, so that two of them stay two."""
    if len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return f"{key[: MAX_KEY - 65]}#{digest}"


def posted(
    name: str,
    body: object,
    *signals: Signal,
    headers: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Example:
    """An example of a body sent by POST: bytes and texts as they are, other values as JSON."""
    sent = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    kind = "application/json" if sent[:1] in {b"{", b"["} else "application/x-www-form-urlencoded"
    return Example(
        name=name,
        request=Request(
            method="POST",
            path="/integrations/key",
            body=sent,
            headers={"content-type": kind, **(headers or {})},
        ),
        signals=signals,
        options=options or {},
    )


def fetched(name: str, query: str, *signals: Signal, options: Mapping[str, object] | None = None) -> Example:
    """An example of a request by GET that says everything in its query."""
    request = Request(method="GET", path="/integrations/key", query=query)
    return Example(name=name, request=request, signals=signals, options=options or {})
