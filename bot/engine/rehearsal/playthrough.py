"""What would become of an alert if nobody answered: the engine's own decisions, played through in memory.

Nothing here decides: routing, intake, escalation and paging do, as they do for alerts that are real.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.routing import Material, Routing, route
from bot.engine.decision import (
    Decision,
    Effect,
    Interrupt,
    Notify,
    PutCycle,
    PutEscalation,
    Quiet,
    RunAutomations,
    SetTimer,
    consider,
)
from bot.engine.directory import Directory
from bot.engine.escalation import climbing, round_robin
from bot.engine.escalation.on_call_reasons import say_source
from bot.engine.intake import signal_intake
from bot.engine.model import (
    SYSTEM,
    Alert,
    Cycle,
    Entry,
    EntryKind,
    Escalation,
    NoticeKind,
    Notification,
    Receiver,
    Status,
    Timer,
    TimerKind,
    Urgency,
    User,
)
from bot.engine.paging import paging_cycles
from bot.engine.schedules import on_call
from bot.engine.staffing import staffed
from bot.errors import Invalid

_QUIETENED = frozenset({TimerKind.ASSIGN_DELAY, TimerKind.LAYER_TIMEOUT, TimerKind.PAGING_STEP})
_PLAYED = _QUIETENED | {TimerKind.AGGREGATION_END, TimerKind.AUTO_RESOLVE}

MOST_TIMERS = 300
"""Timers that are played through, and responders that are asked.

Policies that reassign to many teams grow; what follows is cut off, and said.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is under way for an alert: its running escalations, its timers, and the cycles that they belong to."""

    escalations: tuple[Escalation, ...] = ()
    timers: tuple[Timer, ...] = ()
    cycles: Mapping[str, Cycle]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedStep:
    """What one timer decided: the alert before, with what is under way, and everything that changed."""

    timer: Timer
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenPage:
    """One message of the ladder: when, to whom, how, and why them.

    `receiver` and `layer` are those of the escalation that pages; notices that are no pages have neither.
    """

    at: datetime
    kind: NoticeKind
    to: str
    channel: str
    address: str = ""
    receiver: str = ""
    layer: int = 0
    passage: int = 0
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would become of an alert: how it is routed, what the timeline says and who hears what when."""

    at: datetime
    routing: Routing
    ended: Alert
    entries: tuple[Entry, ...]
    ladder: tuple[ForeseenPage, ...]
    automations: tuple[str, ...] = ()
    cut_off: bool = False

    @property
    def alert(self) -> Alert:
        """The alert as routing left it."""
        return self.routing.alert

    @property
    def ignored(self) -> bool:
        """Whether a router suppresses it."""
        return self.routing.ignored

    @property
    def aggregated(self) -> bool:
        """Whether it gathers others like it, or is gathered."""
        return bool(self.routing.aggregations)

    @property
    def dropped_at(self) -> datetime | None:
        """When nobody would be left to page."""
        return self.ended.settled_at if self.ended.status is Status.DROPPED else None

    @property
    def pages(self) -> tuple[ForeseenPage, ...]:
        """The messages that ask somebody to answer."""
        return tuple(page for page in self.ladder if page.kind is NoticeKind.OPEN)

    @property
    def is_lost(self) -> bool:
        """Whether nobody at all would be asked, although nothing says that this is meant."""
        return not (self.pages or self.ignored or self.alert.urgency is Urgency.SILENT)

    def rule_in(self, router_id: str) -> str | None:
        """The rule that decided in a router; empty when none matched, None when the router was not entered."""
        return next((each.rule for each in self.routing.matched if each.router_id == router_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What becomes of an alert that is under way if nobody answers."""

    ended: Alert
    entries: tuple[Entry, ...]
    ladder: tuple[ForeseenPage, ...]
    cut_off: bool = False

    @property
    def dead_ends(self) -> tuple[Entry, ...]:
        """Layers that have nobody, people whose rule sends nothing, and the end: dropped, or resolved by itself."""
        ends = {EntryKind.LAYER_EMPTY, EntryKind.UNDELIVERED, EntryKind.DROPPED, EntryKind.RESOLVED}
        return tuple(each for each in self.entries if each.kind in ends)


def foresee(alert: Alert, pending: Pending, material: Material, directory: Directory) -> Forecast:
    """Play an alert on from where it stands to its last page, as if nobody answered."""
    play = Play(material, directory)
    play.resume(alert, pending)
    cut_off = play.run()
    return Forecast(
        ended=play.decision.alert, entries=tuple(play.entries), ladder=tuple(play.pages.values()), cut_off=cut_off
    )


def rehearse(
    alert: Alert, material: Material, destinations: tuple[Receiver, ...], directory: Directory, now: datetime
) -> Rehearsal:
    """Play an alert through from its first destination to its last page, as if nobody answered."""
    play = Play(material, directory)
    routing = route(replace(alert, id=alert.id or "alt_rehearsed"), material, destinations, directory, now)
    play.take(signal_intake.dispatch(routing, directory, now), now)
    cut_off = play.run()
    return Rehearsal(
        at=now,
        routing=routing,
        ended=play.decision.alert,
        entries=tuple(play.entries),
        ladder=tuple(play.pages.values()),
        automations=tuple(play.automations),
        cut_off=cut_off,
    )


class Play:
    """One alert being played through: what a store would hold of it."""

    def __init__(self, material: Material, directory: Directory) -> None:
        self._material = material
        self._directory = directory
        self._pending: dict[str, Timer] = {}
        self._set: set[str] = set()
        self._cycles: dict[str, Cycle] = {}
        self._escalations: dict[str, Escalation] = {}
        self.decision: Decision
        self.entries: list[Entry] = []
        self.pages: dict[str, ForeseenPage] = {}
        self.automations: dict[str, None] = {}

    def resume(self, alert: Alert, pending: Pending) -> None:
        """Begin in the middle: with what the store holds of an alert that is under way."""
        self._pending = {each.id: each for each in pending.timers if each.kind in _PLAYED}
        self._set = set(self._pending)
        self._cycles = dict(pending.cycles)
        self._escalations = {each.id: each for each in pending.escalations}
        self.decision = consider(alert, pending.escalations)

    def run(self) -> bool:
        """Let time pass until nothing is to come; returns whether it was cut off before."""
        for _ in range(MOST_TIMERS):
            if not self._pending or len(self.decision.alert.responders) > MOST_TIMERS:
                break
            self.step()
        return bool(self._pending)

    def pages_anybody(self) -> bool:
        """Let time pass until somebody is asked to answer, or nothing is to come."""
        for _ in range(MOST_TIMERS):
            if not self._pending or self._has_paged():
                break
            self.step()
        return self._has_paged()

    @property
    def upcoming(self) -> Timer | None:
        """The timer that fires next."""
        return min(self._pending.values(), key=lambda each: (each.due_at, each.id), default=None)

    def step(self) -> PlayedStep | None:
        """Let time pass until the next timer fires, and say what it decides; None where nothing is to come."""
        timer = self.upcoming
        if timer is None:
            return None
        del self._pending[timer.id]
        before, after = self.decision, self._decide(timer)
        self.take(after, timer.due_at)
        return PlayedStep(timer=timer, before=before, after=after)

    def _has_paged(self) -> bool:
        return any(page.kind is NoticeKind.OPEN for page in self.pages.values())

    def take(self, decision: Decision, now: datetime) -> None:
        """Do what was decided, and go on from there."""
        self.entries += decision.entries
        self._directory = round_robin.after(self._directory, decision.effects)
        for effect in decision.effects:
            match effect:
                case Notify(notification=notification):
                    self.pages.setdefault(notification.id, self._page(decision, notification, now))
                case SetTimer(timer=timer) if timer.id not in self._set:
                    self._set.add(timer.id)
                    self._pending[timer.id] = timer
                case PutEscalation(escalation=put):
                    self._escalations[put.id] = put
                case PutCycle(cycle=cycle):
                    self._cycles[cycle.id] = cycle
                case RunAutomations(ids=ids):
                    self.automations |= dict.fromkeys(ids)
                case _:
                    self._stop(effect)
        self.decision = consider(decision.alert, decision.escalations)

    def _decide(self, timer: Timer) -> Decision:
        match timer.kind:
            case TimerKind.LAYER_TIMEOUT:
                return climbing.time_out(self.decision, timer, self._directory, timer.due_at)
            case TimerKind.PAGING_STEP if cycle := self._cycles.get(timer.cycle_id):
                return paging_cycles.step(self.decision, cycle, timer, timer.due_at)
            case TimerKind.AGGREGATION_END if not signal_intake.sends_on(timer, self.decision.alert):
                return self.decision
            case TimerKind.ASSIGN_DELAY | TimerKind.AGGREGATION_END:
                return signal_intake.go_on(self.decision, timer, self._material, self._directory, timer.due_at)
            case TimerKind.AUTO_RESOLVE if lifecycle.expires(self.decision.alert, timer.id):
                return answers.resolve(self.decision, SYSTEM, "itself, as its time is over", timer.due_at)
            case _:
                return self.decision

    def _stop(self, effect: Effect) -> None:
        match effect:
            case Quiet(escalation_id=ended):
                self._quiet(ended)
            case Interrupt(escalation_id=interrupted):
                self._interrupt(interrupted)
            case _:
                pass

    def _quiet(self, escalation_id: str) -> None:
        """As the store does: timers of the escalation, or of all of them and of delayed assignments, are cancelled."""
        self._pending = {
            key: timer
            for key, timer in self._pending.items()
            if timer.kind not in _QUIETENED or (escalation_id and timer.escalation_id != escalation_id)
        }

    def _interrupt(self, escalation_id: str) -> None:
        """As the store does: steps of the escalation's cycles are cancelled."""
        self._pending = {
            key: timer
            for key, timer in self._pending.items()
            if timer.kind is not TimerKind.PAGING_STEP or timer.escalation_id != escalation_id
        }

    def _page(self, decision: Decision, notification: Notification, now: datetime) -> ForeseenPage:
        user = self._directory.users.get(notification.user_id or "")
        page = ForeseenPage(
            at=now,
            kind=notification.kind,
            to=f"user:{user.handle}" if user else notification.address,
            channel=notification.channel,
            address=notification.address if user else "",
        )
        cycle = self._cycles.get(notification.cycle_id or "")
        paged = self._escalations.get(cycle.escalation_id) if cycle else None
        if paged is None or user is None:
            return page
        layer = paged.rungs[paged.position].number
        return replace(
            page,
            receiver=self._directory.name(paged.receiver),
            layer=layer,
            passage=paged.passage,
            because=_why_asked(decision.alert, paged, user),
        )


def _why_asked(alert: Alert, asking: Escalation, user: User) -> str:
    """What was written down when a user was last asked in an escalation."""
    asked = (each for each in alert.responders if (each.escalation_id, each.user_id) == (asking.id, user.id))
    return next((each.because for each in reversed(tuple(asked))), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody on call in a layer, as `layer 1: user:ann`, and by what; or why that cannot be told, by nothing."""

    who: str
    because: str = ""
    is_override: bool = False


def who_is_on_call(receiver: Receiver, directory: Directory, at: datetime) -> Iterator[Seat]:
    """Say who is on call for a team or a schedule at an instant, layer by layer, and why."""
    team = directory.teams.get(receiver.id)
    schedule = directory.schedules.get((team.schedule_id or "") if team else receiver.id)
    if schedule is None:
        return
    try:
        shifts = on_call(staffed(schedule, directory), at)
    except Invalid as invalid:
        yield Seat(who=f"schedule:{schedule.handle} cannot be computed: {invalid.problems[0]}")
        return
    for shift in shifts:
        user = directory.users.get(shift.user_id)
        name = f"user:{user.handle}" if user else shift.user_id
        yield Seat(
            who=f"layer {shift.layer}: {name}",
            because=say_source(schedule, shift, directory),
            is_override=any(each.id == shift.source_id for each in schedule.overrides),
        )


def is_lost(routing: Routing, material: Material, directory: Directory, now: datetime) -> bool:
    """Whether nobody would ever be asked about an alert as it was routed, although nothing says that this is meant."""
    if routing.ignored or routing.alert.urgency is Urgency.SILENT:
        return False
    play = Play(material, directory)
    play.take(signal_intake.dispatch(routing, directory, now), now)
    return not play.pages_anybody()
