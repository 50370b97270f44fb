"""What happens next to an alert if nobody does anything, said by the same rules that will decide it then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.escalation.climbing import who_is_asked
from bot.engine.intake.signal_intake import UNANSWERED, sends_on
from bot.engine.model import Alert, Cycle, Escalation, Receiver, Status, Timer, TimerKind, User
from bot.engine.paging.paging_cycles import steps_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is under way for an alert: its running escalations, its timers, and the cycles that they belong to."""

    escalations: tuple[Escalation, ...] = ()
    timers: tuple[Timer, ...] = ()
    cycles: Mapping[str, Cycle]


def next_step(alert: Alert, pending: Pending, directory: Directory) -> tuple[str, datetime | None]:
    """What is due next and when: who is paged and how, or what else happens; ("", None) when nothing is to come."""
    for timer in sorted(pending.timers, key=lambda each: (each.due_at, each.id)):
        if said := _said(alert, timer, pending, directory):
            return said, timer.due_at
    return "", None


def _said(alert: Alert, timer: Timer, pending: Pending, directory: Directory) -> str:
    match timer.kind:
        case TimerKind.LAYER_TIMEOUT if alert.status is Status.OPEN:
            escalation = next((each for each in pending.escalations if each.id == timer.escalation_id), None)
            return _next_layer(alert, escalation, timer.due_at, directory) if escalation else ""
        case TimerKind.PAGING_STEP if alert.status is Status.OPEN:
            return _next_channels(pending.cycles.get(timer.cycle_id), timer, directory)
        case TimerKind.ASSIGN_DELAY if alert.status in UNANSWERED:
            return f"goes to {_names(timer.receivers, directory)}"
        case TimerKind.AGGREGATION_END if sends_on(timer, alert):
            return f"goes to {_names(timer.receivers, directory)}, with what it gathered by then"
        case TimerKind.SNOOZE_END if alert.status is Status.ACKNOWLEDGED:
            return "opens again, as the snooze is over"
        case TimerKind.ACKNOWLEDGE_REMINDER if alert.status is Status.ACKNOWLEDGED:
            return "whoever has it is asked again"
        case _:
            return ""


def _next_layer(alert: Alert, escalation: Escalation, at: datetime, directory: Directory) -> str:
    ahead = escalation.rungs[escalation.position + 1 :]
    again = escalation.rungs if escalation.passage < escalation.repeat else ()
    later = replace(escalation, passage=escalation.passage + 1)
    for passing, rung in (*((escalation, each) for each in ahead), *((later, each) for each in again)):
        if rung.hand_over:
            return f"handed over to {_names(rung.hand_over, directory)}"
        asked = who_is_asked(passing, rung, directory, at)
        if asked:
            people = ", ".join(_paged(alert, user, directory, at) for user in asked)
            return f"layer {rung.number}: {people}"
    if escalation.reassign:
        return f"reassigned to {_names(escalation.reassign, directory)}"
    return "dropped, nobody is left to page"


def _paged(alert: Alert, user: User, directory: Directory, at: datetime) -> str:
    """Somebody, and the channels that their notification rule begins with."""
    first = next(iter(steps_for(alert, user, directory, at)), None)
    channels = ", ".join(choice.channel for choice in first.channels) if first else ""
    return f"{user.name} by {channels}" if channels else f"{user.name}, who is sent nothing"


def _next_channels(cycle: Cycle | None, timer: Timer, directory: Directory) -> str:
    if cycle is None or not cycle.running or cycle.position != timer.position:
        return ""
    user = directory.users.get(cycle.user_id)
    channels = ", ".join(choice.channel for choice in cycle.steps[cycle.position].channels)
    return f"{user.name if user else cycle.user_id} by {channels}"


def _names(receivers: Iterable[Receiver], directory: Directory) -> str:
    return ", ".join(directory.name(each) for each in receivers)
