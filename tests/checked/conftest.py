"""An engine on the test's own thread that speaks with a real synthesizer: Piper, with and without planted faults."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bleed_texts import HELD_OUT
from tests.fakes import FakeEngine, FakeJob, RecordingReporter
from tests.planted import FaultySynthesizer
from voicelab.clips.clip import Clip
from voicelab.engines.long_text import planned
from voicelab.engines.preview.synthesizer import PreviewSynthesizer
from voicelab.speech.ports import Prompt, Speech
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from voicelab.speech.ports import SpeechRequest

REFERENCE = HELD_OUT.references[0]


class SpeakingEngine(FakeEngine):
    """The Engine port over a synthesizer in this process."""

    def __init__(self, synthesizer: PreviewSynthesizer) -> None:
        super().__init__()
        self.synthesizer = synthesizer
        self.lock = threading.Lock()

    def submit(self, request: SpeechRequest, client: str = "", on_busy: str = "queue") -> FakeJob:
        super().submit(request, client, on_busy)
        return SpeakingJob(self, request)


class SpeakingJob(FakeJob):
    """A job of `SpeakingEngine`, spoken when it is waited for, as the engine process speaks it."""

    def __init__(self, engine: SpeakingEngine, request: SpeechRequest) -> None:
        super().__init__(engine, request)
        self._speaking = engine

    def result(self, timeout_s: float | None = None) -> Speech:
        import numpy as np

        report = RecordingReporter()
        with self._speaking.lock:
            said = [
                piece.fitted(self._speaking.synthesizer.speak(piece.request, piece.reporter))
                for piece in planned(self._request, _Progress(report))
            ]
        samples = np.concatenate([each.samples for each in said])
        return replace(said[0], samples=samples, seed=self._request.seed, said=self._request.text)


class _Progress:
    def __init__(self, report: RecordingReporter) -> None:
        self.stage = report.stage

    def progress(self, piece_s: float, fraction: float) -> None:
        """Nobody watches."""


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    return Transcriber("tiny.en")


@pytest.fixture(scope="session")
def prompt(spoken: Callable[[str], Clip]) -> Prompt:
    """A clip of the voice that speaks, which says REFERENCE."""
    return Prompt(spoken(REFERENCE).samples, REFERENCE, "english")


@pytest.fixture(scope="session")
def steady() -> Callable[[], SpeakingEngine]:
    synthesizer = PreviewSynthesizer()
    synthesizer.load("preview", RecordingReporter())
    return lambda: SpeakingEngine(synthesizer)


@pytest.fixture(scope="session")
def faulty() -> Callable[[], SpeakingEngine]:
    synthesizer = FaultySynthesizer()
    synthesizer.load("preview", RecordingReporter())
    return lambda: SpeakingEngine(synthesizer)
