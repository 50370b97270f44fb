"""Cards of alerts: what they show is loaded here, and put together by the engine."""

from collections.abc import Iterable, Mapping

from bot.engine.card_contents import CardMaterial, draw
from bot.engine.delivery.card import Card
from bot.engine.model import NoticeKind, Status
from bot.engine.rehearsal.playthrough import Pending
from bot.ports import UnitOfWork
from bot.service.standing import say_dropped


def cards(uow: UnitOfWork, wanted: Mapping[str, Iterable[NoticeKind]]) -> Mapping[tuple[str, NoticeKind], Card]:
    """Draw alerts (by id) for the kinds of notice that show them; alerts that are gone are left out."""
    directory = uow.directory()
    drawn = {known.alert.id: draw(known, wanted[known.alert.id], directory) for known in _load(uow, wanted)}
    return {(alert_id, kind): card for alert_id, by_kind in drawn.items() for kind, card in by_kind.items()}


def _load(uow: UnitOfWork, alert_ids: Iterable[str]) -> list[CardMaterial]:
    situations = uow.glance(alert_ids)
    ledger = uow.notifications(situations)
    timers = uow.pending_timers(situations)
    gathered = uow.gatherings(situations)
    cycles = uow.cycles({timer.cycle_id for timer in timers if timer.cycle_id})
    return [
        CardMaterial(
            alert=situation.alert,
            pending=Pending(
                escalations=situation.escalations,
                timers=tuple(each for each in timers if each.alert_id == alert_id),
                cycles=cycles,
            ),
            ledger=ledger.get(alert_id, ()),
            gathered=gathered.get(alert_id),
            why_dropped=say_dropped(situation.alert, uow) if situation.alert.status is Status.DROPPED else "",
        )
        for alert_id, situation in situations.items()
    ]
