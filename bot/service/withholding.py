"""What payloads say of problems that a maintenance window withholds: written down until it is over."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.engine.model import Alert, Maintenance
from bot.ports import Log, UnitOfWork, Withheld


class Withholding:
    """The withheld problems of one integration, as one batch changes them."""

    def __init__(self, uow: UnitOfWork, integration_id: str) -> None:
        self._uow = uow
        self._integration_id = integration_id
        self._known: dict[str, Withheld | None] = {}
        self._changed: dict[str, Withheld] = {}
        self._any: bool | None = None

    def note(self, window: Maintenance, log: Log, seen: Alert, now: datetime) -> None:
        """Note that a problem was reported; `seen` is the alert that it would have been."""
        key = seen.dedup_key or f"{log.id} {len(self._changed)}"
        known = self._find([key]).get(key)
        fresh = Withheld(
            integration_id=self._integration_id,
            key=key,
            title=seen.title,
            urgency=seen.urgency,
            window_id=window.id,
            window=window.name,
            first_at=now,
            log_id=log.id,
        )
        if known:
            fresh = replace(fresh, first_at=known.first_at, count=known.count + 1)
        self._known[key] = self._changed[key] = fresh

    def note_over(self, keys: Iterable[str], now: datetime) -> None:
        """Note that problems are over, as their sender says."""
        for key, known in self._find(tuple(keys)).items():
            if known and known.over_at is None:
                self._known[key] = self._changed[key] = replace(known, over_at=now)

    def keep(self) -> None:
        """Write what changed."""
        if self._changed:
            self._uow.withhold(self._changed.values())

    def _find(self, keys: Iterable[str]) -> dict[str, Withheld | None]:
        unknown = [each for each in keys if each not in self._known]
        if unknown and not self._has_any():
            self._known.update(dict.fromkeys(unknown))
        elif unknown:
            found = self._uow.withheld_under(self._integration_id, unknown)
            self._known.update({each: found.get(each) for each in unknown})
        return {each: self._known[each] for each in keys}

    def _has_any(self) -> bool:
        """Whether anything is withheld of the integration: almost never, and asked once."""
        if self._any is None:
            self._any = bool(self._uow.withheld(self._integration_id, 1))
        return self._any
