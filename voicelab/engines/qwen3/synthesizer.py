"""Qwen3-TTS on MLX by mlx-audio's own steps, one line at a time, as the Synthesizer port: what speaks by default.

For the main thread of the engine process only.
"""

from __future__ import annotations

import gc
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from voicelab import hub
from voicelab.engines.qwen3.checkpoints import read_config
from voicelab.engines.qwen3.decoding import decode, samples_per_frame
from voicelab.engines.qwen3.generating import frame_limit, generate
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.loading import load_checkpoint, prepare_device
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.requests import check_request
from voicelab.engines.qwen3.throwaway import throwaway
from voicelab.engines.qwen3.weights import NAME
from voicelab.errors import UnknownModel
from voicelab.models.catalogue import catalogue, find, on_disk
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from pathlib import Path

    import mlx.core as mx

    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Reporter, SpeechRequest

_WARMING_FRAMES = 4
"""Enough for every kernel: the prefill, the first frame after it, and those with a filled cache."""


class Qwen3Synthesizer:
    """Owns one mlx-audio model at a time, and with it the device. See speech/ports.py for the methods' contracts."""

    engine = NAME

    def __init__(self) -> None:
        """Begin without a model."""
        self._name = ""
        self._model: Any = None
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
        """Say one piece of text, decoded together with its whole prompt.

        The same request gives the same samples on the same kind of device. A voice's first take has the encoding of its
        prompt in `elapsed_s`; later ones find it done.
        """
        import mlx.core as mx

        self.load(request.model, report)
        model = self._model
        check_request(request, model)
        started = time.perf_counter()
        mx.reset_peak_memory()
        # MLX draws from a generator of its own per thread, so the seed is set on the thread that draws.
        mx.random.seed(request.seed)
        try:
            prefill = self._prompts.prefill(model, request)
            frames = generate(model, prefill, request.sampling, frame_limit(model, request.text), report)
            samples = decode(model.speech_tokenizer, frames, prefill.reference_codes)
            peak = mx.get_peak_memory()
        finally:
            mx.clear_cache()
        elapsed_s = time.perf_counter() - started
        return Speech(
            samples=samples,
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=elapsed_s,
            peak_memory_bytes=peak,
            first_audio_s=elapsed_s,
            sample_rate=model.sample_rate,
        )

    def warm_up(self, report: Reporter) -> None:
        """Say a few frames with the resident model and decode them; nothing of it is kept."""
        import mlx.core as mx

        model = self._model
        request = throwaway(model)
        frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        frames: list[mx.array] = []
        try:
            prefill = PromptCache().prefill(model, request)
            for frame in islice(next_frames(model, prefill, request.sampling), _WARMING_FRAMES):
                frames.append(frame)
                report.spoken(len(frames) * frame_s)
            if frames:
                decode(model.speech_tokenizer, frames, prefill.reference_codes)
        finally:
            mx.clear_cache()

    def forget(self) -> None:
        """Drop the prompts that were encoded; the next take of a voice encodes its own again."""
        self._prompts = PromptCache()

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        if self._model is None:
            return
        import mlx.core as mx

        self._model = None
        self._name = ""
        self._prompts = PromptCache()
        # The model's parts know each other, so only the collector frees them; then MLX can hand the buffers back.
        gc.collect()
        mx.clear_cache()


def _folder(model: Model, report: Reporter) -> Path:
    """Return the folder of `model`, downloading it if need be.

    Raises ModelUnavailable, InvalidCheckpoint for a repository that holds something else, and what `report` raises.
    """
    folder = on_disk(model)
    if folder is not None:
        return folder

    def progress(done_bytes: int, total_bytes: int) -> None:
        report.stage("downloading", done_bytes, total_bytes)

    if model not in catalogue():
        # A few kilobytes tell whether gigabytes are worth fetching.
        read_config(hub.fetch(model.repository, progress, ["config.json"]))
    return hub.fetch(model.repository, progress)
