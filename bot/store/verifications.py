"""Addresses that people are proving to be theirs."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Verification
from bot.store.rows import document
from bot.store.schema import verifications
from bot.store.transaction import Transaction

_read = msgspec.json.Decoder(Verification).decode


class Verifications(Transaction):
    """The part of a unit of work that keeps codes which were sent, one for each person."""

    def verification(self, user_id: str) -> Verification | None:
        """What somebody is proving, locked."""
        self._hold([f"verification {user_id}"])
        wanted = select(verifications.c.document).where(verifications.c.user_id == user_id)
        found = self._connection.execute(wanted).scalar()
        return _read(found) if found else None

    def put_verification(self, proving: Verification) -> None:
        """Keep what somebody is proving, in place of what was before."""
        table: Any = postgresql.insert(verifications) if self._on_postgresql else sqlite.insert(verifications)
        row = table.values(user_id=proving.user_id, document=document(proving))
        kept = row.on_conflict_do_update(index_elements=["user_id"], set_={"document": row.excluded.document})
        self._connection.execute(kept)
