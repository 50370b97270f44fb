"""Where the truth is kept: SQLite or PostgreSQL, behind `bot.ports.Store`."""

from bot.store.migrate import check, upgrade
from bot.store.store import SqlStore, open_store

__all__ = ["SqlStore", "check", "open_store", "upgrade"]
