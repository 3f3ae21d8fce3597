"""Which listeners of a test came from one network address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of listeners from before nothing is known."""
    with op.batch_alter_table("listening_listeners") as table:
        table.add_column(sa.Column("origin", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("listening_listeners") as table:
        table.drop_column("origin")
