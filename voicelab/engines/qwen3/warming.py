"""A throwaway line, so that kernels are compiled before the first person waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.qwen3.decoding import samples_per_frame
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.vocoder import STEPS, Vocoder
from voicelab.languages import CODES
from voicelab.speech.ports import Prompt, SpeechRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.batch import Batch
    from voicelab.engines.qwen3.library import Prefill
    from voicelab.speech.ports import Reporter

FRAMES = STEPS[0]
"""Enough for every kernel of the prefill, of a frame, and of the first audio that is heard."""


def warm_up(model: Any, batch: Batch, report: Reporter) -> None:
    """Let the mlx-audio `model` say a few frames and decode them; nothing of it is kept.

    Where frames are compiled, a full batch follows: the kernels are the same, the traces are its own.
    """
    import mlx.core as mx

    request = throwaway(model)
    try:
        prefill = PromptCache().prefill(model, request)
        for rows in SIZES_WARMED if batch.compiled else (1,):
            takes = [_Throwaway(model, prefill, request, report) for _ in range(rows)]

            def more(room: int, takes: list[_Throwaway] = takes) -> list[_Throwaway]:
                now, takes[:] = takes[:room], takes[room:]
                return now

            batch.run(more)
    finally:
        mx.clear_cache()


SIZES_WARMED = (1, 6)


class _Throwaway:
    """A Take that is decoded once and not kept."""

    def __init__(self, model: Any, prefill: Prefill, request: SpeechRequest, report: Reporter) -> None:
        self.prefill = prefill
        self.sampling = request.sampling
        self.seed = 0
        self._report = report
        self._frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        reference = prefill.reference_codes
        self._vocoder = Vocoder(model.speech_tokenizer, None if reference is None else np.array(reference)[0])
        self._frames = 0

    def hear(self, frame: NDArray[np.int32]) -> bool:
        self._frames += 1
        self._vocoder.add(frame)
        self._report.spoken(self._frames * self._frame_s)
        if self._frames < FRAMES:
            return True
        self.end()
        return False

    def end(self) -> None:
        self._vocoder.rest()


def throwaway(model: Any) -> SpeechRequest:
    """Return a request of the kind that `model` takes; a Base model clones two seconds of faint noise."""
    kind = model.config.tts_model_type
    language = next(name for name in model.get_supported_languages() if name in CODES)
    noise = np.random.default_rng(0).normal(0, 0.01, 2 * SAMPLE_RATE).astype(np.float32)
    return SpeechRequest(
        text="Hello.",
        model="",
        prompt=Prompt(noise, "Hello there.", language) if kind == "base" else None,
        language=language,
        speaker=next(iter(model.get_supported_speakers()), None),
        instruct="A calm voice." if kind == "voice_design" else None,
    )
