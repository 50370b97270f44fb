"""A signal with the key of an alert that is not over: what it says anew, and whom that wakes.

A repetition is news when it is worse than anything before it since the alert was last opened. Everything else is shown
and wakes nobody, but for an alert that was dropped: that opens again, not too often.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.alerts.life import AlertEvent, Wakes, answer
from bot.engine.alerts.lifecycle import loudest
from bot.engine.alerts.routing import Ladder, Routing
from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.escalation import climbing
from bot.engine.model import (
    DEFAULT_LAYERS,
    SYSTEM,
    USER_TIMEOUT,
    Actor,
    Alert,
    EntryKind,
    Receiver,
    ReceiverKind,
    Status,
    Urgency,
)

SELDOM = timedelta(minutes=30)
"""How long a dropped alert stays closed at least once a repetition has opened it again."""
_MOST_MEMBERS = 500
_MOST_JOINED = 5
_LONGEST_WORDS = 300  # characters of an earlier description that the timeline keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """The same problem, reported anew: the alert in the newest words as its router would send it now.

    `sent` is the urgency before routers, `destinations` where it goes from its integration. `withheld`: a maintenance
    window says that nobody is alerted now.
    """

    routing: Routing
    sent: Urgency
    sender: Actor
    destinations: tuple[Receiver, ...] = ()
    members: tuple[str, ...] = ()
    keeps_first: bool = False
    withheld: bool = False


def restate(known: Alert, newest: Alert) -> Alert:
    """Put an alert into the words of its newest repetition, as it is before it is routed."""
    return replace(
        newest,
        id=known.id,
        number=known.number,
        count=known.count + 1,
        created_at=known.created_at,
        dedup_key=known.dedup_key,
        log_id=known.log_id,
        stakeholder_ids=known.stakeholder_ids,
        parent_id=known.parent_id,
    )


def repeat(decision: Decision, news: Repetition, directory: Directory, now: datetime) -> Decision:
    """Count a repetition, show what it says, and ask again where it is news."""
    known, urgency = decision.alert, _urgency(decision.alert, news)
    event = AlertEvent.SAME if news.withheld else event_of(known, urgency)
    shown = raised(known, known.urgency if news.withheld else urgency)
    worded = reword(known, news)
    alert = replace(worded, urgency=shown.urgency, loudest=shown.loudest, was=shown.was, urgency_by=shown.urgency_by)
    decision = decision.change(lifecycle.touch(alert, now))
    decision = decision.tell(EntryKind.REPEATED, news.sender, _say(known, decision.alert, news.routing.alert), now)
    decision = _tell_joined(decision, known, news, now)
    if news.withheld:
        return decision
    return wake(decision, answer(known, event).wakes, news.routing, directory, now, is_worse=event is AlertEvent.WORSE)


def event_of(known: Alert, urgency: Urgency) -> AlertEvent:
    """Whether a repetition is worse than anything before, milder than what is shown, or neither."""
    if urgency.loudness > loudest(known).loudness:
        return AlertEvent.WORSE
    return AlertEvent.MILDER if urgency.loudness < known.urgency.loudness else AlertEvent.SAME


def wake(
    decision: Decision, wakes: Wakes, routing: Routing, directory: Directory, now: datetime, *, is_worse: bool
) -> Decision:
    """Ask those whom the table names. What is worse also asks whom the router names now and has not named before."""
    if wakes is Wakes.IN_CHARGE:
        return _open_again(decision, routing, directory, now, is_worse=is_worse)
    if not is_worse or decision.alert.status is Status.SUPPRESSED:  # nobody is asked about a child beside its parent
        return decision
    before = decision
    if wakes is Wakes.ASKED:
        decision = climbing.ask_again(decision, directory, now)
    if wakes in {Wakes.HOLDER, Wakes.HOLDER_AND_HELP}:
        decision = _ask_holder(decision, directory, now)
    decision = _add(decision, routing, directory, now, is_held=before.alert.status is Status.QUEUED)
    return climbing.settle(decision, directory, now)


def set_urgency(decision: Decision, urgency: Urgency, actor: Actor, name: str, now: datetime) -> Decision:
    """Have a person say how urgent it is: that holds until the sender says something louder than ever before."""
    known = decision.alert
    peak = max(loudest(known), urgency, key=lambda each: each.loudness)
    alert = replace(known, urgency=urgency, loudest=peak, urgency_by=actor)
    decision = decision.change(lifecycle.touch(alert, now))
    said = f"{urgency.capitalize()} urgency now, {known.urgency} before: set by {name}."
    return decision.tell(EntryKind.NOTE, actor, said, now)


def raised(known: Alert, urgency: Urgency, by: Actor | None = None) -> Alert:
    """Give an alert another urgency; a higher one than ever before is remembered as its having got worse."""
    peak = loudest(known)
    if urgency.loudness <= peak.loudness:
        was = known.was if urgency.loudness >= known.urgency.loudness else None
        return replace(known, urgency=urgency, loudest=peak, was=was)
    return replace(known, urgency=urgency, loudest=urgency, was=known.urgency, urgency_by=by)


def may_reopen(alert: Alert, directory: Directory, now: datetime) -> bool:
    """Whether a repetition opens a dropped alert again: at most once in its policy's length, and in half an hour."""
    if alert.reopened_at is None:
        return True
    return now - alert.reopened_at >= max(SELDOM, *(_length(each, directory) for each in alert.receivers), SELDOM)


def _urgency(known: Alert, news: Repetition) -> Urgency:
    """How urgent it is now. Being asked again, a router can lower only what it ruled about in the first place."""
    said = news.routing.alert.urgency
    if not known.urgency_ruled:
        said = max(said, news.sent, key=lambda each: each.loudness)
    if known.urgency_by and said.loudness <= loudest(known).loudness:
        return known.urgency
    if said is Urgency.SILENT and known.urgency is not Urgency.SILENT:
        return Urgency.LOW  # what somebody is asked about must not go quiet while it lasts
    return said


def reword(known: Alert, news: Repetition) -> Alert:
    """Put an alert into the words of its newest repetition, as its router would have them."""
    newest = news.routing.alert
    words = known if news.keeps_first else newest
    return replace(
        known,
        count=known.count + 1,
        urgency=newest.urgency,
        title=words.title,
        description=words.description,
        tags=words.tags,
        data=words.data,
        incident=words.incident or known.incident,
        stakeholder_ids=newest.stakeholder_ids,
        latest_log_id=newest.latest_log_id,
        members=news.members[:_MOST_MEMBERS] or known.members,
        joined=(*_joined(known, news), *known.joined)[:_MOST_JOINED],
    )


def _joined(known: Alert, news: Repetition) -> tuple[str, ...]:
    """Members of the group that were not known before; nothing, where none were told before."""
    before = frozenset(known.members)
    return tuple(each for each in news.members[:_MOST_MEMBERS] if each not in before) if before else ()


def _say(known: Alert, alert: Alert, newest: Alert) -> str:
    worse = alert.urgency.loudness > loudest(known).loudness
    told = f"Worse: {alert.urgency} now, {known.urgency} before. " if worse else ""
    if alert.urgency.loudness < known.urgency.loudness:
        told = f"Milder: {alert.urgency} now, {known.urgency} before. "
    if alert.urgency.loudness > known.urgency.loudness and not worse:
        told = f"{alert.urgency.capitalize()} again, as it was before. "
    said = f"{told}Seen again ({alert.count} times): {newest.title[:200]}"
    before = " ".join(known.description.split())[:_LONGEST_WORDS]
    return f"{said}. Before, it said: {before}" if before and alert.description != known.description else said


def _tell_joined(decision: Decision, known: Alert, news: Repetition, now: datetime) -> Decision:
    joined = _joined(known, news)
    if not joined:
        return decision
    more = f" and {len(joined) - _MOST_JOINED} more" if len(joined) > _MOST_JOINED else ""
    said = f"New in the group: {'; '.join(each[:200] for each in joined[:_MOST_JOINED])}{more}"
    return decision.tell(EntryKind.AGGREGATED, news.sender, said, now)


def _ask_holder(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Ask whoever has it whether they know that it got worse; where nobody has it any more, those in charge."""
    by = decision.alert.settled_by
    holder = directory.users.get(by.id) if by else None
    if holder is None or not holder.active:
        said = "Opened again: it got worse, and nobody has it who could be asked."
        return climbing.ask_those_in_charge(decision, said, directory, now)
    helping = tuple(each for each in decision.escalations if each.is_help)
    quiet = climbing.quieten(decision)
    quiet = quiet.change(replace(quiet.alert, is_worse=True, asks_help=bool(helping)))
    asked = climbing.ask_holder(quiet, holder, directory, now)
    return climbing.end_help(climbing.stand_again(asked, helping, directory, now, is_help=True), now)


def _open_again(
    decision: Decision, routing: Routing, directory: Directory, now: datetime, *, is_worse: bool
) -> Decision:
    """Open a dropped alert: ask whom its router names now, or to whom people handed it."""
    alert = decision.alert
    if not is_worse and not may_reopen(alert, directory, now):
        return decision
    decision = decision.change(replace(alert, reopened_at=now))
    was_handed = alert.in_charge != alert.receivers
    if was_handed or not (routing.direct or routing.ladders):
        return climbing.ask_those_in_charge(decision, "Opened again: it fires again.", directory, now)
    decision = climbing.open_alert(decision, now)
    decision = decision.tell(EntryKind.REOPENED, SYSTEM, "Opened again: it fires again.", now)
    return climbing.settle(ask_at_once(decision, routing.direct, routing.ladders, directory, now), directory, now)


def _add(decision: Decision, routing: Routing, directory: Directory, now: datetime, *, is_held: bool) -> Decision:
    """Ask those whom the router names now and never named before. An alert that waits goes on waiting for the rest."""
    named = routing.at_once if is_held else routing.direct
    fresh = tuple(each for each in named if each not in decision.alert.receivers)
    ladders = tuple(each for each in routing.ladders if _is_fresh(decision, each))
    return ask_at_once(decision, fresh, ladders, directory, now)


def _is_fresh(decision: Decision, ladder: Ladder) -> bool:
    """Whether a router has not begun to climb a ladder, or climbs another one."""
    is_climbing = any(each.receiver == ladder.receiver for each in decision.escalations)
    is_new = is_climbing or ladder.receiver not in decision.alert.receivers
    return is_new and not climbing.climbs(decision, ladder)


def ask_at_once(
    decision: Decision,
    receivers: Collection[Receiver],
    ladders: Collection[Ladder],
    directory: Directory,
    now: datetime,
) -> Decision:
    """Ask receivers, each of them at once: whatever a router would wait for, this has waited long enough."""
    routers = tuple(each for each in receivers if each.kind is ReceiverKind.ROUTER)
    others = tuple(each for each in receivers if each.kind is not ReceiverKind.ROUTER)
    decision = climbing.assign_beside(decision, others, directory, now)
    for ladder in ladders:
        decision = climbing.climb_ladder_beside(decision, ladder, directory, now)
    return climbing.send_later(decision, routers, now) if routers else decision


def _length(receiver: Receiver, directory: Directory) -> timedelta:
    """How long it takes until nobody is left to ask of a receiver."""
    if receiver.kind is ReceiverKind.USER:
        return USER_TIMEOUT
    team = directory.teams.get(receiver.id)
    policy = directory.policies.get(team.policy_id or "") if team else None
    layers, passes = (policy.layers, policy.repeat + 1) if policy else (DEFAULT_LAYERS, 1)
    return sum((layer.timeout for layer in layers), timedelta(0)) * passes
