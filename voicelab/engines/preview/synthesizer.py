"""The preview engine as the Synthesizer port. For the engine process; speaks on any CPU."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.preview.descriptor import NAME
from voicelab.engines.preview.piper_voice import PiperVoice
from voicelab.engines.preview.voice_matching import VoiceMatch, match_voice
from voicelab.errors import InvalidValue, ModelUnavailable, NothingSpoken, UnknownModel, UnsupportedLanguage
from voicelab.languages import language_name
from voicelab.models.process_memory import peak_resident_bytes
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.speech.ports import Prompt, Reporter, SpeechRequest

_OWN_LINES = (
    "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. "
    "These days a chicken leg is a rare dish."
)
"""What the voice is measured on: Harvard sentences (IEEE, 1969), which hold the sounds as often as English does."""
_OWN_SEED = 0
_PAUSE_S = 0.2
"""Between the sentences of one piece."""
_REMEMBERED = 16
"""Clips whose likening is kept."""


class PreviewSynthesizer:
    """Speaks English with one packaged voice, moved toward the prompt. See speech/ports.py for the contracts."""

    engine = NAME

    def __init__(self) -> None:
        """Begin without the voice."""
        self._voice: PiperVoice | None = None
        self._own: NDArray[np.float32] | None = None
        self._likenings: LRUCache[str, VoiceMatch] = LRUCache(_REMEMBERED)

    def load(self, model: str, report: Reporter) -> None:
        """Make the voice resident; at once when it is."""
        if model != self.engine:
            raise UnknownModel(f"The preview engine has one model, preview, and not {model!r}. Choose preview.")
        self._loaded(report)

    def warm_up(self, report: Reporter) -> None:
        """Measure the voice on some lines of its own, which also pays for the first inference and the imports."""
        report.stage("warming up")
        plain_speech = self._own_speech(self._loaded(report), report)
        match_voice(plain_speech, self._loaded(report).sample_rate, plain_speech)

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text. The same request gives the same samples; another seed another rhythm and melody.

        Raises InvalidValue for what the preview would have to ignore, UnsupportedLanguage, NothingSpoken, Cancelled.
        """
        self.load(request.model, report)
        _check(request)
        started = time.perf_counter()
        voice = self._loaded(report)
        report.spoken(0)
        sentences = voice.sentences(request.text)
        if not sentences:
            shown = request.text.strip()[:40]
            raise NothingSpoken(f"There is nothing in {shown!r} that can be read aloud in English. Write it in words.")
        likening = self._likening(voice, request.prompt, report)
        pause = np.zeros(round(_PAUSE_S * SAMPLE_RATE), dtype=np.float32)
        parts: list[NDArray[np.float32]] = []
        spoken_s = 0.0
        for index, phonemes in enumerate(sentences):
            raw = voice.say(phonemes, likening.pitch_ratio, (request.seed, index), partial(report.spoken, spoken_s))
            parts += [pause] * bool(parts) + [likening.apply(raw, voice.sample_rate)]
            spoken_s = sum(map(len, parts)) / SAMPLE_RATE
            report.spoken(spoken_s)
        elapsed_s = time.perf_counter() - started
        return Speech(
            samples=np.concatenate(parts),
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=elapsed_s,
            peak_memory_bytes=peak_resident_bytes(),
            first_audio_s=elapsed_s,
            notes=likening.notes,
        )

    def forget(self) -> None:
        """Drop what moves the voice toward others."""
        self._likenings.clear()

    def unload(self) -> None:
        """Give the memory back; harmless without the voice."""
        self._voice = self._own = None
        self._likenings.clear()

    def _loaded(self, report: Reporter) -> PiperVoice:
        if self._voice is None:
            report.stage("loading")
            try:
                self._voice = PiperVoice()
            except ImportError as error:
                raise ModelUnavailable(
                    f"The preview voice is not installed ({error}). Install the lab again."
                ) from error
        return self._voice

    def _own_speech(self, voice: PiperVoice, report: Reporter) -> NDArray[np.float32]:
        """Return the voice as it is, saying lines that hold all sounds; spoken once."""
        if self._own is None:
            said = [
                voice.say(phonemes, 1.0, (_OWN_SEED, index), partial(report.spoken, 0))
                for index, phonemes in enumerate(voice.sentences(_OWN_LINES))
            ]
            self._own = np.concatenate(said)
        return self._own

    def _likening(self, voice: PiperVoice, prompt: Prompt | None, report: Reporter) -> VoiceMatch:
        """Return what moves the voice toward `prompt`, remembered for the last few."""
        if prompt is None:
            return VoiceMatch()
        key = prompt.key
        if key not in self._likenings:
            own = self._own_speech(voice, report)
            self._likenings[key] = match_voice(own, voice.sample_rate, prompt.samples)
        return self._likenings[key]


def _check(request: SpeechRequest) -> None:
    """Refuse what the preview voice would have to ignore."""
    if language_name(request.language) != "english":
        raise UnsupportedLanguage(
            f"The preview voice speaks only English, not {request.language}. Choose English, or a Qwen3-TTS model."
        )
    for field in ("speaker", "instruct"):
        if getattr(request, field):
            raise InvalidValue(
                field,
                f"The preview voice has no {field}: it would change nothing. Leave it out, or choose another model.",
            )
    if request.seed < 0:
        raise InvalidValue("seed", f"The seed {request.seed} cannot be used. Choose a whole number from 0 on.")
    if request.prompt is not None and not np.isfinite(request.prompt.samples).all():
        raise InvalidValue("prompt", "The voice's clip holds samples that are not numbers. Cut the clip anew.")
