"""What was answered, unblinded: one row per answer, with what was at each place. For results only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from voicelab.listening.collector import collector_paused
from voicelab.listening.kinds import caught, kind_of, ratings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from voicelab.listening.database import Database
    from voicelab.listening.kinds import Kind


MIDDLE = 50
"""Of the scale of ratings: where its sliders stand before they are moved."""


@dataclass(frozen=True)
class Heard:
    """What was at one place of a trial."""

    role: str
    """take, reference or anchor."""
    setting: int | None
    take: str
    """Id of the take; empty for the others."""
    seconds: float


@dataclass(frozen=True)
class Answer:
    """One answer and everything that bears on it."""

    listener: int
    """Number within the test."""
    name: str
    seed: int
    """Of the listener's order."""
    position: int
    """1, 2, … within the session."""
    role: str
    item: int
    heard: tuple[Heard, ...]
    """At A, B, …; the labelled reference is not among them."""
    value: int | list[int]
    right: int | None
    plays: tuple[int, ...]
    heard_s: float
    answered: float
    """Unix seconds."""
    changes: int
    failed_catch: bool | None
    """Of catch trials: whether the answer fails it, where that can be said."""
    checked: bool = True
    """Whether the lab made sure that it was heard first; not so of answers from older labs."""

    @property
    def unmoved(self) -> int:
        """Ratings that nobody may have given: a slider that was locked stored its middle when it was touched."""
        return 0 if self.checked or isinstance(self.value, int) else self.value.count(MIDDLE)

    @property
    def too_fast(self) -> bool:
        """Whether it came before everything can have been heard once."""
        return self.heard_s < sum(heard.seconds for heard in self.heard)

    @cached_property
    def ratings(self) -> tuple[tuple[int, int], ...]:
        """Setting and rating of each take that was rated."""
        return tuple(
            (heard.setting, rating)
            for heard, rating in zip(self.heard, ratings_of(self.value), strict=True)
            if heard.role == "take" and heard.setting is not None
        )

    def preference(self) -> int:
        """The value of a comparison, turned so that more is better for the setting with the higher number."""
        assert isinstance(self.value, int)  # noqa: S101 - of kinds that compare two
        first, second = self.heard[0].setting or 0, self.heard[1].setting or 0
        return self.value if first < second else -self.value


@collector_paused()
def answers_of(database: Database, test_id: str) -> list[Answer]:
    """Return every answer of a test, listener by listener, in the order of their trials."""
    from sqlalchemy import select

    from voicelab.listening.tables import AnswerRow, ListenerRow, SampleRow, StimulusRow, TestRow, TrialRow

    with database.reading() as session:
        kind = kind_of(session.scalars(select(TestRow.kind).where(TestRow.id == test_id)).one())
        # Columns and not objects: a thousand listeners give twenty thousand answers to five stimuli each.
        rows = session.execute(
            select(
                *(AnswerRow.trial, AnswerRow.value, AnswerRow.plays, AnswerRow.heard_s, AnswerRow.answered),
                *(
                    AnswerRow.changes,
                    AnswerRow.heard,
                    TrialRow.position,
                    TrialRow.role,
                    TrialRow.item,
                    TrialRow.right,
                    TrialRow.repeats,
                ),
                *(ListenerRow.number, ListenerRow.name, ListenerRow.seed),
            )
            .select_from(AnswerRow)
            .join(TrialRow)
            .join(ListenerRow)
            .where(ListenerRow.test == test_id)
            .order_by(ListenerRow.number, TrialRow.position)
        ).all()
        samples = {
            sample.id: Heard(sample.role, sample.setting, sample.take, sample.seconds)
            for sample in session.scalars(select(SampleRow).where(SampleRow.test == test_id))
        }
        places: dict[str, list[Heard]] = defaultdict(list)
        stimuli = session.execute(
            select(StimulusRow.trial, StimulusRow.sample)
            .join(SampleRow)
            .where(SampleRow.test == test_id, StimulusRow.place >= 0)
            .order_by(StimulusRow.trial, StimulusRow.place)
        )
        for trial_id, sample_id in stimuli.tuples():
            places[trial_id].append(samples[sample_id])
        values = {(row.number, row.position): row.value for row in rows}
        return [
            Answer(
                listener=row.number,
                name=row.name,
                seed=row.seed,
                position=row.position + 1,
                role=row.role,
                item=row.item,
                heard=tuple(places[row.trial]),
                value=row.value,
                right=row.right,
                plays=tuple(row.plays),
                heard_s=row.heard_s,
                answered=row.answered,
                changes=row.changes,
                failed_catch=_failed(kind, row, values),
                checked=row.heard,
            )
            for row in rows
        ]


def _failed(kind: Kind, row: Row[Any], values: Mapping[tuple[int, int], int]) -> bool | None:
    """Return whether the answer of `row` fails a catch trial; `values` are all answers, by listener and position."""
    if row.role in {"main", "practice"}:
        return None
    first = None if row.repeats is None else values.get((row.number, row.repeats))
    if first is not None and kind.compared == 2:  # noqa: PLR2004 - a pair came again the other way round
        first = -first
    return caught(kind, row.role, row.value, row.right, first)
