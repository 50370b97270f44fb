"""Writing decisions: every alert's change in one piece, many alerts at the cost of few statements.

Decisions on one alert are joined into one first. What a decision does happens in order, but only `Quiet` and
`Interrupt` care about the order; so the effects are cut into stages that begin with what is to be quietened, and the
n-th stages of all alerts are written together, table by table.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import assert_never

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.engine.decision import (
    Decision,
    Effect,
    Interrupt,
    Notify,
    OpenWindow,
    PutCycle,
    PutEscalation,
    Quiet,
    RunAutomations,
    SetTimer,
    TakeTurn,
)
from bot.store import statements
from bot.store.rows import (
    Row,
    alert_row,
    cycle_row,
    entry_row,
    escalation_row,
    micros,
    notification_row,
    responder_rows,
    timer_row,
    window_row,
)
from bot.store.schema import AUTOMATION_QUEUED, alerts
from bot.store.transaction import Transaction


@dataclass(slots=True)
class _WriteBatch:
    """Rows of what happens together: first the quiet, then everything else. Rows are keyed where ids may repeat."""

    quiet: list[Row] = field(default_factory=list)
    interrupted: list[Row] = field(default_factory=list)
    escalations: dict[str, Row] = field(default_factory=dict)
    cycles: dict[str, Row] = field(default_factory=dict)
    timers: dict[str, Row] = field(default_factory=dict)
    notifications: dict[str, Row] = field(default_factory=dict)
    windows: dict[str, Row] = field(default_factory=dict)
    automations: list[Row] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)

    @property
    def has_begun(self) -> bool:
        """Whether something would have to happen before a further `Quiet` or `Interrupt`."""
        return bool(self.escalations or self.cycles or self.timers or self.notifications)

    def add(self, decision: Decision, effect: Effect) -> None:
        """Add an effect of a decision."""
        match effect:
            case Quiet(escalation_id=escalation_id):
                self.quiet.append({"alert_id": decision.alert.id, "escalation_id": escalation_id})
            case Interrupt(escalation_id=escalation_id):
                self.interrupted.append({"alert_id": decision.alert.id, "escalation_id": escalation_id})
            case PutEscalation(escalation=escalation):
                self.escalations[escalation.id] = escalation_row(escalation)
            case PutCycle(cycle=cycle):
                self.cycles[cycle.id] = cycle_row(cycle)
            case SetTimer(timer=timer):
                self.timers.setdefault(timer.id, timer_row(timer))
            case Notify(notification=notification):
                self.notifications.setdefault(notification.id, notification_row(notification))
            case _:
                self._add_rarely(decision, effect)

    def _add_rarely(self, decision: Decision, effect: OpenWindow | RunAutomations | TakeTurn) -> None:
        match effect:
            case OpenWindow():
                row = window_row(decision.alert.id, effect)
                self.windows[str(row["digest"])] = row
            case RunAutomations(ids=ids):
                self.automations.extend(_automation_row(decision, each) for each in ids)
            case TakeTurn(receiver_id=receiver_id):
                self.turns[receiver_id] += 1
            case _:
                assert_never(effect)

    def absorb(self, other: "_WriteBatch") -> None:
        """Take over the rows of another alert's stage."""
        self.quiet += other.quiet
        self.interrupted += other.interrupted
        self.escalations.update(other.escalations)
        self.cycles.update(other.cycles)
        for timer_id, row in other.timers.items():
            self.timers.setdefault(timer_id, row)
        for notification_id, row in other.notifications.items():
            self.notifications.setdefault(notification_id, row)
        self.windows.update(other.windows)
        self.automations += other.automations
        self.turns += other.turns


class Decisions(Transaction):
    """The part of a unit of work that writes decisions."""

    def save(self, decisions: Sequence[Decision]) -> None:
        """Write decisions whole, or raise `Conflict` when an alert's version is no longer the one `seen`."""
        joined = self._join(decisions)
        self._change([each for each in joined if each.seen > 0])  # first, because a resolve sets a dedup key free
        self._create([each for each in joined if each.seen == 0])
        rows = [row for each in joined for row in responder_rows(each.alert)]
        statements.PUT_RESPONDERS.run(self._connection, rows)
        for abreast in zip_longest(*(_stages(each) for each in joined)):
            self._write(_abreast(stage for stage in abreast if stage))
        told = [entry_row(entry) for each in joined for entry in each.entries]
        statements.ADD_ENTRIES.run(self._connection, told)

    def _join(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Make one decision of those on the same alert, each of which saw what the one before it left."""
        joined: dict[str, Decision] = {}
        for later in decisions:
            earlier = joined.get(later.alert.id)
            if earlier and later.seen != earlier.alert.version:
                raise self._refuse(f"{later.alert.id} was decided on twice at version {later.seen}")
            joined[later.alert.id] = _after(earlier, later) if earlier else later
        return list(joined.values())

    def _create(self, decisions: Sequence[Decision]) -> None:
        if not decisions:
            return
        numbers = self._next_numbers(len(decisions))
        named = (replace(each.alert, number=number) for each, number in zip(decisions, numbers, strict=True))
        try:
            statements.ADD_ALERTS.run(self._connection, [alert_row(alert, 0) for alert in named])
        except IntegrityError as error:
            raise self._refuse("an alert with the same id or dedup key was created at the same time") from error

    def _change(self, decisions: Sequence[Decision]) -> None:
        rows = [alert_row(each.alert, each.seen) for each in decisions]
        try:
            changed = statements.CHANGE_ALERTS.run(self._connection, rows)
        except IntegrityError as error:
            raise self._refuse("another alert has the dedup key by now") from error
        if changed != len(rows):
            raise self._refuse(f"{len(rows) - changed} of {len(rows)} alerts changed since they were read")

    def _next_numbers(self, count: int) -> Sequence[int]:
        if not self._on_postgresql:
            last = self._connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'alerts'")).scalar() or 0
            return range(last + 1, last + 1 + count)
        sequence = func.nextval(func.pg_get_serial_sequence(alerts.name, alerts.c.number.name))
        each = func.generate_series(1, count).table_valued("value")
        return self._connection.execute(select(sequence).select_from(each)).scalars().all()

    def _write(self, stage: _WriteBatch) -> None:
        for stop in statements.QUIET:
            stop.run(self._connection, stage.quiet)
        for stop in statements.INTERRUPT:
            stop.run(self._connection, stage.interrupted)
        statements.PUT_ESCALATIONS.run(self._connection, list(stage.escalations.values()))
        statements.PUT_CYCLES.run(self._connection, list(stage.cycles.values()))
        statements.SET_TIMERS.run(self._connection, list(stage.timers.values()))
        statements.NOTIFY.run(self._connection, list(stage.notifications.values()))
        statements.OPEN_WINDOWS.run(self._connection, list(stage.windows.values()))
        statements.RUN_AUTOMATIONS.run(self._connection, stage.automations)
        turns: list[Row] = [{"receiver_id": each, "taken": stage.turns[each]} for each in sorted(stage.turns)]
        statements.TAKE_TURN.run(self._connection, turns)


def _after(earlier: Decision, later: Decision) -> Decision:
    return replace(
        later,
        seen=earlier.seen,
        entries=earlier.entries + later.entries,
        effects=earlier.effects + later.effects,
    )


def _stages(decision: Decision) -> list[_WriteBatch]:
    stages = [_WriteBatch()]
    for effect in decision.effects:
        if isinstance(effect, Quiet | Interrupt) and stages[-1].has_begun:
            stages.append(_WriteBatch())
        stages[-1].add(decision, effect)
    return stages


def _abreast(stages: Iterable[_WriteBatch]) -> _WriteBatch:
    whole = _WriteBatch()
    for stage in stages:
        whole.absorb(stage)
    return whole


def _automation_row(decision: Decision, automation_id: str) -> Row:
    asked_at = micros(decision.alert.changed_at)
    return {
        "alert_id": decision.alert.id,
        "automation_id": automation_id,
        "state": AUTOMATION_QUEUED,
        "asked_at": asked_at,
        "due_at": asked_at,
    }
