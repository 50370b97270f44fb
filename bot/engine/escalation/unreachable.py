"""Layers in which nobody can be reached: every page to those asked was refused, is stuck, or makes no sound."""

from collections.abc import Iterable

from bot.engine.decision import Decision, Notify
from bot.engine.delivery.lost_pages import is_lost
from bot.engine.escalation.who_is_asked import is_current
from bot.engine.model import Answer, Escalation, NoticeKind, Notification, Responder, Status, cycle_id
from bot.engine.paging.test_pages import is_drill


def unreachable_escalations(decision: Decision, ledger: Iterable[Notification]) -> tuple[Escalation, ...]:
    """The running escalations whose current layer waits for people none of whom can be reached.

    What the decision itself sends is still hoped for. Of a test page the ledger is told, and nobody else hears of it.
    """
    if decision.alert.status is not Status.OPEN or is_drill(decision.alert):
        return ()
    pages = [page for page in ledger if page.kind is NoticeKind.OPEN]
    hoped = {effect.notification.cycle_id for effect in decision.effects if isinstance(effect, Notify)}
    return tuple(each for each in decision.escalations if _is_stranded(decision, each, pages, hoped))


def _is_stranded(decision: Decision, escalation: Escalation, pages: list[Notification], hoped: set[str | None]) -> bool:
    asked = [each for each in decision.alert.responders if _is_asked(decision, escalation, each)]
    cycles = [cycle_id(escalation, each.user_id) for each in asked]
    return bool(cycles) and not any(cycle in hoped or _reaches(cycle, pages) for cycle in cycles)


def _is_asked(decision: Decision, escalation: Escalation, responder: Responder) -> bool:
    here = responder.escalation_id == escalation.id and is_current(decision, responder)
    return here and responder.answer is not Answer.REJECTED


def _reaches(cycle: str, pages: list[Notification]) -> bool:
    """Whether a page of the cycle arrived, or may yet in time; a cycle without any is still to begin."""
    own = [page for page in pages if page.cycle_id == cycle]
    return not own or not all(map(is_lost, own))
