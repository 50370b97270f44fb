"""Automations that have to run."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal, select, tuple_, update

from bot.ports import AutomationRun
from bot.store.rows import micros
from bot.store.schema import AUTOMATION_DONE, AUTOMATION_QUEUED, TO_RUN, automation_runs, word
from bot.store.transaction import Transaction

_KEY = (automation_runs.c.alert_id, automation_runs.c.automation_id)


class Automations(Transaction):
    """The part of a unit of work that says which automations to run."""

    def claim_automations(self, now: datetime, lease: timedelta, limit: int) -> tuple[AutomationRun, ...]:
        """Claim runs that are due, the longest due first; one that is not settled within the lease is due again."""
        columns = automation_runs.c
        due = select(*_KEY, columns.attempts, columns.claimed_at).where(TO_RUN, columns.due_at <= micros(now))
        due = due.order_by(columns.due_at).limit(limit).with_for_update(skip_locked=True)
        found = self._connection.execute(due).all()
        chosen = tuple_(*_KEY).in_([(row.alert_id, row.automation_id) for row in found])
        values = {"due_at": micros(now + lease), "claimed_at": micros(now), "attempts": columns.attempts + literal(1)}
        if found:
            self._connection.execute(update(automation_runs).where(chosen).values(values))
        return tuple(
            AutomationRun(
                alert_id=row.alert_id,
                automation_id=row.automation_id,
                attempts=row.attempts + 1,
                is_forsaken=row.claimed_at is not None,
            )
            for row in found
        )

    def automations_of(self, alert_id: str) -> frozenset[str]:
        """The ids of the automations that ran for an alert, or are about to."""
        mine = select(automation_runs.c.automation_id).where(automation_runs.c.alert_id == alert_id)
        return frozenset(self._connection.execute(mine).scalars())

    def settle_automation(self, run: AutomationRun, retry_at: datetime | None) -> None:
        """Have a run tried again at an instant, or (None) never again."""
        state = AUTOMATION_QUEUED if retry_at else AUTOMATION_DONE
        due_at = micros(retry_at) if retry_at else automation_runs.c.due_at
        values = {"state": word(state), "due_at": due_at, "claimed_at": None}
        self._connection.execute(update(automation_runs).where(_is(run)).values(values))


def _is(run: AutomationRun) -> ColumnElement[bool]:
    """The run, if nobody claimed it anew meanwhile."""
    return and_(
        automation_runs.c.alert_id == run.alert_id,
        automation_runs.c.automation_id == run.automation_id,
        automation_runs.c.attempts == run.attempts,
    )
