"""Repaint messages that show an older version of their alert; the latest state wins."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from bot.engine.delivery.card import Card
from bot.engine.delivery.pacing import Booking
from bot.engine.directory import Directory
from bot.engine.model import NoticeKind, Notification
from bot.engine.paging import conversations
from bot.errors import Rejected, StoreUnavailable, Undelivered
from bot.ports import Job, Page, Ports
from bot.service import alert_cards, storm_summaries
from bot.service.pacing import book_repaints, give_back, paces_of_repaint, slow_down

BATCH = 50
SLICE = timedelta(seconds=10)
CLAIM = timedelta(seconds=30)
"""How long a claim to repaint a message holds."""
_AT_ONCE = 8

_log = logging.getLogger(__name__)


def drain(ports: Ports) -> int:
    """Repaint what is stale and return how many messages were; summaries of storms are told by their own drain."""
    storm_summaries.retell_changed(ports)
    until = ports.clock.now() + SLICE
    done = 0
    while ports.clock.now() < until:
        pages = _claim(ports)
        if not pages:
            break
        turns = _in_turn(ports, pages)
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="refresh") as pool:
            painted = dict(filter(None, pool.map(partial(_repaint, ports), [page for page, _ in turns])))
        give_back(ports, [booking for _, booking in turns])
        with ports.store.begin() as uow:
            uow.paint(painted)
        done += len(painted)
    return done


def _claim(ports: Ports) -> list[Page]:
    repainting = [name for name, channel in ports.channels.items() if channel.kind.repaints]
    with ports.store.begin() as uow:
        stale = uow.claim_stale_messages(repainting, ports.clock.now(), BATCH)
    return _draw(ports, stale) if stale else []


def _draw(ports: Ports, stale: tuple[Notification, ...]) -> list[Page]:
    """Draw what is repainted; what cannot be drawn comes up again once its claim has run out."""
    try:
        with ports.store.begin() as uow:
            cards = alert_cards.cards(uow, {each.alert_id: _kinds(stale, each.alert_id) for each in stale})
            directory = uow.directory()
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # one alert must not hold back the others
        if len(stale) > 1:
            return [page for each in stale for page in _draw(ports, (each,))]
        _log.exception("message %s could not be drawn", stale[0].id)
        return []
    return [
        _page(each, cards[each.alert_id, each.kind], directory) for each in stale if (each.alert_id, each.kind) in cards
    ]


def _page(sent: Notification, card: Card, directory: Directory) -> Page:
    user = directory.users.get(sent.user_id or "")
    place = "" if user else conversations.place_of(sent.channel, sent.address, directory)
    return Page(notification=sent, card=card, user=user, place=place)


def _in_turn(ports: Ports, pages: list[Page]) -> list[tuple[Page, Booking]]:
    """Leave out those that their providers have no room for yet: they come up again once their claim has run out."""
    booked = book_repaints(ports, pages)
    if longest := max((each.wait for each in booked), default=None):
        ports.queue.wake_at(Job.REFRESH, ports.clock.now() + max(longest, CLAIM))
    return [(page, each) for page, each in zip(pages, booked, strict=True) if not each.wait]


def _kinds(stale: tuple[Notification, ...], alert_id: str) -> set[NoticeKind]:
    return {each.kind for each in stale if each.alert_id == alert_id}


def _repaint(ports: Ports, page: Page) -> tuple[str, int] | None:
    """Repaint one message; None when it has to be tried again once its claim has run out."""
    try:
        ports.channels[page.notification.channel].repaint(page)
    except Rejected as error:
        _log.warning("message %s cannot be repainted: %s", page.notification.id, error.reason)
    except Undelivered as error:
        slow_down(ports, paces_of_repaint(ports, page), error)
        _log.info("message %s is repainted later: %s", page.notification.id, error.reason)
        ports.queue.wake_at(Job.REFRESH, ports.clock.now() + timedelta(seconds=error.retry_after or 1))
        return None
    except Exception:  # noqa: BLE001  # as above
        _log.exception("message %s could not be repainted", page.notification.id)
        return None
    return page.notification.id, page.card.version
