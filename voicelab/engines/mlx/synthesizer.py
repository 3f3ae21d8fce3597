"""Any family of mlx-audio that clones, as the Synthesizer port. For the main thread of the engine process only."""

from __future__ import annotations

import contextlib
import gc
import inspect
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.mlx.loading import bring, load_checkpoint
from voicelab.engines.mlx.published_models import NAME
from voicelab.engines.mlx.requests import check_request, longest_s
from voicelab.engines.mlx.watching import Pace, never_ended, nothing_spoken, watched
from voicelab.engines.qwen3.loading import prepare_device
from voicelab.errors import NeverEnded, NothingSpoken, UnknownModel
from voicelab.languages import CODES, language_name
from voicelab.models.catalogue import find
from voicelab.speech.ports import Prompt, Speech, SpeechRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.mlx.families import Family
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Reporter

_SPARE_STEPS = 4
"""More than the lab's own limit, so that the library's is never the first."""
_WARMING_S = 0.3
"""Of sound, after which a throwaway line is broken off."""
_WARMING_TEXT = "Hello there, how are you?"


@dataclass(frozen=True)
class _Held:
    """What is resident."""

    name: str
    described: Model
    family: Family
    model: Any
    """mlx-audio's."""


class FamilySynthesizer:
    """Owns one mlx-audio model at a time. See speech/ports.py for the methods' contracts."""

    engine = NAME

    def __init__(self) -> None:
        """Begin without a model."""
        self._held: _Held | None = None

    def load(self, model: str, report: Reporter) -> None:
        """Make `model` resident, downloading what is not on disk; at once when it is resident already."""
        self._load(model, report)

    def warm_up(self, report: Reporter) -> None:
        """Begin a throwaway line, so that kernels are compiled; for the families whose steps the lab knows."""
        held = self._held
        if held is None or not held.family.tried:
            return
        noise = np.random.default_rng(0).normal(0, 0.05, 2 * SAMPLE_RATE).astype(np.float32)
        prompt = Prompt(noise, _WARMING_TEXT, held.described.languages[0])
        request = SpeechRequest(_WARMING_TEXT, held.name, prompt=prompt, language=prompt.language)
        with contextlib.suppress(NeverEnded, NothingSpoken):
            self._generate(held, request, Pace(report, _WARMING_S))

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text. The same request gives the same samples on the same kind of device."""
        held = self._load(request.model, report)
        check_request(request, held.described, held.family)
        import mlx.core as mx

        started = time.perf_counter()
        mx.reset_peak_memory()
        report.spoken(0)
        limit_s = longest_s(request.text)
        try:
            samples, rate = self._generate(held, request, Pace(report, limit_s))
        finally:
            mx.clear_cache()
        if not len(samples):
            raise nothing_spoken()
        if len(samples) / rate > limit_s:
            raise never_ended(len(samples) / rate)
        heard = np.clip(_resampled(samples, rate, SAMPLE_RATE), -1, 1)
        report.spoken(len(heard) / SAMPLE_RATE)
        elapsed_s = time.perf_counter() - started
        return Speech(
            samples=heard,
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=elapsed_s,
            peak_memory_bytes=int(mx.get_peak_memory()),
            first_audio_s=elapsed_s,
            notes=_notes(held.family, request, rate),
        )

    def forget(self) -> None:
        """Nothing is kept of voices: the library reads a clip anew for each take."""

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        if self._held is None:
            return
        import mlx.core as mx

        self._held = None
        gc.collect()
        mx.clear_cache()

    def _load(self, name: str, report: Reporter) -> _Held:
        if self._held is not None and self._held.name == name:
            return self._held
        described = find(name)
        if described.engine != self.engine:
            raise UnknownModel(f"{name} is no model of this engine, so it cannot load it. Choose another model.")
        folder, family = bring(described, report)
        self.unload()
        report.stage("loading")
        prepare_device()
        loaded = load_checkpoint(folder, family)
        # What a repository's files say is known only now that they are here.
        self._held = _Held(name, find(name), family, loaded)
        return self._held

    @staticmethod
    def _generate(held: _Held, request: SpeechRequest, pace: Pace) -> tuple[NDArray[np.float32], int]:
        """Return what the library's own `generate` makes, shape (n,), and its sample rate."""
        import mlx.core as mx

        arguments = _arguments(held, request, pace.limit_s)
        # MLX draws from a generator of its own per thread, so the seed is set on the thread that draws.
        mx.random.seed(request.seed)
        parts: list[NDArray[np.float32]] = []
        rate = int(held.model.sample_rate)
        with watched(held.family.name, held.model, pace):
            for result in held.model.generate(text=request.text, **arguments):
                parts.append(np.array(result.audio, dtype=np.float32).reshape(-1))
                rate = int(result.sample_rate)
                pace.report.spoken(sum(map(len, parts)) / rate)
        return np.concatenate(parts) if parts else np.zeros(0, np.float32), rate


def _arguments(held: _Held, request: SpeechRequest, limit_s: float) -> dict[str, Any]:
    """Return what `generate` is given; what a recipe leaves open is left to the library, which has the same default."""
    import mlx.core as mx

    family = held.family
    prompt = request.prompt
    if prompt is None:  # check_request has refused that
        return {}
    clip = mx.array(_resampled(prompt.samples, SAMPLE_RATE, int(held.model.sample_rate)))
    given: dict[str, Any] = dict.fromkeys(family.audio_arguments, clip)
    given[family.text_argument] = prompt.text
    given[family.limit_argument] = math.ceil(limit_s * family.steps_per_s) + _SPARE_STEPS
    given["verbose"] = False
    if family.language_argument:
        given[family.language_argument] = CODES[language_name(request.language)]
    for field in held.described.sampling:
        value = request.sampling.value(field.name, field.default)
        whole = field.name in family.whole_numbers
        given[family.arguments.get(field.name, field.name)] = round(value) if whole else value
    return _taken(held.model, given)


def _taken(model: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Return what of `given` the model's `generate` names; a few read more from what they do not name."""
    named = inspect.signature(model.generate).parameters
    reads = {"lsd_decode_steps", "noise_clamp", "eos_threshold"}
    return {name: value for name, value in given.items() if name in named or name in reads}


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Return samples, shape (n,), at another rate."""
    if rate == wanted:
        return samples
    import soxr

    resampled: NDArray[np.float32] = soxr.resample(samples, rate, wanted).astype(np.float32)
    return resampled


def _notes(family: Family, request: SpeechRequest, rate: int) -> tuple[str, ...]:
    notes = []
    if rate != SAMPLE_RATE:
        notes.append(f"{family.title} speaks at {rate / 1000:g} kHz; this is resampled to {SAMPLE_RATE / 1000:g} kHz.")
    if family.hears_s and request.prompt is not None and request.prompt.clip_seconds > family.hears_s:
        notes.append(f"{family.title} takes the voice from the first {family.hears_s:g} s of the clip.")
    if not family.tried:
        notes.append(f"{family.title} is driven by mlx-audio's common steps and was not tried by the lab's makers.")
    return tuple(notes)
