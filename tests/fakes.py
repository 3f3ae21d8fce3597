"""Stand-ins for the ports, for tests of what lies on the other side of them."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import Cancelled, ModelUnavailable, NothingSpoken, QueueFull
from voicelab.speech.ports import EngineHealth, JobUpdate, Speech
from voicelab.speech.text_pieces import check_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from voicelab.errors import VoiceLabError
    from voicelab.speech.ports import Reporter, SpeechRequest


class RecordingReporter:
    """The Reporter port: keeps what it is told, and cancels once `cancel_at_s` seconds are spoken."""

    def __init__(self, cancel_at_s: float | None = None) -> None:
        self.cancel_at_s = cancel_at_s
        self.stages: list[tuple[str, float, float]] = []
        self.spoken_s: list[float] = []

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Keep the stage."""
        self.stages.append((stage, done, total))

    def spoken(self, seconds: float) -> None:
        """Keep the seconds, or cancel."""
        from voicelab.errors import Cancelled

        self.spoken_s.append(seconds)
        if self.cancel_at_s is not None and seconds >= self.cancel_at_s:
            message = "Cancelled by the test."
            raise Cancelled(message)


class FakeEngine:
    """The Engine port without a process: a tone per text and seed, made on the thread that asks for it.

    `failing` texts raise their error instead; `slow` texts go on until they are cancelled; `full` submits are refused.
    """

    def __init__(
        self, failing: Mapping[str, VoiceLabError] | None = None, slow: Collection[str] = (), full: int = 0
    ) -> None:
        self.failing = dict(failing or {})
        self.slow = set(slow)
        self.full = full
        self.requests: list[SpeechRequest] = []
        self.cancelled: list[str] = []
        self.forgot = 0

    def start(self) -> None:
        """Nothing to start."""

    def submit(self, request: SpeechRequest, client: str = "", on_busy: str = "queue") -> FakeJob:
        if self.full:
            self.full -= 1
            raise QueueFull("The queue is full.", retry_after_s=0.01)
        check_text(request.text)
        self.requests.append(request)
        return FakeJob(self, request)

    def forget(self) -> None:
        self.forgot += 1

    def default_model(self, timeout_s: float = 10.0) -> tuple[str, str]:
        return "preview", "There is no GPU here."

    def check(self, model: str) -> None:
        """Every model fits."""

    def rest(self) -> None:
        """There is no memory to give back."""

    def health(self) -> EngineHealth:
        return EngineHealth(stage="ready", ready=True, message="ready", engine="preview", model="preview")

    def close(self) -> None:
        """Nothing to end."""


class FakeJob:
    """A job of `FakeEngine`."""

    waited_s = 0.0
    checked = None

    def __init__(self, engine: FakeEngine, request: SpeechRequest) -> None:
        self.id = f"job-{len(engine.requests)}"
        self._engine = engine
        self._request = request
        self._cancelled = False
        self._done = False

    def cancel(self) -> None:
        if not self._done:
            self._cancelled = True
            self._engine.cancelled.append(self._request.text)

    def updates(self, every_s: float = 0.2) -> Iterator[JobUpdate]:
        yield JobUpdate("queued", "next", fraction=0.0)
        while self._request.text in self._engine.slow and not self._cancelled:
            yield JobUpdate("speaking", "0.1 s spoken", spoken_s=0.1, fraction=0.5)
            time.sleep(0.005)

    def result(self, timeout_s: float | None = None) -> Speech:
        if self._cancelled:
            raise Cancelled("The job was cancelled.")
        self._done = True
        if self._request.text in self._engine.failing:
            raise self._engine.failing[self._request.text]
        seconds = 0.2 * (1 + len(self._request.text.split()))
        times_s = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        samples = (0.3 * np.sin(2 * np.pi * (200 + self._request.seed) * times_s)).astype(np.float32)
        model, seed = self._request.model, self._request.seed
        return Speech(samples, "fake", model, seed, 0.5 * seconds, 1_000_000, spoken_by="fake, version 1")

    def partial(self) -> Iterator[NDArray[np.float32]]:
        yield self.result().samples


FRAME_S = 0.08
CHARACTERS_PER_FRAME = 5


def script(**actions: object) -> str:
    """What ToneSynthesizer is to do while it speaks, as the `speaker` of a request.

    frame_s: seconds of work per frame. deaf_s: seconds of work in the middle that tells and hears nothing. die: name of
    the signal that it sends itself. fail: the sentence of a VoiceLabError. bug: the text of a ValueError. on: only in
    pieces that contain this. once: path of a file that is made the first time; there is no second time.
    """
    return json.dumps(actions)


class ToneSynthesizer:
    """A Synthesizer that sounds a tone: as long as the text, as high as the seed; told by `script` to misbehave.

    Its notes tell how often this process loaded a model, and how often it was told to forget voices.
    """

    engine = "preview"

    def __init__(self) -> None:
        self.loads = self.forgot = 0
        self.model: str | None = None

    def load(self, model: str, report: Reporter) -> None:
        """Load, in a way that the model's name says: tests/slow, tests/missing, tests/crashing, tests/broken."""
        if self.model is not None:
            message = f"{self.model} is loaded still."
            raise AssertionError(message)
        print("Noise that a library writes to standard output.")
        if model == "tests/missing":
            raise ModelUnavailable("The model is not on disk and cannot be downloaded. Give a folder.")
        if model == "tests/crashing":
            os.kill(os.getpid(), signal.SIGSEGV)
        if model == "tests/broken":
            raise KeyError("talker.weight")
        if model == "tests/slow":
            for megabytes in range(0, 200, 2):
                report.stage("downloading", megabytes * 1e6, 200e6)
                time.sleep(0.02)
        self.loads += 1
        self.model = model

    def warm_up(self, report: Reporter) -> None:
        report.spoken(FRAME_S)

    def forget(self) -> None:
        self.forgot += 1

    def unload(self) -> None:
        self.model = None

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        started = time.perf_counter()
        actions = json.loads(request.speaker) if request.speaker else {}
        frames = 1 + len(request.text) // CHARACTERS_PER_FRAME
        for frame in range(frames):
            report.spoken(frame * FRAME_S)
            time.sleep(actions.get("frame_s", 0))
            if frame == frames // 2 and actions.get("on", "") in request.text and self._is_first_time(actions):
                self._misbehave(actions)
        times_s = np.arange(round(frames * FRAME_S * SAMPLE_RATE)) / SAMPLE_RATE
        samples = (0.3 * np.sin(2 * np.pi * (200 + request.seed % 1000) * times_s)).astype(np.float32)
        elapsed_s = time.perf_counter() - started
        notes = (f"load {self.loads}", *([f"forgot {self.forgot}"] if self.forgot else ()))
        return Speech(samples, self.engine, request.model, request.seed, elapsed_s, 1_000_000, notes=notes)

    def _misbehave(self, actions: Mapping[str, Any]) -> None:
        time.sleep(actions.get("deaf_s", 0))
        if "die" in actions:
            os.kill(os.getpid(), getattr(signal, actions["die"]))
        if "fail" in actions:
            raise NothingSpoken(actions["fail"])
        if "bug" in actions:
            raise ValueError(actions["bug"])

    @staticmethod
    def _is_first_time(actions: Mapping[str, Any]) -> bool:
        if "once" not in actions:
            return True
        try:
            Path(actions["once"]).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class SlowTones(ToneSynthesizer):
    """The same, at a twentieth of a second per frame: long enough to be killed in the middle of a text."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        speech = super().speak(request, report)
        for frame in range(round(speech.duration_s / FRAME_S)):
            report.spoken(frame * FRAME_S)
            time.sleep(0.05)
        return speech


class UnimportableSynthesizer:
    """A Synthesizer whose package is not there."""

    def __init__(self) -> None:
        raise ImportError("No module named 'not_there'")
