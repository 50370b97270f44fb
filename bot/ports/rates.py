"""How fast providers take messages, counted over all processes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.engine.pacing import Ask, Pace
from bot.ports.messages import Page


class Rates(Protocol):
    """Token buckets that all processes share. Nothing here raises: what paces pages must never stop them."""

    def book(self, asks: Sequence[Ask], now: datetime) -> Sequence[timedelta]:
        """How long each has to wait. Zero: it may leave now, and is counted; else it has to ask again by then."""
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
class PacedRepaints(Protocol):
    """What a channel has besides whose provider limits how fast messages may be changed."""

    def repaint_paces(self, page: Page) -> tuple[Pace, ...]:
        """What repainting this takes room in."""
        ...
