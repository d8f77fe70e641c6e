"""The pictures that prompts show."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TurnId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "images",
        sa.Column("turn_id", TurnId, nullable=False),
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "part", name="pk_images"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_images_turn_id_turns", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_images_author_id", "images", ["author_id"])
