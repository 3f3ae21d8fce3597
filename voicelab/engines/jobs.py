"""Jobs as the lab sees them: one request each, waited for, watched and cancelled from any thread."""

from __future__ import annotations

import copy
import functools
import itertools
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.errors import Cancelled
from voicelab.models.spoken_by import served_by_another
from voicelab.speech.ports import JobUpdate, Speech

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from voicelab.engines.messages import PieceSpoken
    from voicelab.errors import VoiceLabError
    from voicelab.speech.checked import Checked
    from voicelab.speech.ports import JobState, SpeechRequest


class Job:
    """A SpeechJob. The public side is for any thread; the methods of the engine's side need `changed` to be held."""

    def __init__(
        self, request: SpeechRequest, changed: threading.Condition, cancel: Callable[[Job], None], client: str = ""
    ) -> None:
        """`changed` is the engine's one lock; `cancel` is what the engine does about a job that nobody wants."""
        self.id = uuid.uuid4().hex
        self.request = request
        self.client = client
        self.submitted_at = time.monotonic()
        self.crashes = 0
        self.spoken_by = ""
        """Engine, variant and packages, once the process has its model ready."""
        self.started_at: float | None = None
        self.pieces: list[PieceSpoken] = []
        self.checked: Checked | None = None
        """What was heard of the pieces so far, where they are heard back."""
        self._changed = changed
        self._cancel = cancel
        self._states = [JobUpdate("queued", "Waiting.")]
        self._heard_before = 0
        self._speech: Speech | None = None
        self._error: VoiceLabError | None = None

    # For any thread.

    @property
    def waited_s(self) -> float:
        """Seconds in the queue: until the engine took it, or until now."""
        return (self.started_at or time.monotonic()) - self.submitted_at

    def cancel(self) -> None:
        """Stop it: `result` raises Cancelled at once, whatever the engine process is doing. Harmless when over."""
        self._cancel(self)

    def result(self, timeout_s: float | None = None) -> Speech:
        """Wait for it. Raises any VoiceLabError; TimeoutError when `timeout_s` passes first."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.over, timeout_s):
                raise TimeoutError(f"The text is not spoken after {timeout_s:g} s.")
            return self._outcome()

    def updates(self, every_s: float = 0.2) -> Iterator[JobUpdate]:
        """Yield every change of state from the first on, and every `every_s` seconds at least where it is."""
        seen, over = 0, False
        while not over:
            with self._changed:
                self._changed.wait_for(functools.partial(self._has_states_after, seen), every_s)
                news = self._states[seen:] or self._states[-1:]
                seen, over = len(self._states), self.over
            yield from news

    def partial(self) -> Iterator[NDArray[np.float32]]:
        """Yield each finished piece, shape (n,), in order, as it comes: together they are the result's samples.

        A request that is `live` comes in parts of pieces, where the engine can.

        Raises what `result` raises.
        """
        for index in itertools.count():
            with self._changed:
                self._changed.wait_for(functools.partial(self._has_piece, index))
                if index == len(self.pieces):
                    self._outcome()
                    return
                piece = self.pieces[index]
            yield piece.samples

    # For the engine, with `changed` held.

    @property
    def over(self) -> bool:
        """Whether it has a result or an error."""
        return self._speech is not None or self._error is not None

    @property
    def pieces_done(self) -> int:
        """How many pieces of its text are spoken to their ends."""
        return sum(piece.ends for piece in self.pieces)

    def begin(self) -> None:
        """It is handed to the engine, perhaps once more: what was heard of an unfinished piece will come again."""
        self._heard_before = sum(len(part.samples) for part in self._unfinished())

    @property
    def spoken_s(self) -> float:
        """Seconds of audio that came."""
        return sum(len(piece.samples) / piece.sample_rate for piece in self.pieces)

    @property
    def finished_s(self) -> float:
        """Seconds of pieces that are spoken to their ends."""
        return self.spoken_s - sum(len(part.samples) / part.sample_rate for part in self._unfinished())

    def update(self, update: JobUpdate) -> None:
        """Tell everybody where it is. Only changes of state are kept for those who come late."""
        if self.over:
            return
        if self._states[-1].state == update.state:
            self._states[-1] = update
        else:
            self._states.append(update)
        self._changed.notify_all()

    def add(self, piece: PieceSpoken) -> None:
        """One more piece of it is spoken; what comes after it is over is dropped."""
        if self.over:
            return
        # The same request gives the same samples, so what comes again is cut off by counting.
        known = min(self._heard_before, len(piece.samples))
        self._heard_before -= known
        self.pieces.append(replace(piece, samples=piece.samples[known:]) if known else piece)
        self._changed.notify_all()

    def finish(self) -> None:
        """It was spoken to the end: its pieces are the result."""
        first = self.pieces[0]
        samples = np.concatenate([piece.samples for piece in self.pieces])
        ends = np.cumsum([len(piece.samples) for piece in self.pieces])
        parts = zip(self.pieces, np.split(samples, ends[:-1]), strict=True)
        self.pieces = [replace(piece, samples=part) for piece, part in parts]  # in memory once
        speech = Speech(
            samples=samples,
            engine=first.engine,
            model=self.request.model,
            seed=self.request.seed,
            elapsed_s=sum(piece.elapsed_s for piece in self.pieces),
            peak_memory_bytes=max(piece.peak_memory_bytes for piece in self.pieces),
            first_audio_s=first.elapsed_s,
            notes=self._notes(),
            spoken_by=self.spoken_by,
            said=self.request.text,
            sample_rate=first.sample_rate,
            checked=self.checked,
        )
        self.update(JobUpdate("done", f"{speech.duration_s:.1f} s spoken", 0, speech.duration_s, 1.0))
        self._speech = speech

    def _notes(self) -> tuple[str, ...]:
        another = served_by_another(self.request.auditioned, self.spoken_by)
        found = (*self.request.notes, *(note for piece in self.pieces for note in piece.notes), another)
        return tuple(dict.fromkeys(note for note in found if note))

    def fail(self, error: VoiceLabError) -> None:
        """It ended with `error`; a job that is over stays as it is."""
        if not self.over:
            state: JobState = "cancelled" if isinstance(error, Cancelled) else "failed"
            self.update(JobUpdate(state, error.message, 0, self.spoken_s))
            self._error = error

    def _unfinished(self) -> Iterator[PieceSpoken]:
        """Yield the parts of a piece that is not spoken to its end, the last one first."""
        return itertools.takewhile(lambda piece: not piece.ends, reversed(self.pieces))

    def _has_states_after(self, seen: int) -> bool:
        return len(self._states) > seen

    def _has_piece(self, index: int) -> bool:
        return len(self.pieces) > index or self.over

    def _outcome(self) -> Speech:
        if self._error is not None:
            raise copy.copy(self._error)  # several threads may wait, and each raise adds a traceback of its own
        if self._speech is None:  # never: called when over
            raise AssertionError
        return self._speech
