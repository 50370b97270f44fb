"""The outbox and the delivery ledger: claim, send, settle, paint."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, not_, or_, select, update

from bot.engine.delivery.order import PAGING, precedence
from bot.engine.model import DeliveryState, Notification, Status
from bot.ports import Settlement
from bot.store.bulk import Bulk, RowFields, Statement
from bot.store.rows import Row, clean, micros, read_notification, settlement_row
from bot.store.schema import (
    ARRIVED,
    ESCALATING,
    FAILED,
    PAGE,
    QUEUED,
    REPAINT,
    SENDING,
    alerts,
    escalations,
    notifications,
    word,
)
from bot.store.unreadable_rows import Claimed, PassingOver, at_hand, legible

_REPAINTING = timedelta(seconds=30)
_TO_PAGE = [word(Status.QUEUED), word(Status.OPEN)]
_NOTHING = word("")
_CHOICE = 4  # messages that are looked at for each that is claimed


def answered() -> ColumnElement[bool]:
    """Whether nobody has to answer for an alert any more: whoever has one that got worse is asked by an escalation."""
    asked = select(escalations.c.id).where(ESCALATING, escalations.c.alert_id == alerts.c.id).correlate(alerts)
    return and_(alerts.c.status.not_in(_TO_PAGE), not_(asked.exists()))


def _in_turns(queued: Select[tuple[int]], room: int, others: int) -> Select[tuple[int]]:
    """Pick out of a few times what there is room for, so that no alert takes all of it, nor what pages nobody."""
    columns = notifications.c
    wide = queued.add_columns(columns.precedence, columns.due_at, columns.alert_id)
    wide = wide.order_by(columns.precedence.desc(), columns.due_at, columns.seq).limit(room * _CHOICE)
    found = wide.with_for_update(skip_locked=True).cte("found").c
    pages = found.precedence >= literal_column(str(PAGING))
    number = func.row_number()
    came = (found.due_at, found.seq)
    turn = number.over(partition_by=(found.precedence, found.alert_id), order_by=came).label("turn")
    place = number.over(partition_by=pages, order_by=(found.precedence.desc(), *came)).label("place")
    fair = select(found.seq, found.precedence, found.due_at, pages.label("pages"), turn, place).subquery("fair").c
    chosen = select(fair.seq).where(or_(fair.pages, fair.place <= others))
    return chosen.order_by(fair.precedence.desc(), fair.turn, fair.due_at, fair.seq).limit(room)


def _settle(row: RowFields) -> Statement:
    """Settle an attempt that is under way, or write what its provider reported later; an arrival stays one.

    Only what overturns it says otherwise: the provider knows better.
    A provider can report a failure before the attempt itself is settled: that settlement must not undo it.
    """
    later = [word(state) for state in (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED)]
    arrived = row["state"].in_(later[:2])
    columns = notifications.c
    reported = and_(columns.state == word(DeliveryState.FAILED), columns.provider_id == row["provider_id"])
    undone = and_(reported, row["provider_id"] != _NOTHING, row["state"] == later[0])
    final = or_(and_(columns.state == word(DeliveryState.DELIVERED), not_(row["overturns"])), undone)
    may = or_(SENDING, and_(row["state"].in_(later), not_(final)))
    values = {
        "state": row["state"],
        "provider_id": case((row["provider_id"] == _NOTHING, columns.provider_id), else_=row["provider_id"]),
        "conversation": case((row["conversation"] == _NOTHING, columns.conversation), else_=row["conversation"]),
        "painted": _larger(row["painted"], columns.painted),
        "error": row["error"],
        "muted": row["muted"],
        "waited": row["waits"],
        "attempts": columns.attempts - case((row["waits"], literal_column("1")), else_=literal_column("0")),
        "due_at": func.coalesce(row["retry_at"], columns.due_at),
        "sent_at": case((and_(arrived, columns.sent_at.is_(None)), columns.claimed_at), else_=columns.sent_at),
    }
    return update(notifications).where(columns.id == row["id"], may).values(values)


def _paint(row: RowFields) -> Statement:
    values = {"painted": _larger(row["painted"], notifications.c.painted), "repainting_until": row["repainting_until"]}
    return update(notifications).where(notifications.c.id == row["id"]).values(values)


def _larger(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one > other, one), else_=other)


_SETTLE = Bulk(
    [notifications.c[name] for name in ("id", "state", "provider_id", "conversation", "painted", "error", "muted")],
    _settle,
    retry_at=notifications.c.due_at,
    waits=notifications.c.waited,
    overturns=notifications.c.muted,
)
_PAINT = Bulk([notifications.c.id, notifications.c.painted, notifications.c.repainting_until], _paint)


QUEUED_AGAIN = Claimed(
    key=notifications.c.id,
    read=read_notification,
    back={"state": word(DeliveryState.QUEUED), "attempts": notifications.c.attempts - literal_column("1")},
)
_SHOWN = Claimed(key=notifications.c.id, read=read_notification)


class Ledger(PassingOver):
    """The part of a unit of work that keeps account of messages."""

    def claim_notifications(
        self, now: datetime, lease: timedelta, limit: int, others: int | None = None
    ) -> tuple[Notification, ...]:
        """Claim notifications to send: what comes first by `engine.delivery.precedence`, then the longest due.

        Of those that come alike, each alert has its first message sent before any has its second, so that one that
        tells many people never holds back the others; due at the same instant, they leave as they were queued. At most
        so many `others` are among them that page nobody.

        Due are those `queued` whose time has come, and those `sending` whose claim is older than the lease. Pages of
        alerts that nobody has to answer any more are cancelled here, and those behind them come up instead.
        """
        columns = notifications.c
        forsaken = select(columns.seq).where(SENDING, columns.claimed_at <= micros(now - lease))
        forsaken = forsaken.order_by(columns.claimed_at).limit(limit).with_for_update(skip_locked=True)
        claimed, _ = self._legible(QUEUED_AGAIN, self._claim(forsaken, now), now)
        queued = select(columns.seq).where(QUEUED, columns.due_at <= micros(now), at_hand(columns.id, now))
        while (room := limit - len(claimed)) > 0:
            taken = self._claim(_in_turns(queued, room, limit if others is None else others), now)
            claimed += self._legible(QUEUED_AGAIN, [row for row in taken if row.state == DeliveryState.SENDING], now)[0]
            if len(taken) < room:
                break
        return tuple(sorted(claimed, key=lambda each: (-precedence(each.kind, each.urgency), each.due_at)))

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write what became of attempts. `sent_at` is the instant at which the attempt was claimed."""
        _SETTLE.run(self._connection, [settlement_row(each) for each in settlements])
        settled = [each.notification_id for each in settlements]
        self._repaint([*self._undo_paint(settled), *self._behind(settled)])

    def notifications(self, alert_ids: Iterable[str]) -> Mapping[str, tuple[Notification, ...]]:
        """The ledger of alerts, oldest first."""
        wanted = select(notifications).where(notifications.c.alert_id.in_(list(alert_ids)))
        by_alert: dict[str, tuple[Notification, ...]] = {}
        for each in legible(self._all(wanted.order_by(notifications.c.seq)), read_notification):
            by_alert[each.alert_id] = (*by_alert.get(each.alert_id, ()), each)
        return by_alert

    def reach(self, alert_ids: Iterable[str]) -> Mapping[str, Mapping[str, bool]]:
        """Whom each alert has pages for, and whether one of them was sent, or may be on its way just now.

        Pages that were never tried are held until the transaction ends, so that nobody sends what it cancels.
        """
        columns = notifications.c
        mine = and_(PAGE, columns.alert_id.in_(list(alert_ids)), columns.user_id.is_not(None))
        untried = select(columns.seq).where(mine, QUEUED, columns.attempts == 0).with_for_update(skip_locked=True)
        held = set(self._connection.execute(untried).scalars())
        pages = select(columns.seq, columns.alert_id, columns.user_id, columns.state, columns.attempts).where(mine)
        reached: dict[str, dict[str, bool]] = {}
        for row in self._all(pages):
            unsent = row.seq in held or (row.state == DeliveryState.CANCELLED and row.attempts == 0)
            people = reached.setdefault(row.alert_id, {})
            people[row.user_id] = people.get(row.user_id, False) or not unsent
        return reached

    def notification(self, notification_id: str) -> Notification | None:
        """One message of the ledger; what a provider's callback is about."""
        wanted = select(notifications).where(notifications.c.id == clean(notification_id))
        row = self._connection.execute(wanted).one_or_none()
        return read_notification(row) if row else None

    def claim_stale_messages(self, channels: Iterable[str], now: datetime, limit: int) -> tuple[Notification, ...]:
        """Claim sent messages on these channels that show an older version than their alert has, for 30 s."""
        shown = notifications.c.channel.in_(list(channels))
        own = notifications.c.storm_id.is_(None)
        free = and_(notifications.c.repainting_until <= micros(now), at_hand(notifications.c.id, now))
        stale = select(notifications.c.seq).join(alerts, alerts.c.id == notifications.c.alert_id)
        stale = stale.where(REPAINT, shown, own, outdated(), free).order_by(alerts.c.id).limit(limit)
        chosen = stale.with_for_update(of=notifications, skip_locked=True).cte("claimed")
        claim = update(notifications).where(notifications.c.seq.in_(select(chosen.c.seq)))
        claim = claim.values(repainting_until=micros(now + _REPAINTING))
        rows = self._connection.execute(claim.returning(*notifications.c)).all()
        if not rows:
            self._forget_painted(shown)
        return tuple(self._legible(_SHOWN, sorted(rows, key=lambda row: row.seq), now)[0])

    def paint(self, painted: Mapping[str, int]) -> None:
        """Note which version each message (by notification id) now shows."""
        rows: list[Row] = [{"id": each, "painted": painted[each], "repainting_until": 0} for each in sorted(painted)]
        _PAINT.run(self._connection, rows)

    def _claim(self, wanted: Select[tuple[int]], now: datetime) -> Sequence[Any]:
        """Mark rows as being sent, or as cancelled when their alert needs no page any more."""
        chosen = wanted.cte("claimed")
        needless = and_(QUEUED, PAGE, notifications.c.alert_id == alerts.c.id, answered())
        gone = select(alerts.c.id).where(needless).correlate(notifications).exists()
        claim = update(notifications).where(notifications.c.seq.in_(select(chosen.c.seq)))
        claim = claim.values(
            state=case((gone, word(DeliveryState.CANCELLED)), else_=word(DeliveryState.SENDING)),
            attempts=notifications.c.attempts + case((gone, 0), else_=1),
            claimed_at=micros(now),
        )
        return sorted(self._connection.execute(claim.returning(*notifications.c)).all(), key=attrgetter("seq"))

    def _undo_paint(self, notification_ids: list[str]) -> Sequence[str]:
        """Take cards as outdated that say how people were reached, once an alert's pages are out on several channels.

        Each was drawn when it was claimed, before anybody knew what became of the others. An alert of the bot's own may
        be a test page, whose card says so of itself, too. Returns the alerts' ids.
        """
        columns = notifications.c
        paged = select(columns.alert_id).where(columns.id.in_(notification_ids), PAGE)
        told = select(columns.alert_id).where(columns.alert_id.in_(paged), or_(ARRIVED, FAILED))
        own = columns.alert_id.in_(select(alerts.c.id).where(alerts.c.integration_id.is_(None)))
        several = told.group_by(columns.alert_id).having(or_(func.count(columns.channel.distinct()) > 1, own))
        shown = select(columns.seq).where(columns.alert_id.in_(several), ARRIVED, columns.provider_id != _NOTHING)
        free = shown.order_by(columns.seq).with_for_update(skip_locked=True).cte("told")
        undo = update(notifications).where(columns.seq.in_(select(free.c.seq))).values(painted=0)
        return self._connection.execute(undo.returning(columns.alert_id)).scalars().all()

    def _behind(self, notification_ids: list[str]) -> Sequence[str]:
        """The alerts among those of the messages that went on while these were on their way."""
        joined = select(alerts.c.id).join(notifications, notifications.c.alert_id == alerts.c.id)
        behind = joined.where(notifications.c.id.in_(notification_ids), outdated())
        return self._connection.execute(behind).scalars().all()

    def _repaint(self, alert_ids: list[str]) -> None:
        """Have the outdated messages of alerts repainted."""
        if not alert_ids:
            return
        unmarked = select(alerts.c.id).where(alerts.c.id.in_(alert_ids), not_(REPAINT)).order_by(alerts.c.id)
        found = self._connection.execute(unmarked.with_for_update(of=alerts, key_share=True)).scalars().all()
        if found:
            self._connection.execute(update(alerts).where(alerts.c.id.in_(found)).values(repaint=True))

    def _forget_painted(self, shown: ColumnElement[bool]) -> None:
        """Stop looking at alerts whose messages all show their last version; one on its way counts as not shown."""
        unfinished = select(notifications.c.seq).where(
            notifications.c.alert_id == alerts.c.id, or_(SENDING, and_(shown, outdated()))
        )
        done = select(alerts.c.id).where(REPAINT, not_(unfinished.correlate(alerts).exists()))
        free = done.with_for_update(skip_locked=True).cte("painted")
        self._connection.execute(update(alerts).where(alerts.c.id.in_(select(free.c.id))).values(repaint=False))


def outdated() -> ColumnElement[bool]:
    """Whether what arrived shows an older version than its alert has."""
    return and_(ARRIVED, notifications.c.provider_id != _NOTHING, notifications.c.painted < alerts.c.version)
