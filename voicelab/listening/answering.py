"""Answers of listeners: what is one, whether it was heard, and that it is kept once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import AlreadyAnswered, InvalidValue, LinkClosed, NotHeard, UnknownTrial
from voicelab.listening.kinds import checked_value, kind_of
from voicelab.listening.links import is_plain, not_yours
from voicelab.listening.values import Options

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from voicelab.listening.tables import ListenerRow, TestRow, TrialRow

HEARD_SHARE = 0.9
"""Of each stimulus, as static/listen/switcher.js counts what was heard."""
_UNCOUNTED_S = 0.3
"""Of each stimulus: what may count as heard and was not, for it counts in steps of 0.1 s and ends in near silence."""
_LONGEST_S = 24 * 60 * 60.0


@dataclass(frozen=True)
class Reply:
    """An answer as the browser sends it."""

    trial: str
    value: Any
    plays: Any
    """How often each stimulus was started, in the order they were handed out."""
    heard_s: float
    """Seconds between the trial and the answer, by the browser's steady clock."""


def keep(database: Session, test: TestRow, listener: ListenerRow, reply: Reply, now: float) -> bool:
    """Keep an answer; say whether it was there already.

    Raises LinkClosed, UnknownTrial, InvalidValue, NotHeard, and AlreadyAnswered for another answer to a trial that is
    over.
    """
    from voicelab.listening.tables import AnswerRow

    options = Options(**test.options)
    trial = _own_trial(database, listener, reply.trial)
    if trial.served is None:
        raise UnknownTrial("This trial was not shown yet. Reload the page.")
    value, plays = _checked(database, test, trial, reply)
    given = database.get(AnswerRow, trial.id)
    if given is not None and given.value == value:
        return True
    if given is None:
        _check_heard(database, trial, plays, now)
        check_full(database, test, options)
        heard_s = _believed(reply.heard_s, now - trial.served)
        answer = {"value": value, "plays": plays, "heard_s": heard_s, "answered": now, "changes": 0, "heard": True}
        database.add(AnswerRow(trial=trial.id, **answer))
    else:
        if not options.back or listener.finished is not None:
            raise AlreadyAnswered("This trial was answered already, perhaps in another tab. Its answer stays.")
        given.value, given.changes = value, given.changes + 1
        given.plays = [before + more for before, more in zip(given.plays, plays, strict=True)]
    database.flush()
    return False


def check_full(database: Session, test: TestRow, options: Options) -> None:
    """Raise LinkClosed for a test that has all the answers that it may have."""
    from sqlalchemy import func, select

    from voicelab.listening.tables import AnswerRow, ListenerRow, TrialRow

    if not options.max_answers:
        return
    answers = database.scalar(
        select(func.count())
        .select_from(AnswerRow)
        .join(TrialRow)
        .join(ListenerRow)
        .where(ListenerRow.test == test.id, TrialRow.role != "practice")
    )
    if (answers or 0) >= options.max_answers:
        raise LinkClosed("This test has all the answers it needs. Thank you for listening.")


def _own_trial(database: Session, listener: ListenerRow, trial_id: str) -> TrialRow:
    from sqlalchemy import select

    from voicelab.listening.tables import TrialRow

    if not is_plain(trial_id):
        raise not_yours()
    # Locked: PostgreSQL would let two answers to one trial come in at once.
    trial = database.scalar(select(TrialRow).where(TrialRow.id == trial_id).with_for_update())
    if trial is None or trial.listener != listener.id:
        raise not_yours()
    return trial


def _checked(database: Session, test: TestRow, trial: TrialRow, reply: Reply) -> tuple[int | list[int], list[int]]:
    from sqlalchemy import select

    from voicelab.listening.tables import StimulusRow

    places = database.scalars(select(StimulusRow.place).where(StimulusRow.trial == trial.id)).all()
    value = checked_value(kind_of(test.kind), reply.value, sum(place >= 0 for place in places))
    plays = reply.plays
    if not isinstance(plays, list) or len(plays) != len(places) or not all(type(n) is int for n in plays):
        raise InvalidValue("plays", "The answer must say how often each stimulus was played.")
    if not all(0 <= n < 10_000 for n in plays):  # noqa: PLR2004 - nobody does
        raise InvalidValue("plays", "The answer must say how often each stimulus was played.")
    if not (math.isfinite(reply.heard_s) and reply.heard_s >= 0):
        raise InvalidValue("heard_s", "The answer must say how long it took.")
    return value, plays


def _check_heard(database: Session, trial: TrialRow, plays: list[int], now: float) -> None:
    """Raise NotHeard unless each stimulus was played, and enough time has passed here for all of them.

    A clock that was turned back meanwhile proves nothing.
    """
    from sqlalchemy import select

    from voicelab.listening.tables import SampleRow, StimulusRow

    lasts = select(SampleRow.seconds).join(StimulusRow).where(StimulusRow.trial == trial.id)
    least_s = sum(max(0.0, HEARD_SHARE * seconds - _UNCOUNTED_S) for seconds in database.scalars(lasts))
    passed_s = now - (trial.served or now)
    if not all(plays) or 0 <= passed_s < least_s:
        raise NotHeard("Listen to every one to its end before you answer.")


def _believed(counted_s: float, passed_s: float) -> float:
    """Return how long an answer took: a browser may not claim more than passed here, unless a clock was turned back."""
    return min(counted_s, passed_s if passed_s >= 0 else math.inf, _LONGEST_S)
