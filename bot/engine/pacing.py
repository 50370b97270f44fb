"""How fast a provider takes messages: what a message asks for before it leaves."""

from dataclasses import dataclass
from datetime import timedelta

from bot.engine.model import NoticeKind, Notification, Urgency

HORIZON = timedelta(seconds=30)
"""How far ahead turns are given. Who would wait longer asks again: a line without end could never be left."""

_LOUD = (Urgency.HIGH, Urgency.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One limit of a provider, by the name of what it limits: one message a `period`, `burst` of them at once.

    Loud messages may use the whole burst; the others leave `spare` of it to them.
    """

    key: str
    period: timedelta
    burst: int
    spare: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one message needs: room in all of these paces. `waited`: its turn was to be now, so it passes the line."""

    paces: tuple[Pace, ...]
    loud: bool = False
    waited: bool = False


def passes(notification: Notification) -> bool:
    """Whether a message passes the line: a critical page needs but room, whoever waits for the same conversation."""
    return notification.kind is NoticeKind.OPEN and notification.urgency is Urgency.CRITICAL


def is_loud(notification: Notification) -> bool:
    """Whether a message passes those that can wait: a page that is critical or high."""
    return notification.kind is NoticeKind.OPEN and notification.urgency in _LOUD
