"""One line on its way from frames to speech: progress, limit, cancelling, and its audio as it comes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.frame_limits import frame_limit, never_ended, nothing_spoken
from voicelab.engines.qwen3.frame_size import samples_per_frame
from voicelab.engines.qwen3.sampling_settings import settle
from voicelab.engines.qwen3.vocoder import Frames
from voicelab.errors import VoiceLabError
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.library import Prefill
    from voicelab.engines.qwen3.sampling_settings import Settled
    from voicelab.engines.qwen3.vocoder import Vocoder
    from voicelab.speech.ports import Line


@dataclass(frozen=True)
class Manner:
    """How an engine speaks with a model, whatever the line."""

    own: Settled
    """How the model draws what a request leaves open."""
    notes: tuple[str, ...] = ()
    """What the person should know of the engine."""


class LineTake:
    """A Take of batch.py for a Line of speech/ports.py."""

    def __init__(
        self, model: Any, line: Line, prefill: Prefill, vocoder: Vocoder, started: float, manner: Manner
    ) -> None:
        """`vocoder` decodes it, when it is told to; `started` is time.perf_counter() of the first work on it."""
        self.prefill = prefill
        self.sampling = settle(line.request.sampling, manner.own)
        self.seed = line.request.seed
        self._model = model
        self._line = line
        self._vocoder = vocoder
        self._started = started
        self._notes = manner.notes
        self._frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        self._limit = frame_limit(model, line.request.text)
        reference = prefill.reference_codes
        self._frames = Frames(None if reference is None else np.array(reference)[0], live=line.request.live)
        self._spoken = 0
        self._parts: list[NDArray[np.float32]] = []
        self._samples = 0
        self._ended = False
        self._first_audio_s: float | None = None

    def hear(self, frame: NDArray[np.int32]) -> bool:
        """Take one more frame, shape (code groups,), and say whether to go on."""
        try:
            if self._spoken == self._limit:
                raise never_ended(self._limit * self._frame_s)
            self._spoken += 1
            self._frames.add(frame)
            self._line.report.spoken(self._spoken * self._frame_s)
        except VoiceLabError as error:
            self._line.end(error)
            return False
        if self._frames.due:
            self._frames.rest(self._vocoder, self._take)
        return True

    def end(self) -> None:
        """Let the rest be decoded; the whole is handed over with its last part."""
        if not self._spoken:
            self._line.end(nothing_spoken())
            return
        self._ended = True
        self._frames.rest(self._vocoder, self._take)
        self._hand_over()

    def _take(self, part: NDArray[np.float32]) -> None:
        """Take the next samples."""
        self._parts.append(part)
        self._samples += len(part)
        if self._first_audio_s is None:
            self._first_audio_s = time.perf_counter() - self._started
        if self._ended:
            self._hand_over()
        else:
            self._line.part(part, self._model.sample_rate)

    def _hand_over(self) -> None:
        """Hand over the whole once every frame is decoded."""
        import mlx.core as mx

        if self._samples < self._spoken * samples_per_frame(self._model.speech_tokenizer):
            return
        request = self._line.request
        self._line.end(
            Speech(
                samples=np.concatenate(self._parts),
                engine="qwen3",
                model=request.model,
                seed=request.seed,
                elapsed_s=time.perf_counter() - self._started,
                peak_memory_bytes=mx.get_peak_memory(),
                first_audio_s=self._first_audio_s,
                sample_rate=self._model.sample_rate,
                notes=self._notes,
            )
        )
