"""What the bot says that is about no alert: each thing once, until it was said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.engine.model import DeliveryState
from bot.ports import Announcement
from bot.store.rows import clean, instant, micros
from bot.store.schema import UNSAID, announcements, word
from bot.store.transaction import Transaction

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

    def announced(self, prefix: str, since: datetime) -> tuple[str, ...]:
        """The ids of what was to be said since then, of those that begin so."""
        columns = announcements.c
        begins = (columns.id.startswith(prefix, autoescape=True), columns.due_at >= micros(since))
        return tuple(self._connection.execute(select(columns.id).where(*begins)).scalars())

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
    }


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
