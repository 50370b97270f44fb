"""What the topics of a unit of work share: the connection, and the promise never to commit after a conflict."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from bot.errors import Conflict


class Transaction:
    """An open transaction. On SQLite it is the only one that writes; on PostgreSQL it is READ COMMITTED."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._conflict: Conflict | None = None

    def finish(self) -> None:
        """Raise the conflict that was met, even if somebody caught it: half a decision must not be committed."""
        if self._conflict:
            raise self._conflict

    def _refuse(self, why: str) -> Conflict:
        self._conflict = Conflict(why)
        return self._conflict

    def _all(self, query: Select[Any]) -> list[Any]:
        return list(self._connection.execute(query).all())

    @property
    def _on_postgresql(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def _hold(self, names: Iterable[str]) -> None:
        """Hold names until the transaction ends, in an order that cannot deadlock. A SQLite writer is alone anyway."""
        keys = sorted({_lock_key(name) for name in names})
        if keys and self._on_postgresql:
            each = func.unnest(bindparam("keys", keys, type_=ARRAY(BigInteger))).column_valued("key")
            self._connection.execute(select(func.pg_advisory_xact_lock(each)))

    def _try_hold(self, name: str) -> bool:
        """Hold a name, or say that somebody else does."""
        if not self._on_postgresql:
            return True
        return bool(self._connection.execute(select(func.pg_try_advisory_xact_lock(_lock_key(name)))).scalar())


def _lock_key(name: str) -> int:
    """Make PostgreSQL's 64-bit key of a lock; two names with one key merely wait for each other."""
    hashed = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, signed=True)
