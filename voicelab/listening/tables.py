"""The tables of listening tests. migrations/ makes them; tests/listening/test_database.py compares the two.

Times are Unix seconds: SQLite keeps no time zones.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map = {float: Double, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 - read once by SQLAlchemy


class TestRow(Base):
    """One listening test."""

    __tablename__ = "listening_tests"
    __test__ = False  # no test of pytest's

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created: Mapped[float]
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    experiment: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict[str, Any]]
    """The fields of Options."""
    settings: Mapped[list[Any]]
    """[[key, label], …]; samples and cells name them by index."""
    items: Mapped[list[Any]]
    """[text, …]; samples and cells name them by index."""
    seed: Mapped[int] = mapped_column(BigInteger)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    expires: Mapped[float | None]
    revoked: Mapped[float | None]
    secret: Mapped[str] = mapped_column(String(64))
    """Hexadecimal; what the noise of its stimuli is drawn with. It never leaves the server."""
    made: Mapped[list[Any]]
    """Sentences on how its stimuli were made, for reports; empty for tests from before these were kept."""
    looks: Mapped[int] = mapped_column(Integer)
    """How often the owner looked at results before the planned answers were in."""


class SampleRow(Base):
    """One stimulus file of a test, ready to be heard: <id>.wav in the test's folder."""

    __tablename__ = "listening_samples"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    test: Mapped[str] = mapped_column(ForeignKey("listening_tests.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    """take, reference or anchor."""
    setting: Mapped[int | None]
    item: Mapped[int | None]
    take: Mapped[str] = mapped_column(String(64))
    """Id of the experiment's take; empty for the reference."""
    seconds: Mapped[float]
    """How much of the file sounds: all files of a test have the same length."""


class ListenerRow(Base):
    """Somebody who opened the link and started."""

    __tablename__ = "listening_listeners"
    __table_args__ = (UniqueConstraint("test", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    test: Mapped[str] = mapped_column(ForeignKey("listening_tests.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, … within the test: how results name them."""
    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the browser keeps to prove who it is."""
    seed: Mapped[int] = mapped_column(BigInteger)
    joined: Mapped[float]
    finished: Mapped[float | None]


class TrialRow(Base):
    """One trial of one listener, as it was planned."""

    __tablename__ = "listening_trials"
    __table_args__ = (UniqueConstraint("listener", "position"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    listener: Mapped[int] = mapped_column(ForeignKey("listening_listeners.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    settings: Mapped[list[Any]]
    item: Mapped[int]
    right: Mapped[int | None]
    repeats: Mapped[int | None]
    """Position of the trial that this one repeats."""
    served: Mapped[float | None]
    """When its stimuli were first handed out."""


class StimulusRow(Base):
    """One sample at one place of one trial, under an id that tells nothing."""

    __tablename__ = "listening_stimuli"
    __table_args__ = (UniqueConstraint("trial", "place"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    trial: Mapped[str] = mapped_column(ForeignKey("listening_trials.id", ondelete="CASCADE"))
    place: Mapped[int]
    """0 is A, 1 is B, …"""
    sample: Mapped[str] = mapped_column(ForeignKey("listening_samples.id", ondelete="CASCADE"))


class AnswerRow(Base):
    """What was answered to a trial; at most one."""

    __tablename__ = "listening_answers"

    trial: Mapped[str] = mapped_column(
        ForeignKey("listening_trials.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    value: Mapped[Any] = mapped_column(JSON)
    """As the kind of the test has it, for the stimuli in their places."""
    plays: Mapped[list[Any]]
    """How often each stimulus was started."""
    heard_s: Mapped[float]
    """Seconds between the trial and the answer: as the browser counted, but no more than the server saw pass."""
    answered: Mapped[float]
    changes: Mapped[int] = mapped_column(Integer)
    """How often it was changed by going back."""
    heard: Mapped[bool]
    """Whether the lab made sure that its stimuli had been heard; it did not before it was taught to."""
