"""Where the time and the memory of ours go, step by step."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.batch import SLOT_STEP
from voicelab.engines.qwen3.bench.sides import ONE_S, TEXT
from voicelab.engines.qwen3.bench.timing import timed
from voicelab.engines.qwen3.decoder import SHAPES
from voicelab.engines.qwen3.encoding import encode
from voicelab.engines.qwen3.frame import begin
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.engines.qwen3.token_sampling import Draw, seed_key
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.qwen3.bench.sides import Sides
    from voicelab.engines.qwen3.frame import State
    from voicelab.engines.qwen3.library import Prefill

REPEATS = 5


def profile(sides: Sides) -> dict[str, dict[str, float]]:
    """Return where time and memory go: each step repeated and waited for by itself.

    That is the shortest time in milliseconds, and the bytes that the step needs beside what is there before it.
    """
    import mlx.core as mx

    model, voice = sides.model, sides.voices[ONE_S]
    request = SpeechRequest(TEXT, "", voice, sides.language)
    prefill = sides.prompts.prefill(model, request)
    sampling, key = request.sampling, seed_key(1)
    slots = -(-(prefill.embeddings.shape[1] + sides.frames) // SLOT_STEP) * SLOT_STEP

    def decode(size: int, rows: int) -> None:
        sides.decoder([np.zeros((model.config.talker_config.num_code_groups, size), np.int32)] * rows)

    def start() -> None:
        begun = begin(model, prefill.embeddings, sampling, key, slots)
        mx.eval(begun.logits, begun.hidden, begun.caches)

    audio = mx.array(voice.samples)
    steps: dict[str, Callable[[], Any]] = {
        "encode 15 s": lambda: encode(model.speech_tokenizer, audio),
        "speaker of 15 s": lambda: mx.eval(model.extract_speaker_embedding(audio)),
        "prefill": start,
        **(
            {} if sides.batch.fused else _halves(sides, begin(model, prefill.embeddings, sampling, key, slots), prefill)
        ),
        **{
            f"decode {rows} x {size} frames": functools.partial(decode, size, rows)
            for size, numbers in SHAPES.items()
            for rows in numbers
        },
    }
    took_ms: dict[str, float] = {}
    took_bytes: dict[str, float] = {}
    for name, function in steps.items():
        function()
        mx.clear_cache()
        before = mx.get_active_memory()
        mx.reset_peak_memory()
        took_ms[name] = min(timed(function) for _ in range(REPEATS)) * 1000
        took_bytes[name] = mx.get_peak_memory() - before
    for rows in sides.batch.sizes:
        cells = [(ONE_S, seed) for seed in range(rows)]
        sides.tokens(cells)
        began = timed(functools.partial(sides.tokens, cells))
        sides.frames *= 2
        longer = timed(functools.partial(sides.tokens, cells))
        sides.frames //= 2
        took_ms[f"frame of {rows} rows"] = (longer - began) / sides.frames * 1000
    return {"profile_ms": took_ms, "profile_bytes": took_bytes}


def _halves(sides: Sides, state: State, prefill: Prefill) -> dict[str, Callable[[], Any]]:
    """Return the two halves of a frame, where it is not one kernel."""
    import mlx.core as mx

    predictor, talker = sides.batch.predictor(Draw.of(Settled())), sides.batch.talker
    codes, embedding, drawn = predictor(state, prefill.pad)
    mx.eval(codes)

    def read() -> None:
        after = talker(embedding, drawn)
        mx.eval(after.logits, after.hidden, after.caches)

    return {
        "frame: code predictor": lambda: mx.eval(predictor(drawn, prefill.pad)[:2]),
        "frame: talker": read,
    }
