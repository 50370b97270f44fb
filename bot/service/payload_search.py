"""Payloads as people look through them: found by words, and shown with their secrets masked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Log, LogState, Ports
from bot.service.masking import mask_body, mask_headers, mask_query

MOST_SEARCHED = 2_000
"""Payloads of an integration that one search looks through, newest first."""
_AT_ONCE = 50  # read in one transaction: a payload may be large


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
    query = f"?{mask_query(request.query)}" if request.query else ""
    headers = [f"{name}: {value}" for name, value in sorted(mask_headers(request.headers).items())]
    return "\n".join([f"{request.method} {request.path}{query}", *headers, "", mask_body(request.body)]).rstrip()
