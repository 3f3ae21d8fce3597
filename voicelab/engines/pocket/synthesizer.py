"""pocket-tts as the Synthesizer port. For the engine process; speaks on two cores of any processor."""

from __future__ import annotations

import gc
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.pocket.checkpoints import LONGEST_PROMPT_S, NAME, SHORTEST_PROMPT_S
from voicelab.engines.pocket.loading import bring, load_model
from voicelab.errors import EmptyText, InvalidValue, NeverEnded, NothingSpoken, UnknownModel, UnsupportedLanguage
from voicelab.languages import language_name
from voicelab.models.catalogue import find
from voicelab.models.process_memory import peak_resident_bytes
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Prompt, Reporter, SpeechRequest

_SEEDS = 2**63
_REMEMBERED = 8
"""Voices whose encoding is kept: a few megabytes each."""
_WITHOUT_END = "without EOS"
"""What the package's error of a take that it broke off says."""


@dataclass(frozen=True)
class _Held:
    name: str
    described: Model
    model: Any
    """The package's TTSModel."""


class PocketSynthesizer:
    """Owns one model at a time. See speech/ports.py for the methods' contracts."""

    engine = NAME

    def __init__(self) -> None:
        """Begin without a model."""
        self._held: _Held | None = None
        self._voices: OrderedDict[str, Any] = OrderedDict()

    def load(self, model: str, report: Reporter) -> None:
        """Make `model` resident; at once when it is resident already."""
        self._load(model, report)

    def warm_up(self, report: Reporter) -> None:
        """Nothing is compiled: PyTorch runs each operation as it comes."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text. The same request gives the same samples on the same kind of processor."""
        held = self._load(request.model, report)
        prompt = _check(request, held.described)
        started = time.perf_counter()
        report.spoken(0)
        voice = self._voice(held.model, prompt)
        parts = self._parts(held, request, voice, report)
        if not parts:
            raise NothingSpoken("The model ended before its first sound. Try another seed, or a text with more words.")
        return Speech(
            samples=np.clip(np.concatenate(parts), -1, 1),
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=time.perf_counter() - started,
            peak_memory_bytes=peak_resident_bytes(),
            first_audio_s=time.perf_counter() - started,
            sample_rate=SAMPLE_RATE,
        )

    def forget(self) -> None:
        """Drop the voices that were encoded."""
        self._voices.clear()

    def unload(self) -> None:
        """Give the memory back; harmless without a model."""
        self._held = None
        self._voices.clear()
        gc.collect()

    def _load(self, name: str, report: Reporter) -> _Held:
        if self._held is not None and self._held.name == name:
            return self._held
        described = find(name)
        if described.engine != self.engine:
            raise UnknownModel(f"{name} is not Pocket TTS, so this engine cannot load it. Choose another model.")
        folder, tokenizer = bring(described, report)
        self.unload()
        report.stage("loading")
        self._held = _Held(name, described, load_model(folder, tokenizer, described.kind))
        return self._held

    def _voice(self, model: Any, prompt: Prompt) -> Any:
        """Return what the model makes of a clip, remembered for the last few."""
        import torch

        if prompt.key not in self._voices:
            clip = torch.from_numpy(np.ascontiguousarray(prompt.samples))[None]
            self._voices[prompt.key] = model.get_state_for_audio_prompt(clip)
            if len(self._voices) > _REMEMBERED:
                self._voices.popitem(last=False)
        self._voices.move_to_end(prompt.key)
        return self._voices[prompt.key]

    @staticmethod
    def _parts(held: _Held, request: SpeechRequest, voice: Any, report: Reporter) -> list[NDArray[np.float32]]:
        """Return the frames of a take. Raises NeverEnded, and what the report raises."""
        import torch

        model, stop = held.model, threading.Event()
        for field in held.described.sampling:
            attribute = {"temperature": "temp", "decode_steps": "sampler_decode_steps"}.get(field.name, field.name)
            value = request.sampling.value(field.name, field.default)
            setattr(model, attribute, round(value) if field.name == "decode_steps" else value)
        torch.manual_seed(request.seed)
        parts: list[NDArray[np.float32]] = []
        spoken = 0
        try:
            for frame in model.generate_audio_stream(voice, request.text, stop=stop):
                parts.append(frame.numpy().astype(np.float32))
                spoken += len(parts[-1])
                report.spoken(spoken / SAMPLE_RATE)
        except RuntimeError as error:
            if _WITHOUT_END not in str(error):
                raise
            raise NeverEnded(
                f"The model spoke for {spoken / SAMPLE_RATE:.0f} s and found no end, longer than this text can take. "
                "Try another seed or a shorter text, and another clip if that does not help."
            ) from error
        finally:
            stop.set()  # else its threads would go on with a text that was cancelled
        return parts


def _check(request: SpeechRequest, model: Model) -> Prompt:
    """Return the voice of a request. Raises EmptyText, UnsupportedLanguage or InvalidValue for what cannot be done."""
    if not request.text.strip():
        raise EmptyText("There is no text to speak. Type at least a word.")
    if language_name(request.language) not in model.languages:
        raise UnsupportedLanguage(
            f"This model does not speak {request.language}. Choose {', '.join(model.languages)}, or another model."
        )
    if not 0 <= request.seed < _SEEDS:
        raise InvalidValue("seed", f"The seed {request.seed} cannot be used. Choose a whole number from 0 to 2^63 - 1.")
    model.check_sampling(request.sampling)
    for field in ("speaker", "instruct"):
        if getattr(request, field):
            message = f"Pocket TTS clones a voice and takes no {field}: it would change nothing. Leave it out."
            raise InvalidValue(field, message)
    if request.prompt is None:
        raise InvalidValue("prompt", "Pocket TTS clones a voice, so it needs one. Choose a voice.")
    if not SHORTEST_PROMPT_S <= request.prompt.clip_seconds <= LONGEST_PROMPT_S:
        raise InvalidValue(
            "prompt",
            f"The voice's clip is {request.prompt.clip_seconds:.1f} s long. Cut one of {SHORTEST_PROMPT_S:g} to "
            f"{LONGEST_PROMPT_S:g} s.",
        )
    if not np.isfinite(request.prompt.samples).all():
        raise InvalidValue("prompt", "The voice's clip holds samples that are not numbers. Cut the clip anew.")
    return request.prompt
