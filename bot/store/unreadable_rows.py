"""Rows that this version cannot read, damaged or written by a newer one: set aside, so that those behind them go on.

They stay as they are and are noted by table and id; a claim passes over what is noted, for a minute at a time. So what
a newer version can read is taken up again within a minute of its start, and nothing has to be given back by hand.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.errors import Undecodable
from bot.ports import UnreadableRow
from bot.store.rows import instant, micros
from bot.store.schema import aside, word
from bot.store.transaction import Transaction

AGAIN = timedelta(minutes=1)
"""How soon it is tried again to read a row."""
_HEALED = timedelta(minutes=5)
"""A row that was not found wanting for so long after it was due again was read, or nobody needs it any more."""

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Generic[_T]):
    """A kind of rows that are claimed: the column of their ids, how one is read, and what undoes a claim."""

    key: Column[str]
    read: Callable[[Any], _T]
    back: Mapping[str, Any] = field(default_factory=dict)


def at_hand(key: Column[str], now: datetime) -> ColumnElement[bool]:
    """Whether a row of the key's table is not set aside at an instant."""
    mine = aside.c.name == word(key.table.name)
    return key.not_in(select(aside.c.id).where(mine, aside.c.again_at > micros(now)).correlate(None))


def legible(rows: Iterable[Any], read: Callable[[Any], _T]) -> list[_T]:
    """Read what can be read; the others are left out, and the log names them."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except Undecodable as error:
            _log.warning("%s It is left out.", error)
    return found


class PassingOver(Transaction):
    """The part of a unit of work that sets aside what cannot be read."""

    def set_aside(self, limit: int) -> tuple[UnreadableRow, ...]:
        """Rows that cannot be read, those that were found first, first."""
        wanted = select(aside).order_by(aside.c.since, aside.c.name, aside.c.id).limit(limit)
        return tuple(UnreadableRow(table=row.name, id=row.id, since=instant(row.since)) for row in self._all(wanted))

    def forget_what_is_legible(self, now: datetime) -> None:
        """Forget rows that were set aside and have been read since."""
        self._connection.execute(delete(aside).where(aside.c.again_at < micros(now - _HEALED)))

    def _legible(self, kind: Claimed[_T], rows: Iterable[Any], now: datetime) -> tuple[list[_T], frozenset[str]]:
        """Read claimed rows, and set aside those that cannot be read. Returns the ids of those set aside anew, too."""
        found, failures = [], list[Undecodable]()
        for row in rows:
            try:
                found.append(kind.read(row))
            except Undecodable as error:
                failures.append(error)
        return found, self._give_back(kind, failures, now) if failures else frozenset()

    def _claim_legible(
        self, kind: Claimed[_T], limit: int, claim: Callable[[int], Sequence[Any]], now: datetime
    ) -> list[_T]:
        """Claim as many rows as are wanted and can be read, or as many as there are."""
        found: list[_T] = []
        while (room := limit - len(found)) > 0:
            rows = claim(room)
            found += self._legible(kind, rows, now)[0]
            if len(rows) < room:
                break
        return found

    def _give_back(self, kind: Claimed[_T], failures: Iterable[Undecodable], now: datetime) -> frozenset[str]:
        """Leave rows as they were before their claim, and note them. Returns the ids that were not noted before."""
        by_id = {each.id: each for each in failures}
        if kind.back:
            self._connection.execute(update(kind.key.table).where(kind.key.in_(by_id)).values(**kind.back))
        fresh = by_id.keys() - self._noted(kind.key.table.name, by_id)
        for row_id in sorted(fresh):
            _log.error("%s It is set aside and tried again every minute.", by_id[row_id])
        again_at = micros(now + AGAIN)
        rows = [{"name": kind.key.table.name, "id": each, "since": micros(now), "again_at": again_at} for each in by_id]
        insert: Any = postgresql.insert(aside) if self._on_postgresql else sqlite.insert(aside)
        later = {"again_at": insert.excluded.again_at}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["name", "id"], set_=later), rows)
        return frozenset(fresh)

    def _noted(self, name: str, ids: Iterable[str]) -> set[str]:
        known = select(aside.c.id).where(aside.c.name == name, aside.c.id.in_(list(ids)))
        return set(self._connection.execute(known).scalars())
