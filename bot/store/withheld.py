"""What maintenance windows withhold: one row for each problem of an integration, until the window is over."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Withheld
from bot.store.rows import digest, document, micros, reading
from bot.store.schema import withheld
from bot.store.transaction import Transaction
from bot.store.unreadable_rows import legible

_decode = msgspec.json.Decoder(Withheld).decode


class WithheldProblems(Transaction):
    """The part of a unit of work that keeps what maintenance windows withhold."""

    def withhold(self, problems: Iterable[Withheld]) -> None:
        """Write problems, each in place of what was known under its key."""
        table: Any = postgresql.insert(withheld) if self._on_postgresql else sqlite.insert(withheld)
        for each in problems:
            row = table.values(
                integration_id=each.integration_id,
                digest=digest(each.key),
                rank=-each.urgency.loudness,
                first_at=micros(each.first_at),
                document=document(each),
            )
            kept = {"rank": row.excluded.rank, "document": row.excluded.document}
            self._connection.execute(row.on_conflict_do_update(index_elements=["integration_id", "digest"], set_=kept))

    def integrations_with_withheld(self) -> tuple[str, ...]:
        """The integrations of which anything is withheld, those with the loudest first."""
        wanted = select(withheld.c.integration_id).group_by(withheld.c.integration_id)
        found = self._connection.execute(wanted.order_by(func.min(withheld.c.rank), withheld.c.integration_id))
        return tuple(found.scalars())

    def withheld_under(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, Withheld]:
        """What is withheld of an integration under these keys, by key."""
        columns = withheld.c
        chosen = (columns.integration_id == integration_id, columns.digest.in_([digest(each) for each in keys]))
        found = legible(self._all(select(withheld).where(*chosen)), _read)
        return {each.key: each for each in found}

    def withheld(self, integration_id: str, limit: int) -> tuple[Withheld, ...]:
        """What is withheld of an integration: the most urgent first, of those the oldest."""
        columns = withheld.c
        wanted = select(withheld).where(columns.integration_id == integration_id)
        return tuple(legible(self._all(wanted.order_by(columns.rank, columns.first_at).limit(limit)), _read))

    def forget_withheld(self, integration_id: str, keys: Iterable[str] | None = None) -> None:
        """Forget what was withheld under these keys; without any, all of the integration."""
        gone = delete(withheld).where(withheld.c.integration_id == integration_id)
        if keys is not None:
            gone = gone.where(withheld.c.digest.in_([digest(each) for each in keys]))
        self._connection.execute(gone)


def _read(row: Any) -> Withheld:
    with reading(withheld.name, f"{row.integration_id} {row.digest}"):
        return _decode(row.document)
