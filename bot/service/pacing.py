"""Keep to the providers' rates: what has to wait goes back into the queue, and nobody sleeps over it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine import delivery
from bot.engine.model import DeliveryState
from bot.engine.pacing import Ask, Pace, is_loud, passes
from bot.errors import Limited
from bot.ports import Channel, Paced, PacedRepaints, Page, Ports, Receipt, Settlement

_FULL = "waits: {channel} takes no more messages for now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Which pages may leave now, and what becomes of the others."""

    now: tuple[Page, ...]
    later: tuple[tuple[Page, Settlement], ...]


def take_turns(ports: Ports, pages: Sequence[Page]) -> Turns:
    """Book room for pages at their providers, those first that come first."""
    at = ports.clock.now()
    waits = _book(ports, [_ask(ports, page) for page in pages], at)
    booked = tuple(zip(pages, waits, strict=True))
    return Turns(
        now=tuple(page for page, wait in booked if not wait),
        later=tuple((page, _put_back(page, wait, at)) for page, wait in booked if wait),
    )


def waits_to_repaint(ports: Ports, pages: Sequence[Page]) -> Sequence[timedelta]:
    """How long the repaint of each page has to wait; zero is counted as made now."""
    asks = [Ask(paces=_of_repaint(ports.channels[page.notification.channel], page)) for page in pages]
    return _book(ports, asks, ports.clock.now())


def slow_down(ports: Ports, paces: Iterable[Pace], error: Exception) -> None:
    """Have every process keep to the wait that a provider asked for."""
    if ports.rates and isinstance(error, Limited) and error.retry_after:
        ports.rates.close(paces, timedelta(seconds=error.retry_after), ports.clock.now())


def paces_of(ports: Ports, page: Page) -> tuple[Pace, ...]:
    """What sending a page takes room in."""
    channel: object = ports.channels.get(page.notification.channel)
    return channel.paces(page) if isinstance(channel, Paced) else ()


def paces_of_repaint(ports: Ports, page: Page) -> tuple[Pace, ...]:
    """What repainting a page takes room in."""
    return _of_repaint(ports.channels[page.notification.channel], page)


def _of_repaint(channel: Channel, page: Page) -> tuple[Pace, ...]:
    found: object = channel
    return found.repaint_paces(page) if isinstance(found, PacedRepaints) else ()


def _book(ports: Ports, asks: Sequence[Ask], at: datetime) -> Sequence[timedelta]:
    return ports.rates.book(asks, at) if ports.rates else [timedelta(0)] * len(asks)


def _ask(ports: Ports, page: Page) -> Ask:
    sent = page.notification
    return Ask(paces=paces_of(ports, page), loud=is_loud(sent), waited=sent.waited or passes(sent))


def _put_back(page: Page, wait: timedelta, at: datetime) -> Settlement:
    turn_at = delivery.turn_at(page.notification, at, wait)
    late = bool(page.notification.deadline_at and turn_at > page.notification.deadline_at)
    return Settlement(
        notification_id=page.notification.id,
        state=DeliveryState.QUEUED,
        receipt=Receipt(state=DeliveryState.QUEUED),
        error=_FULL.format(channel=page.notification.channel) if late else page.notification.error,
        retry_at=turn_at,
        waits=True,
    )
