"""Everything that is to happen later."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update

from bot.engine.model import Cycle, Timer
from bot.store.rows import micros, read_cycle, read_timer
from bot.store.schema import PENDING, TIMER_DONE, cycles, timers
from bot.store.transaction import Transaction


class Timers(Transaction):
    """The part of a unit of work that says what is due."""

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Claim timers that are due, the longest overdue first, and mark them done in this transaction."""
        due = select(timers.c.id).where(PENDING, timers.c.due_at <= micros(now)).order_by(timers.c.due_at).limit(limit)
        claimed = due.with_for_update(skip_locked=True).cte("claimed")
        done = update(timers).where(timers.c.id.in_(select(claimed.c.id))).values(state=TIMER_DONE)
        found = self._connection.execute(done.returning(timers.c.document)).scalars().all()
        return tuple(sorted(map(read_timer, found), key=lambda timer: (timer.due_at, timer.id)))

    def postpone_timers(self, postponed: Iterable[Timer], due_at: datetime) -> None:
        """Have timers fire at an instant instead, if they are still to come."""
        mine = timers.c.id.in_([each.id for each in postponed])
        self._connection.execute(update(timers).where(mine, PENDING).values(due_at=micros(due_at)))

    def pending_timers(self, alert_ids: Iterable[str]) -> tuple[Timer, ...]:
        """Timers of the alerts that are still to come, soonest first."""
        pending = select(timers.c.document).where(PENDING, timers.c.alert_id.in_(list(alert_ids)))
        found = self._connection.execute(pending.order_by(timers.c.due_at, timers.c.id)).scalars().all()
        return tuple(map(read_timer, found))

    def cycles(self, cycle_ids: Iterable[str]) -> Mapping[str, Cycle]:
        """Paging cycles by id."""
        wanted = select(cycles.c.id, cycles.c.running, cycles.c.document).where(cycles.c.id.in_(list(cycle_ids)))
        return {row.id: read_cycle(row.running, row.document) for row in self._all(wanted)}
