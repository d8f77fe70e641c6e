"""What a model thought before it answered, apart from what it answered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; earlier replies have none."""
    op.add_column("turns", sa.Column("reasoning", sa.String, nullable=False, server_default=""))
