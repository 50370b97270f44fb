"""Alerts as they stand, and what was told of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from bot.engine.card_contents import Gathering
from bot.engine.model import Alert, Entry, Escalation
from bot.ports import Situation
from bot.store.rows import dedup_digest, digest, micros, read_alert, read_entry, read_escalation
from bot.store.schema import (
    CHILD,
    COUNTING,
    ESCALATING,
    LIVE,
    RESOLVED,
    UNRESOLVED,
    alerts,
    entries,
    escalations,
    windows,
)
from bot.store.transaction import Transaction
from bot.store.unreadable_rows import legible

_STORED = select(alerts.c.id, alerts.c.number, alerts.c.document)
_LARGEST_NUMBER = 2**63 - 1
_NEWEST_CHILDREN = 5


class Alerts(Transaction):
    """The part of a unit of work that reads alerts."""

    def lock_dedup_keys(self, integration_id: str, keys: Iterable[str]) -> None:
        """Hold these dedup keys until the transaction ends, in an order that cannot deadlock."""
        self._hold(dedup_digest(integration_id, key) for key in keys)

    def live_alerts(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, Situation]:
        """The first of the `namesakes` of each key."""
        return {key: found[0] for key, found in self.namesakes(integration_id, keys).items()}

    def namesakes(self, integration_id: str, keys: Iterable[str]) -> Mapping[str, tuple[Situation, ...]]:
        """Alerts that a signal with one of the keys is about (every status but resolved), by key; locked.

        The one that counts repetitions comes first, then the suppressed ones, the newest first.
        """
        by_digest = {dedup_digest(integration_id, key): key for key in keys if key}
        columns = _STORED.add_columns(alerts.c.dedup_digest, COUNTING.label("counting"))
        found = self._lock(columns.where(UNRESOLVED, alerts.c.dedup_digest.in_(by_digest)))
        situations = self._situations(found)
        alike: dict[str, tuple[Situation, ...]] = {}
        for row in sorted(found, key=lambda row: (bool(row.counting), row.number), reverse=True):
            key = by_digest[row.dedup_digest]
            alike[key] = (*alike.get(key, ()), situations[row.id])
        return alike

    def lately_resolved(self, integration_id: str, keys: Iterable[str], since: datetime) -> Mapping[str, Situation]:
        """The newest alert with each of the keys that was resolved since an instant, by key; locked."""
        by_digest = {dedup_digest(integration_id, key): key for key in keys if key}
        last = select(func.max(alerts.c.number)).where(RESOLVED, alerts.c.dedup_digest.in_(by_digest))
        numbers = self._connection.execute(last.group_by(alerts.c.dedup_digest)).scalars().all()
        if not numbers:
            return {}
        found = self._lock(_STORED.add_columns(alerts.c.dedup_digest).where(RESOLVED, alerts.c.number.in_(numbers)))
        keyed = {row.id: by_digest[row.dedup_digest] for row in found}
        lately = ((keyed[each], one) for each, one in self._situations(found).items())
        return {key: one for key, one in lately if one.alert.settled_at and one.alert.settled_at >= since}

    def parents_among(self, alert_ids: Iterable[str]) -> frozenset[str]:
        """Those of the alerts that have gathered others."""
        named = list(alert_ids)
        if not named:
            return frozenset()
        parents = select(alerts.c.parent_id).where(CHILD, alerts.c.parent_id.in_(named)).distinct()
        return frozenset(self._connection.execute(parents).scalars())

    def window(self, fingerprint: str, at: datetime) -> Situation | None:
        """The parent alert of the aggregation window that is open for a fingerprint; locked.

        The fingerprint is held too, so that two transactions cannot both find no window and open one each.
        """
        named = digest(fingerprint)
        self._hold([f"window {named}"])
        parent = select(windows.c.alert_id).where(windows.c.digest == named, windows.c.end_at > micros(at))
        return self._situation(alerts.c.id.in_(parent))

    def children(self, alert_id: str) -> tuple[Alert, ...]:
        """An aggregate's children, oldest first."""
        return self._read(_STORED.where(alerts.c.parent_id == alert_id).order_by(alerts.c.number))

    def gatherings(self, alert_ids: Iterable[str]) -> Mapping[str, Gathering]:
        """What each of the alerts gathered; those that gathered nothing are left out."""
        children = alerts.c.parent_id.in_(list(alert_ids))
        over = func.sum(case((UNRESOLVED, 0), else_=1)).label("over")
        counted = select(alerts.c.parent_id, func.count().label("children"), over).where(CHILD, children)
        found = self._all(counted.group_by(alerts.c.parent_id))
        return {
            row.parent_id: Gathering(
                count=row.children, over=int(row.over), listed=self._listed(row.parent_id, row.over < row.children)
            )
            for row in found
        }

    def situation(self, reference: str) -> Situation | None:
        """An alert by id or by number (`1042`, `#1042`), locked."""
        number = reference.strip().removeprefix("#")
        if number.isascii() and number.isdigit():
            fits = len(number) < 20 and int(number) <= _LARGEST_NUMBER
            return self._situation(alerts.c.number == int(number)) if fits else None
        return self._situation(alerts.c.id == reference) if "\x00" not in reference else None

    def situations(self, alert_ids: Iterable[str]) -> Mapping[str, Situation]:
        """Alerts by id, locked in an order that cannot deadlock."""
        return self._situations(self._lock(_STORED.where(alerts.c.id.in_(list(alert_ids)))))

    def glance(self, alert_ids: Iterable[str]) -> Mapping[str, Situation]:
        """Alerts by id as they are at this moment; like `situations`, but not locked."""
        return self._situations(self._all(_STORED.where(alerts.c.id.in_(list(alert_ids)))))

    def live(self, alert_ids: Iterable[str]) -> frozenset[str]:
        """Those of the alerts that somebody may still have to answer for: queued, open or acknowledged."""
        mine = alerts.c.id.in_(list(alert_ids))
        return frozenset(self._connection.execute(select(alerts.c.id).where(mine, LIVE)).scalars())

    def entries(self, alert_id: str) -> tuple[Entry, ...]:
        """An alert's timeline, oldest first."""
        told = select(entries).where(entries.c.alert_id == alert_id).order_by(entries.c.seq)
        return tuple(legible(self._all(told), read_entry))

    def _listed(self, parent_id: str, is_any_open: bool) -> tuple[Alert, ...]:
        """The newest few children of those that are not over; of all, where all are."""
        children = _STORED.where(CHILD, alerts.c.parent_id == parent_id)
        shown = children.where(UNRESOLVED) if is_any_open else children
        return self._read(shown.order_by(alerts.c.number.desc()).limit(_NEWEST_CHILDREN))

    def _read(self, query: Select[Any]) -> tuple[Alert, ...]:
        return tuple(legible(self._all(query), lambda row: read_alert(row.number, row.document)))

    def _lock(self, query: Select[Any]) -> list[Any]:
        """Fetch alerts in the order in which everybody locks them; keys of other tables may go on pointing there."""
        return self._all(query.order_by(alerts.c.id).with_for_update(key_share=True, of=alerts))

    def _situation(self, condition: ColumnElement[bool]) -> Situation | None:
        return next(iter(self._situations(self._lock(_STORED.where(condition))).values()), None)

    def _situations(self, found: list[Any]) -> dict[str, Situation]:
        if not found:
            return {}
        running = self._running([row.id for row in found])
        return {
            row.id: Situation(alert=read_alert(row.number, row.document), escalations=tuple(running.get(row.id, ())))
            for row in found
        }

    def _running(self, alert_ids: list[str]) -> dict[str, list[Escalation]]:
        wanted = select(escalations.c.id, escalations.c.alert_id, escalations.c.document)
        wanted = wanted.where(ESCALATING, escalations.c.alert_id.in_(alert_ids)).order_by(escalations.c.id)
        by_alert: dict[str, list[Escalation]] = {}
        for row in self._all(wanted):
            by_alert.setdefault(row.alert_id, []).append(read_escalation(row))
        return by_alert
