"""What a notification says, as the service worker takes it: it fits into one push message, whatever the alert says."""

import msgspec

from bot.engine.delivery import card_text, storms
from bot.engine.delivery.card import Card
from bot.engine.delivery.storms import Summary
from bot.engine.model import NoticeKind, Status
from bot.ports import Digest

MOST = 3_993
"""Bytes before encryption: a service takes 4,096, of which 86 are the header, 16 the tag and one the padding mark
(RFC 8291, 4).
"""

_TITLE, _BODY = 120, 300


def payload(card: Card, zone: str, answer: str) -> bytes:
    """Put a card into a notification. `answer` is the address of the page on which the reader answers."""
    is_page = card.kind is NoticeKind.OPEN and card.asks
    said = {
        "title": card_text.headline(card, _TITLE),
        "body": _body(card, zone),
        "tag": card.alert_id,
        "url": answer,
        "at": int(card.created_at.timestamp() * 1000),
        "loud": is_page and card.urgency.is_loud,
        "actions": _actions(card, is_page),
    }
    return msgspec.json.encode(said)


def storm(digest: Digest, answer: str) -> bytes:
    """Put a storm into a notification that takes the place of the storm's last one.

    `answer` is the address of the page on which the reader takes all of it.
    """
    summary = digest.summary
    said = {
        "title": storms.headline(summary, digest.fresh),
        "body": "\n".join(
            (f"{storms.standing(summary)}.", *(card_text.line(each, _TITLE) for each in storms.newest(summary)))
        ),
        "tag": digest.storm.id,
        "url": answer,
        "at": int(digest.at.timestamp() * 1000),
        "loud": is_loud(summary),
        "actions": [],
    }
    return msgspec.json.encode(said)


def is_loud(summary: Summary) -> bool:
    """Whether anything in a storm is to stay on the screen until somebody has seen it."""
    return any(urgency.is_loud for urgency, _ in summary.urgencies)


def greeting(name: str) -> bytes:
    """What a browser is sent when it was registered."""
    said = {
        "title": "This device is registered",
        "body": f"Pages for {card_text.line(name, 80)} will look like this.",
        "tag": "registered",
        "url": "",
        "loud": False,
        "actions": [],
    }
    return msgspec.json.encode(said)


def _body(card: Card, zone: str) -> str:
    notice = card_text.NOTICES.get(card.kind, "") or card_text.appeal(card, _BODY) or card_text.worse(card)
    first = notice or card_text.flapping(card) or card_text.line(card.description, _BODY)
    origin = f"From {card_text.line(card.integration, 80)}" if card.integration else ""
    rest = card_text.state(card, zone) if notice or card.status is not Status.OPEN else origin
    return "\n".join(each for each in (first, rest) if each)


def _actions(card: Card, is_page: bool) -> list[str]:
    if is_page:
        return ["acknowledge", "reject"]
    asks = card.kind in {NoticeKind.DROPPED, NoticeKind.HANDOFF, NoticeKind.TIMEOUT}
    return ["acknowledge"] if asks and card.can_be_taken else []
