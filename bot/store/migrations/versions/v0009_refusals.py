"""Keep what was refused of whom, and when people were told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "refusals",
        sa.Column("integration_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_refusals")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("refusals")
