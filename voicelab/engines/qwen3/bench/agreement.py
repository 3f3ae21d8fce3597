"""Whether the tokens are the same, and how much the vocoder needs to hear first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.batch import ROWS, SIZES
from voicelab.engines.qwen3.bench.sides import GRID_S, ONE_S, TEXT
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.bench.sides import Sides


def agreement(sides: Sides) -> dict[str, Any]:
    """Return after how many frames tokens first differ: ours from the library's, a row of a batch from itself alone.

    Of six takes and of the likeliest tokens, and of rows of two, four and six.
    """
    cells = [(seconds, seed) for seed in range(1, 4) for seconds in GRID_S[1:]]
    alone = [sides.tokens([cell])[0] for cell in cells]
    library = [sides.library_tokens(*cell) for cell in cells]
    greedy = Settled(temperature=0)
    likeliest = sides.tokens([cells[0]], greedy)[0], sides.library_tokens(*cells[0], greedy)
    together = {rows: sides.tokens(cells[:rows]) for rows in SIZES[1:]}
    return {
        "frames": sides.frames,
        "alone_as_library": [_same(*pair) for pair in zip(alone, library, strict=True)],
        "greedy_as_library": _same(*likeliest),
        "together_as_alone": [_same(*pair) for pair in zip(together[ROWS], alone, strict=True)],
        "fewer_as_alone": {
            rows: [_same(*pair) for pair in zip(tokens, alone, strict=False)]
            for rows, tokens in together.items()
            if rows < ROWS
        },
    }


def _same(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Return how many frames are the same before the first that is not."""
    different = np.flatnonzero((one != other).any(axis=1))
    return int(different[0]) if len(different) else len(one)


def context_error(sides: Sides, contexts: tuple[int, ...] = (0, 4, 8, 12, 16, 24, 36, 48, 72)) -> dict[int, float]:
    """Return how far a take decoded after some last reference frames is from one after all of them, for each number.

    It is the largest difference of a sample, relative to the loudest sample.
    """
    import mlx.core as mx

    reference = np.array(
        sides.prompts.prefill(sides.model, SpeechRequest(TEXT, "", sides.voices[ONE_S], sides.language)).reference_codes
    )[0]
    take = sides.tokens([(ONE_S, 1)])[0].T[:, :24]
    codec = sides.model.speech_tokenizer
    samples = take.shape[1] * int(codec.decoder.total_upsample)

    def decoded(frames: int) -> NDArray[np.float32]:
        codes = np.concatenate([reference[:, reference.shape[1] - frames :], take], axis=1)
        return np.array(codec.decoder(mx.array(codes)[None])[0, 0, -samples:].astype(mx.float32))

    full = decoded(reference.shape[1])
    loudest = float(np.abs(full).max())
    return {frames: float(np.abs(decoded(frames) - full).max()) / loudest for frames in contexts}
