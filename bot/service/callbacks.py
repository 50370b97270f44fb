"""What a provider reports of a message that it took: it arrived, or it did not and the next channel has to start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.decision import Decision
from bot.engine.delivery.lost_pages import is_lost
from bot.engine.model import DeliveryState, Notification
from bot.errors import Forbidden, NotFound
from bot.ports import Ports, Receipt, Settlement, UnitOfWork
from bot.service.deliver import give_way, settled_as
from bot.service.retried_writes import promptly
from bot.service.waking import wake_for

OLDEST = timedelta(hours=12)
"""How long after a message its provider may still speak of it: Twilio keeps an SMS for ten hours, a call for four."""

_UNDER_WAY = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A provider's word on a message: `state` is `delivered` or `failed`, `reason` says why, for a person to read.

    One that `overturns` holds against an earlier `delivered`: the provider knows better now.
    """

    notification_id: str
    provider_id: str
    state: DeliveryState
    reason: str = ""
    overturns: bool = False


def take(ports: Ports, report: DeliveryReport) -> None:
    """Write a report into the ledger; a page that failed gives way to the person's next channel at once.

    What is settled stays so, whatever is reported later, again or of an earlier attempt. Raises `NotFound` for a
    message that does not exist and `Forbidden` for one that is too long ago.
    """
    now = ports.clock.now()
    wake_for(ports.queue, promptly(ports.store, lambda uow: _write(uow, report, now)))


def _write(uow: UnitOfWork, report: DeliveryReport, now: datetime) -> tuple[Decision, ...]:
    sent = fresh(uow.notification(report.notification_id), now)
    open_to_it = _UNDER_WAY | {DeliveryState.DELIVERED} if report.overturns else _UNDER_WAY
    if sent.state not in open_to_it or _is_superseded(sent, report):
        return ()
    settlement = _settlement(sent, report)
    uow.settle([settlement])
    decisions = give_way(uow, [sent], now) if is_lost(settled_as(sent, settlement)) else ()
    uow.save(decisions)
    return decisions


def fresh(sent: Notification | None, now: datetime) -> Notification:
    """A message that its provider may still speak of. Raises `NotFound`, or `Forbidden` when it is too old."""
    if sent is None:
        raise NotFound("There is no such message.")
    if now - (sent.sent_at or sent.due_at) > OLDEST:
        raise Forbidden("This message was sent too long ago for anything to be reported or answered.")
    return sent


def _is_superseded(sent: Notification, report: DeliveryReport) -> bool:
    """Whether an earlier attempt failed: the message that counts is the one sent after it."""
    other = bool(sent.provider_id) and sent.provider_id != report.provider_id
    return other and report.state is DeliveryState.FAILED


def _settlement(sent: Notification, report: DeliveryReport) -> Settlement:
    return Settlement(
        notification_id=sent.id,
        state=report.state,
        receipt=Receipt(provider_id=sent.provider_id or report.provider_id, state=report.state),
        painted=sent.painted,
        error=report.reason,
        overturns=report.overturns,
    )
