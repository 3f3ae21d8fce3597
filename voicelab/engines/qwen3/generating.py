"""The frames of one take: bounded, with progress, and with a plain word when the model does not end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.decoding import samples_per_frame
from voicelab.engines.qwen3.library import Prefill, next_frames
from voicelab.errors import NeverEnded, NothingSpoken

if TYPE_CHECKING:
    import mlx.core as mx

    from voicelab.speech.ports import Reporter, Sampling

FRAMES_AT_LEAST = 150
FRAMES_PER_TOKEN = 12
"""Twice the bound that mlx-audio had until its PR #695, max(75, 6 x text tokens): speech takes 3 to 4 a token."""


def frame_limit(model: Any, text: str) -> int:
    """Return after how many frames of 80 ms a take of `text` is taken to be a runaway."""
    return max(FRAMES_AT_LEAST, FRAMES_PER_TOKEN * len(model.tokenizer.encode(text)))


def generate(model: Any, prefill: Prefill, sampling: Sampling, limit: int, report: Reporter) -> list[mx.array]:
    """Return the frames of one take the library's way, each of shape (1, code groups), telling `report` after each.

    Raises NeverEnded at frame `limit` + 1, NothingSpoken without any, and what `report` raises.
    """
    frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
    frames: list[mx.array] = []
    for frame in next_frames(model, prefill, sampling):
        if len(frames) == limit:
            raise never_ended(limit * frame_s)
        frames.append(frame)
        report.spoken(len(frames) * frame_s)
    if not frames:
        raise nothing_spoken()
    return frames


def never_ended(seconds: float) -> NeverEnded:
    """Return the error of a take that went on for `seconds`, which is its limit."""
    return NeverEnded(
        f"The model spoke for {seconds:.0f} s and found no end, longer than this text can take. Try "
        "another seed or a shorter text, and check that the voice's transcript has every word of its clip."
    )


def nothing_spoken() -> NothingSpoken:
    """Return the error of a take without a frame."""
    return NothingSpoken("The model ended before its first sound. Try another seed, or a text with more words.")
