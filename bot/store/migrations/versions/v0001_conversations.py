"""Conversations, turns, and the messages that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TurnId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "conversations",
        sa.Column("channel_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("reset_before", sa.BigInteger, nullable=False),
        sa.Column("trimmed_before", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_conversations"),
    )
    op.create_table(
        "turns",
        sa.Column("id", TurnId, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("author_id", sa.BigInteger),
        sa.Column("author_name", sa.String),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("token_ids", sa.LargeBinary, nullable=False),
        sa.Column("tokenizer", sa.String, nullable=False),
        sa.Column("reply_to", TurnId),
        sa.Column("ended", sa.String(16)),
        sa.Column("delivered", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["conversations.channel_id"],
            name="fk_turns_channel_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["turns.id"], name="fk_turns_reply_to_turns", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("reply_to", name="uq_turns_reply_to"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_channel_id_id", "turns", ["channel_id", "id"])
    op.create_index("ix_turns_author_id", "turns", ["author_id"])
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("turn_id", TurnId, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_messages_turn_id_turns", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("turn_id", "page", name="uq_messages_turn_id_page"),
    )
