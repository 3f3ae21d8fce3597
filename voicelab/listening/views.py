"""What a listener's browser gets. Nothing here may tell which take is which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from voicelab.listening.kinds import kind_of
from voicelab.listening.values import LABELLED_REFERENCE, Mode, Options

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from voicelab.listening.tables import ListenerRow, TestRow, TrialRow


class Welcome(TypedDict):
    """What there is to know before joining."""

    test: str
    """The same for every link that the test ever had, so that a browser knows its session again at a new one."""
    kind: str
    question: str
    ask_name: bool
    ask_code: bool
    mode: Mode


class SessionState(TypedDict):
    """How far a session is."""

    total: int
    answered: int
    finished: bool
    back: bool
    """Whether the listener may go back and change answers."""


class Joined(SessionState):
    """A session that began."""

    key: str


class AnswerKept(SessionState):
    """The state after an answer that is on the disk."""

    again: bool
    """It was there already."""


class Stimulus(TypedDict):
    """Something to hear."""

    label: str
    id: str


class Choice(TypedDict):
    """One of the answers to choose from."""

    value: int
    label: str


class Trial(TypedDict):
    """A question about what is heard."""

    id: str
    number: int
    practice: bool
    question: str
    stimuli: list[Stimulus]
    options: list[Choice]
    """None: each stimulus is rated."""
    value: int | list[int] | None
    """What was answered so far."""


class ShownTrial(SessionState):
    """The trial to show; none when all are answered."""

    trial: Trial | None


def state_of(database: Session, test: TestRow, listener: ListenerRow) -> SessionState:
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


def shown(database: Session, test: TestRow, trial: TrialRow, value: Any) -> Trial:
    """Return a trial as the browser gets it."""
    from sqlalchemy import select

    from voicelab.listening.tables import StimulusRow

    kind = kind_of(test.kind)
    stimuli = database.execute(
        select(StimulusRow.place, StimulusRow.id).where(StimulusRow.trial == trial.id).order_by(StimulusRow.place)
    ).all()
    labelled: list[Stimulus] = [
        {"label": "Reference", "id": name} for place, name in stimuli if place == LABELLED_REFERENCE
    ]
    letters = "ABX" if kind.name == "abx" else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {
        "id": trial.id,
        "number": trial.position + 1,
        "practice": trial.role == "practice",
        "question": Options(**test.options).question or kind.question,
        "stimuli": [
            *(Stimulus(label=_letter(letters, place), id=name) for place, name in stimuli if place >= 0),
            *labelled,
        ],
        "options": [{"value": number, "label": label} for number, label in kind.options],
        "value": value,
    }


def _letter(letters: str, place: int) -> str:
    return letters[place] if place < len(letters) else str(place + 1)
