"""Say which messages leave before which, and which of them have waited for their turn."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_INDEX = "ix_notifications_queued"
_QUEUED = sa.text("state = 'queued'")
_WAITING = "state IN ('queued', 'sending')"
_LOUDNESS = "CASE urgency WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END"
_BY_KIND = "CASE kind WHEN 'alert.open' THEN 20 WHEN 'alert.dropped' THEN 20 WHEN 'card' THEN 10 ELSE 0 END"


def upgrade() -> None:
    """Take the step."""
    _replace("loudness", "precedence", f"{_LOUDNESS} + {_BY_KIND}")
    op.add_column("notifications", sa.Column("waited", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("notifications", "waited")
    _replace("precedence", "loudness", _LOUDNESS)


def _replace(old: str, new: str, value: str) -> None:
    op.drop_index(_INDEX, "notifications")
    op.add_column("notifications", sa.Column(new, sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.execute(f"UPDATE notifications SET {new} = {value} WHERE {_WAITING}")  # noqa: S608 - words of this file
    op.drop_column("notifications", old)
    op.create_index(
        _INDEX,
        "notifications",
        [sa.literal_column(f"{new} DESC"), "due_at"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
