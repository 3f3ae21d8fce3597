"""A text spoken sentence by sentence: each is heard while the next one is spoken, and has further takes where it must.

To whoever waits it is a job like any other. What is right at the first take is, to the sample, what the engine would
have said unchecked: the sentences are those of speech/text_pieces.py, with the same seeds and joins.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from voicelab.engines.jobs import Job
from voicelab.engines.long_text import piece_seed
from voicelab.engines.messages import PieceSpoken
from voicelab.errors import Cancelled, Failed, NeverEnded, NothingSpoken, QueueFull, VoiceLabError
from voicelab.speech.checked import Checked, CheckedSentence
from voicelab.speech.join import fit
from voicelab.speech.ports import JobUpdate
from voicelab.speech.text_pieces import pieces

if TYPE_CHECKING:
    from voicelab.checked.judge import Judgement
    from voicelab.speech.ports import Engine, OnBusy, Speech, SpeechJob, SpeechRequest
    from voicelab.speech.text_pieces import Piece

_AHEAD = 2
"""So many sentences are spoken beyond the first that is not settled: the engine is others' meanwhile."""
_LONGEST_WAIT_S = 5.0
"""Between two tries to get a place in a full queue: a text that was begun is not given up for it."""

_log = logging.getLogger(__name__)


class Ear(Protocol):
    """Listens to takes."""

    recognizer: str
    """Its name."""

    def judge(self, speech: Speech, request: SpeechRequest) -> Judgement:
        """Say what is wrong with `speech`, a take of `request`. Raises any VoiceLabError."""


@dataclass(eq=False)
class _Sentence:
    """One piece of the text, and its takes so far."""

    index: int
    piece: Piece
    tried: int = 0
    best: tuple[Judgement, Speech, int] | None = None
    """With the seed."""
    spent_s: float = 0.0
    settled: bool = False
    hearing: bool = False
    notes: list[str] = field(default_factory=list)


def take_seed(seed: int, index: int, take: int) -> int:
    """Return the seed of a sentence's take, both counted from 0: of the first take the engine's own for that piece."""
    own = piece_seed(seed, index)
    if take == 0:
        return own
    digest = hashlib.blake2b(f"{own}/take {take}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


class CheckedText:
    """One text on its way. `job` is what is waited for."""

    def __init__(
        self, engine: Engine, ear: Ear, request: SpeechRequest, takes: int, client: str = "", on_busy: OnBusy = "queue"
    ) -> None:
        """Queue the first sentence of `request`, whose text is read already. Raises what Engine.submit raises."""
        self._engine, self._ear, self._request, self._takes = engine, ear, request, takes
        self._client = client
        self._changed = threading.Condition()
        self._cancelled = threading.Event()
        split = pieces(request.text, language=request.language)
        self._sentences = [_Sentence(index, piece) for index, piece in enumerate(split)]
        self._sent = 0
        self._first_heard_s = 0.0
        self._deaf: Exception | None = None
        """Why a take could not be heard."""
        self._first: SpeechJob | None = engine.submit(self._take(self._sentences[0]), client, on_busy)
        self._current: SpeechJob = self._first
        self.job = Job(request, self._changed, self._cancel, client)
        threading.Thread(target=self._run, name="checked text", daemon=True).start()

    def _take(self, sentence: _Sentence) -> SpeechRequest:
        """Return the request of the sentence's next take."""
        seed = take_seed(self._request.seed, sentence.index, sentence.tried)
        return replace(self._request, text=sentence.piece.text, seed=seed, live=False, notes=())

    def _cancel(self, job: Job) -> None:
        with self._changed:
            job.fail(Cancelled("Cancelled: the text was not spoken."))
            self._cancelled.set()
            current = self._current
            self._changed.notify_all()
        current.cancel()  # a no-op once it is done

    def _run(self) -> None:
        with ThreadPoolExecutor(1, "hearing") as hearing:
            try:
                self._speak(hearing)
            except VoiceLabError as error:
                self._fail(error)
            except Exception:  # noqa: BLE001 - a thread of its own: nobody else would end the job
                _log.exception("Checked speech failed")
                self._fail(Failed("Checking the speech failed by a fault of the lab; see its log. Send it unchecked."))

    def _fail(self, error: VoiceLabError) -> None:
        with self._changed:
            self.job.fail(error)
            self._changed.notify_all()

    def _speak(self, hearing: ThreadPoolExecutor) -> None:
        while (sentence := self._next()) is not None:
            request = self._take(sentence)
            speech = self._spoken(sentence, request)
            if speech is not None:
                sentence.hearing = True
                hearing.submit(self._hear, sentence, speech, request)
        with self._changed:
            if not self.job.over:
                self.job.finish()
                self._changed.notify_all()

    def _next(self) -> _Sentence | None:
        """Return the sentence to speak now, one that needs another take first; None once all are settled.

        Waits while all that may be spoken ahead is being heard. Raises what hearing raised, and Cancelled.
        """
        while True:
            with self._changed:
                if self._deaf is not None:
                    raise self._deaf
                self._check()
                if self._sent == len(self._sentences):
                    return None
                near = self._sentences[self._sent : self._sent + _AHEAD + 1]
                ready = [each for each in near if not each.settled and not each.hearing]
                if ready:
                    return min(ready, key=lambda each: (each.tried == 0, each.index))
                self._changed.wait()

    def _spoken(self, sentence: _Sentence, request: SpeechRequest) -> Speech | None:
        """Return the next take; None where the model gave none, which is a take as well. Raises VoiceLabError."""
        sentence.tried += 1
        try:
            speech = self._result(sentence, request)
        except (NothingSpoken, NeverEnded):
            if sentence.tried >= self._takes:
                if sentence.best is None:
                    raise
                with self._changed:
                    sentence.settled = True
                    self._hand_out()
            return None
        sentence.spent_s += speech.elapsed_s
        sentence.notes += speech.notes
        return speech

    def _result(self, sentence: _Sentence, request: SpeechRequest) -> Speech:
        """Return what the engine says; where its queue is full, once there is a place. Raises VoiceLabError."""
        while True:
            first, self._first = self._first, None
            try:
                job = first or self._engine.submit(request, self._client)
                with self._changed:
                    self._current = job
                if self._cancelled.is_set():
                    job.cancel()
                for update in job.updates():
                    self._tell(update, sentence)
                return job.result()
            except QueueFull as error:  # of a job that waited, too: it may have to make way for others
                if first is not None:
                    raise
                self._cancelled.wait(min(_LONGEST_WAIT_S, error.retry_after_s or _LONGEST_WAIT_S))
            self._check()

    def _hear(self, sentence: _Sentence, speech: Speech, request: SpeechRequest) -> None:
        """Judge a take, on the thread that listens, and hand out what is settled by that."""
        began = time.monotonic()
        try:
            self._check()
            judgement = self._ear.judge(speech, request)
        except Exception as error:  # noqa: BLE001 - carried to the thread that speaks, and raised there
            with self._changed:
                self._deaf = error
                self._changed.notify_all()
            return
        with self._changed:
            if sentence.index == 0:
                self._first_heard_s = self._first_heard_s or began
            sentence.hearing = False
            if sentence.best is None or judgement.weight < sentence.best[0].weight:
                sentence.best = (judgement, speech, request.seed)
            sentence.settled = not judgement.faults or sentence.tried >= self._takes
            self._hand_out()
            self._changed.notify_all()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled("Cancelled: the text was not spoken.")

    def _hand_out(self) -> None:
        """Give the job what is settled, in order. Needs the lock."""
        while self._sent < len(self._sentences) and self._sentences[self._sent].settled:
            sentence = self._sentences[self._sent]
            if sentence.best is None:  # never: one without any take has ended the text
                raise AssertionError
            judgement, speech, seed = sentence.best
            ends = {"first": sentence.index == 0, "last": sentence.index == len(self._sentences) - 1}
            found = CheckedSentence(
                sentence.piece.text, sentence.tried, seed, judgement.words, judgement.word_errors, judgement.faults
            )
            before = self.job.checked
            told = (*before.sentences, found) if before else (found,)
            delay_s = before.delay_s if before else time.monotonic() - self._first_heard_s
            self.job.checked = Checked(self._ear.recognizer, told, delay_s)
            self.job.spoken_by = speech.spoken_by
            self._sent += 1
            self.job.add(
                PieceSpoken(
                    number=0,
                    samples=fit(speech.samples, sentence.piece.pause_s, sample_rate=speech.sample_rate, **ends),
                    sample_rate=speech.sample_rate,
                    engine=speech.engine,
                    elapsed_s=sentence.spent_s,
                    peak_memory_bytes=speech.peak_memory_bytes,
                    notes=tuple(sentence.notes),
                )
            )

    def _tell(self, update: JobUpdate, sentence: _Sentence) -> None:
        total = len(self._sentences)
        state = update.state if update.state in {"queued", "preparing"} and self.job.started_at is None else "speaking"
        again = f", take {sentence.tried}" if sentence.tried > 1 else ""
        message = update.message if state != "speaking" else f"Sentence {sentence.index + 1} of {total}{again}"
        with self._changed:
            if state == "speaking" and self.job.started_at is None:
                self.job.started_at = time.monotonic()
            self.job.update(JobUpdate(state, message, update.ahead, self.job.spoken_s, self._sent / total))
