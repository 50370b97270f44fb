"""Keep storms, and what a message is not heard for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_INDEX = "ix_notifications_storm"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "storms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storms")),
    )
    op.create_index(op.f("ix_storms_due_at"), "storms", ["due_at"])
    op.create_table(
        "traffic",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_traffic")),
    )
    op.add_column("notifications", sa.Column("storm_id", sa.Text()))
    op.add_column("notifications", sa.Column("muted", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    gathered = sa.text("storm_id IS NOT NULL")
    op.create_index(_INDEX, "notifications", ["storm_id", "seq"], sqlite_where=gathered, postgresql_where=gathered)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_INDEX, "notifications")
    for name in ("muted", "storm_id"):
        op.drop_column("notifications", name)
    op.drop_table("traffic")
    op.drop_table("storms")
