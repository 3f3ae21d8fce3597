"""Several texts at once, frame by frame: the fast engine, which is asked for (docs/performance.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.engines.qwen3.batch import ROWS, Batch
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.engines.qwen3.vocoder import Vocoder
from voicelab.engines.qwen3.warming import warm_up
from voicelab.models.catalogue import find
from voicelab.models.verdict import proven

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voicelab.speech.ports import Line, Reporter

VARIANT = "batched"
"""Of the descriptor."""
FAST = "Spoken by the fast engine: in low precision on a GPU the plain one draws other tokens for the same seed."
"""For the person: a seed that was chosen with one engine and is served by the other may sound different."""


class BatchedSynthesizer(Qwen3Synthesizer):
    """The same models, loaded the same way, spoken by steps of the lab's own as the ManySynthesizer port."""

    rows = ROWS

    def __init__(self) -> None:
        """Begin without a model."""
        super().__init__()
        self._made_batch: Batch | None = None

    def load(self, model: str, report: Reporter) -> None:
        """Make `model` resident. Where a verdict proves that its tokens are the plain engine's, nothing is noted."""
        super().load(model, report)
        self.notes = () if proven(find(model), VARIANT)[0] else (FAST,)

    def speak_together(self, more: Callable[[int], Iterable[Line]]) -> None:
        """Say several lines at once, each with the samples it has alone; lines may come while others are spoken."""
        import mlx.core as mx

        mx.reset_peak_memory()
        try:
            batch, vocoder = self._batch, Vocoder(self.decoder)
            batch.run(lambda room: self._takes(more(room), vocoder), vocoder.decode)
        finally:
            mx.clear_cache()

    @property
    def _batch(self) -> Batch:
        if self._made_batch is None:
            self._made_batch = Batch(self._model)
        return self._made_batch

    def warm_up(self, report: Reporter) -> None:
        """Say a throwaway line with the resident model."""
        warm_up(self._model, self._batch, self.decoder, report)

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        self._made_batch = None  # before the model itself, whose collector frees it too
        super().unload()
