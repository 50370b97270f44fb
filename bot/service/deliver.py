"""Send what is in the outbox: claim, send outside any transaction, settle.

A claim that was never settled is sent again after the lease: a second message is better than none.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.decision import Decision, consider
from bot.engine.delivery import order
from bot.engine.delivery.lost_pages import is_lost
from bot.engine.model import DeliveryState, NoticeKind, Notification, Status
from bot.engine.paging import conversations, paging_cycles, phones
from bot.errors import Rejected, StoreUnavailable, Unanswered, Undelivered
from bot.ports import Job, Page, Ports, Receipt, Settlement, UnitOfWork
from bot.service import alert_cards, unreachable_layers
from bot.service.pacing import Room, give_back, put_back, slow_down, take_turns
from bot.service.retried_writes import surely
from bot.service.storm_holding import hold_back
from bot.service.waking import wake_for

AT_ONCE = 64  # messages on their way at the same time, in one worker
OTHERS = AT_ONCE // 2  # of them, that page nobody: news over a channel that hangs must leave room for pages
IN_A_RUSH = 2  # while many timers are decided on in this process
LEASE = timedelta(seconds=30)
SLICE = timedelta(seconds=10)
_LOOK = 0.2  # seconds without an answer after which what became due meanwhile is claimed beside what hangs
_GATHERING = 0.02  # seconds after an answer in which others join it, to be settled in one transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageTask:
    """A claimed notification: the page to send and the room that it holds, or why it is not sent any more."""

    notification: Notification
    page: Page | None = None
    room: Room | None = None
    version: int = 0

    @property
    def pages(self) -> bool:
        """Whether it asks somebody, rather than telling news."""
        return order.precedence(self.notification.kind, self.notification.urgency) >= order.PAGING


def drain(ports: Ports, ends: Callable[[], bool] = lambda: False) -> int:
    """Send everything that is due, many at a time, and return how many attempts were made.

    Nothing more is claimed once the process `ends`; what is on its way is settled.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="deliver") as pool:
        return _Drain(ports, pool, ends).run()


class _Drain:
    """What one worker has on its way."""

    def __init__(self, ports: Ports, pool: ThreadPoolExecutor, ends: Callable[[], bool]) -> None:
        self._ports = ports
        self._pool = pool
        self._ends = ends
        self._until = ports.clock.now() + SLICE
        self._under_way: dict[Future[Settlement], _PageTask] = {}
        self._has_called = False

    def run(self) -> int:
        done = 0
        try:
            while True:
                self._load()
                if not self._under_way:
                    return done
                done += self._settle_answered()
        finally:  # what left and is not settled would leave once more
            while self._under_way:
                self._settle_answered()

    def _settle_answered(self) -> int:
        finished = self._answered()
        if finished:
            give_back(self._ports, [task.room.booking for task, _ in finished if task.room])
            _settle(self._ports, finished)
        else:
            self._until = self._ports.clock.now() + SLICE
        return len(finished)

    def _load(self) -> None:
        """Claim as much as there is room for; what is more than that another worker is called for."""
        most = IN_A_RUSH if self._ports.rush.is_on else AT_ONCE
        room = most * 2 - len(self._under_way)
        if room <= most // 2:
            return
        in_time = self._ports.clock.now() < self._until and not self._ends()
        others = OTHERS - sum(not task.pages for task in self._under_way.values())
        tasks = _claim(self._ports, room, max(others, 0)) if in_time else []
        if len(tasks) == room or not in_time:
            self._call()
        self._under_way |= {self._pool.submit(_attempt, self._ports, task): task for task in tasks}

    def _call(self) -> None:
        if not self._has_called:
            self._ports.queue.wake(Job.DELIVER)
        self._has_called = True

    def _answered(self) -> list[tuple[_PageTask, Settlement]]:
        """Wait for an answer, not for long, and gather those that come with it: a transaction for each costs more."""
        finished, _ = wait(self._under_way, timeout=_LOOK, return_when=FIRST_COMPLETED)
        if finished:
            finished, _ = wait(self._under_way, timeout=_GATHERING)
        return [(self._under_way.pop(future), future.result()) for future in finished]


def _claim(ports: Ports, limit: int, others: int) -> list[_PageTask]:
    while limit > 0:
        claimed, single = _claim_single(ports, limit, others)
        if not claimed:
            break
        if tasks := _prepare(ports, single):
            return tasks
    return []


def _claim_single(ports: Ports, limit: int, others: int) -> tuple[tuple[Notification, ...], tuple[Notification, ...]]:
    """Claim what is due, and say what of it is sent by itself: all of it, when storms cannot be looked after."""
    try:
        with ports.store.begin() as uow:
            claimed = uow.claim_notifications(ports.clock.now(), LEASE, limit, others)
            return claimed, hold_back(ports, uow, claimed)
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # a flood is better than silence
        _log.exception("storms cannot be held back: each message is sent by itself")
    with ports.store.begin() as uow:
        claimed = uow.claim_notifications(ports.clock.now(), LEASE, limit, others)
    return claimed, claimed


def _prepare(ports: Ports, claimed: tuple[Notification, ...]) -> list[_PageTask]:
    """Draw what is sent now; what cannot be drawn is tried again later, and holds back no other."""
    try:
        return _in_turn(ports, list(_tasks(ports, claimed)))
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # a fault of ours must show in the ledger and be tried again
        if len(claimed) > 1:
            return [task for each in claimed for task in _prepare(ports, (each,))]
        _log.exception("notification %s could not be drawn", claimed[0].id)
        task = _PageTask(notification=claimed[0])
        fault = Unanswered(f"{type(error).__name__} while it was drawn")
    _settle(ports, [(task, _failed(ports, task, fault))])
    return []


def _in_turn(ports: Ports, tasks: list[_PageTask]) -> list[_PageTask]:
    """Put back those that their providers have no room for yet, and return the others with the room they hold."""
    turns = take_turns(ports, [task.page for task in tasks if task.page])
    if turns.later:
        _settle(ports, [(_PageTask(notification=page.notification), settlement) for page, settlement in turns.later])
    waiting = {page.notification.id for page, _ in turns.later}
    rooms = {page.notification.id: room for page, room in turns.now}
    leaving = [task for task in tasks if task.notification.id not in waiting]
    return [replace(task, room=rooms.get(task.notification.id)) for task in leaving]


def _tasks(ports: Ports, claimed: tuple[Notification, ...]) -> Iterator[_PageTask]:
    wanted: dict[str, set[NoticeKind]] = {}
    for notification in claimed:
        wanted.setdefault(notification.alert_id, set()).add(notification.kind)
    with ports.store.begin() as uow:
        cards = alert_cards.cards(uow, wanted)
        directory = uow.directory()
    for notification in claimed:
        card = cards.get((notification.alert_id, notification.kind))
        if card is None or (notification.kind is NoticeKind.OPEN and card.status is not Status.OPEN):
            yield _PageTask(notification=notification)
            continue
        user = directory.users.get(notification.user_id or "")
        allowed = phones.allowed_for(user, directory, ports.phone_allow)
        place = "" if user else conversations.place_of(notification.channel, notification.address, directory)
        page = Page(notification=notification, card=card, user=user, allowed=allowed, place=place)
        yield _PageTask(notification=notification, page=page, version=card.version)


def _attempt(ports: Ports, task: _PageTask) -> Settlement:
    """Send one message and say what became of it; never raises, since somebody waits for the settlement."""
    if task.page is None:
        return Settlement(notification_id=task.notification.id, state=DeliveryState.CANCELLED)
    now = ports.clock.now()
    if task.room and task.room.is_stale(now):
        return put_back(task.page, timedelta(0), now)
    channel = ports.channels.get(task.notification.channel)
    if channel is None:
        return _failed(ports, task, Rejected(f"the channel {task.notification.channel} is not set up"))
    try:
        receipt = channel.send(task.page)
    except Undelivered as error:
        slow_down(ports, task.room.booking.paces if task.room else (), error)
        return _failed(ports, task, error)
    except Exception as error:  # noqa: BLE001  # a fault of ours must show in the ledger and be tried again
        _log.exception("notification %s could not be sent", task.notification.id)
        return _failed(ports, task, Unanswered(f"{type(error).__name__} while sending"))
    return Settlement(
        notification_id=task.notification.id,
        state=receipt.state,
        receipt=receipt,
        painted=task.version,
        error=receipt.remark,
    )


def _failed(ports: Ports, task: _PageTask, error: Undelivered) -> Settlement:
    retry_at = None
    if not isinstance(error, Rejected):
        retry_at = order.retry_at(task.notification, ports.clock.now(), error.retry_after)
    state = DeliveryState.QUEUED if retry_at else DeliveryState.FAILED
    _log.warning("notification %s: %s, next attempt %s", task.notification.id, error.reason, retry_at or "never")
    return Settlement(
        notification_id=task.notification.id,
        state=state,
        receipt=Receipt(state=state),
        error=error.reason,
        retry_at=retry_at,
    )


def _settle(ports: Ports, settled: list[tuple[_PageTask, Settlement]]) -> None:
    """Write what became of attempts, whatever fails besides: what was sent must not be sent again."""
    try:
        _settle_together(ports, settled)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # one alert that cannot be worked on must not undo the others
        _log.warning("settling %s messages together failed, each is settled alone: %s", len(settled), error)
        for each in settled:
            _settle_alone(ports, *each)


def _settle_alone(ports: Ports, task: _PageTask, settlement: Settlement) -> None:
    try:
        _settle_together(ports, [(task, settlement)])
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # as above
        _log.exception("nothing takes the place of notification %s", task.notification.id)
        surely(ports.store, lambda uow: uow.settle([settlement]))


def _settle_together(ports: Ports, settled: list[tuple[_PageTask, Settlement]]) -> None:
    settlements = [settlement for _, settlement in settled]
    lost = [task.notification for task, settlement in settled if is_lost(settled_as(task.notification, settlement))]

    def write(uow: UnitOfWork) -> tuple[Decision, ...]:
        uow.settle(settlements)
        decisions = give_way(uow, lost, ports.clock.now()) if lost else ()
        uow.save(decisions)
        return decisions

    wake_for(ports.queue, surely(ports.store, write))
    for retry_at in _retries(settlements):
        ports.queue.wake_at(Job.DELIVER, retry_at)


def settled_as(notification: Notification, settlement: Settlement) -> Notification:
    """A message as a settlement leaves it."""
    return replace(
        notification,
        state=settlement.state,
        due_at=settlement.retry_at or notification.due_at,
        muted=settlement.receipt.muted,
    )


def give_way(uow: UnitOfWork, lost: Iterable[Notification], now: datetime) -> tuple[Decision, ...]:
    """Decide what takes the place of pages that were lost, for whoever still has to be paged; not saved yet."""
    lost = tuple(lost)
    directory = uow.directory()
    situations = uow.situations({page.alert_id for page in lost})
    cycles = uow.cycles({page.cycle_id for page in lost if page.cycle_id})
    grown = {alert_id: consider(found.alert, found.escalations) for alert_id, found in situations.items()}
    for page in lost:
        cycle, user = cycles.get(page.cycle_id or ""), directory.users.get(page.user_id or "")
        if cycle and user and page.alert_id in grown:
            grown[page.alert_id] = paging_cycles.give_way(
                grown[page.alert_id], cycle, page, user, now, kinds=directory.channel_kinds
            )
    after = unreachable_layers.go_on(uow, grown.values(), now)
    return tuple(decision for decision in after if decision.effects or decision.entries)


def _retries(settlements: Iterable[Settlement]) -> list[datetime]:
    return sorted({each.retry_at for each in settlements if each.retry_at})
