"""What a notification says, as the service worker takes it: it fits into one push message, whatever the alert says."""

from collections.abc import Iterator, Mapping, Sequence

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


def declared(shown: Mapping[str, str], url: str, actions: Sequence[str] = (), **more: object) -> bytes:
    """A message for our service worker, and the same for systems with declarative push, which show it by themselves.

    Those open `navigate` when it is tapped, whatever became of the worker:
    https://webkit.org/blog/16535/meet-declarative-web-push/. Workers of browsers that were registered by an older
    version read the outer part, as all others do. What does not fit twice is declared in less, or not at all.
    """
    outer = {**shown, "url": url, "actions": list(actions), **more}
    for notification in _declarations(shown, url, actions) if url else ():
        encoded = msgspec.json.encode({"web_push": 8030, "notification": notification, **outer})
        if len(encoded) <= MOST:
            return encoded
    return msgspec.json.encode(outer)


def _declarations(shown: Mapping[str, str], url: str, actions: Sequence[str]) -> Iterator[Mapping[str, object]]:
    """What can be declared, from all of it to a title that leads somewhere."""
    least = {"title": shown["title"], "tag": shown["tag"], "navigate": url}
    offered = [{"action": each, "title": each.capitalize(), "navigate": f"{url}?do={each}"} for each in actions]
    yield {**least, "body": shown["body"], "actions": offered}
    yield {**least, "body": shown["body"]}
    yield {**least, "body": card_text.line(shown["body"], _TITLE)}
    yield least


def payload(card: Card, zone: str, answer: str) -> bytes:
    """Put a card into a notification. `answer` is the address of the page on which the reader answers."""
    is_page = card.kind is NoticeKind.OPEN and card.asks
    shown = {"title": card_text.lead(card, _TITLE), "body": _body(card, zone), "tag": card.alert_id}
    loud, at = is_page and card.urgency.is_loud, int(card.created_at.timestamp() * 1000)
    return declared(shown, answer, _actions(card, is_page), at=at, loud=loud)


def storm(digest: Digest, answer: str) -> bytes:
    """Put a storm into a notification that takes the place of the storm's last one.

    `answer` is the address of the page on which the reader takes all of it.
    """
    summary = digest.summary
    told = (f"{storms.standing(summary)}.", *(card_text.line(each, _TITLE) for each in storms.newest(summary)))
    title = storms.headline(summary, digest.fresh)
    shown = {"title": title, "body": "\n".join(told), "tag": digest.storm.id}
    return declared(shown, answer, at=int(digest.at.timestamp() * 1000), loud=is_loud(summary))


def is_loud(summary: Summary) -> bool:
    """Whether anything in a storm is to stay on the screen until somebody has seen it."""
    return any(urgency.is_loud for urgency, _ in summary.urgencies)


def greeting(name: str) -> bytes:
    """What a browser is sent when it was registered."""
    body = f"Pages for {card_text.line(name, 80)} will look like this."
    return declared({"title": "This device is registered", "body": body, "tag": "registered"}, "", loud=False)


def _body(card: Card, zone: str) -> str:
    notice = card_text.NOTICES.get(card.kind, "") or card_text.appeal(card, _BODY) or card_text.worse(card)
    said = notice or card_text.flapping(card) or card_text.line(card.description, _BODY)
    state = card_text.state(card, zone) if notice or card.status is not Status.OPEN else ""
    origin = f"From {card_text.line(card.integration, 80)}" if card.integration and not state else ""
    return "\n".join(each for each in (card_text.coming(card, zone), said, state, origin) if each)


def _actions(card: Card, is_page: bool) -> list[str]:
    if is_page:
        return ["acknowledge", "reject"]
    asks = card.kind in {NoticeKind.DROPPED, NoticeKind.HANDOFF, NoticeKind.TIMEOUT}
    return ["acknowledge"] if asks and card.can_be_taken else []
