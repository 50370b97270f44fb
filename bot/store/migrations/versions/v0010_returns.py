"""Find the alert that had a key last, to see whether it comes and goes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_RESOLVED = sa.text("status = 'resolved'")


def upgrade() -> None:
    """Take the step."""
    op.create_index(
        "ix_alerts_resolved",
        "alerts",
        ["dedup_digest", "number"],
        sqlite_where=_RESOLVED,
        postgresql_where=_RESOLVED,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_alerts_resolved", "alerts")
