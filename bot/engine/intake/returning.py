"""A key that fires again soon after it was over: after a few times it is one alert that is flapping.

Somebody is asked about that once in the time that a layer has to answer, however often it comes and goes.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation import climbing
from bot.engine.intake import repetition, signal_intake
from bot.engine.intake.repetition import Repetition
from bot.engine.model import DEFAULT_LAYERS, SYSTEM, Alert, EntryKind, Status

OFTEN = 3
"""Returns within `WITHIN` that make a new alert each; what returns more often is flapping."""
WITHIN = timedelta(minutes=15)
_MOST_COUNTED = 100


def count(previous: Alert | None, now: datetime) -> tuple[datetime, ...]:
    """When a key fired again after it was over, lately: with this time, if there was a time before."""
    if previous is None or previous.parent_id or previous.status is not Status.RESOLVED:
        return ()
    if previous.settled_at is None or now - previous.settled_at > WITHIN:
        return ()
    return (*(at for at in previous.returns if now - at <= WITHIN), now)[-_MOST_COUNTED:]


def is_flapping(returns: tuple[datetime, ...]) -> bool:
    """Whether a key comes and goes too often to make an alert each time."""
    return len(returns) > OFTEN


def come_back(
    decision: Decision, news: Repetition, returns: tuple[datetime, ...], directory: Directory, now: datetime
) -> Decision:
    """Open an alert that was over again, and ask about it unless somebody was asked just now.

    It waits then, and is asked about if it lasts. What is worse than ever before does not wait.
    """
    known = decision.alert
    is_worse = news.routing.alert.urgency.loudness > lifecycle.loudest(known).loudness
    alert = lifecycle.apply(repetition.reword(known, news), lifecycle.Verb.RETURN, SYSTEM, now)
    alert = replace(alert, was=known.urgency if is_worse else None, returns=returns, receivers=(), in_charge=())
    alert = replace(alert, urgency_by=None)
    said = f"Flapping: it came back {len(returns)} times in {say_duration(WITHIN)}. {alert.title[:200]}"
    decision = decision.change(alert).tell(EntryKind.REPEATED, news.sender, said, now)
    ask_at = _ask_at(known)
    if ask_at <= now or is_worse:
        return signal_intake.follow(decision, news.routing, directory, now)
    said = f"Somebody was asked just now: it is asked about again in {say_duration(ask_at - now)}, if it lasts."
    decision = decision.tell(EntryKind.ROUTED, SYSTEM, said, now)
    return climbing.send_later(decision, news.destinations, ask_at)


def _ask_at(known: Alert) -> datetime:
    """When it may be asked about again: after the time that those who were asked last had to answer."""
    if known.asked_at is None:
        return known.created_at
    return known.asked_at + (known.layer_time or DEFAULT_LAYERS[0].timeout)
