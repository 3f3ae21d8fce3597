"""The tone engine as the lab's Synthesizer port; imported by the engine process alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from voicelab.errors import EmptyText, InvalidValue, UnsupportedLanguage
from voicelab.models.catalogue import find
from voicelab.models.process_memory import peak_resident_bytes
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from voicelab.speech.ports import Reporter, SpeechRequest

RATE = 24_000
FRAME = 1920
"""Samples, 80 ms: after each the lab is asked whether it still wants them."""


class ToneSynthesizer:
    """As long as the text, as high as the clip is long; the seed makes it waver."""

    engine = "tone"
    level = 0.3

    def load(self, model: str, report: Reporter) -> None:
        """Nothing is loaded."""

    def warm_up(self, report: Reporter) -> None:
        """Nothing is compiled."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text."""
        started = time.perf_counter()
        letters = sum(character.isalnum() for character in request.text)
        if not letters:
            raise EmptyText("There is nothing to sound in this text. Write a word.")
        for field in ("speaker", "instruct"):
            if getattr(request, field):
                raise InvalidValue(field, f"A tone has no {field}: it would change nothing. Leave it out.")
        model = find(request.model)
        if request.language not in model.languages:
            raise UnsupportedLanguage(f"Tones are {', '.join(model.languages)}, not {request.language}. Choose one.")
        model.check_sampling(request.sampling)
        waver_hz = request.sampling.value("waver_hz", model.sampling[0].default)
        hertz = 200 + (10 * request.prompt.clip_seconds if request.prompt else 0)
        wavering = np.random.default_rng(request.seed).normal(0, waver_hz, 1 + letters)
        frames = []
        phase = 0.0
        for number, waver in enumerate(wavering):
            steps = np.full(FRAME, 2 * np.pi * (hertz + waver) / RATE)
            angles = phase + np.cumsum(steps)
            phase = float(angles[-1])
            frames.append((self.level * np.sin(angles)).astype(np.float32))
            report.spoken((number + 1) * FRAME / RATE)
        elapsed_s = time.perf_counter() - started
        return Speech(
            samples=np.concatenate(frames),
            engine=self.engine,
            model=request.model,
            seed=request.seed,
            elapsed_s=elapsed_s,
            peak_memory_bytes=peak_resident_bytes(),
            first_audio_s=elapsed_s,
            sample_rate=RATE,
        )

    def forget(self) -> None:
        """Nothing is kept of voices."""

    def unload(self) -> None:
        """Nothing is held."""


class LoudSynthesizer(ToneSynthesizer):
    """The same at full scale."""

    level = 0.9
