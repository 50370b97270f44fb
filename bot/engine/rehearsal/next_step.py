"""What happens next to an alert if nobody does anything, as the decisions that are due will have it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.alerts.routing import Material
from bot.engine.decision import Decision, Notify, SetTimer, consider
from bot.engine.directory import Directory
from bot.engine.escalation import reminders
from bot.engine.intake.signal_intake import UNANSWERED, sends_on
from bot.engine.model import Alert, EntryKind, NoticeKind, Receiver, Responder, Status, Timer, TimerKind
from bot.engine.rehearsal.playthrough import MOST_TIMERS, Pending, Play, PlayedStep


def next_step(alert: Alert, pending: Pending, directory: Directory) -> tuple[str, datetime | None]:
    """What is due next and when: who is paged and how, or what else happens; ("", None) when nothing is to come.

    Timers are played until one of them is heard of: one that changes nothing for anybody is no step.
    """
    ahead = (_waking(alert, pending, directory), _onward(alert, pending, directory))
    return min((each for each in ahead if each), key=lambda each: each[1], default=("", None))


def _waking(alert: Alert, pending: Pending, directory: Directory) -> tuple[str, datetime] | None:
    for timer in sorted(pending.timers, key=lambda each: (each.due_at, each.id)):
        if said := _say_waking(timer, alert, directory):
            return said, timer.due_at
    return None


def _onward(alert: Alert, pending: Pending, directory: Directory) -> tuple[str, datetime] | None:
    play = Play(Material(), directory)
    play.resume(alert, pending)
    for _ in range(MOST_TIMERS):
        timer = play.upcoming
        if timer is None:
            break
        said = _say_leaving(timer, play.decision.alert, directory) or _said(play.step(), directory)
        if said:
            return said, timer.due_at
    return None


def _say_waking(timer: Timer, alert: Alert, directory: Directory) -> str:
    """What ends the silence about an alert that somebody has acknowledged."""
    if alert.status is not Status.ACKNOWLEDGED:
        return ""
    if timer.kind is TimerKind.SNOOZE_END:
        return "opens again, as the snooze is over"
    reminds = timer.kind is TimerKind.ACKNOWLEDGE_REMINDER
    reminded = reminds and reminders.remind(consider(alert), directory, timer.due_at).entries
    return "whoever has it is asked again" if reminded else ""


def _say_leaving(timer: Timer, alert: Alert, directory: Directory) -> str:
    """Where an alert goes when a wait is over. Routers decide on the payload, which is not read to draw a card."""
    match timer.kind:
        case TimerKind.ASSIGN_DELAY if alert.status in UNANSWERED:
            return f"goes to {_names(timer.receivers, directory)}"
        case TimerKind.AGGREGATION_END if sends_on(timer, alert):
            return f"goes to {_names(timer.receivers, directory)}, with what it gathered by then"
        case _:
            return ""


def _said(step: PlayedStep | None, directory: Directory) -> str:
    """What people hear of a decision; empty where nobody hears anything."""
    if step is None:
        return ""
    if ended := _say_end(step.after):
        return ended
    if _tells(step.after, EntryKind.REOPENED):
        return "those in charge are asked"
    if passed := _passed_on(step):
        verb = "handed over" if _tells(step.after, EntryKind.HANDED_OFF) else "reassigned"
        return f"{verb} to {_names(passed, directory)}"
    if asked := step.after.alert.responders[len(step.before.alert.responders) :]:
        people = ", ".join(_say_asked(each, step.after, directory) for each in asked)
        return f"layer {asked[0].layer}: {people}"
    users = dict.fromkeys(user_id for user_id, _ in _pages(step.after))
    return ", ".join(f"{_name(each, directory)} by {_channels(each, step.after)}" for each in users)


def _say_end(after: Decision) -> str:
    if _tells(after, EntryKind.DROPPED):
        return "dropped, nobody is left to page"
    return "resolved by itself, as its time is over" if _tells(after, EntryKind.RESOLVED) else ""


def _passed_on(step: PlayedStep) -> tuple[Receiver, ...]:
    """Those to whom an alert goes from an escalation that ended: the teams that are asked, and routers that decide."""
    known = {each.id for each in step.before.escalations}
    asked = (each.receiver for each in step.after.escalations if each.id not in known)
    waits = (each.timer for each in step.after.effects if isinstance(each, SetTimer))
    routed = (receiver for each in waits if each.kind is TimerKind.ASSIGN_DELAY for receiver in each.receivers)
    return tuple(dict.fromkeys((*asked, *routed)))


def _tells(after: Decision, kind: EntryKind) -> bool:
    return any(each.kind is kind for each in after.entries)


def _pages(after: Decision) -> Iterator[tuple[str, str]]:
    """Who is sent a page, and by which channel."""
    for effect in after.effects:
        if isinstance(effect, Notify) and effect.notification.kind is NoticeKind.OPEN:
            yield effect.notification.user_id or "", effect.notification.channel


def _say_asked(asked: Responder, after: Decision, directory: Directory) -> str:
    name, channels = _name(asked.user_id, directory), _channels(asked.user_id, after)
    if channels:
        return f"{name} by {channels}"
    return f"{name} (not paged)" if asked.unpaged else f"{name}, who is sent nothing"


def _channels(user_id: str, after: Decision) -> str:
    return ", ".join(dict.fromkeys(channel for paged, channel in _pages(after) if paged == user_id))


def _name(user_id: str, directory: Directory) -> str:
    user = directory.users.get(user_id)
    return user.name if user else user_id


def _names(receivers: Iterable[Receiver], directory: Directory) -> str:
    return ", ".join(directory.name(each) for each in receivers)
