"""Let automations be tried again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_INDEX = "ix_automation_runs_due"


def upgrade() -> None:
    """Take the step."""
    for name, kind in (("due_at", sa.BigInteger()), ("attempts", sa.Integer())):
        op.add_column("automation_runs", sa.Column(name, kind, nullable=False, server_default=sa.text("0")))
    queued = sa.text("state = 'queued'")
    op.create_index(_INDEX, "automation_runs", ["due_at"], sqlite_where=queued, postgresql_where=queued)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_INDEX, "automation_runs")
    for name in ("attempts", "due_at"):
        op.drop_column("automation_runs", name)
