"""What the work itself needs to know: events seen before, workers alive, how far behind everything is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Backlog
from bot.store.rows import instant, micros
from bot.store.schema import PENDING, QUEUED, UNREAD, aside, beats, events_seen, logs, notifications, timers
from bot.store.transaction import Transaction
from bot.store.unreadable_rows import at_hand

_REMEMBERED = timedelta(days=4)
"""Slack sends an event again for an hour at most (https://docs.slack.dev/apis/events-api/#errors); a link in a mail
can be used for three days."""
_MISSED = timedelta(days=2)


class Housekeeping(Transaction):
    """The part of a unit of work that watches over the work."""

    def first_sight(self, event_id: str, at: datetime, *, remembered: timedelta | None = None) -> bool:
        """Whether something is seen for the first time: Slack's events, a link's use. It is remembered for days.

        What is to be `remembered` longer is put down as if it were seen later.
        """
        self._connection.execute(delete(events_seen).where(events_seen.c.at < micros(at - _REMEMBERED)))
        noted = micros(at + (remembered or _REMEMBERED) - _REMEMBERED)
        seen = self._insert(events_seen).values(id=event_id, at=noted).on_conflict_do_nothing()
        return self._connection.execute(seen.returning(events_seen.c.id)).scalar() is not None

    def beat(self, worker: str, at: datetime) -> None:
        """Note that a worker is alive, and forget those that have been silent for days."""
        self._connection.execute(delete(beats).where(beats.c.at < micros(at - _MISSED)))
        alive = self._insert(beats).values(worker=worker, at=micros(at))
        self._connection.execute(alive.on_conflict_do_update(index_elements=[beats.c.worker], set_={"at": micros(at)}))

    def beats(self) -> Mapping[str, datetime]:
        """When each worker was last alive."""
        return {row.worker: instant(row.at) for row in self._all(select(beats).order_by(beats.c.worker))}

    def backlog(self, now: datetime) -> Backlog:
        """How far behind the work is: what is unread, and what is due."""
        due = micros(now)
        messages, later = notifications.c, timers.c
        unread, oldest_log = self._count(logs.c.at, UNREAD, at_hand(logs.c.id, now))
        to_send = (QUEUED, messages.due_at <= due, at_hand(messages.id, now))
        queued, oldest_notification = self._count(messages.due_at, *to_send)
        overdue, oldest_timer = self._count(later.due_at, PENDING, later.due_at <= due, at_hand(later.id, now))
        return Backlog(
            unread_logs=unread,
            oldest_unread_at=oldest_log,
            queued_notifications=queued,
            oldest_due_at=oldest_notification,
            overdue_timers=overdue,
            oldest_timer_at=oldest_timer,
            set_aside=self._count(aside.c.since)[0],
        )

    def _count(self, at: Column[int], *conditions: ColumnElement[bool]) -> tuple[int, datetime | None]:
        counted = self._connection.execute(select(func.count(), func.min(at)).where(*conditions)).one()
        oldest: int | None = counted[1]
        return counted[0], None if oldest is None else instant(oldest)

    def _insert(self, table: Table) -> Any:
        return postgresql.insert(table) if self._on_postgresql else sqlite.insert(table)
