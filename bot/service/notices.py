"""What the bot itself has to say about an integration, as a log: it goes the way of everything that a sender sends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from bot import ids
from bot.engine.model import Integration, Signal, SignalKind
from bot.errors import Unreadable
from bot.ports import Log, Request

METHOD = "NOTICE"
"""Stands where a payload has its HTTP method; the door lets no such method in."""

REFUSED = "/refusals"
"""The path of a notice that reports a refusal (`bot.service.refusals`)."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Signal).decode


def notice(
    integration: Integration,
    dedup_key: str,
    title: str,
    description: str,
    at: datetime,
    *,
    data: Mapping[str, object] | None = None,
) -> Log:
    """Make the log of an alert that the bot raises: rules, routers and deduplication apply as to any other."""
    facts = dict(data or {})
    signal = Signal(kind=SignalKind.CREATE, dedup_key=dedup_key, title=title, description=description, data=facts)
    request = Request(
        method=METHOD,
        path="/notices",
        body=_encode(signal),
        headers={"content-type": "application/json"},
    )
    return Log(id=ids.new("log"), integration_id=integration.id, at=at, request=request, answered=0)


def is_notice(log: Log) -> bool:
    """Whether the bot itself wrote a log."""
    return log.request.method == METHOD


def worded_by_us(integration: Integration) -> Integration:
    """The integration as a notice sees it: without its templates, which are written for what the sender sends."""
    return replace(integration, title_template="", description_template="")


def signals_in(log: Log) -> tuple[Signal, ...]:
    """Read a notice. Raises `Unreadable`."""
    try:
        return (_decode(log.request.body),)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"This notice cannot be read: {error}") from None


def document(log: Log) -> object:
    """A notice as `data` for rules and templates."""
    found: object = msgspec.json.decode(log.request.body)
    return found
