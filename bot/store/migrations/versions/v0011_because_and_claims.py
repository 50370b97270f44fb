"""Keep with each message which notification rule it is from, and with each automation that somebody is making it."""

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


def downgrade() -> None:
    """Take it back."""
    op.drop_column("automation_runs", "claimed_at")
    op.drop_column("notifications", "because")
