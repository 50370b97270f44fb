"""Decide what is due: timers whose time has come, in batches of one transaction."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot import ids
from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.lifecycle import is_asking
from bot.engine.decision import Decision, SetTimer
from bot.engine.escalation import climbing, reminders, round_robin
from bot.engine.intake import signal_intake
from bot.engine.model import SYSTEM, EntryKind, NoticeKind, Status, Timer, TimerKind
from bot.engine.paging import news, paging_cycles, test_pages
from bot.errors import StoreUnavailable
from bot.ports import Job, Ports, UnitOfWork
from bot.service import unreachable_layers
from bot.service.families import Families
from bot.service.log_material import material_for
from bot.service.waking import wake_for

BATCH = 500  # timers in one transaction
SLICE = timedelta(seconds=5)
_AGAIN = timedelta(minutes=1)
"""When a timer is tried again that could not be decided on."""

_log = logging.getLogger(__name__)


def drain(ports: Ports) -> int:
    """Decide on timers that are due, for a while, and return how many there were; what is left calls for a worker."""
    until = ports.clock.now() + SLICE
    done = fired = _fire_some(ports, ports.clock.now())
    with ports.rush.on():
        while fired == BATCH and ports.clock.now() < until:
            fired = _fire_some(ports, ports.clock.now())
            done += fired
    if fired == BATCH:
        ports.queue.wake(Job.FIRE)
    return done


def _fire_some(ports: Ports, now: datetime) -> int:
    """Fire a batch, or each timer alone when that failed."""
    try:
        return _fire_batch(ports, now)
    except Exception as error:  # noqa: BLE001  # one timer must not hold back the others
        _log.warning("firing a batch of timers failed, each is fired alone: %s", error)
    return sum(takewhile(bool, (_fire_alone(ports, now) for _ in range(BATCH))))


def _fire_alone(ports: Ports, now: datetime) -> int:
    """Fire the timer longest overdue; one that cannot be fired lets those behind it pass for a while."""
    timers: tuple[Timer, ...] = ()
    try:
        with ports.store.begin() as uow:
            timers = uow.due_timers(now, 1)
            decisions = _decide(ports, uow, timers, now)
    except Exception as error:
        if isinstance(error, StoreUnavailable) or not timers:
            raise
        _log.exception("timer %s could not be fired and is tried again", timers[0].id)
        with ports.store.begin() as uow:
            uow.postpone_timers(timers, now + _AGAIN)
        return len(timers)
    wake_for(ports.queue, decisions)
    return len(timers)


def _fire_batch(ports: Ports, now: datetime) -> int:
    with ports.store.begin() as uow:
        timers = uow.due_timers(now, BATCH)
        decisions = _decide(ports, uow, timers, now)
    wake_for(ports.queue, decisions)
    return len(timers)


def _decide(ports: Ports, uow: UnitOfWork, timers: tuple[Timer, ...], now: datetime) -> tuple[Decision, ...]:
    if not timers:
        return ()
    decisions = unreachable_layers.go_on_from_silence(uow, _TimerBatch(ports, uow, timers, now).decide(), now)
    uow.save(decisions)
    return decisions


class _TimerBatch:
    """Timers that are decided on together; decisions on one alert grow into one."""

    def __init__(self, ports: Ports, uow: UnitOfWork, timers: tuple[Timer, ...], now: datetime) -> None:
        self._ports = ports
        self._uow = uow
        self._now = now
        self._timers = timers
        self._directory = uow.directory()
        self._families = Families(uow, ports.sources, {}, now)
        self._cycles = uow.cycles({timer.cycle_id for timer in timers if timer.cycle_id})

    def decide(self) -> tuple[Decision, ...]:
        """Decide on each timer in turn and return what changes something."""
        self._families.load({timer.alert_id for timer in self._timers})
        grown = self._families.decisions
        for timer in self._timers:
            if before := grown.get(timer.alert_id):
                decision = self._decide_safely(before, timer)
                self._families.keep(before.alert, decision, self._directory)
                self._directory = round_robin.after(self._directory, decision.effects[len(before.effects) :])
        return tuple(decision for decision in grown.values() if decision.effects or decision.entries)

    def _decide_safely(self, decision: Decision, timer: Timer) -> Decision:
        try:
            return self._decide(decision, timer)
        except Exception:  # noqa: BLE001  # one timer that cannot be decided on must not hold back the others
            _log.exception("timer %s could not be decided on and is tried again", timer.id)
            return decision.do(SetTimer(timer=replace(timer, id=ids.new("tmr"), due_at=self._now + _AGAIN)))

    def _decide(self, decision: Decision, timer: Timer) -> Decision:
        match timer.kind:
            case TimerKind.LAYER_TIMEOUT:
                return climbing.time_out(decision, timer, self._directory, self._now)
            case TimerKind.PAGING_STEP:
                return self._step(decision, timer)
            case TimerKind.ASSIGN_DELAY:
                return self._assign_late(decision, timer)
            case TimerKind.AGGREGATION_END:
                return self._end_aggregation(decision, timer)
            case TimerKind.AUTO_RESOLVE:
                return self._expire(decision, timer)
            case TimerKind.SNOOZE_END:
                return self._reopen(decision, timer)
            case TimerKind.ACKNOWLEDGE_REMINDER:
                return reminders.remind(decision, self._directory, self._now)

    def _step(self, decision: Decision, timer: Timer) -> Decision:
        """Go on to page somebody. Raises `LookupError` where that cannot be read, so that it is tried again."""
        if not is_asking(decision.alert):
            return decision
        return paging_cycles.step(decision, self._cycles[timer.cycle_id], timer, self._now)

    def _reopen(self, decision: Decision, timer: Timer) -> Decision:
        """Ask again about an alert whose snooze is over. Whatever was decided about it meanwhile ended the snooze."""
        if decision.alert.status is not Status.ACKNOWLEDGED:
            return decision
        reopened = climbing.open_alert(decision, self._now)
        reopened = reopened.tell(EntryKind.REOPENED, SYSTEM, "Reopened: the snooze is over.", self._now)
        return self._assign_late(reopened, timer)

    def _expire(self, decision: Decision, timer: Timer) -> Decision:
        """Resolve an alert that its integration lets stand for so long; who was asked hears of it."""
        if not lifecycle.expires(decision.alert, timer.id):
            return decision
        if test_pages.is_drill(decision.alert):
            return test_pages.end(decision, self._now)
        resolved = answers.resolve(decision, SYSTEM, "its integration's setting, after its time", self._now)
        return news.tell_asked(resolved, NoticeKind.RESOLVED, self._directory, SYSTEM)

    def _end_aggregation(self, decision: Decision, timer: Timer) -> Decision:
        """Send the parent. One that is over has nothing left to send, unless it ended before children came forth."""
        if signal_intake.sends_on(timer, decision.alert):
            return self._assign_late(decision, timer)
        if decision.alert.status is Status.RESOLVED and decision.alert.successor_id is None:
            self._families.end(decision.alert, self._directory)
        return self._families.decisions[decision.alert.id]

    def _assign_late(self, decision: Decision, timer: Timer) -> Decision:
        if decision.alert.status not in signal_intake.UNANSWERED:
            return decision
        material = material_for(self._ports, self._uow, decision.alert)
        return signal_intake.go_on(decision, timer, material, self._directory, self._now)
