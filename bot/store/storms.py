"""Storms: what is told as one, and how much comes in each place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, and_, case, delete, func, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.engine.delivery.storms import Storm, Traffic
from bot.engine.model import DeliveryState, Notification, Status, Urgency
from bot.ports import Tally
from bot.store.ledger import QUEUED_AGAIN, TO_PAGE, outdated
from bot.store.rows import document, micros, read_alert, reading
from bot.store.schema import PAGE, QUEUED, REPAINT, SENDING, UNRESOLVED, alerts, notifications, storms, traffic, word
from bot.store.unreadable_rows import Claimed, PassingOver, at_hand, legible

_NEWEST = 5

_storm = msgspec.json.Decoder(Storm).decode
_traffic = msgspec.json.Decoder(Traffic).decode


def _read_storm(row: Any) -> Storm:
    with reading(storms.name, row.id):
        return _storm(row.document)


def _read_traffic(row: Any) -> Traffic:
    with reading(traffic.name, row.place):
        return _traffic(row.document)


_TOLD = Claimed(key=storms.c.id, read=_read_storm)


class Storms(PassingOver):
    """The part of a unit of work that keeps storms."""

    def traffic(self, places: Iterable[str]) -> Mapping[str, Traffic]:
        """How much came lately in each of the places, held until the transaction ends."""
        wanted = sorted(set(places))
        self._hold(f"traffic {place}" for place in wanted)
        found = self._all(select(traffic).where(traffic.c.place.in_(wanted)))
        known = {each.place: each for each in map(_read_traffic, found)}
        return {place: known.get(place, Traffic(place=place)) for place in wanted}

    def put_traffic(self, traffic_now: Iterable[Traffic]) -> None:
        """Keep how much came in places that are held."""
        for each in traffic_now:
            self._put(traffic, "place", {"place": each.place, "document": document(each)})

    def hold_back(self, storm_id: str, messages: Iterable[Notification], now: datetime, until: datetime) -> None:
        """Leave messages that were claimed to a storm's summary; those that it has not told `until` then are due.

        A page is due again at its deadline, if that comes first.
        """
        ids, columns = [each.id for each in messages], notifications.c
        sooner = and_(columns.deadline_at > micros(now), columns.deadline_at < micros(until))
        due_at = case((sooner, columns.deadline_at), else_=micros(until))
        left = {"state": word(DeliveryState.QUEUED), "storm_id": storm_id, "due_at": due_at}
        held = update(notifications).where(columns.id.in_(ids), SENDING)
        self._connection.execute(held.values(**left, attempts=columns.attempts - 1))

    def put_storm(self, storm: Storm, due_at: datetime | None) -> None:
        """Keep a storm, and when it has to be looked at; None while nothing changes."""
        due = micros(due_at) if due_at else None
        self._put(storms, "id", {"id": storm.id, "due_at": due, "document": document(storm)})

    def storm(self, storm_id: str) -> Storm | None:
        """One storm."""
        return next(iter(self._storms(storms.c.id == storm_id)), None)

    def claim_storms(self, now: datetime, lease: timedelta, limit: int) -> tuple[Storm, ...]:
        """Claim storms that are due, the longest due first; one that is not put within the lease is due again."""
        found = self._claim_legible(_TOLD, limit, lambda room: self._take_on(now, lease, room), now)
        return tuple(sorted(found, key=lambda storm: storm.id))

    def storms_on(self) -> tuple[Storm, ...]:
        """Every storm that has to be looked at some time."""
        return self._storms(storms.c.due_at.is_not(None))

    def stale_storms(self) -> tuple[Storm, ...]:
        """Storms that nothing is due of, and whose alerts have changed since their summaries were told."""
        changed = select(notifications.c.storm_id).join(alerts, alerts.c.id == notifications.c.alert_id)
        changed = changed.where(REPAINT, _gathered_by() != word(""), outdated())
        return self._storms(and_(storms.c.due_at.is_(None), storms.c.id.in_(changed)))

    def gather(self, storm_id: str, now: datetime, limit: int) -> tuple[Notification, ...]:
        """Claim messages that were left to a storm's summary, or cancel those that nobody needs any more.

        From now on the summary counts as showing all of the storm's alerts as they are now.
        """
        columns = notifications.c
        mine = columns.storm_id == storm_id
        held = select(columns.seq).where(mine, QUEUED, at_hand(columns.id, now)).order_by(columns.seq).limit(limit)
        chosen = held.with_for_update(skip_locked=True).cte("claimed")
        needless = and_(PAGE, columns.alert_id == alerts.c.id, alerts.c.status.not_in(TO_PAGE))
        gone = select(alerts.c.id).where(needless).correlate(notifications).exists()
        claim = update(notifications).where(columns.seq.in_(select(chosen.c.seq)))
        claim = claim.values(
            state=case((gone, word(DeliveryState.CANCELLED)), else_=word(DeliveryState.SENDING)),
            attempts=columns.attempts + case((gone, 0), else_=1),
            claimed_at=micros(now),
            painted=_version_of_alert(),
        )
        claimed = self._connection.execute(claim.returning(*columns)).all()
        changed = and_(_gathered_by() == storm_id, columns.alert_id.in_(select(alerts.c.id).where(REPAINT)))
        # Whoever claims or settles some of them at this moment may wait for us: those count as not shown.
        free = select(columns.seq).where(changed).order_by(columns.seq).with_for_update(skip_locked=True).cte("free")
        shown = update(notifications).where(columns.seq.in_(select(free.c.seq)))
        self._connection.execute(shown.values(painted=_version_of_alert()))
        sending = [row for row in claimed if row.state == DeliveryState.SENDING]
        return tuple(self._legible(QUEUED_AGAIN, sending, now)[0])

    def tally(self, storm_id: str) -> Tally:
        """The alerts of a storm as they stand."""
        mine = notifications.c.storm_id == storm_id
        joined = notifications.join(alerts, alerts.c.id == notifications.c.alert_id)
        by = (alerts.c.status, notifications.c.urgency)
        counted = select(*by, func.count(notifications.c.alert_id.distinct()).label("alerts"))
        counts = self._all(counted.select_from(joined).where(mine).group_by(*by))
        latest = select(notifications.c.alert_id).where(mine).order_by(notifications.c.seq.desc()).limit(_NEWEST * 4)
        newest = select(alerts.c.number, alerts.c.document).where(alerts.c.id.in_(latest.scalar_subquery()))
        found = self._all(newest.order_by(alerts.c.number.desc()).limit(_NEWEST))
        return Tally(
            counts=tuple((Status(row.status), Urgency(row.urgency), row.alerts) for row in counts),
            newest=tuple(read_alert(row.number, row.document) for row in found),
        )

    def forget_storms(self, before: datetime) -> int:
        """Forget storms that were over by then and whose alerts are all resolved; returns how many there were.

        Places to which nothing came since then are forgotten, too.
        """
        self._forget_traffic(before)
        joined = notifications.join(alerts, alerts.c.id == notifications.c.alert_id)
        live = (
            select(notifications.c.seq).select_from(joined).where(notifications.c.storm_id == storms.c.id, UNRESOLVED)
        )
        ended = self._storms(and_(storms.c.due_at.is_(None), not_(live.correlate(storms).exists())))
        gone = [each.id for each in ended if each.over_at and each.over_at < before]
        self._connection.execute(delete(storms).where(storms.c.id.in_(gone), storms.c.due_at.is_(None)))
        return len(gone)

    def _forget_traffic(self, before: datetime) -> None:
        """Forget places without holding them: one to which something comes at this moment is no longer as it was."""
        for row in self._all(select(traffic)):
            each = next(iter(legible([row], _read_traffic)), None)
            if each and each.storm_id is None and all(at < before for at in each.recent):
                same = and_(traffic.c.place == each.place, traffic.c.document == row.document)
                self._connection.execute(delete(traffic).where(same))

    def _storms(self, condition: ColumnElement[bool]) -> tuple[Storm, ...]:
        return tuple(legible(self._all(select(storms).where(condition).order_by(storms.c.id)), _read_storm))

    def _take_on(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Any]:
        """Have storms that are due be due again after the lease."""
        due = select(storms.c.id).where(storms.c.due_at <= micros(now), at_hand(storms.c.id, now))
        chosen = due.order_by(storms.c.due_at).limit(limit).with_for_update(skip_locked=True).cte("claimed")
        claim = update(storms).where(storms.c.id.in_(select(chosen.c.id))).values(due_at=micros(now + lease))
        return self._connection.execute(claim.returning(*storms.c)).all()

    def _put(self, table: Table, key: str, row: Mapping[str, object]) -> None:
        insert: Any = postgresql.insert(table) if self._on_postgresql else sqlite.insert(table)
        values = {name: value for name, value in row.items() if name != key}
        self._connection.execute(insert.values(**row).on_conflict_do_update(index_elements=[key], set_=values))


def _gathered_by() -> ColumnElement[str]:
    """The storm of a message, in a form that no index has: changed alerts are few, messages of storms are many."""
    return func.coalesce(notifications.c.storm_id, word(""))


def _version_of_alert() -> ColumnElement[int]:
    return (
        select(alerts.c.version)
        .where(alerts.c.id == notifications.c.alert_id)
        .correlate(notifications)
        .scalar_subquery()
    )
