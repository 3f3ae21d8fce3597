"""Texts spoken together: their pieces become the lines of one synthesizer, each text in its own order."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.engines.long_text import PlannedPiece, planned
from voicelab.engines.messages import PieceSpoken
from voicelab.errors import VoiceLabError
from voicelab.speech.ports import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from voicelab.engines.messages import FromProcess, Speak
    from voicelab.engines.reporter import TaskReporter
    from voicelab.speech.ports import Speech


class TextBatch:
    """The texts that are being spoken, and what is to be spoken of them next."""

    def __init__(
        self, engine: str, send: Callable[[FromProcess], None], finish: Callable[[int, VoiceLabError | None], None]
    ) -> None:
        """`engine` is the synthesizer's; `finish` is told the number of every text that is over."""
        self.engine = engine
        self._send = send
        self._finish = finish
        self._ready: deque[_Text] = deque()

    def add(self, task: Speak, report: TaskReporter) -> None:
        """Begin a text. Raises EmptyText."""
        request = replace(task.request, model=report.model)  # one model may have several names
        self._ready.append(_Text(self, task.number, deque(planned(request, report, task.first))))

    def wants_texts(self, room: int) -> bool:
        """Say whether there is room for more than what waits here."""
        return len(self._ready) < room

    def lines(self, room: int) -> list[Line]:
        """Return at most `room` lines."""
        return [self._ready.popleft().line() for _ in range(min(room, len(self._ready)))]

    def went_on(self, text: _Text, message: PieceSpoken, *, ended: bool) -> None:
        """`text` has a part more; with `ended`, its piece is complete."""
        self._send(message)
        if not ended:
            return
        if text.left:
            self._ready.append(text)
        else:
            self._finish(text.number, None)

    def failed(self, text: _Text, error: VoiceLabError) -> None:
        """`text` cannot be spoken to its end."""
        self._finish(text.number, error)


class _Text:
    """One text and where it is."""

    def __init__(self, together: TextBatch, number: int, left: deque[PlannedPiece]) -> None:
        self.number = number
        self.left = left
        self._together = together
        self._heard: list[NDArray[np.float32]] = []
        self._sent = 0
        self._began_at = 0.0
        self._told_s = 0.0

    def line(self) -> Line:
        """Return the next piece, to be spoken now."""
        piece = self.left.popleft()
        self._heard, self._sent, self._told_s, self._began_at = [], 0, 0.0, time.perf_counter()

        def part(samples: NDArray[np.float32], rate: int) -> None:
            self._heard.append(samples)
            # What a complete piece has at its end (a fade, a pause) is not known before: hold that much back.
            fitted = piece.fitted_start(np.concatenate(self._heard), rate)
            now = fitted[self._sent :]
            self._sent = max(self._sent, len(fitted))
            if len(now):
                since_s = time.perf_counter() - self._began_at
                took_s, engine = since_s - self._told_s, self._together.engine
                message = PieceSpoken(self.number, now, rate, engine, took_s, 0, (), ends=False)
                self._told_s = since_s
                self._together.went_on(self, message, ended=False)

        def end(outcome: Speech | VoiceLabError) -> None:
            try:
                if isinstance(outcome, VoiceLabError):
                    raise outcome
                speech = piece.fitted(outcome)
            except VoiceLabError as error:
                self._together.failed(self, error)
                return
            message = piece_spoken(self.number, speech, self._sent, self._told_s)
            self._together.went_on(self, message, ended=True)

        return Line(piece.request, piece.reporter, part, end)


def piece_spoken(number: int, speech: Speech, sent: int = 0, told_s: float = 0.0) -> PieceSpoken:
    """Return what is left to say about a piece of which `sent` samples and `told_s` seconds of work were told."""
    return PieceSpoken(
        number,
        samples=speech.samples[sent:],
        sample_rate=speech.sample_rate,
        engine=speech.engine,
        elapsed_s=max(0.0, speech.elapsed_s - told_s),
        peak_memory_bytes=speech.peak_memory_bytes,
        notes=speech.notes,
    )
