"""The clip through the codec and back, in windows and whole, with the published sliding windows and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.clips.speaker_similarity import likeness
from voicelab.engines.qwen3.decoder import Decoder
from voicelab.engines.qwen3.encoding import encode
from voicelab.engines.qwen3.sliding import sliding_windows
from voicelab.engines.qwen3.vocoder import CONTEXT, LONG_STEP
from voicelab.errors import ClipUnusable
from voicelab.speech.proof import Check, Spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from voicelab.engines.qwen3.proof.bench import Bench

WHOLE = 2 * LONG_STEP
"""Frames that are decoded at once and in windows: with a seam, and in memory that a small machine has."""
INAUDIBLE = 0.02
"""Of the loudest sample: by so much windows may differ from the whole (docs/performance.md)."""


def codec_checks(bench: Bench) -> Iterator[Check | Spoken]:
    """Yield the clip, there and back, for the lab to judge; `windows`; `sliding windows`."""
    import mlx.core as mx

    codec, prompt = bench.model.speech_tokenizer, bench.orders.prompt
    if not codec.has_encoder:
        for name in ("codec", "windows", "sliding windows"):
            yield Check(name, "skip", "this model clones no voice and has no encoder")
        return
    audio = mx.array(np.ascontiguousarray(prompt.samples, dtype=np.float32))
    codes = np.array(encode(codec, audio))[0]
    yield Spoken("codec", in_windows(codec, codes), bench.model.sample_rate, prompt.text)
    yield windows_check(whole(codec, codes[:, :WHOLE]), in_windows(codec, codes[:, :WHOLE]))
    yield _sliding(bench, codes)
    mx.clear_cache()


def whole(codec: Any, codes: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the samples of `codes`, shape (code groups, frames), decoded at once."""
    import mlx.core as mx

    decoder = codec.decoder.streaming_step.__self__
    return np.array(decoder(mx.array(codes)[None])[0, 0].astype(mx.float32))


def in_windows(codec: Any, codes: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return them decoded in windows as a take is, without its prompt."""
    decode, parts = Decoder(codec, 1), []
    for start in range(0, codes.shape[1], LONG_STEP):
        first = max(0, start - CONTEXT)
        (samples,) = decode([codes[:, first : start + LONG_STEP]])
        parts.append(samples[(start - first) * decode.samples_per_frame :])
    return np.concatenate(parts)


def windows_check(at_once: NDArray[np.float32], windowed: NDArray[np.float32]) -> Check:
    """Judge whether what is decoded in windows, shape (n,), is what is decoded at once."""
    if len(at_once) != len(windowed):
        message = f"{len(windowed)} samples in windows and {len(at_once)} at once. Write an issue with this report."
        return Check("windows", "fail", message)
    loudest = float(np.abs(at_once).max())
    difference = float(np.abs(at_once - windowed).max()) / loudest if loudest else 0.0
    figures = {"difference": difference, "samples": len(at_once)}
    if not difference <= INAUDIBLE:  # NaN fails
        message = (
            f"decoded in windows and at once, samples differ by {difference:.1%} of the loudest one, and "
            f"{INAUDIBLE:.0%} is the limit. Write an issue with this report."
        )
        return Check("windows", "fail", message, figures)
    return Check("windows", "pass", f"in windows as at once, to {difference:.2%} of the loudest sample", figures)


def _sliding(bench: Bench, codes: NDArray[np.int32]) -> Check:
    import mlx.core as mx

    codec, prompt = bench.model.speech_tokenizer, bench.orders.prompt
    with sliding_windows(codec):
        slid = np.array(encode(codec, mx.array(np.ascontiguousarray(prompt.samples, dtype=np.float32))))[0]
        decoded_slid = in_windows(codec, slid)
    rate = bench.model.sample_rate
    clip = Clip(prompt.samples)
    return sliding_check(
        codes, slid, [_like(clip, Clip(each, rate)) for each in (in_windows(codec, codes), decoded_slid)]
    )


def sliding_check(codes: NDArray[np.int32], slid: NDArray[np.int32], alike: list[float | None]) -> Check:
    """Report both ways: codes that differ, and how like the clip it comes back. Which is better nobody has measured."""
    different = float((codes != slid).mean())
    figures = {"codes_different": different, "likeness_as_library": alike[0], "likeness_sliding": alike[1]}
    told = ["-" if each is None else f"{each:.3f}" for each in alike]
    message = (
        f"with them {different:.1%} of the clip's codes differ; likeness {told[0]} without (as the lab and mlx-audio "
        f"speak), {told[1]} with"
    )
    if not np.isfinite([each for each in alike if each is not None]).all():
        return Check("sliding windows", "fail", f"{message}. Write an issue with this report.", figures)
    return Check("sliding windows", "pass", message, figures)


def _like(clip: Clip, other: Clip) -> float | None:
    try:
        return likeness(clip, other)
    except ClipUnusable:
        return None
