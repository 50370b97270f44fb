"""One person's paging cycle: which channels now, which after a wait, until they answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.alerts.lifecycle import is_asking
from bot.engine.decision import Decision, Notify, PutCycle, SetTimer
from bot.engine.directory import Directory
from bot.engine.documents import document
from bot.engine.model import (
    NO_KINDS,
    SYSTEM,
    Alert,
    Answer,
    ChannelChoice,
    ChannelKinds,
    Cycle,
    EntryKind,
    Escalation,
    NoticeKind,
    Notification,
    PagingStep,
    Responder,
    Team,
    Timer,
    TimerKind,
    User,
    cycle_id,
    cycle_id_again,
)
from bot.engine.paging import conversations, phones
from bot.engine.paging.conversations import Conversation
from bot.engine.paging.twins import send_once
from bot.engine.rules.notifications import Plan, plan

_ONCE = frozenset({NoticeKind.CARD, NoticeKind.ASSIGNED})
"""What is said once of an alert, whatever becomes of it."""
PATIENCE = timedelta(seconds=60)
"""How long one message may take to reach its provider before the next channel has to start."""


def start(
    decision: Decision,
    escalation: Escalation,
    user: User,
    steps: tuple[PagingStep, ...],
    now: datetime,
    *,
    again: int = 0,
    because: str = "",
) -> Decision:
    """Begin a cycle for a user in the escalation's current layer and send its first step.

    `again` is the version of the alert at which they are paged once more in the same layer; `because` names what the
    steps are from.
    """
    cycle = Cycle(
        id=cycle_id_again(escalation, user.id, again) if again else cycle_id(escalation, user.id),
        alert_id=escalation.alert_id,
        escalation_id=escalation.id,
        user_id=user.id,
        steps=steps,
        rung=escalation.position,
        passage=escalation.passage,
        because=because,
    )
    return _send(decision, cycle, now)


def step(decision: Decision, cycle: Cycle, timer: Timer, now: datetime) -> Decision:
    """Send the step that a timer was set for, if the person still has to be paged."""
    if not cycle.running or timer.next_step != cycle.position or not _still_wanted(decision, cycle):
        return decision
    return _send(decision, cycle, now)


def give_way(
    decision: Decision, cycle: Cycle, lost: Notification, user: User, now: datetime, *, kinds: ChannelKinds = NO_KINDS
) -> Decision:
    """Start what comes next at once, because a page was refused or is stuck beyond its deadline.

    After the last step, the person's remaining channels take over. Later steps that started already are enough.
    """
    if lost.id != _page_id(cycle, cycle.position - 1, lost.channel) or not _still_wanted(decision, cycle):
        return decision
    tried = {choice.channel for step in cycle.steps for choice in step.channels}
    opened = (each for contact in user.contacts for each in kinds.opened_by(contact.channel))
    others = tuple(dict.fromkeys((*user.channels, *opened)))
    left = tuple(ChannelChoice(channel=each) for each in others if each not in tried)
    if cycle.position >= len(cycle.steps) and left:
        because = f"their other channels, as {lost.channel} did not reach them"
        cycle = replace(cycle, steps=(*cycle.steps, PagingStep(channels=left)), because=because)
    if cycle.position >= len(cycle.steps):
        return decision
    names = ", ".join(choice.channel for choice in cycle.steps[cycle.position].channels)
    said = f"@{user.handle} could not be reached by {lost.channel}; trying {names} at once."
    return _send(decision.tell(EntryKind.UNDELIVERED, SYSTEM, said, now), cycle, now)


def steps_for(alert: Alert, user: User, directory: Directory, now: datetime) -> tuple[PagingStep, ...]:
    """What the user's notification rule says, or all of their default channels at once.

    A rule that is disabled, unreadable, undecided or matches nothing leaves the default channels: no page is lost.
    """
    return _steps_of(written_plan(alert, user, NoticeKind.OPEN, directory, now), user)


def begin(
    decision: Decision, escalation: Escalation, user: User, directory: Directory, now: datetime, *, again: int = 0
) -> Decision:
    """Page a user as their notification rule says; tell where it could not be decided, and where it sends nothing.

    `again` is as in `start`.
    """
    written = written_plan(decision.alert, user, NoticeKind.OPEN, directory, now)
    if written.undecided:
        said = f"The notification rule of @{user.handle}: {written.undecided}. Their default channels are used."
        decision = decision.tell(EntryKind.NOTE, SYSTEM, said, now)
    if written.steps == ():
        said = f"Not paged: @{user.handle}, whose {written.because} sends nothing."
        decision = decision.tell(EntryKind.UNDELIVERED, SYSTEM, said, now)
        return _mark(decision, escalation, user, f"their {written.because} sends nothing")
    decision = _mark(decision, escalation, user, "")
    return start(decision, escalation, user, _steps_of(written, user), now, again=again, because=written.because)


def _mark(decision: Decision, escalation: Escalation, user: User, unpaged: str) -> Decision:
    """Write down why somebody who is asked in the escalation's layer is sent nothing, or that they are paged."""
    rung = escalation.rungs[escalation.position]
    here = (user.id, escalation.id, rung.number, escalation.passage)
    if not any(each.unpaged != unpaged for each in decision.alert.responders if _place(each) == here):
        return decision
    marked = (replace(each, unpaged=unpaged) if _place(each) == here else each for each in decision.alert.responders)
    return decision.change(replace(decision.alert, responders=tuple(marked)))


def _place(responder: Responder) -> tuple[str, str, int, int]:
    return responder.user_id, responder.escalation_id, responder.layer, responder.passage


def _steps_of(written: Plan, user: User) -> tuple[PagingStep, ...]:
    return (PagingStep(channels=default_channels(user)),) if written.steps is None else written.steps


def written_plan(alert: Alert, user: User, kind: NoticeKind, directory: Directory, now: datetime) -> Plan:
    """What the user's notification rule says about a kind of notice, with what could not be decided.

    Its `because` names the rule, its version and what in it decided.
    """
    taken = directory.rule_of(user)
    if taken is None:
        return Plan(because="default channels: no notification rule is attached")
    rule, named = taken.rule, f"rule {taken.rule.handle} v{taken.version}"
    if not rule.enabled:
        return Plan(because=f"default channels: {named} is disabled")
    integration = directory.integrations.get(alert.integration_id or "")
    found = plan(rule.yaml, document(alert, {}, {}, integration), kind, now, directory.channel_kinds)
    if found.steps is None:
        return replace(found, because=f"default channels: {named} {found.because}")
    return replace(found, because=f"{named} ({found.because})")


def card(alert: Alert, team: Team, now: datetime) -> tuple[Notify, ...]:
    """Put the alert's one card into each of the team's conversations."""
    return tuple(_conversation_notice(alert, each, NoticeKind.CARD, now) for each in conversations.of(team))


def dropped(alert: Alert, team: Team | None, users: tuple[User, ...], directory: Directory) -> tuple[Notify, ...]:
    """Tell a team's channel and some users that an alert was dropped, once and at once.

    Each hears it where their notification rule says, else on their default channels: this cannot be switched off.
    """
    kind, now = NoticeKind.DROPPED, alert.changed_at
    said = tuple(_conversation_notice(alert, each, kind, now) for each in (conversations.of(team) if team else ()))
    for user in users:
        written = written_plan(alert, user, kind, directory, now)
        channels = written.steps[0].channels if written.steps else default_channels(user)
        said += personal_notices(alert, kind, user, channels, written.because if written.steps else "default channels")
    return said


def followed(alert: Alert, team: Team, kind: NoticeKind, kinds: ChannelKinds) -> tuple[Notify, ...]:
    """Tell what became of the alert in those of a team's conversations whose cards stay as they were posted."""
    stays = (each for each in conversations.of(team) if not kinds.of(each.channel).repaints)
    return tuple(_conversation_notice(alert, each, kind, alert.changed_at) for each in stays)


def personal_notices(
    alert: Alert, kind: NoticeKind, user: User, channels: tuple[ChannelChoice, ...], because: str = ""
) -> tuple[Notify, ...]:
    """Tell a user what just became of the alert, on these channels; `because` names the rule that chose them."""
    notices = (_personal_notice(alert, kind, user, choice, alert.changed_at) for choice in channels)
    return tuple(Notify(notification=replace(each.notification, because=because)) for each in notices)


def mailed(alert: Alert, kind: NoticeKind, address: str) -> Notify:
    """Tell a plain email address what just became of the alert."""
    return _notice(alert, kind, _Address(key=f"email.{address}", channel="email", address=address), alert.changed_at)


def default_channels(user: User) -> tuple[ChannelChoice, ...]:
    """The user's default channels, each with its primary address."""
    return tuple(ChannelChoice(channel=channel) for channel in user.channels)


def _send(decision: Decision, cycle: Cycle, now: datetime) -> Decision:
    if cycle.position >= len(cycle.steps):
        return decision
    this = cycle.steps[cycle.position]
    pages = tuple(_page(decision.alert, cycle, choice, now) for choice in this.channels)
    ahead = replace(cycle, position=cycle.position + 1, running=cycle.position + 1 < len(cycle.steps))
    decision = send_once(decision.do(PutCycle(cycle=ahead)), pages)
    if not ahead.running or this.wait is None:
        return decision
    return decision.do(SetTimer(timer=_step_timer(ahead, now + this.wait)))


def _page(alert: Alert, cycle: Cycle, choice: ChannelChoice, now: datetime) -> Notify:
    return Notify(
        notification=Notification(
            id=_page_id(cycle, cycle.position, choice.channel),
            alert_id=alert.id,
            kind=NoticeKind.OPEN,
            channel=choice.channel,
            address=phones.wanted(choice),
            urgency=alert.urgency,
            due_at=now,
            user_id=cycle.user_id,
            cycle_id=cycle.id,
            deadline_at=now + PATIENCE,
            because=_say_step(cycle),
        )
    )


def _say_step(cycle: Cycle) -> str:
    return f"{cycle.because}, step {cycle.position + 1}" if cycle.because and len(cycle.steps) > 1 else cycle.because


def _page_id(cycle: Cycle, step: int, channel: str) -> str:
    return f"{cycle.id}.{step}.{channel}"


def _step_timer(cycle: Cycle, due_at: datetime) -> Timer:
    return Timer(
        id=f"{cycle.id}.step{cycle.position}",
        kind=TimerKind.PAGING_STEP,
        alert_id=cycle.alert_id,
        due_at=due_at,
        escalation_id=cycle.escalation_id,
        cycle_id=cycle.id,
        position=cycle.position,
        step=cycle.position,
    )


def _still_wanted(decision: Decision, cycle: Cycle) -> bool:
    if not is_asking(decision.alert):
        return False
    escalation = next((each for each in decision.escalations if each.id == cycle.escalation_id), None)
    if escalation is None or not cycle.is_of(escalation):
        return False
    return not any(
        each.user_id == cycle.user_id and each.escalation_id == cycle.escalation_id and each.answer is Answer.REJECTED
        for each in decision.alert.responders
        if each.layer == escalation.rungs[escalation.position].number and each.passage == escalation.passage
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """Where a notice goes: the key makes its id, so that one place is told one thing once per status change."""

    key: str
    channel: str
    address: str
    user_id: str | None = None


def _conversation_notice(alert: Alert, to: Conversation, kind: NoticeKind, now: datetime) -> Notify:
    return _notice(alert, kind, _Address(key=to.key, channel=to.channel, address=to.address), now)


def _personal_notice(alert: Alert, kind: NoticeKind, user: User, choice: ChannelChoice, now: datetime) -> Notify:
    key = f"{user.id}.{choice.channel}"
    to = _Address(key=key, channel=choice.channel, address=phones.wanted(choice), user_id=user.id)
    return _notice(alert, kind, to, now)


def _notice(alert: Alert, kind: NoticeKind, to: _Address, now: datetime) -> Notify:
    once = "" if kind in _ONCE else f".{alert.version}"
    return Notify(
        notification=Notification(
            id=f"{alert.id}.{kind}.{to.key}{once}",
            alert_id=alert.id,
            kind=kind,
            channel=to.channel,
            address=to.address,
            urgency=alert.urgency,
            due_at=now,
            user_id=to.user_id,
        )
    )
