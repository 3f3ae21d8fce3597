"""A secret per test for its noise, what was said of its making, and how often its results were looked at early."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; tests from before get a secret of their own, and nothing is known of their making."""
    with op.batch_alter_table("listening_tests") as table:
        table.add_column(sa.Column("secret", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("made", sa.JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("looks", sa.Integer, nullable=False, server_default="0"))
    tests = sa.table("listening_tests", sa.column("id"), sa.column("secret"))
    connection = op.get_bind()
    for (test,) in connection.execute(sa.select(tests.c.id)).all():
        connection.execute(tests.update().where(tests.c.id == test).values(secret=secrets.token_hex(32)))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("listening_tests") as table:
        for column in ("secret", "made", "looks"):
            table.drop_column(column)
