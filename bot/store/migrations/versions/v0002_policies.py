"""What moderators set, what people used, how far channels were heard; turns that were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the new tables and columns."""
    # Not in batches: those rebuild a table of SQLite's, and lose that turn ids are never used again.
    op.add_column("conversations", sa.Column("parent_id", sa.BigInteger))
    op.add_column("turns", sa.Column("context", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("turns", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_turns_undelivered",
        "turns",
        ["finished_at"],
        sqlite_where=sa.text("ended IS NOT NULL AND delivered = 0"),
        postgresql_where=sa.text("ended IS NOT NULL AND NOT delivered"),
    )
    op.create_table(
        "policies",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("policy", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_policies"),
    )
    op.create_table(
        "personas",
        sa.Column("channel_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("persona", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_personas"),
    )
    op.create_table(
        "usage",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("replies", sa.BigInteger, nullable=False),
        sa.Column("read_tokens", sa.BigInteger, nullable=False),
        sa.Column("written_tokens", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "day", "user_id", name="pk_usage"),
    )
    op.create_index("ix_usage_user_id", "usage", ["user_id"])
    op.create_table(
        "cursors",
        sa.Column("channel_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_cursors"),
    )
