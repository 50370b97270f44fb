"""A sender that is over its rate: its team is told, once an hour."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from bot.engine.model import Integration
from bot.ports import Log
from bot.service.notices import notice

_PAUSE = 3600.0  # seconds
_KEY = "pagertree: over the rate"
_DESCRIPTION = """Payloads of this integration are being refused with 429 and may be lost, unless the sender sends them
again. Find out what it sends so often, or raise INGEST_RATE_PER_MINUTE and INGEST_BURST."""


class Floods:
    """Remembers for which integrations a notice was written by this process."""

    def __init__(self, elapsed: Callable[[], float] = monotonic) -> None:
        self._elapsed = elapsed
        self._told_at: dict[str, float] = {}

    def notice(self, integration: Integration, now: datetime) -> Log | None:
        """The log that tells the team, None when it was told within the hour."""
        elapsed = self._elapsed()
        if elapsed - self._told_at.get(integration.id, float("-inf")) < _PAUSE:
            return None
        self._told_at[integration.id] = elapsed
        title = f"{integration.name} sends more than its limit"
        return notice(integration, _KEY, title, _DESCRIPTION.replace("\n", " "), now)

    def forget(self, integration: Integration) -> None:
        """Take back that the team was told."""
        self._told_at.pop(integration.id, None)
