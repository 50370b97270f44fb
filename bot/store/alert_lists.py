"""Lists of alerts: found, sorted, counted and cut into pages by the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from bot.engine.model import Alert
from bot.ports import NEWEST_LOOKED_AT, SHORTEST_INDEXED, AlertFilter, AlertOrder
from bot.store import statements
from bot.store.rows import alert_row, micros, read_alert, responder_rows
from bot.store.schema import UNINDEXED, alerts, notifications, responders
from bot.store.text_index import holding, is_there, put_texts
from bot.store.transaction import Transaction
from bot.store.unreadable_rows import legible

_STORED = select(alerts.c.id, alerts.c.number, alerts.c.document)
_GIVEN_LATE = ("loudness", "created_at", "holder_id")  # columns that a version before did not write


class AlertLists(Transaction):
    """The part of a unit of work that lists alerts."""

    def alerts(self, wanted: AlertFilter) -> tuple[Alert, ...]:
        """One page of the alerts that are wanted, in the order that is wanted; not locked."""
        order = _ORDERS[wanted.order]
        numbers = select(alerts.c.number).where(*self._conditions(wanted)).order_by(*order)
        shown = numbers.limit(wanted.limit).offset(wanted.skipped)
        found = self._all(_STORED.where(alerts.c.number.in_(shown)).order_by(*order))
        return tuple(legible(found, lambda row: read_alert(row.number, row.document)))

    def count_alerts(self, wanted: AlertFilter, most: int) -> int:
        """How many alerts are wanted on all pages together; counting ends at `most`."""
        numbers = select(alerts.c.number).where(*self._conditions(wanted)).limit(most)
        return self._connection.execute(select(func.count()).select_from(numbers.subquery())).scalar_one()

    def index_texts(self, limit: int) -> int:
        """Put the texts of so many alerts into the index that searches use, newest first; returns how many it were.

        What a version before left out of their rows is written as well.
        """
        if not self._try_hold("index of texts") or not is_there(self._connection):
            return 0
        columns = (alerts.c.number, alerts.c.search, alerts.c.document, alerts.c.created_at)
        waiting = select(*columns).where(UNINDEXED).order_by(alerts.c.number.desc()).limit(limit)
        found = self._all(waiting.with_for_update(skip_locked=True, key_share=True, of=alerts))
        if not found:
            return 0
        put_texts(self._connection, [(row.number, row.search) for row in found])
        marked = update(alerts).where(alerts.c.number.in_([row.number for row in found])).values(indexed=True)
        self._connection.execute(marked)
        self._complete([row for row in found if row.created_at is None])
        return len(found)

    def _complete(self, rows: Sequence[Any]) -> None:
        """Write what a version before did not write of these alerts."""
        for alert in legible(rows, lambda row: read_alert(row.number, row.document)):
            row = alert_row(alert, alert.version)
            late = {name: row[name] for name in _GIVEN_LATE}
            self._connection.execute(update(alerts).where(alerts.c.number == alert.number).values(late))
            statements.PUT_RESPONDERS.run(self._connection, responder_rows(alert))

    def _conditions(self, wanted: AlertFilter) -> list[ColumnElement[bool]]:
        words = wanted.text.replace("\x00", "").casefold().split()
        conditions = [*_plain_conditions(wanted), *_people_conditions(wanted)]
        if words:
            conditions.append(holding(words, self._connection))
        if words and max(map(len, words)) < SHORTEST_INDEXED:
            newest = select(func.max(alerts.c.number)).scalar_subquery()
            conditions.append(alerts.c.number > newest - NEWEST_LOOKED_AT)
        return conditions


def _plain_conditions(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    loudness = wanted.urgency.loudness if wanted.urgency else 0
    possible: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.statuses, alerts.c.status.in_([status.value for status in wanted.statuses])),
        (wanted.integration_id, alerts.c.integration_id == wanted.integration_id),
        (wanted.parent_id, alerts.c.parent_id == wanted.parent_id),
        (wanted.urgency, alerts.c.loudness == loudness),
        (wanted.before_number is not None, alerts.c.number < (wanted.before_number or 0)),
    ]
    if wanted.since:
        since = micros(wanted.since)
        possible.append((True, or_(alerts.c.created_at >= since, alerts.c.created_at.is_(None))))
    return [condition for given, condition in possible if given]


def _people_conditions(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    in_storm = select(notifications.c.alert_id).where(notifications.c.storm_id == wanted.storm_id)
    concerned = or_(_asked(wanted.concerned_id), alerts.c.holder_id == wanted.concerned_id)
    possible: list[tuple[str, ColumnElement[bool]]] = [
        (wanted.responder_id, _asked(wanted.responder_id)),
        (wanted.concerned_id, concerned),
        (wanted.storm_id, alerts.c.id.in_(in_storm)),
    ]
    return [condition for given, condition in possible if given]


def _asked(asked_id: str) -> ColumnElement[bool]:
    return alerts.c.id.in_(select(responders.c.alert_id).where(responders.c.user_id == asked_id))


_ORDERS = {
    AlertOrder.NEWEST: (alerts.c.number.desc(),),
    AlertOrder.OLDEST: (alerts.c.number.asc(),),
    AlertOrder.URGENCY: (alerts.c.loudness.desc(), alerts.c.number.desc()),
}
