"""Layers in which nobody can be reached: every page to those asked was refused, is stuck, or makes no sound."""

from collections.abc import Iterable

from bot.engine.alerts.lifecycle import is_asking
from bot.engine.decision import Decision, Notify
from bot.engine.delivery.lost_pages import is_lost
from bot.engine.escalation.who_is_asked import is_silent, still_asked
from bot.engine.model import Escalation, NoticeKind, Notification, cycle_id, is_same_place
from bot.engine.paging.test_pages import is_drill


def unreachable_escalations(decision: Decision, ledger: Iterable[Notification]) -> tuple[Escalation, ...]:
    """The running escalations whose current layer waits for people none of whom can be reached.

    What the decision itself sends is still hoped for. Of a test page the ledger is told, and nobody else hears of it.
    """
    if not is_asking(decision.alert) or is_drill(decision.alert):
        return ()
    pages = [page for page in ledger if page.kind is NoticeKind.OPEN]
    hoped = {effect.notification.cycle_id for effect in decision.effects if isinstance(effect, Notify)}
    return tuple(each for each in decision.escalations if _is_stranded(decision, each, pages, hoped))


def _is_stranded(decision: Decision, escalation: Escalation, pages: list[Notification], hoped: set[str | None]) -> bool:
    """Whether nobody in its layer is reached; those whose rule sends nothing count as soon as others were tried."""
    if is_silent(decision, escalation):
        return True
    paged = [each for each in still_asked(decision, escalation) if not each.unpaged]
    cycles = {cycle_id(escalation, each.user_id): _shared(decision, escalation, each.user_id, pages) for each in paged}
    return bool(cycles) and not any(
        _is_hoped_for(cycle, hoped) or _reaches(cycle, pages, shared) for cycle, shared in cycles.items()
    )


def _shared(decision: Decision, escalation: Escalation, user_id: str, pages: list[Notification]) -> list[Notification]:
    """A person's pages of what else asks them now: where two escalations say the same, only one of them sends it."""
    if any(isinstance(each, Notify) and each.notification.user_id == user_id for each in decision.effects):
        return []
    under_way = tuple(f"{each.id}." for each in decision.escalations if each.id != escalation.id)
    return [page for page in pages if page.user_id == user_id and (page.cycle_id or "").startswith(under_way)]


def _is_hoped_for(cycle: str, hoped: set[str | None]) -> bool:
    return any(is_same_place(cycle, each) for each in hoped)


def _reaches(cycle: str, pages: list[Notification], shared: list[Notification]) -> bool:
    """Whether a page of the person's newest cycle arrived, or may yet in time; one without any is still to begin."""
    own = [page for page in pages if is_same_place(cycle, page.cycle_id)] or shared
    return not own or not all(is_lost(page) for page in own if page.cycle_id == own[-1].cycle_id)
