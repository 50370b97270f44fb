"""Climbing the layers of an escalation policy until somebody answers, or nobody is left to ask."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.alerts.lifecycle import is_asking
from bot.engine.alerts.routing import Ladder
from bot.engine.decision import Decision, Interrupt, PutEscalation, Quiet, SetTimer, TakeTurn
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation import responsible_admins
from bot.engine.escalation.nobody_left import why_gone, why_nobody
from bot.engine.escalation.on_call_reasons import HELD, NAMED, why_on_call
from bot.engine.escalation.who_is_asked import asked_now, is_current, is_silent, running
from bot.engine.model import (
    DEFAULT_LAYERS,
    SYSTEM,
    USER_TIMEOUT,
    Actor,
    Alert,
    Answer,
    EntryKind,
    Escalation,
    Layer,
    NoticeKind,
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
from bot.engine.paging import news, paging_cycles, stakeholders, test_pages
from bot.engine.schedules import on_call
from bot.errors import Invalid, Refused

LONGEST_LINEAGE = 10
"""How often an alert can be passed on by reassignment or hand-over before it is dropped instead."""

_MOST_REASONS = 10
"""Reasons that one entry of the timeline tells; each responder keeps their own."""


def open_alert(decision: Decision, now: datetime) -> Decision:
    """Open an alert that is queued, or reopen it; an open one stays as it is."""
    if decision.alert.status is Status.OPEN:
        return decision
    ended = decision.alert.status in {Status.DROPPED, Status.ACKNOWLEDGED}
    verb = lifecycle.Verb.REOPEN if ended else lifecycle.Verb.OPEN
    decision = decision.change(lifecycle.apply(decision.alert, verb, SYSTEM, now))
    if decision.alert.urgency is Urgency.SILENT:
        return decision.tell(EntryKind.ROUTED, SYSTEM, "The urgency is silent: nobody is notified.", now)
    return decision


def assign(decision: Decision, receivers: tuple[Receiver, ...], directory: Directory, now: datetime) -> Decision:
    """Start an escalation for each team, user or schedule; silent alerts ask nobody. `settle` has to follow."""
    decision = open_alert(decision, now)
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    return _start_all(decision, receivers, (), directory, now)


def assign_beside(decision: Decision, receivers: tuple[Receiver, ...], directory: Directory, now: datetime) -> Decision:
    """Ask receivers beside whoever is asked, or has the alert, already; one that still waits opens for them."""
    if not receivers or decision.alert.urgency is Urgency.SILENT:
        return decision
    if decision.alert.status is Status.QUEUED:
        decision = open_alert(decision, now)
    return _start_all(decision, receivers, (), directory, now)


def ask_holder(decision: Decision, holder: User, directory: Directory, now: datetime) -> Decision:
    """Ask whoever has an alert, or had what it takes the place of, before those who are in charge of it.

    They have as long as those who were asked last; then, or when they cannot help, those in charge are asked.
    """
    alert = decision.alert
    number = alert.escalations + 1
    receiver = Receiver(kind=ReceiverKind.USER, id=holder.id)
    escalation = Escalation(
        id=f"{alert.id}.{number}",
        alert_id=alert.id,
        receiver=receiver,
        rungs=(Rung(number=1, timeout=_time_to_answer(alert, directory), users=(holder.id,)),),
        started_at=now,
        lineage=(receiver,),
        asks_holder=True,
    )
    decision = decision.change(replace(alert, escalations=number))
    asked = _page(decision, escalation, (_PersonToPage(user=holder, because=HELD),), directory, now)
    return _leave_silent_layers(asked, directory, now)


def ask_again(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Page those who are asked at this moment once more, because what they are asked about is worse now."""
    for escalation in decision.escalations:
        waiting = _waiting(decision, escalation, directory)
        if not waiting:
            continue
        decision = decision.do(Interrupt(escalation_id=escalation.id))
        names = ", ".join(f"@{user.handle}" for user in waiting)
        decision = decision.tell(EntryKind.PAGED, SYSTEM, f"Paging again, because it is worse: {names}.", now)
        decision = decision.change(replace(decision.alert, asked_at=now))
        for user in waiting:
            decision = paging_cycles.begin(decision, escalation, user, directory, now, again=decision.alert.version)
    return decision


def in_charge_of(alert: Alert, directory: Directory) -> tuple[Receiver, ...]:
    """Those who answer for an alert; where nobody was ever asked, those to whom its integration sends."""
    integration = directory.integrations.get(alert.integration_id or "")
    return alert.in_charge or alert.receivers or (integration.destinations if integration else ())


def ask_those_in_charge(decision: Decision, said: str, directory: Directory, now: datetime) -> Decision:
    """End what is under way and ask those in charge from their first layer, as soon as the payload is at hand.

    An alert that somebody has, or that was dropped, opens again.
    """
    decision = open_alert(quieten(decision), now)
    decision = decision.change(lifecycle.touch(decision.alert, now)).tell(EntryKind.REOPENED, SYSTEM, said, now)
    return send_later(decision, in_charge_of(decision.alert, directory), now)


def quieten(decision: Decision) -> Decision:
    """Stop everything that is under way: nobody is asked any more, and nothing is to come."""
    quiet = replace(decision, escalations=()).do(Quiet())
    return quiet.change(replace(quiet.alert, asks_help=False)) if quiet.alert.asks_help else quiet


def stand_again(
    decision: Decision, stood: Iterable[Escalation], directory: Directory, now: datetime, *, is_help: bool = False
) -> Decision:
    """Ask again from the layers that escalations stood at when they were stopped. `settle` has to follow."""
    for each in stood:
        number = decision.alert.escalations + 1
        decision = decision.change(replace(decision.alert, escalations=number))
        anew = replace(each, id=f"{decision.alert.id}.{number}", started_at=now, running=True, is_help=is_help)
        decision = _enter(decision, anew, directory, now)
    return decision


def ask_for_help(decision: Decision, receivers: tuple[Receiver, ...], directory: Directory, now: datetime) -> Decision:
    """Ask receivers beside whoever has an acknowledged alert, who keeps it whatever they answer."""
    decision = decision.change(replace(decision.alert, asks_help=True))
    decision = _start_all(decision, receivers, (), directory, now, is_help=True)
    return end_help(decision, now)


def end_help(decision: Decision, now: datetime) -> Decision:
    """Note that nobody is asked to help any more, where that is so."""
    if not decision.alert.asks_help or any(each.is_help for each in decision.escalations):
        return decision
    return decision.change(lifecycle.touch(replace(decision.alert, asks_help=False), now))


def send_later(decision: Decision, receivers: tuple[Receiver, ...], due_at: datetime) -> Decision:
    """Have receivers looked up, and routers asked, at an instant; that takes the payload, which is at hand then."""
    alert = decision.alert
    timer_id = f"{alert.id}.again{alert.version}"
    kind = TimerKind.ASSIGN_DELAY
    return decision.do(
        SetTimer(timer=Timer(id=timer_id, kind=kind, alert_id=alert.id, due_at=due_at, receivers=receivers))
    )


def climb_ladder(decision: Decision, ladder: Ladder, directory: Directory, now: datetime) -> Decision:
    """Start the escalation that a router's rule wrote down. `settle` has to follow."""
    return climb_ladder_beside(open_alert(decision, now), ladder, directory, now)


def climbs(decision: Decision, ladder: Ladder) -> bool:
    """Whether the escalation that a router's rule wrote down is running."""
    return any((each.receiver, each.rungs) == (ladder.receiver, _rungs_of(ladder)) for each in decision.escalations)


def climb_ladder_beside(decision: Decision, ladder: Ladder, directory: Directory, now: datetime) -> Decision:
    """Start the escalation that a router's rule wrote down beside what is under way."""
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    if decision.alert.status is Status.QUEUED:
        decision = open_alert(decision, now)
    decision, escalation = _new(decision, ladder.receiver, _rungs_of(ladder), now)
    decision = stakeholders.tell(decision, NoticeKind.ASSIGNED, directory)
    return _enter(decision, replace(escalation, repeat=ladder.repeat), directory, now)


def time_out(decision: Decision, timer: Timer, directory: Directory, now: datetime) -> Decision:
    """Go on to the next layer when a layer's time is up, unless the escalation has moved on since."""
    escalation = running(decision, timer.escalation_id)
    current = escalation and (escalation.position, escalation.passage) == (timer.ends_rung, timer.passage)
    if not escalation or not current or not is_asking(decision.alert):
        return decision
    asked = (each.user_id for each in decision.alert.responders if is_current(decision, each))
    decision = news.tell(decision, NoticeKind.TIMEOUT, asked, directory)
    return settle(_next(decision, escalation, directory, now), directory, now)


def reject(decision: Decision, user: User, actor: Actor, directory: Directory, now: datetime) -> Decision:
    """Note that a responder cannot help; when all of a layer have said so, the next layer starts at once."""
    if user.id not in asked_now(decision):
        return decision
    decision = _answer(decision, user.id, Answer.REJECTED, now)
    decision = decision.tell(EntryKind.REJECTED, actor, f"@{user.handle} rejected.", now)
    decision = news.tell_asked(decision, NoticeKind.REJECTED, directory, actor)
    return settle(_go_on_without_answer(decision, directory, now), directory, now)


def let_go(decision: Decision, user: User, directory: Directory, now: datetime) -> Decision:
    """Ask no more whoever is gone; where nobody else is asked in a layer, the next one starts at once."""
    if user.id not in asked_now(decision):
        return decision
    decision = _answer(decision, user.id, Answer.REJECTED, now)
    decision = decision.tell(EntryKind.REJECTED, SYSTEM, f"@{user.handle} is gone, and not asked any more.", now)
    return settle(_go_on_without_answer(decision, directory, now), directory, now)


def _go_on_without_answer(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Start what comes after the layers in which everybody has said that they cannot help."""
    ended = [each for each in decision.escalations if _all_rejected(decision, each)]
    return _go_on(decision, ended, directory, now)


def _go_on(decision: Decision, ended: Iterable[Escalation], directory: Directory, now: datetime) -> Decision:
    """Start what comes after several layers at once.

    Whoever has the alert comes first: when they do not take it, all else ends, too, and those in charge are asked.
    """
    for escalation in sorted(ended, key=lambda each: not each.asks_holder):
        if running(decision, escalation.id):
            decision = _next(decision, escalation, directory, now)
    return decision


def escalate_now(decision: Decision, actor: Actor, name: str, directory: Directory, now: datetime) -> Decision:
    """Page the next layer of every running escalation without waiting for its time.

    Raises `Refused` where that would ask nobody: whoever is asked now must not be let go for it.
    """
    if not decision.escalations:
        raise Refused(f"#{decision.alert.number} has no layer left to escalate to")
    after = decision.tell(EntryKind.ESCALATED, actor, f"Escalated by {name}.", now)
    after = _go_on(after, decision.escalations, directory, now)
    if not _asks_more(decision, after) and not test_pages.is_drill(decision.alert):
        raise Refused(f"#{decision.alert.number} has nobody left to escalate to; hand it off to somebody else")
    return settle(after, directory, now)


def release(decision: Decision, now: datetime) -> Decision:
    """End what is under way and open the alert again, so that others can be made to answer for it."""
    released = quieten(decision)
    alert = replace(released.alert, in_charge=(), given=released.alert.escalations)
    return open_alert(released.change(lifecycle.touch(alert, now)), now)


def settle(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Drop an open alert that nobody is being asked about any more, and say so to those who have to know.

    What was to go to somebody after a delay still does, and opens the alert again then. A layer in which everybody's
    rule sends nothing is left at once where the alert is critical.
    """
    decision = _leave_silent_layers(decision, directory, now)
    if decision.escalations or _goes_somewhere(decision) or decision.alert.status is not Status.OPEN:
        return decision
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    if test_pages.is_drill(decision.alert):
        return test_pages.end(decision, now)
    why = why_nobody(decision, directory, now)
    alert = lifecycle.apply(decision.alert, lifecycle.Verb.DROP, SYSTEM, now)
    decision = decision.change(replace(alert, why_dropped=why))
    decision = decision.tell(EntryKind.DROPPED, SYSTEM, f"Dropped: there is nobody left to page. {why}", now)
    told = [
        paging_cycles.dropped(alert, team, users, directory)
        for team, users in responsible_admins.answerable(alert, directory)
    ]
    decision = decision.do(*dict.fromkeys(notice for notices in told for notice in notices))
    return news.tell_asked(decision, NoticeKind.DROPPED, directory, SYSTEM)


def _leave_silent_layers(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Go on at once from every layer whose people are sent nothing about a critical alert, by their own rules."""
    while True:
        silent = (each for each in decision.escalations if is_silent(decision, each))
        passed = (pass_over(decision, each, directory, now) for each in silent)
        onward = next((each for each in passed if each is not decision), None)
        if onward is None:
            return decision
        decision = onward


def pass_over(decision: Decision, escalation: Escalation, directory: Directory, now: datetime) -> Decision:
    """Start what comes next at once, because nobody in this layer can be reached, or is sent anything.

    All stays as it is where that would ask nobody, and where the next one is the first layer again: its time comes.
    """
    why = "is paged, as their rules send nothing" if is_silent(decision, escalation) else "can be reached"
    said = f"Nobody in layer {escalation.rungs[escalation.position].number} {why}: going on at once."
    passed = _next(decision.tell(EntryKind.UNDELIVERED, SYSTEM, said, now), escalation, directory, now)
    onward = running(passed, escalation.id)
    begins_again = onward is not None and onward.passage > escalation.passage
    return decision if begins_again or not _asks_more(decision, passed) else passed


def _start_all(
    decision: Decision,
    receivers: tuple[Receiver, ...],
    lineage: tuple[Receiver, ...],
    directory: Directory,
    now: datetime,
    *,
    is_help: bool = False,
) -> Decision:
    for receiver in receivers:
        if lineage and (len(lineage) >= LONGEST_LINEAGE or receiver in {*lineage, *_being_asked(decision, now)}):
            said = f"{directory.name(receiver)} was asked already and is not asked again."
            decision = decision.tell(EntryKind.REASSIGNED, SYSTEM, said, now)
            continue
        decision = _start(decision, receiver, lineage, directory, now, is_help=is_help)
    return stakeholders.tell(decision, NoticeKind.ASSIGNED, directory)


def _being_asked(decision: Decision, now: datetime) -> set[Receiver]:
    """Those who are asked already, or were found empty at this very instant.

    Teams that reassign to many teams that do the same would otherwise grow beyond any bound.
    """
    put = (effect.escalation for effect in decision.effects if isinstance(effect, PutEscalation))
    tried = {each.receiver for each in put if each.started_at == now}
    return tried | {each.receiver for each in decision.escalations}


def _start(
    decision: Decision,
    receiver: Receiver,
    lineage: tuple[Receiver, ...],
    directory: Directory,
    now: datetime,
    *,
    is_help: bool,
) -> Decision:
    team = directory.teams.get(receiver.id)
    policy = directory.policies.get(team.policy_id or "") if team else None
    layers = policy.layers if policy else DEFAULT_LAYERS
    decision, escalation = _new(decision, receiver, _rungs(receiver, layers), now, is_help=is_help)
    if why := why_gone(receiver, directory):
        said = f"Nobody is asked: {why}."
        return _end(decision.tell(EntryKind.LAYER_EMPTY, SYSTEM, said, now), escalation, directory, now)
    escalation = replace(
        escalation,
        schedule_id=team.schedule_id if team else receiver.id,
        repeat=policy.repeat if policy else 0,
        reassign=policy.reassign if policy else (),
        lineage=(*lineage, receiver),
        turn=directory.turns.get(receiver.id, 0) if policy and policy.round_robin else None,
    )
    if escalation.turn is not None:
        decision = decision.do(TakeTurn(receiver_id=receiver.id))
    said = f"{'Help is asked of' if is_help else 'Assigned to'} {directory.name(receiver)}."
    decision = decision.tell(EntryKind.ESCALATED, SYSTEM, said, now)
    if team:
        decision = decision.do(*paging_cycles.card(decision.alert, team, now))
    return _enter(decision, escalation, directory, now)


def _new(
    decision: Decision, receiver: Receiver, rungs: tuple[Rung, ...], now: datetime, *, is_help: bool = False
) -> tuple[Decision, Escalation]:
    number = decision.alert.escalations + 1
    escalation = Escalation(
        id=f"{decision.alert.id}.{number}",
        alert_id=decision.alert.id,
        receiver=receiver,
        rungs=rungs,
        started_at=now,
        lineage=(receiver,),
        is_help=is_help,
    )
    receivers = tuple(dict.fromkeys((*decision.alert.receivers, receiver)))
    in_charge = tuple(dict.fromkeys((*decision.alert.in_charge, *(() if is_help else (receiver,)))))
    alert = replace(decision.alert, escalations=number, receivers=receivers, in_charge=in_charge)
    return decision.change(alert), escalation


def _rungs(receiver: Receiver, layers: tuple[Layer, ...]) -> tuple[Rung, ...]:
    if receiver.kind is ReceiverKind.USER:
        return (Rung(number=1, timeout=USER_TIMEOUT, users=(receiver.id,)),)
    return tuple(Rung(number=layer.number, timeout=layer.timeout) for layer in layers)


def _rungs_of(ladder: Ladder) -> tuple[Rung, ...]:
    return tuple(_ladder_rung(number, *step) for number, step in enumerate(ladder.steps, start=1))


def _ladder_rung(number: int, receivers: tuple[Receiver, ...], timeout: timedelta) -> Rung:
    if all(receiver.kind is ReceiverKind.USER for receiver in receivers):
        return Rung(number=number, timeout=timeout, users=tuple(receiver.id for receiver in receivers))
    return Rung(number=number, timeout=timeout, hand_over=receivers)


def _enter(decision: Decision, escalation: Escalation, directory: Directory, now: datetime) -> Decision:
    """Page the first layer from the current one on that has somebody; without one, the escalation ends."""
    for position in range(escalation.position, len(escalation.rungs)):
        rung = escalation.rungs[position]
        if rung.hand_over:
            return _hand_over(decision, escalation, rung, directory, now)
        asked = _asked(escalation, rung, directory, now)
        if asked:
            return _page(decision, replace(escalation, position=position), asked, directory, now)
        said = f"Nobody is on call in layer {rung.number}{_say_gone(escalation, rung, directory, now)}."
        decision = decision.tell(EntryKind.LAYER_EMPTY, SYSTEM, said, now)
    if escalation.position > 0 and escalation.passage < escalation.repeat:
        return _enter(decision, replace(escalation, position=0, passage=escalation.passage + 1), directory, now)
    return _end(decision, escalation, directory, now)


def _say_gone(escalation: Escalation, rung: Rung, directory: Directory, now: datetime) -> str:
    """Name those who would be asked in a layer, were they still here."""
    found = (directory.users.get(each) for each in _reasons(escalation, rung, directory, now))
    names = ", ".join(f"@{user.handle}" for user in found if user)
    return f": {names} {'are' if ',' in names else 'is'} deactivated" if names else ""


def who_is_asked(escalation: Escalation, rung: Rung, directory: Directory, now: datetime) -> tuple[User, ...]:
    """Who is paged in a layer at an instant: those on call in the schedule, or one of them; or those the rung names."""
    return tuple(each.user for each in _asked(escalation, rung, directory, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PersonToPage:
    """Somebody who is paged, and what puts them there."""

    user: User
    because: str


def _asked(escalation: Escalation, rung: Rung, directory: Directory, now: datetime) -> tuple[_PersonToPage, ...]:
    reasons = _reasons(escalation, rung, directory, now)
    found = ((directory.users.get(user_id), because) for user_id, because in reasons.items())
    asked = tuple(_PersonToPage(user=user, because=because) for user, because in found if user and user.active)
    if escalation.turn is None or not asked:
        return asked
    return (asked[(escalation.turn + escalation.passage) % len(asked)],)


def _reasons(escalation: Escalation, rung: Rung, directory: Directory, now: datetime) -> dict[str, str]:
    """Everybody in a layer, by id and in order, with what puts them there.

    Nobody, where a schedule cannot be computed: an empty layer is passed over and told, an error would stop all.
    """
    if rung.users is not None:
        return dict.fromkeys(rung.users, NAMED)
    schedule = directory.schedules.get(escalation.schedule_id or "")
    try:
        shifts = on_call(schedule, now, rung.number) if schedule else ()
        return {each.user_id: why_on_call(schedule, each, directory) for each in shifts} if schedule else {}
    except Invalid:
        return {}


def _page(
    decision: Decision, escalation: Escalation, asked: tuple[_PersonToPage, ...], directory: Directory, now: datetime
) -> Decision:
    rung = escalation.rungs[escalation.position]
    decision = decision.change(_with_responders(decision, escalation, rung, asked, now)).put(escalation)
    decision = decision.do(SetTimer(timer=_timeout(escalation, now + rung.timeout)))
    names = ", ".join(f"@{each.user.handle}" for each in asked)
    passage = f" (pass {escalation.passage + 1} of {escalation.repeat + 1})" if escalation.repeat else ""
    said = f"Layer {rung.number}{passage}: paging {names}, next layer in {say_duration(rung.timeout)}."
    decision = decision.tell(EntryKind.PAGED, SYSTEM, f"{said}{_say_reasons(asked)}", now)
    for user in (each.user for each in asked):
        decision = paging_cycles.begin(decision, escalation, user, directory, now)
    return decision


def _say_reasons(asked: tuple[_PersonToPage, ...]) -> str:
    """Say who is there by what, people of one reason together; that somebody was named needs no words."""
    by_reason: dict[str, list[str]] = {}
    for each in asked:
        by_reason.setdefault(each.because, []).append(f"@{each.user.handle}")
    said = [f" {', '.join(names)}: {because}." for because, names in by_reason.items() if because != NAMED]
    return "".join(said[:_MOST_REASONS])


def _waiting(decision: Decision, escalation: Escalation, directory: Directory) -> tuple[User, ...]:
    """Those of an escalation's layer who have not answered, and can."""
    own = (each for each in decision.alert.responders if each.escalation_id == escalation.id)
    ids = (each.user_id for each in own if each.answer is None and is_current(decision, each))
    found = (directory.users.get(each) for each in dict.fromkeys(ids))
    return tuple(user for user in found if user and user.active)


def _time_to_answer(alert: Alert, directory: Directory) -> timedelta:
    """How long those who were asked last had; without any, the first layer of a team that it was for."""
    if alert.layer_time:
        return alert.layer_time
    teams = (directory.teams.get(each.id) for each in (*alert.in_charge, *alert.receivers))
    policies = (directory.policies.get(team.policy_id or "") for team in teams if team)
    return next((policy.layers[0].timeout for policy in policies if policy), DEFAULT_LAYERS[0].timeout)


def _with_responders(
    decision: Decision, escalation: Escalation, rung: Rung, asked: tuple[_PersonToPage, ...], now: datetime
) -> Alert:
    fresh = tuple(
        Responder(
            user_id=each.user.id,
            escalation_id=escalation.id,
            layer=rung.number,
            passage=escalation.passage,
            because=each.because,
        )
        for each in asked
    )
    responders = (*decision.alert.responders, *fresh)
    alert = replace(decision.alert, responders=responders, asked_at=now, layer_time=rung.timeout)
    return lifecycle.touch(alert, now)


def _timeout(escalation: Escalation, due_at: datetime) -> Timer:
    return Timer(
        id=f"{escalation.id}.{escalation.passage}.{escalation.position}.timeout",
        kind=TimerKind.LAYER_TIMEOUT,
        alert_id=escalation.alert_id,
        due_at=due_at,
        escalation_id=escalation.id,
        position=escalation.position,
        rung=escalation.position,
        passage=escalation.passage,
    )


def _next(decision: Decision, escalation: Escalation, directory: Directory, now: datetime) -> Decision:
    decision = decision.do(Quiet(escalation_id=escalation.id))
    return _enter(decision, replace(escalation, position=escalation.position + 1), directory, now)


def _asks_more(before: Decision, after: Decision) -> bool:
    return len(after.alert.responders) > len(before.alert.responders) or _goes_somewhere(after)


def _goes_somewhere(decision: Decision) -> bool:
    return any(isinstance(effect, SetTimer) and not effect.timer.escalation_id for effect in decision.effects)


def _end(decision: Decision, escalation: Escalation, directory: Directory, now: datetime) -> Decision:
    decision = decision.put(replace(escalation, running=False, position=len(escalation.rungs) - 1))
    if escalation.asks_holder:
        said = f"{directory.name(escalation.receiver)} did not take it: those in charge are asked."
        return ask_those_in_charge(decision, said, directory, now)
    if not escalation.reassign:
        return _tell_unhelped(decision, escalation, directory, now) if escalation.is_help else decision
    names = ", ".join(directory.name(receiver) for receiver in escalation.reassign)
    decision = decision.tell(EntryKind.REASSIGNED, SYSTEM, f"Nobody answered; reassigned to {names}.", now)
    return _start_all(decision, escalation.reassign, escalation.lineage, directory, now, is_help=escalation.is_help)


def _tell_unhelped(decision: Decision, escalation: Escalation, directory: Directory, now: datetime) -> Decision:
    """Tell whoever has the alert that those whom they asked to help do not."""
    said = f"Nobody of {directory.name(escalation.receiver)} helps."
    decision = end_help(decision.tell(EntryKind.NOTE, SYSTEM, said, now), now)
    holder = decision.alert.settled_by
    if holder is None or escalation.started_at == now:
        return decision
    return news.tell(decision, NoticeKind.TIMEOUT, [holder.id], directory, [holder.id])


def _hand_over(decision: Decision, escalation: Escalation, rung: Rung, directory: Directory, now: datetime) -> Decision:
    decision = decision.put(replace(escalation, running=False))
    names = ", ".join(directory.name(receiver) for receiver in rung.hand_over)
    decision = decision.tell(EntryKind.HANDED_OFF, SYSTEM, f"Handed over to {names}.", now)
    routers = tuple(each for each in rung.hand_over if each.kind is ReceiverKind.ROUTER)
    others = tuple(each for each in rung.hand_over if each not in routers)
    handed = _start_all(decision, others, escalation.lineage, directory, now)
    handed = news.tell_newly_asked(handed, decision, directory)
    in_circles = handed.alert.escalations - len(handed.alert.responders) > LONGEST_LINEAGE
    return handed if in_circles or not routers else handed.do(_route(escalation, routers, now))


def _route(escalation: Escalation, routers: tuple[Receiver, ...], now: datetime) -> SetTimer:
    """Have routers decide: that takes the payload, which is at hand where an assignment's delay ends."""
    timer_id = f"{escalation.id}.{escalation.passage}.routed"
    kind, alert_id = TimerKind.ASSIGN_DELAY, escalation.alert_id
    return SetTimer(timer=Timer(id=timer_id, kind=kind, alert_id=alert_id, due_at=now, receivers=routers))


def _answer(decision: Decision, user_id: str, answer: Answer, now: datetime) -> Decision:
    answered = tuple(
        replace(each, answer=answer) if each.user_id == user_id and is_current(decision, each) else each
        for each in decision.alert.responders
    )
    return decision.change(lifecycle.touch(replace(decision.alert, responders=answered), now))


def _all_rejected(decision: Decision, escalation: Escalation) -> bool:
    asked = [
        each for each in decision.alert.responders if each.escalation_id == escalation.id and is_current(decision, each)
    ]
    return bool(asked) and all(each.answer is Answer.REJECTED for each in asked)
