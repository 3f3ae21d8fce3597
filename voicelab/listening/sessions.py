"""The listener's side: joining by link, one trial after the other, answers that are kept once.

A listener is known by a key that only the browser has. Nothing that is returned here says which take is which.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import AlreadyAnswered, InvalidValue, LinkClosed, NotHeard, UnknownTest, UnknownTrial
from voicelab.listening.kinds import checked_value, kind_of
from voicelab.listening.session_plan import plan
from voicelab.listening.stimuli import served
from voicelab.listening.values import Options
from voicelab.listening.views import shown, state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from voicelab.listening.database import Database
    from voicelab.listening.tables import ListenerRow, TestRow, TrialRow
    from voicelab.listening.views import AnswerKept, SessionState, ShownTrial, Welcome

MAX_NAME = 80
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
            test = self._open(database, token)
            options = Options(**test.options)
            return {
                "kind": test.kind,
                "question": options.question or kind_of(test.kind).question,
                "ask_name": options.ask_name,
                "ask_code": bool(options.code),
                "mode": options.mode,
            }

    def join(self, token: str, name: str = "", code: str = "") -> str:
        """Begin a session and return its key. Raises UnknownTest, LinkClosed, InvalidValue for a wrong code."""
        from sqlalchemy import func, select

        from voicelab.listening.tables import ListenerRow

        with self._database.writing() as database:
            test = self._open(database, token, lock=True)
            options = Options(**test.options)
            _check_full(database, test, options, joining=True)
            name = " ".join(name.split())
            if options.ask_name and not 0 < len(name) <= MAX_NAME:
                raise InvalidValue("name", f"Write your name, in at most {MAX_NAME} characters.")
            if options.code and not hmac.compare_digest(options.code.encode(), code.strip().encode()):
                raise InvalidValue("code", "This is not the code of this test. Ask who invited you.")
            number = 1 + (database.scalar(select(func.max(ListenerRow.number)).where(ListenerRow.test == test.id)) or 0)
            key = secrets.token_urlsafe(32)
            listener = ListenerRow(
                test=test.id,
                number=number,
                name=name[:MAX_NAME],
                key_hash=_hash(key),
                seed=secrets.randbits(62),
                joined=self._clock(),
            )
            database.add(listener)
            database.flush()
            plan(database, test, listener)
            return key

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

        with self._database.reading() as database:
            test, listener = self._listener(database, token, key)
            sample = database.scalar(
                select(StimulusRow.sample)
                .join(TrialRow)
                .where(StimulusRow.id == stimulus, TrialRow.listener == listener.id, TrialRow.served.is_not(None))
            )
            test_id, secret = test.id, test.secret
        if sample is None:
            raise _not_yours()
        try:
            return served(self._folder / test_id / f"{sample}.wav", stimulus, secret)
        except FileNotFoundError as error:
            raise UnknownTest("The sounds of this test were removed. Tell who invited you.") from error

    def answer(self, token: str, key: str, reply: Reply) -> AnswerKept:
        """Keep an answer; it is durable when this returns. The same one again is counted once.

        Raises UnknownTest, LinkClosed, UnknownTrial, InvalidValue, NotHeard, and AlreadyAnswered for another answer to
        a trial that is over.
        """
        from voicelab.listening.tables import AnswerRow

        with self._database.writing() as database:
            test, listener = self._listener(database, token, key)
            options = Options(**test.options)
            trial = _own_trial(database, listener, reply.trial)
            if trial.served is None:
                raise UnknownTrial("This trial was not shown yet. Reload the page.")
            value, plays = _checked(database, test, trial, reply)
            now = self._clock()
            given = database.get(AnswerRow, trial.id)
            if given is None:
                _check_heard(database, trial, plays, now)
            again = given is not None and given.value == value
            if given is None:
                _check_full(database, test, options)
                heard_s = _believed(reply.heard_s, now - trial.served)
                database.add(
                    AnswerRow(
                        trial=trial.id,
                        value=value,
                        plays=plays,
                        heard_s=heard_s,
                        answered=now,
                        changes=0,
                        heard=True,
                    )
                )
            elif not again:
                if not options.back or listener.finished is not None:
                    raise AlreadyAnswered("This trial was answered already, perhaps in another tab. Its answer stays.")
                given.value, given.changes = value, given.changes + 1
                given.plays = [before + more for before, more in zip(given.plays, plays, strict=True)]
            database.flush()
            state = state_of(database, test, listener)
            if state["answered"] == state["total"] and not options.back and listener.finished is None:
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

    def _open(self, database: Session, token: str, *, lock: bool = False) -> TestRow:
        from sqlalchemy import select

        from voicelab.listening.tables import TestRow

        asked = select(TestRow).where(TestRow.token == token)
        return self._still_open(database.scalar(asked.with_for_update() if lock else asked))

    def _still_open(self, test: TestRow | None) -> TestRow:
        if test is None:
            raise UnknownTest("There is no listening test at this link. Check that it was copied whole.")
        if test.revoked is not None:
            raise LinkClosed("This link was closed by its owner. Thank you for listening.")
        if test.expires is not None and self._clock() > test.expires:
            raise LinkClosed("This link has expired. Ask who invited you for a new one.")
        return test

    def _listener(self, database: Session, token: str, key: str) -> tuple[TestRow, ListenerRow]:
        from sqlalchemy import select

        from voicelab.listening.tables import ListenerRow, TestRow

        # Of both at once: this is asked for every sound of every listener.
        known = (
            select(TestRow, ListenerRow)
            .join(ListenerRow, ListenerRow.test == TestRow.id)
            .where(TestRow.token == token, ListenerRow.key_hash == _hash(key))
        )
        found = database.execute(known).one_or_none()
        if found is None:
            self._open(database, token)
            raise UnknownTrial("This session is not known here. Begin again.")
        return self._still_open(found[0]), found[1]

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
        asked = database.execute(mine.where(TrialRow.position == number - 1)).one_or_none()
        if asked is None or (following is not None and asked[0].position > following[0].position):
            raise _not_yours()
        if asked[1] is not None and (not test.options["back"] or listener.finished is not None):
            raise UnknownTrial("This trial is over: its answer stays.")
        return asked[0], asked[1]

    def _serve(self, database: Session, trial_id: str) -> None:
        from sqlalchemy import update

        from voicelab.listening.tables import TrialRow

        unserved = update(TrialRow).where(TrialRow.id == trial_id, TrialRow.served.is_(None))
        database.execute(unserved.values(served=self._clock()))


def _own_trial(database: Session, listener: ListenerRow, trial_id: str) -> TrialRow:
    from sqlalchemy import select

    from voicelab.listening.tables import TrialRow

    # Locked: PostgreSQL would let two answers to one trial come in at once.
    trial = database.scalar(select(TrialRow).where(TrialRow.id == trial_id).with_for_update())
    if trial is None or trial.listener != listener.id:
        raise _not_yours()
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


def _check_full(database: Session, test: TestRow, options: Options, *, joining: bool = False) -> None:
    from sqlalchemy import func, select

    from voicelab.listening.tables import AnswerRow, ListenerRow, TrialRow

    if options.listeners and joining:
        ended = select(func.count(ListenerRow.finished)).where(ListenerRow.test == test.id)
        if (database.scalar(ended) or 0) >= options.listeners:
            raise LinkClosed("This test has all the listeners it needs. Thank you for coming.")
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


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _not_yours() -> UnknownTrial:
    return UnknownTrial("This is not part of your session. Reload the page.")
