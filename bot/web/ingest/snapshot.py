"""The directory as the ingest sees it: a copy in memory, checked against the store now and then."""

import asyncio
from time import monotonic

from bot.engine.directory import Directory
from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.ports import Store

_FRESH = 1.0  # seconds that a copy is used without asking
_PAUSE = 0.1  # seconds between two questions about unknown keys, so that guessing keys costs the store nothing


class Snapshot:
    """Finds integrations by key. A change is seen within a second, a new key at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._directory = Directory()
        self._checked_at = float("-inf")
        self._checking: asyncio.Task[None] | None = None

    def known(self, key: str) -> Integration | None:
        """Find an integration without waiting; None when the copy is too old or does not have it."""
        if monotonic() - self._checked_at > _FRESH:
            return None
        return self._directory.integration_at(key)

    async def integration_at(self, key: str) -> Integration | None:
        """Find the integration of an ingest address. Raises `StoreUnavailable` when nobody knows."""
        if monotonic() - self._checked_at > _FRESH:
            await self._check()
        found = self._directory.integration_at(key)
        if found is None:
            await self._check_for_new()
            found = self._directory.integration_at(key)
        return found

    async def _check_for_new(self) -> None:
        asked_at = monotonic()
        for _ in range(2):  # a check that was on its way may have begun too early to see the key
            await asyncio.sleep(max(0.0, self._checked_at + _PAUSE - monotonic()))
            if self._checked_at < asked_at:
                await self._check()
            if self._checked_at >= asked_at:
                return
        raise StoreUnavailable("a key that is not known yet cannot be looked up")

    async def _check(self) -> None:
        if self._checking is None:
            self._checking = asyncio.create_task(self._read())
        await asyncio.shield(self._checking)

    async def _read(self) -> None:
        started_at = monotonic()
        try:
            self._directory = await asyncio.to_thread(self._store.directory)
            self._checked_at = started_at
        except StoreUnavailable:
            if not self._directory.integrations:
                raise
        finally:
            self._checking = None
