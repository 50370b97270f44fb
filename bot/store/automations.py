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
        due = select(*_KEY).where(TO_RUN, automation_runs.c.due_at <= micros(now)).order_by(automation_runs.c.due_at)
        claimed = due.limit(limit).with_for_update(skip_locked=True).cte("claimed")
        chosen = tuple_(*_KEY).in_(select(claimed.c.alert_id, claimed.c.automation_id))
        claim = update(automation_runs).where(chosen)
        values = {"due_at": micros(now + lease), "attempts": automation_runs.c.attempts + literal(1)}
        found = self._connection.execute(claim.values(values).returning(*_KEY, automation_runs.c.attempts)).all()
        return tuple(
            AutomationRun(alert_id=row.alert_id, automation_id=row.automation_id, attempts=row.attempts)
            for row in found
        )

    def automations_of(self, alert_id: str) -> frozenset[str]:
        """The ids of the automations that ran for an alert, or are about to."""
        mine = select(automation_runs.c.automation_id).where(automation_runs.c.alert_id == alert_id)
        return frozenset(self._connection.execute(mine).scalars())

    def settle_automation(self, run: AutomationRun, retry_at: datetime | None) -> None:
        """Have a run tried again at an instant, or (None) never again."""
        state = AUTOMATION_QUEUED if retry_at else AUTOMATION_DONE
        values = {"state": word(state), "due_at": micros(retry_at) if retry_at else automation_runs.c.due_at}
        self._connection.execute(update(automation_runs).where(_is(run)).values(values))


def _is(run: AutomationRun) -> ColumnElement[bool]:
    """The run, if nobody claimed it anew meanwhile."""
    return and_(
        automation_runs.c.alert_id == run.alert_id,
        automation_runs.c.automation_id == run.automation_id,
        automation_runs.c.attempts == run.attempts,
    )
