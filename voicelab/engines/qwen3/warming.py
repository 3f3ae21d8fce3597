"""A throwaway line, so that kernels are compiled before the first person waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.frame_size import samples_per_frame
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.engines.qwen3.warm_up_text import throwaway

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.batch import Batch
    from voicelab.engines.qwen3.decoder import Decoder
    from voicelab.engines.qwen3.library import Prefill
    from voicelab.speech.ports import Reporter

FRAMES = 3
"""Enough for every kernel of the prefill and of a frame."""


def warm_up(model: Any, batch: Batch, decoder: Decoder, report: Reporter) -> None:
    """Let the mlx-audio `model` say a few frames and decode windows of every shape; nothing of it is kept.

    Where frames are compiled, that is done for every number of rows: the kernels are the same, the traces are not.
    """
    import mlx.core as mx

    request = throwaway(model)
    try:
        prefill = PromptCache().prefill(model, request)
        for rows in batch.sizes if batch.compiled else batch.sizes[:1]:
            takes = [_Throwaway(model, prefill, report) for _ in range(rows)]

            def more(room: int, takes: list[_Throwaway] = takes) -> list[_Throwaway]:
                now, takes[:] = takes[:room], takes[room:]
                return now

            batch.run(more)
        groups = model.config.talker_config.num_code_groups
        for frames, numbers in decoder.shapes.items():
            for rows in numbers if batch.compiled else numbers[:1]:
                decoder([np.zeros((groups, frames), np.int32)] * rows)
    finally:
        mx.clear_cache()


class _Throwaway:
    """A Take that is not kept."""

    def __init__(self, model: Any, prefill: Prefill, report: Reporter) -> None:
        self.prefill = prefill
        self.sampling = Settled()
        self.seed = 0
        self._report = report
        self._frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        self._heard = 0

    def hear(self, frame: NDArray[np.int32]) -> bool:  # noqa: ARG002 - a Take's signature
        self._heard += 1
        self._report.spoken(self._heard * self._frame_s)
        return self._heard < FRAMES

    def end(self) -> None:
        """Nothing is kept."""
