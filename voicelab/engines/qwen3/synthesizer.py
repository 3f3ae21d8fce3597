"""Qwen3-TTS on MLX by mlx-audio's own steps, one line at a time, as the ManySynthesizer port: what speaks by default.

For the main thread of the engine process only.
"""

from __future__ import annotations

import gc
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab import hub
from voicelab.engines.qwen3.checkpoints import read_config
from voicelab.engines.qwen3.decoder import Decoder
from voicelab.engines.qwen3.frame_size import samples_per_frame
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.line_take import LineTake, Manner
from voicelab.engines.qwen3.loading import load_checkpoint, prepare_device
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.published_models import NAME
from voicelab.engines.qwen3.requests import check_request
from voicelab.engines.qwen3.sampling_settings import Settled, own_sampling
from voicelab.engines.qwen3.vocoder import Vocoder
from voicelab.engines.qwen3.warm_up_text import throwaway
from voicelab.errors import UnknownModel, VoiceLabError
from voicelab.models.catalogue import catalogue, find, on_disk
from voicelab.speech.ports import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Reporter, Speech, SpeechRequest

_WARMING_FRAMES = 4
"""Enough for every kernel: the prefill, the first frame after it, and those with a filled cache."""


class Qwen3Synthesizer:
    """Owns one mlx-audio model at a time, and with it the device. See speech/ports.py for the methods' contracts."""

    engine = NAME
    rows = 1
    notes: tuple[str, ...] = ()
    """What the person should know of all that it says."""

    def __init__(self) -> None:
        """Begin without a model."""
        self._name = ""
        self._model: Any = None
        self._prompts = PromptCache()
        self._made_decoder: Decoder | None = None
        self._own = Settled()

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
        loaded = load_checkpoint(folder)
        self.hold(model, loaded, own_sampling(folder, cloning=loaded.config.tts_model_type == "base"))

    @property
    def model(self) -> Any:
        """mlx-audio's model; None without one."""
        return self._model

    @property
    def own(self) -> Settled:
        """How the model draws what a request leaves open."""
        return self._own

    def hold(self, name: str, model: Any, own: Settled | None = None) -> None:
        """Take mlx-audio's `model` that is in memory already, under `name`."""
        self._own = own or Settled()
        self._model, self._name = model, name

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
        """Say lines one after the other, each decoded in windows; a live one is handed out while it is spoken."""
        import mlx.core as mx

        vocoder = Vocoder(self.decoder)
        while lines := list(more(self.rows)):
            mx.reset_peak_memory()
            try:
                for take in self._takes(lines, vocoder):
                    self._say(take, vocoder)
            finally:
                mx.clear_cache()

    def _say(self, take: LineTake, vocoder: Vocoder) -> None:
        import mlx.core as mx

        # MLX draws from a generator of its own per thread, so the seed is set on the thread that draws.
        mx.random.seed(take.seed)
        for frame in next_frames(self._model, take.prefill, take.sampling):
            if not take.hear(np.array(frame)[0]):
                return
            vocoder.decode()
        take.end()
        vocoder.decode()

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
            yield LineTake(self._model, line, prefill, vocoder, started, Manner(self._own, self.notes))

    @property
    def decoder(self) -> Decoder:
        """What decodes windows with the model's codec, made when it is first needed."""
        if self._made_decoder is None:
            self._made_decoder = Decoder(self._model.speech_tokenizer, self.rows)
        return self._made_decoder

    def warm_up(self, report: Reporter) -> None:
        """Say a few frames with the resident model and decode windows of every size; nothing of it is kept."""
        import mlx.core as mx

        model = self._model
        request = throwaway(model)
        frame_s = samples_per_frame(model.speech_tokenizer) / model.sample_rate
        groups = model.config.talker_config.num_code_groups
        try:
            prefill = PromptCache().prefill(model, request)
            said = islice(next_frames(model, prefill, self._own), _WARMING_FRAMES)
            for number, _ in enumerate(said, 1):
                report.spoken(number * frame_s)
            for frames in self.decoder.shapes:
                self.decoder([np.zeros((groups, frames), np.int32)])
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

        self._made_decoder = None
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


def _unheard(samples: NDArray[np.float32], rate: int) -> None:
    """Take a part of a line whose whole is waited for."""
