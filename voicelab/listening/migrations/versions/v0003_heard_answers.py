"""Whether the lab made sure, when an answer came, that its stimuli had been heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; of answers from before it is not known."""
    with op.batch_alter_table("listening_answers") as table:
        table.add_column(sa.Column("heard", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("listening_answers") as table:
        table.drop_column("heard")
