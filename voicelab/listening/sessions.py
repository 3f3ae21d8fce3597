"""The listener's side: joining by link, one trial after the other, answers that are kept once.

A listener is known by a key that only the browser has. Nothing that is returned here says which take is which.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from voicelab.errors import InvalidValue, UnknownTest, UnknownTrial
from voicelab.listening.answering import keep
from voicelab.listening.joining import Joiner, begin
from voicelab.listening.kinds import kind_of
from voicelab.listening.links import hashed, is_plain, listener_of, not_yours, open_test
from voicelab.listening.stimuli import served
from voicelab.listening.values import Options
from voicelab.listening.views import shown, state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from voicelab.listening.answering import Reply
    from voicelab.listening.database import Database
    from voicelab.listening.tables import ListenerRow, TestRow, TrialRow
    from voicelab.listening.views import AnswerKept, SessionState, ShownTrial, Welcome

_MOST_POSITIONS = 10_000


class Sessions:
    """What listeners may do, and nothing else."""

    def __init__(self, database: Database, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Read the stimuli from `folder`."""
        self._database = database
        self._folder = folder
        self._clock = clock

    def welcome(self, token: str) -> Welcome:
        """Return what the page says before anybody joins. Raises UnknownTest, LinkClosed."""
        with self._database.reading() as database:
            test = open_test(database, token, self._clock())
            options = Options(**test.options)
            return {
                "test": hashed(test.id),
                "kind": test.kind,
                "question": options.question or kind_of(test.kind).question,
                "ask_name": options.ask_name,
                "ask_code": bool(options.code),
                "mode": options.mode,
            }

    def join(self, token: str, name: str = "", code: str = "", address: str = "", key: str = "") -> str:
        """Begin a session and return its key; `address` is the network address of who joins, if known.

        `key` is the browser's: asked again with it, this is the same session.
        Raises UnknownTest, LinkClosed, TooManyTries, and InvalidValue for a wrong code or a name that is none.
        """
        now = self._clock()
        with self._database.writing() as database:
            return begin(database, open_test(database, token, now, lock=True), Joiner(name, code, address, key), now)

    def state(self, token: str, key: str) -> SessionState:
        """Return how far a session is and what its trials are like. Raises UnknownTest, LinkClosed, UnknownTrial."""
        with self._database.reading() as database:
            test, listener = self._listener(database, token, key)
            return state_of(database, test, listener)

    def trial(self, token: str, key: str, number: int | None = None) -> ShownTrial:
        """Return the next trial, or the one of that `number` (1, 2, …) where going back is allowed.

        Raises UnknownTest, LinkClosed, UnknownTrial for one that was not reached or is over.
        """
        with self._database.reading() as database:
            test, listener = self._listener(database, token, key)
            row, value = self._trial(database, test, listener, number)
            if row is None:
                return {"trial": None, **state_of(database, test, listener)}
            first = row.served is None
            found: ShownTrial = {"trial": shown(database, test, row, value), **state_of(database, test, listener)}
        if first:
            with self._database.writing() as database:
                self._serve(database, row.id)
        return found

    def audio(self, token: str, key: str, stimulus: str) -> bytes:
        """Return the WAV file of a stimulus of a trial that was shown. Raises UnknownTest, LinkClosed, UnknownTrial."""
        from sqlalchemy import select

        from voicelab.listening.tables import StimulusRow, TrialRow

        if not is_plain(stimulus):
            raise not_yours()
        with self._database.reading() as database:
            test, listener = self._listener(database, token, key)
            sample = database.scalar(
                select(StimulusRow.sample)
                .join(TrialRow)
                .where(StimulusRow.id == stimulus, TrialRow.listener == listener.id, TrialRow.served.is_not(None))
            )
            test_id, secret = test.id, test.secret
        if sample is None:
            raise not_yours()
        try:
            return served(self._folder / test_id / f"{sample}.wav", stimulus, secret)
        except FileNotFoundError as error:
            raise UnknownTest("The sounds of this test were removed. Tell who invited you.") from error

    def answer(self, token: str, key: str, reply: Reply) -> AnswerKept:
        """Keep an answer; it is durable when this returns. The same one again is counted once.

        Raises UnknownTest, LinkClosed, UnknownTrial, InvalidValue, NotHeard, and AlreadyAnswered for another answer to
        a trial that is over.
        """
        with self._database.writing() as database:
            test, listener = self._listener(database, token, key)
            now = self._clock()
            again = keep(database, test, listener, reply, now)
            state = state_of(database, test, listener)
            if state["answered"] == state["total"] and not test.options["back"] and listener.finished is None:
                listener.finished = now
                state["finished"] = True
            return {"again": again, **state}

    def finish(self, token: str, key: str) -> SessionState:
        """End a session whose trials are all answered: nothing changes after that. Raises InvalidValue otherwise."""
        with self._database.writing() as database:
            test, listener = self._listener(database, token, key)
            state = state_of(database, test, listener)
            if state["answered"] < state["total"]:
                raise InvalidValue("finished", "There are trials left. Answer them first.")
            listener.finished = listener.finished or self._clock()
            return {**state, "finished": True}

    def _listener(self, database: Session, token: str, key: str) -> tuple[TestRow, ListenerRow]:
        return listener_of(database, token, key, self._clock())

    @staticmethod
    def _trial(
        database: Session, test: TestRow, listener: ListenerRow, number: int | None
    ) -> tuple[TrialRow | None, Any]:
        """Return the trial to show and what was answered to it so far; no trial when all are answered."""
        from sqlalchemy import select

        from voicelab.listening.tables import AnswerRow, TrialRow

        mine = select(TrialRow, AnswerRow.value).outerjoin(AnswerRow).where(TrialRow.listener == listener.id)
        following = database.execute(
            mine.where(AnswerRow.trial.is_(None)).order_by(TrialRow.position).limit(1)
        ).one_or_none()
        if number is None:
            return (following[0], None) if following else (None, None)
        if not 1 <= number <= _MOST_POSITIONS:
            raise not_yours()
        asked = database.execute(mine.where(TrialRow.position == number - 1)).one_or_none()
        if asked is None or (following is not None and asked[0].position > following[0].position):
            raise not_yours()
        if asked[1] is not None and (not test.options["back"] or listener.finished is not None):
            raise UnknownTrial("This trial is over: its answer stays.")
        return asked[0], asked[1]

    def _serve(self, database: Session, trial_id: str) -> None:
        from sqlalchemy import update

        from voicelab.listening.tables import TrialRow

        unserved = update(TrialRow).where(TrialRow.id == trial_id, TrialRow.served.is_(None))
        database.execute(unserved.values(served=self._clock()))
