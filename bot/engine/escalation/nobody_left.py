"""Why nobody is left to ask about an alert, and who would be next, in words for whoever has to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.decision import Decision, PutEscalation
from bot.engine.directory import Directory
from bot.engine.model import Escalation, Receiver, ReceiverKind
from bot.engine.schedules import Schedule, on_call, shifts
from bot.engine.schedules.computing import OUTLOOKS
from bot.engine.staffing import is_here, staffed
from bot.errors import Invalid

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NextOnCall:
    """Who goes on call next, by name, and when."""

    names: tuple[str, ...]
    at: datetime


def why_gone(receiver: Receiver, directory: Directory) -> str:
    """Say that what an alert goes to was deleted; empty where it is still there."""
    known = directory.receiver(str(receiver))
    return "" if known else f"{receiver.kind} {receiver.id} was deleted"


def why_empty(receiver: Receiver, directory: Directory, now: datetime) -> str:
    """Say why nobody is asked of a receiver: `Nobody is on call in team:ops.`"""
    if gone := why_gone(receiver, directory):
        return f"{gone[:1].upper()}{gone[1:]}."
    name = directory.name(receiver)
    match receiver.kind:
        case ReceiverKind.USER:
            return f"@{directory.users[receiver.id].handle} is deactivated."
        case ReceiverKind.ROUTER:
            return f"Nobody whom {name} names is here."
        case _:
            return _why_unstaffed(name, schedule_of(receiver, directory), directory, now)


def why_nobody(decision: Decision, directory: Directory, now: datetime) -> str:
    """Say why an alert asks nobody any more after this decision: who did not take it, and where nobody was found."""
    ended = tuple(_ended(decision))
    told = (*_untaken(decision, ended, directory), *_empty(decision, ended, directory, now))
    nobody = "It goes to nobody: neither its integration nor a router names anybody who could answer."
    return " ".join(dict.fromkeys(told)) or nobody


def next_on_call(receiver: Receiver, directory: Directory, now: datetime) -> NextOnCall | None:
    """Who is the next to go on call for a receiver; None where nobody does within two years."""
    schedule = schedule_of(receiver, directory)
    if schedule is None:
        return None
    present = staffed(schedule, directory)
    try:
        return next((found for each in OUTLOOKS if (found := _first(present, directory, now, now + each))), None)
    except Invalid:
        return None


def schedule_of(receiver: Receiver, directory: Directory) -> Schedule | None:
    """The schedule that says who is asked of a team or a schedule."""
    team = directory.teams.get(receiver.id)
    return directory.schedules.get((team.schedule_id or "") if team else receiver.id)


def _first(schedule: Schedule, directory: Directory, now: datetime, until: datetime) -> NextOnCall | None:
    ahead = [each for each in shifts(schedule, now, until) if each.start_at > now]
    first = [each for each in ahead if each.start_at == ahead[0].start_at]
    names = dict.fromkeys(directory.users[each.user_id].name for each in first)
    return NextOnCall(names=tuple(names)[:_MOST_NAMES], at=first[0].start_at) if first else None


def _why_unstaffed(name: str, schedule: Schedule | None, directory: Directory, now: datetime) -> str:
    if schedule is None:
        return f"{name} has no schedule that says who is on call."
    try:
        away = dict.fromkeys(each.user_id for each in on_call(schedule, now) if not is_here(directory, each.user_id))
    except Invalid:
        return f"Who is on call in {name} cannot be computed."
    known = [f"@{directory.users[each].handle}" for each in away if each in directory.users]
    verb = "is" if len(known) == 1 else "are"
    why = f": {', '.join(known[:_MOST_NAMES])} {verb} deactivated" if known else ""
    return f"Nobody is on call in {name}{why}."


def _ended(decision: Decision) -> Iterator[Escalation]:
    for effect in decision.effects:
        if isinstance(effect, PutEscalation) and not effect.escalation.running:
            yield effect.escalation


def _untaken(decision: Decision, ended: tuple[Escalation, ...], directory: Directory) -> Iterator[str]:
    ids = {each.id for each in ended}
    asked = dict.fromkeys(each.user_id for each in decision.alert.responders if each.escalation_id in ids)
    if len(asked) > 1:
        yield f"None of the {len(asked)} who were asked took it."
    elif asked:
        user = directory.users.get(next(iter(asked)))
        yield f"{f'@{user.handle}' if user else 'The one'} who was asked did not take it."


def _empty(decision: Decision, ended: tuple[Escalation, ...], directory: Directory, now: datetime) -> Iterator[str]:
    asked = {each.escalation_id for each in decision.alert.responders}
    for each in ended:
        if each.id not in asked:
            yield why_empty(each.receiver, directory, now)
