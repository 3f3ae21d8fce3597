"""A throwaway line, so that kernels are compiled before the first person waits for them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.qwen3.decoding import decode, samples_per_frame
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.languages import CODES
from voicelab.speech.ports import Prompt, SpeechRequest

if TYPE_CHECKING:
    import mlx.core as mx

    from voicelab.speech.ports import Reporter

FRAMES = 4
"""Enough for every kernel: the prefill, the first frame after it, and those with a filled cache."""


def warm_up(model: Any, report: Reporter) -> None:
    """Let the mlx-audio `model` say a few frames and decode them; nothing of it is kept."""
    import mlx.core as mx

    request = _throwaway(model)
    frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
    frames: list[mx.array] = []
    try:
        prefill = PromptCache().prefill(model, request)
        for frame in islice(next_frames(model, prefill, request.sampling), FRAMES):
            frames.append(frame)
            report.spoken(len(frames) * frame_s)
        if frames:
            decode(model.speech_tokenizer, frames, prefill.reference_codes)
    finally:
        mx.clear_cache()


def _throwaway(model: Any) -> SpeechRequest:
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
