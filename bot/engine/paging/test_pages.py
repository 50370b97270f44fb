"""A test page: one page on each of a person's channels at once, to see that they come and that answers go back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.engine.alerts import answers
from bot.engine.decision import Decision, SetTimer
from bot.engine.model import (
    SYSTEM,
    Actor,
    Alert,
    ChannelChoice,
    EntryKind,
    Escalation,
    PagingStep,
    Receiver,
    ReceiverKind,
    Responder,
    Rung,
    Status,
    Timer,
    TimerKind,
    Urgency,
    User,
)
from bot.engine.paging import paging_cycles

TAG = "test-page"
"""Marks the alert of a test page; its card shows every line of the ledger."""
LASTS = timedelta(minutes=15)
"""After this time an unanswered test page is resolved; nobody else is asked."""
_SAID = (
    "Nothing is wrong: this is a test of how you are paged. Answer it on any channel to see that answers arrive; "
    "all other channels are told then. Left alone it is resolved after 15 minutes, and nobody else is asked."
)


def page(alert_id: str, user: User, channels: Sequence[str], actor: Actor, now: datetime) -> Decision:
    """Make the alert of a test page and page its person on each of the channels, whatever their rule says."""
    receiver = Receiver(kind=ReceiverKind.USER, id=user.id)
    escalation = Escalation(
        id=f"{alert_id}.1",
        alert_id=alert_id,
        receiver=receiver,
        rungs=(Rung(number=1, timeout=LASTS, users=(user.id,)),),
        started_at=now,
        lineage=(receiver,),
    )
    alert = Alert(
        id=alert_id,
        title=f"Test page for {user.name}"[:200],
        description=_SAID,
        urgency=Urgency.HIGH,
        status=Status.OPEN,
        created_at=now,
        changed_at=now,
        dedup_key=alert_id,
        tags=(TAG,),
        version=1,
        escalations=1,
        receivers=(receiver,),
        responders=(Responder(user_id=user.id, escalation_id=escalation.id, layer=1, passage=0),),
    )
    decision = Decision(alert=alert, seen=0).put(escalation)
    decision = decision.tell(EntryKind.CREATED, actor, f"Test page: {', '.join(channels)} at once.", now)
    decision = decision.do(SetTimer(timer=_end(alert, now)))
    step = PagingStep(channels=tuple(ChannelChoice(channel=each) for each in channels))
    return paging_cycles.start(decision, escalation, user, (step,), now)


def is_drill(alert: Alert) -> bool:
    """Whether an alert is a test page: only the bot's own alerts can be, whatever tags a sender writes."""
    return alert.integration_id is None and TAG in alert.tags


def end(decision: Decision, now: datetime) -> Decision:
    """Resolve a test page that was rejected, or that nobody answered: it is over, and nobody else hears of it."""
    return answers.resolve(decision, SYSTEM, "the end of the test", now)


def _end(alert: Alert, now: datetime) -> Timer:
    return Timer(id=f"{alert.id}.expiry", kind=TimerKind.AUTO_RESOLVE, alert_id=alert.id, due_at=now + LASTS)
