"""Keep when each heartbeat was last heard."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "heartbeats",
        sa.Column("integration_id", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("told_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("heartbeats")
