"""What was refused of whom: one row for each integration."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import RefusalHistory
from bot.store.rows import document
from bot.store.schema import refusals
from bot.store.transaction import Transaction

_read = msgspec.json.Decoder(RefusalHistory).decode


class Refusals(Transaction):
    """The part of a unit of work that keeps what was refused."""

    def refusal_history(self, integration_id: str) -> RefusalHistory | None:
        """What was refused of an integration. One that cannot be read is forgotten: people are told once more."""
        wanted = select(refusals.c.document).where(refusals.c.integration_id == integration_id)
        found = self._connection.execute(wanted).scalar()
        try:
            return _read(found) if found else None
        except msgspec.MsgspecError:
            return None

    def put_refusal_history(self, history: RefusalHistory) -> None:
        """Write what was refused of an integration."""
        table: Any = postgresql.insert(refusals) if self._on_postgresql else sqlite.insert(refusals)
        row = table.values(integration_id=history.integration_id, document=document(history))
        kept = row.on_conflict_do_update(index_elements=["integration_id"], set_={"document": row.excluded.document})
        self._connection.execute(kept)
