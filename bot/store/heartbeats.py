"""Heartbeats: when each was last heard."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Heartbeat, Log
from bot.store.arrival import append
from bot.store.rows import instant, micros
from bot.store.schema import heartbeats
from bot.store.transaction import Transaction


class Heartbeats(Transaction):
    """The part of a unit of work that keeps heartbeats, and what is to be said of them."""

    def append(self, logs: Sequence[Log]) -> None:
        """Add logs that the bot itself writes, in the order in which they are given."""
        append(self._connection, logs)

    def heartbeats(self) -> Mapping[str, Heartbeat]:
        """All heartbeats by their integration's id."""
        return {row.integration_id: _read(row) for row in self._all(select(heartbeats))}

    def await_heartbeats(self, integration_ids: Iterable[str], since: datetime) -> None:
        """Begin to wait for heartbeats that are not kept yet."""
        rows = [{"integration_id": each, "last_at": micros(since)} for each in integration_ids]
        self._connection.execute(self._into().on_conflict_do_nothing(), rows)

    def put_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write how an integration's heartbeat stands."""
        started, told = heartbeat.started_at, heartbeat.told_at
        values = {
            "last_at": micros(heartbeat.last_at),
            "started_at": micros(started) if started else None,
            "told_at": micros(told) if told else None,
        }
        row = self._into().values(integration_id=heartbeat.integration_id, **values)
        put = row.on_conflict_do_update(index_elements=[heartbeats.c.integration_id], set_=values)
        self._connection.execute(put)

    def forget_heartbeats(self, integration_ids: Iterable[str]) -> None:
        """Forget heartbeats that nobody waits for any more."""
        self._connection.execute(delete(heartbeats).where(heartbeats.c.integration_id.in_(list(integration_ids))))

    def _into(self) -> Any:
        return postgresql.insert(heartbeats) if self._on_postgresql else sqlite.insert(heartbeats)


def _read(row: Any) -> Heartbeat:
    return Heartbeat(
        integration_id=row.integration_id,
        last_at=instant(row.last_at),
        started_at=instant(row.started_at) if row.started_at is not None else None,
        told_at=instant(row.told_at) if row.told_at is not None else None,
    )
