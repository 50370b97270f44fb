"""Payloads: kept before they are answered, read in order of arrival."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from bot.ports import Log, StoredLog, UnreadLogs
from bot.store.bulk import Bulk, RowFields, Statement
from bot.store.rows import read_answered, read_envelope, read_log, read_stored_log, settled_log_row
from bot.store.schema import UNREAD, logs, objects
from bot.store.unreadable_rows import Claimed, PassingOver, at_hand, legible


def _settle(row: RowFields) -> Statement:
    changed = {name: row[name] for name in ("state", "outcome", "trace", "alert_ids")}
    return update(logs).where(logs.c.id == row["id"]).values(changed)


_INTEGRATION = "int"  # the kind of integrations among the objects
_UNREAD = Claimed(key=logs.c.id, read=read_log)
_SETTLE = Bulk([logs.c.id, logs.c.state, logs.c.outcome, logs.c.trace, logs.c.alert_ids], _settle)


class Payloads(PassingOver):
    """The part of a unit of work that reads payloads."""

    def integrations_with_unread(self, now: datetime) -> tuple[str, ...]:
        """Integrations that have logs in state `unread` to be read now, the one waiting longest first."""
        waiting = select(logs.c.integration_id).where(UNREAD, at_hand(logs.c.id, now))
        found = waiting.group_by(logs.c.integration_id)
        return tuple(row.integration_id for row in self._all(found.order_by(func.min(logs.c.seq))))

    def lock_integration(self, integration_id: str) -> bool:
        """Take the right to read this integration's logs until the transaction ends; False when it is taken."""
        return self._try_hold(f"integration {integration_id}")

    def unread_logs(self, integration_id: str, limit: int, now: datetime) -> UnreadLogs:
        """The integration's unread logs in order of arrival, and those that were found not to be readable."""
        unread = select(logs).where(UNREAD, logs.c.integration_id == integration_id, at_hand(logs.c.id, now))
        rows = self._all(unread.order_by(logs.c.seq).limit(limit))
        found, illegible = self._legible(_UNREAD, rows, now)
        return UnreadLogs(logs=tuple(found), illegible=tuple(read_envelope(row) for row in rows if row.id in illegible))

    def settle_logs(self, settled: Iterable[Log]) -> None:
        """Write `state`, `outcome`, `trace` and `alert_ids` of these logs."""
        _SETTLE.run(self._connection, [settled_log_row(log) for log in settled])

    def log(self, log_id: str) -> Log | None:
        """One log in full."""
        row = self._connection.execute(select(logs).where(logs.c.id == log_id)).one_or_none()
        return read_log(row) if row else None

    def logs(self, integration_id: str = "", *, before_seq: int | None = None, limit: int = 20) -> tuple[Log, ...]:
        """Logs, newest first."""
        wanted = select(logs).order_by(logs.c.seq.desc()).limit(limit)
        if integration_id:
            wanted = wanted.where(logs.c.integration_id == integration_id)
        if before_seq is not None:
            wanted = wanted.where(logs.c.seq < before_seq)
        return tuple(legible(self._all(wanted), read_log))

    def newest_envelopes(self) -> Mapping[str, Log]:
        """The newest log of each integration, without what was sent; one statement for all of them."""
        newest = select(func.max(logs.c.seq)).where(logs.c.integration_id == objects.c.id).scalar_subquery()
        seqs = select(newest.label("seq")).where(objects.c.kind == _INTEGRATION)
        columns = (logs.c.seq, logs.c.id, logs.c.integration_id, logs.c.at, logs.c.state, logs.c.answered)
        wanted = select(*columns, logs.c.outcome).where(logs.c.seq.in_(seqs))
        return {row.integration_id: log for row in self._all(wanted) for log in legible([row], read_answered)}

    def oldest_logs(self, after_seq: int, limit: int) -> tuple[StoredLog, ...]:
        """Logs that came after one, in order of arrival, without what was sent."""
        columns = (logs.c.seq, logs.c.at, logs.c.state, logs.c.alert_ids, self._size.label("size"))
        wanted = select(*columns).where(logs.c.seq > after_seq).order_by(logs.c.seq).limit(limit)
        return tuple(read_stored_log(row) for row in self._all(wanted))

    def size_of_logs(self) -> int:
        """How many bytes all logs take."""
        return int(self._connection.execute(select(func.sum(self._size))).scalar() or 0)

    def delete_logs(self, seqs: Iterable[int]) -> None:
        """Delete logs for good; one that is unread stays."""
        self._connection.execute(delete(logs).where(logs.c.seq.in_(list(seqs)), ~UNREAD))

    @property
    def _size(self) -> ColumnElement[int]:
        """What a log takes, told by the database without reading what is stored out of line."""
        length = func.octet_length if self._on_postgresql else func.length
        return length(logs.c.body) + length(logs.c.request) + length(logs.c.trace)
