"""Payloads as people look through them: found by words, and shown with their secrets masked."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import re2

from bot.ports import Log, LogState, Ports

MASK = "••••••"
MOST_SEARCHED = 2_000
"""Payloads of an integration that one search looks through, newest first."""
_AT_ONCE = 50  # read in one transaction: a payload may be large
_SECRET = re.compile(
    r"authorization|cookie|token|secret|passw(?:or)?d|api[-_]?key|private[-_]?key|signature", re.IGNORECASE
)
_ASSIGNED = re2.compile(  # of a payload: RE2's time is linear whatever the text
    rb"(?i)([\w-]*(?:token|secret|passw(?:or)?d|api[-_]?key)[\w-]*[\"']?\s*[=:]\s*)(?:\"[^\"]*\"|[^\s&,;]+)"
)
_DEEPEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPayload:
    """A payload in a list."""

    log_id: str
    at: datetime
    answered: int
    state: LogState
    outcome: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which payloads are looked for: those with a text in what was sent or what became of it, in a state."""

    integration_id: str
    text: str = ""
    states: tuple[LogState, ...] = ()

    def matches(self, log: Log) -> bool:
        """Whether a payload is one of them."""
        if self.states and log.state not in self.states:
            return False
        if not self.text:
            return True
        sent = f"{log.id} {log.outcome} {log.request.query} {_readable(log.request.body)}"
        return self.text.casefold() in sent.casefold()


def search(ports: Ports, wanted: Wanted, skip: int, limit: int) -> tuple[FoundPayload, ...]:
    """Find payloads, newest first, behind the first `skip` of them."""
    found: list[FoundPayload] = []
    for log in _newest(ports, wanted.integration_id):
        if not wanted.matches(log):
            continue
        found.append(_found(log))
        if len(found) >= skip + limit:
            break
    return tuple(found[skip:])


def _readable(body: bytes) -> str:
    """A body with what JSON has written as `\\u00df` spelled out."""
    text = body.decode(errors="replace")
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _newest(ports: Ports, integration_id: str) -> Iterator[Log]:
    before: int | None = None
    for _ in range(0, MOST_SEARCHED, _AT_ONCE):
        with ports.store.begin() as uow:
            page = uow.logs(integration_id, before_seq=before, limit=_AT_ONCE)
        yield from page
        if len(page) < _AT_ONCE:
            return
        before = page[-1].seq


def _found(log: Log) -> FoundPayload:
    return FoundPayload(
        log_id=log.id,
        at=log.at,
        answered=log.answered,
        state=log.state,
        outcome=log.outcome,
        size=len(log.request.body),
    )


# --- One payload --------------------------------------------------------------------------------------------------


def say_request(log: Log) -> str:
    """What was sent, as text: the request line, the headers and the body, with secrets masked."""
    request = log.request
    query = f"?{masked(request.query)}" if request.query else ""
    headers = [f"{name}: {MASK if _SECRET.search(name) else value}" for name, value in sorted(request.headers.items())]
    return "\n".join([f"{request.method} {request.path}{query}", *headers, "", _body(request.body)]).rstrip()


def _body(body: bytes) -> str:
    try:
        return json.dumps(_masked(json.loads(body), _DEEPEST), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return masked(body.decode(errors="replace"))


def masked(text: str) -> str:
    """A text without the values of what is called a secret in it: `token=…`, `"password": …`."""
    raw = text.encode("utf-8", "replace")
    return _ASSIGNED.sub(lambda found: found[1] + MASK.encode(), raw).decode("utf-8", "replace")


def _masked(node: object, deepest: int) -> object:
    if deepest == 0:
        return "…"
    if isinstance(node, Mapping):
        return {key: MASK if _hides(key, value) else _masked(value, deepest - 1) for key, value in node.items()}
    return [_masked(each, deepest - 1) for each in node] if isinstance(node, list) else node


def _hides(key: object, value: object) -> bool:
    """A secret is a text or a number: what is called `tokens` and holds a mapping is looked into."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and bool(_SECRET.search(str(key)))
