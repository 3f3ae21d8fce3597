"""From frames to samples, without the two cuts of mlx-audio 0.6.2 that lose audio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mlx.core as mx
    from numpy.typing import NDArray


def decode(codec: Any, frames: Sequence[mx.array], reference_codes: mx.array | None = None) -> NDArray[np.float32]:
    """Return the samples of `frames`, shape (n,) at 24 kHz.

    `codec` is the model's speech_tokenizer. Frames have the shape (1, code groups), `reference_codes` (1, code groups,
    frames): the prompt is decoded before the frames, so that they continue its sound, and cut off again.

    mlx-audio counts a frame as valid when its first code is above 0, where Qwen's own code says above -1
    (modeling_qwen3_tts_tokenizer_v2.py): each frame of code 0, of the prompt as well, costs 80 ms of the end. It then
    cuts the prompt off in proportion to what is left, which starts too early and leaves some of the prompt in. Here
    every frame counts, and the prompt is its frames times the samples of a frame.
    """
    import mlx.core as mx

    codes = mx.stack(list(frames), axis=2)
    skipped = 0
    if reference_codes is not None:
        codes = mx.concatenate([reference_codes, codes], axis=2)
        skipped = reference_codes.shape[2] * samples_per_frame(codec)
    audio, _ = codec.decode(codes.transpose(0, 2, 1))
    return np.array(audio[0, skipped:].astype(mx.float32))


def samples_per_frame(codec: Any) -> int:
    """Return how many samples one frame becomes: 1920 at 24 kHz, 80 ms, in every published model."""
    return int(codec.decoder.total_upsample)
