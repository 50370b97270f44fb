"""How fast providers take messages, counted over all processes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.engine.delivery.pacing import Ask, Booking, Pace
from bot.engine.model import User
from bot.ports.messages import Announcement, Page


class Rates(Protocol):
    """Token buckets that all processes share. Nothing here raises: what paces pages must never stop them."""

    def book(self, asks: Sequence[Ask], now: datetime) -> Sequence[Booking]:
        """What each ask comes to: it may leave now, and holds room until it is freed, or it asks again after a wait."""
        ...

    def free(self, bookings: Iterable[Booking], now: datetime) -> None:
        """Have what was held count as arrived now: the provider answered, so no message of these can arrive later."""
        ...

    def close(self, paces: Iterable[Pace], wait: timedelta, now: datetime) -> None:
        """Let nothing through for so long, in no process: the provider asked for it."""
        ...


@runtime_checkable
class Paced(Protocol):
    """What a channel has besides whose provider limits how fast messages may come."""

    def paces(self, page: Page) -> tuple[Pace, ...]:
        """What sending this takes room in."""
        ...


@runtime_checkable
class PacedWords(Protocol):
    """What a channel has besides whose provider limits how fast plain text may come."""

    def paces_of_words(self, said: Announcement, user: User | None) -> tuple[Pace, ...]:
        """What saying this takes room in."""
        ...


@runtime_checkable
class PacedRepaints(Protocol):
    """What a channel has besides whose provider limits how fast messages may be changed."""

    def repaint_paces(self, page: Page) -> tuple[Pace, ...]:
        """What repainting this takes room in."""
        ...
