"""Payloads that are refused through no fault of what they say: the team is told, once an hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from bot.engine.model import Integration
from bot.ports import Log
from bot.service.notices import notice

_PAUSE = 3600.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalNotice:
    """What a team is told of refusals of a kind. `says` follows the integration's name in the title."""

    key: str
    says: str
    description: str


OVER_THE_RATE = RefusalNotice(
    key="pagertree: over the rate",
    says="sends more than its limit",
    description=(
        "Payloads of this integration are being refused with 429 and may be lost, unless the sender sends them again. "
        "Find out what it sends so often, or raise INGEST_RATE_PER_MINUTE and INGEST_BURST."
    ),
)
UNCHECKED = RefusalNotice(
    key="pagertree: no certificate",
    says="cannot be checked: Amazon's certificate cannot be fetched",
    description=(
        "Messages of this integration are being answered with 503, so that Amazon SNS sends them again; what it gives "
        "up meanwhile is lost. Look into AWS for what they say, and let the web process reach the Internet by HTTPS."
    ),
)


class Floods:
    """Remembers for which integrations a notice was written by this process."""

    def __init__(self, elapsed: Callable[[], float] = monotonic, told: RefusalNotice = OVER_THE_RATE) -> None:
        self._elapsed = elapsed
        self._told = told
        self._told_at: dict[str, float] = {}

    def notice(self, integration: Integration, now: datetime) -> Log | None:
        """The log that tells the team, None when it was told within the hour."""
        elapsed = self._elapsed()
        if elapsed - self._told_at.get(integration.id, float("-inf")) < _PAUSE:
            return None
        self._told_at[integration.id] = elapsed
        title = f"{integration.name} {self._told.says}"
        return notice(integration, self._told.key, title, self._told.description, now)

    def forget(self, integration: Integration) -> None:
        """Take back that the team was told."""
        self._told_at.pop(integration.id, None)
