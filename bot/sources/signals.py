"""Signals with their texts bounded, and the examples that show them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

import msgspec

from bot.engine.model import Incident, Signal, SignalKind, Urgency
from bot.errors import Unreadable
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
UNTITLED = "Untitled alert"


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
    """A signal with its texts cut to their bounds and empty entries of `data` left out.

    Raises `Unreadable` when nothing says which alert to acknowledge or resolve.
    """
    if kind is not CREATE and not key:
        raise Unreadable(f"Cannot read this payload: nothing in it says which alert to {kind}.")
    return Signal(
        kind=kind,
        dedup_key=whole_key(key),
        title=line(title, MAX_TITLE) or (UNTITLED if kind is CREATE else ""),
        description=cut(description.strip(), MAX_DESCRIPTION),
        urgency=urgency,
        tags=tuple(line(tag, MAX_TAG) for tag in tags[:MAX_TAGS]),
        incident=incident,
        data={name: value for name, value in (data or {}).items() if value not in ("", None, {}, [])},
        dedup_keys=tuple(whole_key(other) for other in keys[:MAX_KEYS]),
        members=tuple(dict.fromkeys(line(each, MAX_MEMBER) for each in islice(members, MAX_MEMBERS) if each)),
    )


def also_keyed(found: tuple[Signal, ...], keys: Iterable[str]) -> tuple[Signal, ...]:
    """The same signals with further dedup keys, in their bounds."""
    bounded = [whole_key(key) for key in keys if key]
    return tuple(
        replace(one, dedup_keys=tuple(key for key in bounded if key != one.dedup_key)[:MAX_KEYS]) for one in found
    )


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
