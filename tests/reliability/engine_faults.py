"""The engine process hurt at random moments of a grid, in every way a process can be hurt."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.engines.conftest import choose_at_once
from tests.fakes import ToneSynthesizer
from tests.running import is_alive
from tests.voices.making import noise_clip, words_for
from voicelab.clips.wav import read_flac
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.engines import heartbeat
from voicelab.engines.process import EngineProcess
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.speech.ports import Reporter, Speech, SpeechRequest

FAULTS = ("SIGKILL", "SIGABRT", "SIGSEGV", "memory", "hang")
DEAD_S = 3.0
"""How long a silent process is borne here, in place of a minute."""
NEVER_S = 20.0
PLAN = Plan("anna", ("A first line to say.", "Then a second line."), (3.0, None), ("preview",))


class FrailSynthesizer(ToneSynthesizer):
    """Takes its time, and asks for memory with every piece as a real model does."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Sound the tone after some of work."""
        for frame in range(12):
            report.spoken(frame / 40)
            np.ones(5_000_000)  # 40 MB: more than malloc ever keeps for the next time
            time.sleep(0.01)
        return super().speak(request, report)


@dataclass(frozen=True)
class Fault:
    """One round: a grid during which the process was hurt once."""

    how: str
    takes: int
    """In the experiment afterwards, each of them whole."""
    expected: int
    restarts: int
    truth_s: float
    """From the blow until /health no longer said that the hurt process is ready."""

    @property
    def held(self) -> bool:
        """Whether every take exists once, the process was started again, and the health was true in time."""
        return self.takes == self.expected and self.restarts == 1 and self.truth_s <= 2 + heartbeat.BEAT_S


def rounds(folder: Path, faults: tuple[str, ...], seed: int = 8) -> Iterator[Fault]:
    """Render a grid for each of `faults`, on one engine, and hurt it at a random moment."""
    moments = random.Random(seed)
    library = VoiceLibrary(folder / "voices")
    clip = noise_clip(10.0)
    library.save("Anna", clip, words_for(clip), "english", "agreed", match="match")
    store = ExperimentStore(folder / "experiments")
    synthesizers = {"preview": "tests.reliability.engine_faults:FrailSynthesizer"}
    engine = EngineProcess(synthesizers, choose=choose_at_once)
    bare, heartbeat.DEAD_S = heartbeat.DEAD_S, DEAD_S
    try:
        for how in faults:
            yield _round(library, store, engine, how, moments)
    finally:
        heartbeat.DEAD_S = bare
        engine.close()


def _round(
    library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess, how: str, moments: random.Random
) -> Fault:
    before = engine.health().restarts
    blow_at, step = moments.uniform(0, 0.9), None
    witness: _Witness | None = None
    for step in render(PLAN, library, engine, store):
        health = engine.health()
        if witness is None and step.fraction >= blow_at and health.pid and health.ready:
            witness = _Witness(engine, health.pid, how)
    assert step is not None
    assert witness is not None
    witness.join()
    # One that was struck after its last take is started again when nobody waits for it.
    end = time.monotonic() + NEVER_S
    while engine.health().restarts == before and time.monotonic() < end:
        time.sleep(0.05)
    experiment = store.get(step.experiment.id)
    whole = [
        take
        for take in experiment.takes
        if take.failure is None
        and abs(read_flac(store.take_path(experiment.id, take.id)).seconds - (take.duration_s or 0)) < 0.01
    ]
    files = len(list((store._folder / experiment.id / "takes").iterdir()))
    assert files == len(whole) == len({take.id for take in experiment.takes}), experiment.takes
    return Fault(how, len(whole), experiment.total, engine.health().restarts - before, witness.truth_s)


class _Witness(threading.Thread):
    """Strikes the process, and measures for how long the health goes on calling it ready once it is hurt."""

    def __init__(self, engine: EngineProcess, pid: int, how: str) -> None:
        super().__init__(daemon=True)
        self.truth_s = NEVER_S
        self._engine, self._pid, self._how = engine, pid, how
        self.start()

    def run(self) -> None:
        if self._how == "memory":
            _starve(self._pid)
        else:
            os.kill(self._pid, signal.SIGSTOP if self._how == "hang" else getattr(signal, self._how))
        struck = time.monotonic()
        while self._how == "memory" and is_alive(self._pid) and time.monotonic() - struck < NEVER_S:
            time.sleep(0.05)
        hurt = time.monotonic()
        while time.monotonic() - hurt < NEVER_S:
            health = self._engine.health()
            if health.pid != self._pid or not health.ready:
                self.truth_s = time.monotonic() - hurt
                return
            time.sleep(0.01)


def _starve(pid: int) -> None:
    """Leave the process no memory to ask for: what it does next fails, as under `ulimit -v`."""
    import resource

    resource.prlimit(pid, resource.RLIMIT_AS, (1, 1))
