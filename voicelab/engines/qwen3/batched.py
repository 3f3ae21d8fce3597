"""Several texts at once, frame by frame: the fast engine, which is asked for (docs/performance.md)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from voicelab.engines.qwen3.batch import ROWS, Batch
from voicelab.engines.qwen3.decoder import Decoder
from voicelab.engines.qwen3.requests import check_request
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.engines.qwen3.take import LineTake
from voicelab.engines.qwen3.vocoder import Vocoder
from voicelab.engines.qwen3.warming import warm_up
from voicelab.errors import VoiceLabError
from voicelab.speech.ports import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from voicelab.speech.ports import Reporter, Speech, SpeechRequest


class BatchedSynthesizer(Qwen3Synthesizer):
    """The same models, loaded the same way, spoken by steps of the lab's own as the ManySynthesizer port."""

    rows = ROWS

    def __init__(self) -> None:
        """Begin without a model."""
        super().__init__()
        self._made_batch: Batch | None = None
        self._made_decoder: Decoder | None = None

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text. The same request gives the same samples, alone and among others."""
        self.load(request.model, report)
        outcomes: list[Speech | VoiceLabError] = []
        lines = [Line(request, report, _unheard, outcomes.append)]

        def more(room: int) -> list[Line]:  # noqa: ARG001 - one line always fits
            taken = lines[:]
            lines.clear()
            return taken

        self.speak_together(more)
        (outcome,) = outcomes
        if isinstance(outcome, VoiceLabError):
            raise outcome
        return outcome

    def speak_together(self, more: Callable[[int], Iterable[Line]]) -> None:
        """Say several lines at once, each with the samples it has alone; lines may come while others are spoken."""
        import mlx.core as mx

        mx.reset_peak_memory()
        try:
            batch, vocoder = self._batch, Vocoder(self._decoder)
            batch.run(lambda room: self._takes(more(room), vocoder), vocoder.decode)
        finally:
            mx.clear_cache()

    @property
    def _batch(self) -> Batch:
        if self._made_batch is None:
            self._made_batch = Batch(self._model)
        return self._made_batch

    @property
    def _decoder(self) -> Decoder:
        if self._made_decoder is None:
            self._made_decoder = Decoder(self._model.speech_tokenizer)
        return self._made_decoder

    def _takes(self, lines: Iterable[Line], vocoder: Vocoder) -> Iterator[LineTake]:
        """Yield what is to be spoken for `lines`; those that cannot be spoken end here."""
        for line in lines:
            started = time.perf_counter()
            try:
                check_request(line.request, self._model)
                prefill = self._prompts.prefill(self._model, line.request)
            except VoiceLabError as error:
                line.end(error)
                continue
            yield LineTake(self._model, line, prefill, vocoder, started)

    def warm_up(self, report: Reporter) -> None:
        """Say a throwaway line with the resident model."""
        warm_up(self._model, self._batch, self._decoder, report)

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        self._made_batch = None  # before the model itself, whose collector frees them too
        self._made_decoder = None
        super().unload()


def _unheard(samples: NDArray[np.float32], rate: int) -> None:
    """Take a part of a line whose whole is waited for."""
