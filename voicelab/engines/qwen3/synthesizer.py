"""Qwen3-TTS on MLX through mlx-audio, as the Synthesizer port. For the main thread of the engine process only."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

from voicelab import hub
from voicelab.engines.qwen3.batch import ROWS, Batch
from voicelab.engines.qwen3.decoder import Decoder
from voicelab.engines.qwen3.loading import load_checkpoint, prepare_device
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.requests import check_request
from voicelab.engines.qwen3.take import LineTake
from voicelab.engines.qwen3.vocoder import Vocoder
from voicelab.engines.qwen3.warming import warm_up
from voicelab.errors import UnknownModel, VoiceLabError
from voicelab.models.catalogue import CATALOGUE, find, on_disk
from voicelab.models.checkpoints import read_config
from voicelab.speech.ports import Line, Speech

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from voicelab.models.catalogue import Model
    from voicelab.speech.ports import Reporter, SpeechRequest


class Qwen3Synthesizer:
    """Owns one mlx-audio model at a time, and with it the device. See speech/ports.py for the methods' contracts."""

    engine = "qwen3"
    rows = ROWS

    def __init__(self) -> None:
        """Begin without a model."""
        self._name = ""
        self._model: Any = None
        self._made_batch: Batch | None = None
        self._made_decoder: Decoder | None = None
        self._prompts = PromptCache()

    def load(self, model: str, report: Reporter) -> None:
        """Make `model` resident, downloading what is not on disk; at once when it is resident already."""
        if self._model is not None and model == self._name:
            return
        found = find(model)
        if found.engine != self.engine:
            message = f"{model} is not a Qwen3-TTS model, so this engine cannot load it. Choose another model."
            raise UnknownModel(message)
        folder = _folder(found, report)
        self.unload()
        report.stage("loading")
        prepare_device()
        self._model = load_checkpoint(folder)
        self._name = model

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text. The same request gives the same samples on the same kind of device.

        A voice's first take has the encoding of its prompt in `elapsed_s`; later ones find it done.
        """
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

    def forget(self) -> None:
        """Drop the prompts that were encoded; the next take of a voice encodes its own again."""
        self._prompts = PromptCache()

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        if self._model is None:
            return
        import mlx.core as mx

        self._model = None
        self._made_batch = None
        self._made_decoder = None
        self._name = ""
        self._prompts = PromptCache()
        # The model's parts know each other, so only the collector frees them; then MLX can hand the buffers back.
        gc.collect()
        mx.clear_cache()


def _unheard(samples: NDArray[np.float32], rate: int) -> None:
    """Take a part of a line whose whole is waited for."""


def _folder(model: Model, report: Reporter) -> Path:
    """Return the folder of `model`, downloading it if need be.

    Raises ModelUnavailable, InvalidCheckpoint for a repository that holds something else, and what `report` raises.
    """
    folder = on_disk(model)
    if folder is not None:
        return folder

    def progress(done_bytes: int, total_bytes: int) -> None:
        report.stage("downloading", done_bytes, total_bytes)

    if model not in CATALOGUE:
        # A few kilobytes tell whether gigabytes are worth fetching.
        read_config(hub.fetch(model.repository, progress, ["config.json"]))
    return hub.fetch(model.repository, progress)
