"""Keep to the providers' rates: what has to wait goes back into the queue, and nobody sleeps over it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.delivery import order
from bot.engine.delivery.pacing import LEAVES, Ask, Booking, Pace, Precedence, line_of
from bot.engine.model import DeliveryState, User
from bot.errors import Limited
from bot.ports import Announcement, Channel, Paced, PacedRepaints, PacedWords, Page, Ports, Receipt, Settlement

_FULL = "waits: {channel} takes no more messages for now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What was booked for one message, and when."""

    booking: Booking
    booked_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether the message has to book anew, as it did not leave while its room was surely held."""
        return bool(self.booking.paces) and now - self.booked_at > LEAVES


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Which pages may leave now, with the room that each holds, and what becomes of the others."""

    now: tuple[tuple[Page, Room], ...]
    later: tuple[tuple[Page, Settlement], ...]


class NoRoom(Limited):
    """The provider was not asked, as by its rates it takes nothing for so many seconds."""

    def __init__(self, channel: str, wait: float) -> None:
        super().__init__(_FULL.format(channel=channel), wait)
        self.wait = wait


def take_turns(ports: Ports, pages: Sequence[Page]) -> Turns:
    """Book room for pages at their providers, those first that come first."""
    at = ports.clock.now()
    booked = tuple(zip(pages, _book(ports, [_ask(ports, page) for page in pages], at), strict=True))
    return Turns(
        now=tuple((page, Room(booking=each, booked_at=at)) for page, each in booked if not each.wait),
        later=tuple((page, put_back(page, each.wait, at)) for page, each in booked if each.wait),
    )


def put_back(page: Page, wait: timedelta, at: datetime) -> Settlement:
    """Have a page ask again after its wait: it was no attempt."""
    turn_at = order.turn_at(page.notification, at, wait)
    late = bool(page.notification.deadline_at and turn_at > page.notification.deadline_at)
    return Settlement(
        notification_id=page.notification.id,
        state=DeliveryState.QUEUED,
        receipt=Receipt(state=DeliveryState.QUEUED),
        error=page.notification.error or (_FULL.format(channel=page.notification.channel) if late else ""),
        retry_at=turn_at,
        waits=True,
    )


def book_repaints(ports: Ports, pages: Sequence[Page]) -> Sequence[Booking]:
    """Book room for the repaints of pages."""
    asks = [Ask(paces=_of_repaint(ports.channels[page.notification.channel], page)) for page in pages]
    return _book(ports, asks, ports.clock.now())


def give_back(ports: Ports, bookings: Iterable[Booking]) -> None:
    """Say that messages were answered, so that the room which they held comes back at the provider's pace."""
    if ports.rates:
        ports.rates.free(bookings, ports.clock.now())


@contextmanager
def room_for(ports: Ports, channel: str, ask: Ask) -> Iterator[None]:
    """Hold room while one message is on its way. Raises `NoRoom` when there is none, with the wait."""
    [booking] = _book(ports, [ask], ports.clock.now())
    if booking.wait:
        raise NoRoom(channel, booking.wait.total_seconds())
    try:
        try:
            yield
        finally:
            give_back(ports, [booking])
    except Limited as error:
        slow_down(ports, ask.paces, error)
        raise


def words_ask(ports: Ports, said: Announcement, user: User | None) -> Ask:
    """What saying something needs. It stands in no line: it is seldom, and has no turn that could be kept for it."""
    channel: object = ports.channels.get(said.channel)
    return Ask(paces=channel.paces_of_words(said, user) if isinstance(channel, PacedWords) else (), waited=True)


def summary_ask(paces: tuple[Pace, ...], attempts: int) -> Ask:
    """What telling a storm needs. It comes first, since it stands for all that waits; its next attempt is its turn."""
    return Ask(paces=paces, line=Precedence.FIRST, waited=attempts > 0)


def slow_down(ports: Ports, paces: Iterable[Pace], error: Exception) -> None:
    """Have every process keep to the wait that a provider asked for."""
    if ports.rates and isinstance(error, Limited) and error.retry_after:
        ports.rates.close(paces, timedelta(seconds=error.retry_after), ports.clock.now())


def paces_of_repaint(ports: Ports, page: Page) -> tuple[Pace, ...]:
    """What repainting a page takes room in."""
    return _of_repaint(ports.channels[page.notification.channel], page)


def _of_repaint(channel: Channel, page: Page) -> tuple[Pace, ...]:
    found: object = channel
    return found.repaint_paces(page) if isinstance(found, PacedRepaints) else ()


def _book(ports: Ports, asks: Sequence[Ask], at: datetime) -> Sequence[Booking]:
    return ports.rates.book(asks, at) if ports.rates else [Booking()] * len(asks)


def _ask(ports: Ports, page: Page) -> Ask:
    channel: object = ports.channels.get(page.notification.channel)
    paces = channel.paces(page) if isinstance(channel, Paced) else ()
    return Ask(paces=paces, line=line_of(page.notification), waited=page.notification.waited)
