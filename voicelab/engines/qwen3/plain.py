"""Qwen3-TTS by mlx-audio's own steps, one line at a time: the default, and the yardstick of the fast engine."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from voicelab.engines.qwen3.decoding import decode, samples_per_frame
from voicelab.engines.qwen3.generating import frame_limit, generate
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.requests import check_request
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.engines.qwen3.warming import throwaway
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    import mlx.core as mx

    from voicelab.speech.ports import Reporter, SpeechRequest

_WARMING_FRAMES = 4
"""Enough for every kernel: the prefill, the first frame after it, and those with a filled cache."""


class PlainQwen3Synthesizer(Qwen3Synthesizer):
    """The same tokens from the library's own steps."""

    rows = 1

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text, decoded together with its whole prompt."""
        import mlx.core as mx

        self.load(request.model, report)
        model = self._model
        check_request(request, model)
        started = time.perf_counter()
        mx.reset_peak_memory()
        # MLX draws from a generator of its own per thread, so the seed is set on the thread that draws.
        mx.random.seed(request.seed)
        try:
            prefill = self._prompts.prefill(model, request)
            frames = generate(model, prefill, request.sampling, frame_limit(model, request.text), report)
            samples = decode(model.speech_tokenizer, frames, prefill.reference_codes)
            peak = mx.get_peak_memory()
        finally:
            mx.clear_cache()
        elapsed_s = time.perf_counter() - started
        return Speech(
            samples=samples,
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=elapsed_s,
            peak_memory_bytes=peak,
            first_audio_s=elapsed_s,
            sample_rate=model.sample_rate,
        )

    def warm_up(self, report: Reporter) -> None:
        """Say a few frames with the resident model and decode them; nothing of it is kept."""
        import mlx.core as mx

        model = self._model
        request = throwaway(model)
        frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        frames: list[mx.array] = []
        try:
            prefill = PromptCache().prefill(model, request)
            for frame in islice(next_frames(model, prefill, request.sampling), _WARMING_FRAMES):
                frames.append(frame)
                report.spoken(len(frames) * frame_s)
            if frames:
                decode(model.speech_tokenizer, frames, prefill.reference_codes)
        finally:
            mx.clear_cache()
