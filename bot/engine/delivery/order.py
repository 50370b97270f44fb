"""Which messages leave first, and when one that did not arrive is tried again."""

import zlib
from datetime import datetime, timedelta

from bot.engine.delivery.pacing import HORIZON
from bot.engine.model import DeliveryState, NoticeKind, Notification, Urgency

_FIRST = timedelta(seconds=1)
_LONGEST = timedelta(minutes=2)
_MOST_ATTEMPTS = 30
"""For cards and news. A page is tried for as long as its alert is open."""
PAGING = 20
"""The precedence from which a message pages somebody."""
_BY_KIND = {NoticeKind.OPEN: PAGING, NoticeKind.DROPPED: PAGING, NoticeKind.CARD: 10}
_LOUDNESS = {urgency: urgency.loudness for urgency in Urgency}


def precedence(kind: NoticeKind, urgency: Urgency) -> int:
    """Which messages leave first, from the greatest: pages, then teams' cards, then news; the loudest of each first.

    That an alert was dropped counts as a page: it means that nobody heard of it.
    """
    return _BY_KIND.get(kind, 0) + _LOUDNESS[urgency]


def retry_at(notification: Notification, now: datetime, asked_for: float | None) -> datetime | None:
    """The next attempt: after the wait that the provider asked for (seconds), or doubling from 1 s to 2 min.

    Up to a fifth is added, different for each notification, so that many do not come back in the same instant. None
    when it is not worth another attempt.
    """
    if notification.kind is not NoticeKind.OPEN and notification.attempts >= _MOST_ATTEMPTS:
        return None
    doubled = min(_LONGEST, _FIRST * 2 ** min(notification.attempts - 1, 10))
    wait = timedelta(seconds=asked_for) if asked_for is not None else doubled
    return now + wait * (1 + _spread(notification))


def turn_at(notification: Notification, now: datetime, wait: timedelta) -> datetime:
    """When a message asks again whose provider has no room for it for so long.

    Within the horizon that is its turn in the line; beyond it there are no turns yet, and a fifth is added at most, so
    that not all come back in the same instant.
    """
    return now + wait * (1 if wait <= HORIZON else 1 + _spread(notification))


def say_outcome(sent: Notification) -> str:
    """What became of a message, in plain words; the provider's own are among them."""
    tries = f" after {sent.attempts} attempts" if sent.attempts > 1 else ""
    match sent.state:
        case DeliveryState.FAILED:
            return f"not delivered{tries}: {sent.error or 'no reason was given'}"
        case DeliveryState.CANCELLED:
            return "not sent: it was no longer wanted by then"
        case DeliveryState.QUEUED if sent.error:
            return f"not taken yet{tries}, tried again: {sent.error}"
        case DeliveryState.QUEUED | DeliveryState.SENDING:
            return "on its way"
        case _:
            return f"{sent.state}{tries}{f': {sent.error}' if sent.error else ''}"


def _spread(notification: Notification) -> float:
    return zlib.crc32(f"{notification.id} {notification.attempts}".encode()) / 2**32 / 5
