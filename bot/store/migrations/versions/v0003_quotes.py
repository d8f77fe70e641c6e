"""Whose words a prompt quotes, in place of one text of which nobody knows whose words it holds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TurnId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the new table, and move what is there into it as quotes of unknown authors."""
    op.create_table(
        "quotes",
        sa.Column("turn_id", TurnId, nullable=False),
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger),
        sa.Column("text", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "part", name="pk_quotes"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_quotes_turn_id_turns", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_quotes_author_id", "quotes", ["author_id"])
    op.execute(
        "INSERT INTO quotes (turn_id, part, author_id, text)"
        " SELECT id, 0, NULL, context FROM turns WHERE context <> ''"
    )
    # Not in a batch: that rebuilds a table of SQLite's, and loses that turn ids are never used again.
    op.drop_column("turns", "context")
