"""Listening tests, their samples, listeners, trials, stimuli and answers."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Double, ForeignKey, Integer, String, Text, UniqueConstraint

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "listening_tests",
        Column("id", String(32), primary_key=True),
        Column("created", Double, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("title", Text, nullable=False),
        Column("experiment", String(64), nullable=False),
        Column("options", JSON, nullable=False),
        Column("settings", JSON, nullable=False),
        Column("items", JSON, nullable=False),
        Column("seed", BigInteger, nullable=False),
        Column("token", String(64), nullable=False, unique=True),
        Column("expires", Double),
        Column("revoked", Double),
    )
    op.create_table(
        "listening_samples",
        Column("id", String(32), primary_key=True),
        Column("test", String(32), _of("listening_tests"), nullable=False, index=True),
        Column("role", String(16), nullable=False),
        Column("setting", Integer),
        Column("item", Integer),
        Column("take", String(64), nullable=False),
        Column("seconds", Double, nullable=False),
    )
    op.create_table(
        "listening_listeners",
        Column("id", Integer, primary_key=True),
        Column("test", String(32), _of("listening_tests"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("name", String(80), nullable=False),
        Column("key_hash", String(64), nullable=False, unique=True),
        Column("seed", BigInteger, nullable=False),
        Column("joined", Double, nullable=False),
        Column("finished", Double),
        UniqueConstraint("test", "number"),
    )
    op.create_table(
        "listening_trials",
        Column("id", String(32), primary_key=True),
        Column("listener", Integer, _of("listening_listeners"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("role", String(16), nullable=False),
        Column("settings", JSON, nullable=False),
        Column("item", Integer, nullable=False),
        Column("right", Integer),
        Column("repeats", Integer),
        Column("served", Double),
        UniqueConstraint("listener", "position"),
    )
    op.create_table(
        "listening_stimuli",
        Column("id", String(32), primary_key=True),
        Column("trial", String(32), _of("listening_trials"), nullable=False),
        Column("place", Integer, nullable=False),
        Column("sample", String(32), _of("listening_samples"), nullable=False),
        UniqueConstraint("trial", "place"),
    )
    op.create_table(
        "listening_answers",
        Column("trial", String(32), _of("listening_trials"), primary_key=True, autoincrement=False),
        Column("value", JSON, nullable=False),
        Column("plays", JSON, nullable=False),
        Column("heard_s", Double, nullable=False),
        Column("answered", Double, nullable=False),
        Column("changes", Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop them, with everything in them."""
    for table in ("answers", "stimuli", "trials", "listeners", "samples", "tests"):
        op.drop_table(f"listening_{table}")


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="CASCADE")
