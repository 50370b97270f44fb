"""Keep which notification rule a message is from, that an automation is being made, and what maintenance withholds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("notifications", sa.Column("because", sa.Text))
    op.add_column("automation_runs", sa.Column("claimed_at", sa.BigInteger))
    op.create_table(
        "withheld",
        sa.Column("integration_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("integration_id", "digest", name=op.f("pk_withheld")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("withheld")
    op.drop_column("automation_runs", "claimed_at")
    op.drop_column("notifications", "because")
