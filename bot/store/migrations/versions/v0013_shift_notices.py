"""Keep what was said of a shift in a column of its own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("announcements", sa.Column("notice", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("announcements", "notice")
