"""What was answered, unblinded: one row per answer, with what was at each place. For results only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.listening.kinds import caught, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.listening.database import Database
    from voicelab.listening.kinds import Kind
    from voicelab.listening.tables import AnswerRow, TrialRow


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

    def preference(self) -> int:
        """The value of a comparison, turned so that more is better for the setting with the higher number."""
        assert isinstance(self.value, int)  # noqa: S101 - of kinds that compare two
        first, second = self.heard[0].setting or 0, self.heard[1].setting or 0
        return self.value if first < second else -self.value


def answers_of(database: Database, test_id: str) -> list[Answer]:
    """Return every answer of a test, listener by listener, in the order of their trials."""
    from sqlalchemy import select

    from voicelab.listening.tables import AnswerRow, ListenerRow, SampleRow, StimulusRow, TestRow, TrialRow

    with database.reading() as session:
        kind = kind_of(session.scalars(select(TestRow.kind).where(TestRow.id == test_id)).one())
        rows = session.execute(
            select(AnswerRow, TrialRow, ListenerRow)
            .select_from(AnswerRow)
            .join(TrialRow)
            .join(ListenerRow)
            .where(ListenerRow.test == test_id)
            .order_by(ListenerRow.number, TrialRow.position)
        ).all()
        places: dict[str, list[Heard]] = {}
        stimuli = session.execute(
            select(StimulusRow.trial, SampleRow)
            .join(SampleRow)
            .where(SampleRow.test == test_id, StimulusRow.place >= 0)
            .order_by(StimulusRow.trial, StimulusRow.place)
        )
        for trial_id, sample in stimuli:
            places.setdefault(trial_id, []).append(Heard(sample.role, sample.setting, sample.take, sample.seconds))
        values = {(trial.listener, trial.position): answer.value for answer, trial, _listener in rows}
        return [
            Answer(
                listener=listener.number,
                name=listener.name,
                seed=listener.seed,
                position=trial.position + 1,
                role=trial.role,
                item=trial.item,
                heard=tuple(places[trial.id]),
                value=answer.value,
                right=trial.right,
                plays=tuple(answer.plays),
                heard_s=answer.heard_s,
                answered=answer.answered,
                changes=answer.changes,
                failed_catch=_failed(kind, trial, answer, values),
                checked=answer.heard,
            )
            for answer, trial, listener in rows
        ]


def _failed(kind: Kind, trial: TrialRow, answer: AnswerRow, values: Mapping[tuple[int, int], int]) -> bool | None:
    if trial.role in {"main", "practice"}:
        return None
    first = None if trial.repeats is None else values.get((trial.listener, trial.repeats))
    if first is not None and kind.compared == 2:  # noqa: PLR2004 - a pair came again the other way round
        first = -first
    return caught(kind, trial.role, answer.value, trial.right, first)
