"""What the bot says that is about no alert: each thing once, until it was said."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.engine.model import DeliveryState
from bot.ports import Announcement, ShiftNotice, ShiftNoticeKind
from bot.store.rows import clean, document, instant, micros
from bot.store.schema import UNSAID, announcements, word
from bot.store.transaction import Transaction

_BEFORE_NOTICES = {"duty.on.": ShiftNoticeKind.BEGINS, "duty.back.": ShiftNoticeKind.TAKEN_BACK}
_PARTS = re.compile(
    r"(?P<schedule>[^.]+)\.(?P<layer>[0-9]{1,4})\.(?P<second>[0-9]{1,11})(~(?P<number>[0-9]{1,4}))?\.(?P<user>[^.]+)\..+"
)
_decode = msgspec.json.Decoder(ShiftNotice).decode
_REMEMBERED = timedelta(days=400)
"""How long it is known what was said: longer than anything is announced ahead."""


class Announcements(Transaction):
    """The part of a unit of work that keeps announcements."""

    def announce(self, said: Sequence[Announcement]) -> int:
        """Have things said, each once by its id; returns how many are new."""
        if not said:
            return 0
        insert = postgresql.insert if self._on_postgresql else sqlite.insert
        rows = {each.id: _row(each) for each in said}
        added = insert(announcements).on_conflict_do_nothing(index_elements=["id"]).returning(announcements.c.id)
        return len(self._connection.execute(added, list(rows.values())).all())

    def shift_notices(self, since: datetime) -> tuple[ShiftNotice, ...]:
        """What was to be said of shifts since then, each once, on however many channels it was said."""
        columns = announcements.c
        older = (columns.id.startswith(each, autoescape=True) for each in _BEFORE_NOTICES)
        wanted = select(columns.id, columns.notice).where(
            columns.due_at >= micros(since), or_(columns.notice.is_not(None), *older)
        )
        found = (_notice(row) for row in self._connection.execute(wanted))
        return tuple(dict.fromkeys(each for each in found if each))

    def claim_announcements(self, now: datetime, lease: timedelta, limit: int) -> tuple[Announcement, ...]:
        """Claim what is due; what is not settled within the lease is due again."""
        columns = announcements.c
        free = or_(columns.claimed_at == 0, columns.claimed_at <= micros(now - lease))
        due = select(columns.id).where(UNSAID, columns.due_at <= micros(now), free).order_by(columns.due_at)
        claimed = due.limit(limit).with_for_update(skip_locked=True).cte("claimed")
        claim = update(announcements).where(columns.id.in_(select(claimed.c.id)))
        values = {"claimed_at": micros(now), "attempts": columns.attempts + 1}
        found = self._connection.execute(claim.values(values).returning(*columns)).all()
        return tuple(_read(row) for row in sorted(found, key=lambda row: (row.due_at, row.id)))

    def settle_announcement(self, said: Announcement, error: str, retry_at: datetime | None) -> None:
        """Note what became of one: no error is said, an error is tried again at an instant or given up."""
        state = DeliveryState.SENT if not error else DeliveryState.QUEUED if retry_at else DeliveryState.FAILED
        values = {
            "state": state.value,
            "error": clean(error),
            "claimed_at": 0,
            "due_at": micros(retry_at or said.due_at),
        }
        self._connection.execute(update(announcements).where(announcements.c.id == said.id).values(values))

    def put_back_announcement(self, said: Announcement, turn_at: datetime) -> None:
        """Leave one until its turn at the provider: it was no attempt."""
        values = {"claimed_at": 0, "attempts": announcements.c.attempts - 1, "due_at": micros(turn_at)}
        self._connection.execute(update(announcements).where(announcements.c.id == said.id).values(values))

    def forget_announcements(self, now: datetime) -> None:
        """Forget what was said long ago."""
        old = announcements.c.due_at < micros(now - _REMEMBERED)
        self._connection.execute(delete(announcements).where(old, announcements.c.state != word(DeliveryState.QUEUED)))


def _row(said: Announcement) -> dict[str, Any]:
    return {
        "id": clean(said.id),
        "channel": said.channel,
        "address": clean(said.address),
        "user_id": said.user_id,
        "title": clean(said.title),
        "text": clean(said.text),
        "due_at": micros(said.due_at),
        "state": DeliveryState.QUEUED.value,
        "notice": document(said.notice) if said.notice else None,
    }


def _notice(row: Any) -> ShiftNotice | None:
    """The notice of a row. One that cannot be read is passed over: its id keeps it from being said twice."""
    if row.notice is None:
        return _notice_before(row.id)
    try:
        return _decode(row.notice)
    except msgspec.MsgspecError:
        return None


def _notice_before(row_id: str) -> ShiftNotice | None:
    """The notice of a row that was written before version 0.3, when the id was all that said it."""
    for begin, kind in _BEFORE_NOTICES.items():
        if found := _PARTS.fullmatch(row_id.removeprefix(begin)):
            at = datetime.fromtimestamp(int(found["second"]), UTC)
            return ShiftNotice(
                kind=kind,
                schedule_id=found["schedule"],
                layer=int(found["layer"]),
                start_at=at,
                user_id=found["user"],
                number=int(found["number"] or 0),
            )
    return None


def _read(row: Any) -> Announcement:
    return Announcement(
        id=row.id,
        channel=row.channel,
        address=row.address,
        user_id=row.user_id,
        title=row.title,
        text=row.text,
        due_at=instant(row.due_at),
        attempts=row.attempts,
    )
