"""Whether the lab's steps draw the library's tokens, and whether the fast engine draws them too, and faster."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from voicelab.engines.qwen3.attention import on_cuda
from voicelab.engines.qwen3.batch import ROWS, Batch
from voicelab.engines.qwen3.batched import VARIANT
from voicelab.engines.qwen3.bench.takes import TokenTake
from voicelab.engines.qwen3.library import generated_codes, next_frames
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from voicelab.engines.qwen3.proof.bench import Bench

FRAMES = 50
"""Compared of each take: 4 s."""
SEEDS = (1, 2, 3)
_IN_VAIN = "The plain engine speaks."


def token_checks(bench: Bench) -> Iterator[Check]:
    """Yield `as the library` and `fast engine`, of the same text with the same seeds."""
    library = [_library(bench, seed) for seed in SEEDS]
    started = time.perf_counter()
    plain = [_plain(bench, seed) for seed in SEEDS]
    plain_s = time.perf_counter() - started
    yield library_check(plain, library, known_to_differ=on_cuda())
    if bench.model.config.tts_model_type != "base":
        yield Check("fast engine", "skip", "compared for models that clone a voice only")
        return
    batch = Batch(bench.model)
    _fast(bench, batch, SEEDS[:1])  # compiles
    started = time.perf_counter()
    alone = [_fast(bench, batch, (seed,))[0] for seed in SEEDS]
    fast_s = time.perf_counter() - started
    together = _fast(bench, batch, tuple(SEEDS[number % len(SEEDS)] for number in range(ROWS)))
    yield fast_check(plain, alone, together, (plain_s, fast_s), known_to_differ=on_cuda())


def same_frames(one: NDArray[np.int32], other: NDArray[np.int32]) -> int | None:
    """Return after how many frames two takes, shape (frames, code groups) each, first differ; None for equal ones."""
    length = min(len(one), len(other))
    different = np.flatnonzero((one[:length] != other[:length]).any(axis=1))
    if len(different):
        return int(different[0])
    return None if len(one) == len(other) else length


def library_check(plain: list[NDArray[np.int32]], library: list[NDArray[np.int32]], *, known_to_differ: bool) -> Check:
    """Judge whether the default engine's takes are those of mlx-audio's `generate`.

    That they differ where that is known, on NVIDIA GPUs in low precision, is no fault of this machine: there mlx-audio
    parts from itself once several rows are multiplied (docs/performance.md, The same tokens).
    """
    differ = [same_frames(*pair) for pair in zip(plain, library, strict=True)]
    figures = {"seeds": len(plain), "frames": [len(take) for take in plain], "first_different": differ}
    first = next((frame for frame in differ if frame is not None), None)
    if first is None:
        message = f"{sum(map(len, plain))} frames of {len(plain)} seeds, all tokens equal"
        return Check("as the library", "pass", message, figures)
    message = f"the default engine and mlx-audio's generate draw other tokens from frame {first + 1} on"
    if known_to_differ:
        message += ", as is known of NVIDIA GPUs in low precision, where the last bits decide between close tokens."
        return Check("as the library", "skip", message, figures)
    message += (
        ". Install the lab again, so that it has the mlx-audio it was made for, and write an issue with this report if "
        "that is no cure."
    )
    return Check("as the library", "fail", message, figures)


def fast_check(
    plain: list[NDArray[np.int32]],
    alone: list[NDArray[np.int32]],
    together: list[NDArray[np.int32]],
    seconds: tuple[float, float],
    *,
    known_to_differ: bool,
) -> Check:
    """Judge whether the fast engine says what the plain one says, alone and among others, and faster.

    `seconds` are the plain one's and the fast one's for the same takes. That they differ where that is known, on
    NVIDIA GPUs in low precision, is no fault of this machine.
    """
    differ = [same_frames(*pair) for pair in zip(alone, plain, strict=True)]
    among = [same_frames(take, alone[number % len(alone)]) for number, take in enumerate(together)]
    gain = seconds[0] / seconds[1]
    figures = {
        "first_different": differ,
        "first_different_together": among,
        "plain_s": seconds[0],
        "fast_s": seconds[1],
    }
    first = next((frame for frame in (*differ, *among) if frame is not None), None)
    if first is not None:
        known = ", as is known of NVIDIA GPUs in low precision" if known_to_differ else ""
        message = f"it draws other tokens than the plain one from frame {first + 1} on{known}. {_IN_VAIN}"
        return Check("fast engine", "skip" if known_to_differ else "fail", message, figures, VARIANT)
    if gain <= 1:
        return Check(
            "fast engine", "skip", f"equal tokens, and not faster here ({gain:.2f}x). {_IN_VAIN}", figures, VARIANT
        )
    message = f"all tokens equal, alone and {len(together)} at once, {gain:.1f} times as fast"
    return Check("fast engine", "pass", message, figures, VARIANT)


def _library(bench: Bench, seed: int) -> NDArray[np.int32]:
    import mlx.core as mx

    mx.random.seed(seed)
    return generated_codes(bench.model, bench.request(_text(bench)), bench.synthesizer.own, FRAMES)


def _plain(bench: Bench, seed: int) -> NDArray[np.int32]:
    import mlx.core as mx

    prefill = PromptCache().prefill(bench.model, bench.request(_text(bench)))
    mx.random.seed(seed)
    frames = islice(next_frames(bench.model, prefill, bench.synthesizer.own), FRAMES)
    return _stacked([np.array(frame)[0].astype(np.int32) for frame in frames], bench)


def _fast(bench: Bench, batch: Batch, seeds: tuple[int, ...]) -> list[NDArray[np.int32]]:
    prompts = PromptCache()
    takes = [
        TokenTake(prompts.prefill(bench.model, bench.request(_text(bench))), bench.synthesizer.own, seed, FRAMES)
        for seed in seeds
    ]
    waiting = list(takes)

    def more(room: int) -> list[TokenTake]:
        now, waiting[:] = waiting[:room], waiting[room:]
        return now

    batch.run(more)
    return [_stacked(take.heard, bench) for take in takes]


def _stacked(frames: list[NDArray[np.int32]], bench: Bench) -> NDArray[np.int32]:
    groups = bench.model.config.talker_config.num_code_groups
    return np.stack(frames) if frames else np.zeros((0, groups), np.int32)


def _text(bench: Bench) -> str:
    return bench.orders.sentences[0]
