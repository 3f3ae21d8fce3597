"""What a listener's browser gets. Nothing here may tell which take is which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.listening.kinds import kind_of
from voicelab.listening.values import LABELLED_REFERENCE, Options

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from voicelab.listening.tables import ListenerRow, TestRow, TrialRow


def state_of(database: Session, test: TestRow, listener: ListenerRow) -> dict[str, Any]:
    """Return how far a session is."""
    from sqlalchemy import func, select

    from voicelab.listening.tables import AnswerRow, TrialRow

    total, answered = database.execute(
        select(func.count(TrialRow.id), func.count(AnswerRow.trial))
        .select_from(TrialRow)
        .outerjoin(AnswerRow)
        .where(TrialRow.listener == listener.id)
    ).one()
    return {
        "total": total,
        "answered": answered,
        "finished": listener.finished is not None,
        "back": bool(test.options["back"]),
    }


def shown(database: Session, test: TestRow, trial: TrialRow, value: Any) -> dict[str, Any]:
    """Return a trial as the browser gets it."""
    from sqlalchemy import select

    from voicelab.listening.tables import StimulusRow

    kind = kind_of(test.kind)
    stimuli = database.execute(
        select(StimulusRow.place, StimulusRow.id).where(StimulusRow.trial == trial.id).order_by(StimulusRow.place)
    ).all()
    labelled = [{"label": "Reference", "id": name} for place, name in stimuli if place == LABELLED_REFERENCE]
    letters = "ABX" if kind.name == "abx" else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {
        "id": trial.id,
        "number": trial.position + 1,
        "practice": trial.role == "practice",
        "question": Options(**test.options).question or kind.question,
        "stimuli": [
            *({"label": _letter(letters, place), "id": name} for place, name in stimuli if place >= 0),
            *labelled,
        ],
        "options": [{"value": number, "label": label} for number, label in kind.options],
        "value": value,
    }


def _letter(letters: str, place: int) -> str:
    return letters[place] if place < len(letters) else str(place + 1)
