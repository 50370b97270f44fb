"""Everything that is to happen later."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.engine.model import Cycle, Timer
from bot.store.rows import micros, read_cycle, read_timer
from bot.store.schema import PENDING, TIMER_DONE, TIMER_PENDING, cycles, timers
from bot.store.unreadable_rows import Claimed, PassingOver, at_hand, legible

_DUE = Claimed(key=timers.c.id, read=read_timer, back={"state": TIMER_PENDING})


class Timers(PassingOver):
    """The part of a unit of work that says what is due."""

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Claim timers that are due, the longest overdue first, and mark them done in this transaction."""
        found = self._claim_legible(_DUE, limit, lambda room: self._finish_due(now, room), now)
        return tuple(sorted(found, key=lambda timer: (timer.due_at, timer.id)))

    def postpone_timers(self, postponed: Iterable[Timer], due_at: datetime) -> None:
        """Have timers fire at an instant instead, if they are still to come."""
        mine = timers.c.id.in_([each.id for each in postponed])
        self._connection.execute(update(timers).where(mine, PENDING).values(due_at=micros(due_at)))

    def pending_timers(self, alert_ids: Iterable[str]) -> tuple[Timer, ...]:
        """Timers of the alerts that are still to come, soonest first."""
        pending = select(timers.c.id, timers.c.document).where(PENDING, timers.c.alert_id.in_(list(alert_ids)))
        return tuple(legible(self._all(pending.order_by(timers.c.due_at, timers.c.id)), read_timer))

    def cycles(self, cycle_ids: Iterable[str]) -> Mapping[str, Cycle]:
        """Paging cycles by id."""
        wanted = select(cycles.c.id, cycles.c.running, cycles.c.document).where(cycles.c.id.in_(list(cycle_ids)))
        return {cycle.id: cycle for cycle in legible(self._all(wanted), read_cycle)}

    def _finish_due(self, now: datetime, limit: int) -> Sequence[Any]:
        """Mark timers that are due as done, the longest overdue first."""
        due = select(timers.c.id).where(PENDING, timers.c.due_at <= micros(now), at_hand(timers.c.id, now))
        claimed = due.order_by(timers.c.due_at).limit(limit).with_for_update(skip_locked=True).cte("claimed")
        done = update(timers).where(timers.c.id.in_(select(claimed.c.id))).values(state=TIMER_DONE)
        return self._connection.execute(done.returning(timers.c.id, timers.c.document)).all()
