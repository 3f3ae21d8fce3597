"""A new listener's session, planned and written down."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import TYPE_CHECKING

from voicelab.listening.design import Cell, Palette, Sound, cells_of, session
from voicelab.listening.kinds import kind_of
from voicelab.listening.values import LABELLED_REFERENCE, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from voicelab.listening.design import PlannedTrial, SoundRole
    from voicelab.listening.kinds import Kind
    from voicelab.listening.tables import ListenerRow, SampleRow, TestRow, TrialRow


def plan(database: Session, test: TestRow, listener: ListenerRow) -> None:
    """Write the trials of a new listener."""
    from sqlalchemy import select

    from voicelab.listening.tables import AnswerRow, ListenerRow, SampleRow, StimulusRow, TrialRow

    samples = database.scalars(select(SampleRow).where(SampleRow.test == test.id)).all()
    kind = kind_of(test.kind)
    cells = cells_of(kind, {(sample.setting or 0, sample.item or 0) for sample in samples if sample.role == "take"})
    answered, given = Counter[Cell](), Counter[Cell]()
    earlier = database.execute(
        select(TrialRow.settings, TrialRow.item, AnswerRow.trial)
        .select_from(TrialRow)
        .join(ListenerRow)
        .outerjoin(AnswerRow)
        .where(ListenerRow.test == test.id, TrialRow.role == "main")
    )
    for settings, item, answer in earlier:
        cell = Cell(tuple(settings), item)
        given[cell] += 1
        answered[cell] += answer is not None
    palette = palette_of(kind, samples)
    trials = session(kind, cells, Options(**test.options).wishes, listener.seed, (answered, given), palette)
    rows = [_trial_row(listener, position, trial) for position, trial in enumerate(trials)]
    database.add_all(rows)
    database.flush()
    of = {(sample.role, sample.setting, sample.item): sample.id for sample in samples}
    database.add_all(
        StimulusRow(id=secrets.token_hex(16), trial=row.id, place=place, sample=sample)
        for row, trial in zip(rows, trials, strict=True)
        for place, sample in _places(kind, trial.sounds, of)
    )


def palette_of(kind: Kind, samples: Sequence[SampleRow]) -> Palette:
    """Return what there is to hear besides takes among the `samples` of a test.

    Tests from before there were spoilt takes have none; in theirs of similarity, the hidden reference is the labelled
    one's very file, and the anchor is made of a take.
    """
    there = {sample.role for sample in samples}
    obvious: SoundRole | None = "spoilt" if "spoilt" in there else None
    if kind.name == "abx" and obvious is None:
        obvious = "anchor"
    if kind.compared is not None:
        return Palette(obvious=obvious)
    anchored = any(sample.role == "anchor" and sample.item is not None for sample in samples)
    roles: tuple[SoundRole, ...] = ("reference", "stranger") if anchored else ("reference", "anchor", "stranger")
    return Palette(tuple(Sound(role, None, None) for role in roles if role in there), anchored, obvious)


def _trial_row(listener: ListenerRow, position: int, trial: PlannedTrial) -> TrialRow:
    from voicelab.listening.tables import TrialRow

    return TrialRow(
        id=secrets.token_hex(16),
        listener=listener.id,
        position=position,
        role=trial.role,
        settings=list(trial.cell.settings),
        item=trial.cell.item,
        right=trial.right,
        repeats=trial.repeats,
    )


def _places(
    kind: Kind, sounds: Sequence[Sound], of: dict[tuple[str, int | None, int | None], str]
) -> list[tuple[int, str]]:
    places = [(place, of[sound.role, sound.setting, sound.item]) for place, sound in enumerate(sounds)]
    if kind.compared is not None:
        return places
    labelled = of.get(("labelled", None, None)) or of["reference", None, None]
    return [*places, (LABELLED_REFERENCE, labelled)]
