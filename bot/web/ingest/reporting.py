"""Refusals are reported to those whose integration it is: as a notice among its logs, however many there are.

Only so many are reported, for each integration and answer; what comes of them is decided where they are read
(`bot.service.refusals`), which knows what other processes reported.
"""

from collections.abc import Mapping

from bot.engine.model import Integration
from bot.ports import Log, Source
from bot.service.refusals import TOLD, Refusal, report
from bot.web.ingest.limits import Buckets

_PER_MINUTE, _BURST = 2, 10


class Reports:
    """Writes the reports of one process."""

    def __init__(self, sources: Mapping[str, Source], rate: Buckets | None = None) -> None:
        self._sources = sources
        self._rate = rate or Buckets(per_minute=_PER_MINUTE, burst=_BURST)

    def report(self, integration: Integration, refusal: Refusal) -> Log | None:
        """The log that reports a refusal; None when it need not be told, or enough were reported just now."""
        answered = refusal.log.answered
        if answered not in TOLD or self._rate.take(f"{integration.id} {answered}"):
            return None
        return report(integration, refusal, self._sources.get(integration.type))
