"""List alerts by urgency, by age and by whom they concern, find texts in them by an index, and keep old handles.

What is there already is filled in by the workers, a few hundred alerts a second, the newest first; until then it is
looked through, as it was.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_HELD = sa.text("holder_id IS NOT NULL")
_UNINDEXED = sa.text("indexed IS NULL")
_FTS5 = """
    CREATE VIRTUAL TABLE alert_words USING fts5(search, tokenize = 'trigram case_sensitive 1', detail = none)
"""


def upgrade() -> None:
    """Take the step."""
    op.add_column("alerts", sa.Column("loudness", sa.SmallInteger, nullable=False, server_default=sa.text("4")))
    op.add_column("alerts", sa.Column("created_at", sa.BigInteger))
    op.add_column("alerts", sa.Column("holder_id", sa.Text))
    op.add_column("alerts", sa.Column("indexed", sa.Boolean))
    op.create_table(
        "aliases",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("object_id", sa.Text, nullable=False),
    )
    op.create_index("ix_alerts_loudness", "alerts", [sa.text("loudness DESC"), sa.text("number DESC")])
    op.create_index("ix_alerts_created_at", "alerts", ["created_at", "number"])
    op.create_index("ix_alerts_held", "alerts", ["holder_id", "number"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_index("ix_alerts_unindexed", "alerts", ["number"], sqlite_where=_UNINDEXED, postgresql_where=_UNINDEXED)
    if op.get_bind().dialect.name == "postgresql":
        _index_by_arrays()
    else:
        _index_by_fts5()


def _index_by_arrays() -> None:
    op.create_table(
        "alert_words",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("trigrams", ARRAY(sa.Text), nullable=False),
    )
    op.create_index(
        "ix_alert_words_trigrams",
        "alert_words",
        ["trigrams"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def _index_by_fts5() -> None:
    """A SQLite that was built without FTS5, or before 3.34, does without the index: searches look through all."""
    try:
        op.execute(_FTS5)
    except sa.exc.OperationalError:
        return


def downgrade() -> None:
    """Take it back."""
    op.execute("DROP TABLE IF EXISTS alert_words")
    op.drop_table("aliases")
    for name in ("unindexed", "held", "created_at", "loudness"):
        op.drop_index(f"ix_alerts_{name}", "alerts")
    for name in ("indexed", "holder_id", "created_at", "loudness"):
        op.drop_column("alerts", name)
