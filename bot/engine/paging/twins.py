"""Pages that would say the same to the same person at the same instant, because two escalations ask them: one is sent.

It is that of the escalation whose layer lasts longer, so that it is called off only when the other has ended, too.
"""

from dataclasses import replace
from datetime import timedelta

from bot.engine.decision import Decision, Effect, Interrupt, Notify, Quiet
from bot.engine.model import Notification


def send_once(decision: Decision, pages: tuple[Notify, ...]) -> Decision:
    """Add pages to a decision, each unless it says what another one says already."""
    if len(decision.escalations) < 2:
        return decision.do(*pages)
    for page in pages:
        decision = _add(decision, page)
    return decision


def _add(decision: Decision, page: Notify) -> Decision:
    twin = next((each for each in reversed(decision.effects) if _is_twin(each, page.notification)), None)
    if not isinstance(twin, Notify) or _is_called_off(decision, twin):
        return decision.do(page)
    if _lasts(decision, page.notification) <= _lasts(decision, twin.notification):
        return decision
    others = tuple(each for each in decision.effects if each is not twin)
    return replace(decision, effects=(*others, page))


def _is_twin(effect: Effect, page: Notification) -> bool:
    return (
        isinstance(effect, Notify)
        and effect.notification.cycle_id != page.cycle_id
        and (_said(effect.notification) == _said(page))
    )


def _said(page: Notification) -> tuple[object, ...]:
    return page.kind, page.user_id, page.channel, page.address, page.urgency, page.due_at


def _is_called_off(decision: Decision, page: Notify) -> bool:
    """Whether something stops a page in the very decision that sends it."""
    after = decision.effects[decision.effects.index(page) + 1 :]
    stopped = [each.escalation_id for each in after if isinstance(each, Quiet | Interrupt)]
    return any(not each or _is_of(page.notification, each) for each in stopped)


def _lasts(decision: Decision, page: Notification) -> timedelta:
    """How long the layer goes on that a page belongs to, from this instant."""
    own = next((each for each in decision.escalations if _is_of(page, each.id)), None)
    return own.rungs[own.position].timeout if own else timedelta(0)


def _is_of(page: Notification, escalation_id: str) -> bool:
    return (page.cycle_id or "").startswith(f"{escalation_id}.")
