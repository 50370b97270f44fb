"""What happens next to an open alert if nobody answers, said by the same rules that will decide it then."""

from collections.abc import Iterable
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.escalation import who_is_asked
from bot.engine.model import Escalation, Timer, TimerKind


def next_step(
    escalations: tuple[Escalation, ...], timers: Iterable[Timer], directory: Directory
) -> tuple[str, datetime | None]:
    """Who is paged next and when, or that the alert will be dropped; ("", None) when nothing is to come."""
    timeouts = (each for each in timers if each.kind is TimerKind.LAYER_TIMEOUT)
    timer = min(timeouts, key=lambda each: each.due_at, default=None)
    escalation = next((each for each in escalations if timer and each.id == timer.escalation_id), None)
    if timer is None or escalation is None:
        return "", None
    return _said(escalation, timer.due_at, directory), timer.due_at


def _said(escalation: Escalation, at: datetime, directory: Directory) -> str:
    ahead = escalation.rungs[escalation.position + 1 :]
    again = escalation.rungs if escalation.passage < escalation.repeat else ()
    for rung in (*ahead, *again):
        if rung.hand_over:
            return f"handed over to {', '.join(directory.name(each) for each in rung.hand_over)}"
        asked = who_is_asked(escalation, rung, directory, at)
        if asked:
            return f"layer {rung.number}: {', '.join(user.name for user in asked)}"
    if escalation.reassign:
        return f"reassigned to {', '.join(directory.name(each) for each in escalation.reassign)}"
    return "dropped, nobody is left to page"
