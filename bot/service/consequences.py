"""What an act came to, in plain words: read from what was decided, never from what was asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.decision import Decision, Notify, Quiet, SetTimer
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation.nobody_left import next_on_call, why_empty
from bot.engine.escalation.who_is_asked import asked_now
from bot.engine.model import Alert, NoticeKind, Receiver, ReceiverKind, Status, Timer, TimerKind, Urgency

_MOST_NAMES = 5
_SENDING = frozenset({TimerKind.ASSIGN_DELAY, TimerKind.AGGREGATION_END})


def say_outcome(before: Alert, after: Decision, directory: Directory, now: datetime) -> str:
    """Say what follows for people: `Carol is paged now.`; empty where nothing does."""
    return " ".join(_outcome(before, after, directory, now))


def say_still_asked(before: Alert, after: Decision, directory: Directory) -> str:
    """Say who was asked before and still is; empty where that is nobody."""
    fresh = {each.user_id for each in after.alert.responders[len(before.responders) :]}
    left = _names((each for each in asked_now(after) if each not in fresh), directory)
    return f"{_together(left)} still being asked." if left else ""


def say_nobody(receivers: Iterable[Receiver], directory: Directory, now: datetime) -> str:
    """Say of receivers that nobody is asked there, why, and who is next: `Nobody is on call in team:ops; …`."""
    return " ".join(_say_empty(each, directory, now) for each in receivers)


def asks_nobody(before: Alert, after: Decision) -> bool:
    """Whether a decision that was to ask somebody asks nobody, neither now nor later."""
    if after.alert.urgency is Urgency.SILENT or len(after.alert.responders) > len(before.responders):
        return False
    return not _waiting(after)


def unasked(receivers: Iterable[Receiver], after: Decision) -> tuple[Receiver, ...]:
    """Those of the receivers that a decision was to ask and for whom nothing is under way; routers decide anew."""
    under_way = {receiver for each in after.escalations for receiver in each.lineage}
    return tuple(each for each in receivers if each.kind is not ReceiverKind.ROUTER and each not in under_way)


def say_receivers(receivers: Iterable[Receiver], directory: Directory) -> str:
    """Name receivers as people type them."""
    return ", ".join(directory.name(each) for each in receivers)


def _outcome(before: Alert, after: Decision, directory: Directory, now: datetime) -> Iterator[str]:
    alert = after.alert
    if alert.status is Status.SUPPRESSED:
        yield "A router ignores it: nobody is paged."
    elif alert.urgency is Urgency.SILENT:
        yield "Its urgency is silent: nobody is paged."
    elif alert.status is Status.DROPPED and before.status is not Status.DROPPED:
        yield from _say_dropped(after, directory)
    else:
        yield from _say_asked(before, after, directory)
        yield from (_say_waiting(each, directory, now) for each in _waiting(after))


def _say_asked(before: Alert, after: Decision, directory: Directory) -> Iterator[str]:
    paged, known = _paged(after), {each.user_id for each in before.responders}
    asked = dict.fromkeys(each.user_id for each in after.alert.responders[len(before.responders) :])
    if names := _names((each for each in asked if each in paged and each not in known), directory):
        yield f"{_together(names)} paged now."
    if names := _names((each for each in (*asked, *paged) if each in paged and each in known), directory):
        yield f"{_together(names)} paged again."
    if names := _names((each for each in asked if each not in paged), directory):
        yield f"{_together(names)} asked, and sent nothing now: so their notification rule says."


def _say_dropped(after: Decision, directory: Directory) -> Iterator[str]:
    yield f"It is dropped: {after.alert.why_dropped}"
    notices = (each.notification for each in after.effects if isinstance(each, Notify))
    told = [each for each in notices if each.kind is NoticeKind.DROPPED]
    if names := _names((each.user_id for each in told if each.user_id), directory):
        yield f"{_together(names)} told."


def _say_waiting(timer: Timer, directory: Directory, now: datetime) -> str:
    names = say_receivers(timer.receivers, directory)
    is_one = len(timer.receivers) == 1
    if timer.due_at > now:
        return f"{names} {'is' if is_one else 'are'} asked in {say_duration(timer.due_at - now)}."
    if all(each.kind is ReceiverKind.ROUTER for each in timer.receivers):
        return f"{names} {'decides' if is_one else 'decide'} who is paged."
    return f"{names} {'is' if is_one else 'are'} asked now."


def _waiting(after: Decision) -> tuple[Timer, ...]:
    """Where the alert goes later, as far as this decision says."""
    last = max((at for at, each in enumerate(after.effects) if each == Quiet()), default=-1)
    timers = (each.timer for each in after.effects[last + 1 :] if isinstance(each, SetTimer))
    return tuple(each for each in timers if each.kind in _SENDING and each.receivers)


def _paged(after: Decision) -> dict[str, None]:
    notices = (each.notification for each in after.effects if isinstance(each, Notify))
    return dict.fromkeys(each.user_id for each in notices if each.kind is NoticeKind.OPEN and each.user_id)


def _say_empty(receiver: Receiver, directory: Directory, now: datetime) -> str:
    if receiver.kind is ReceiverKind.ROUTER:
        return f"{directory.name(receiver)} sends it to nobody who is here."
    ahead = next_on_call(receiver, directory, now)
    why = why_empty(receiver, directory, now)
    if ahead is None:
        return why
    return f"{why} Next is {_listed(list(ahead.names))}, in {say_duration(ahead.at - now)}."


def _names(user_ids: Iterable[str], directory: Directory) -> list[str]:
    users = (directory.users.get(each) for each in dict.fromkeys(user_ids))
    return [user.name for user in users if user]


def _together(names: list[str]) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"


def _listed(names: list[str]) -> str:
    """`Jane`, `Jane and Bob`, `Jane, Bob and 7 more`."""
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
