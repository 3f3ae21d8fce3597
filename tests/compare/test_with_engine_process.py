"""A comparison through the real engine process: jobs, failures, a kill and a cancel cross a real pipe."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.hub.conftest import Hub, hold_a_model
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.engines.process import EngineProcess
from voicelab.errors import InvalidCheckpoint
from voicelab.models.model_choice import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("A first line to say.", "Then a second line."), (3.0, None), ("auto", "no-such-model"))


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    """A real process that speaks tones."""
    engine = EngineProcess(
        {"preview": "tests.fakes:ToneSynthesizer"},
        choose=lambda _model: Choice("preview", "preview", "CPU", "The test says so."),
    )
    yield engine
    engine.close()


def test_what_can_be_spoken_is_and_the_rest_says_why(
    library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    last = list(render(PLAN, library, engine, store))[-1]
    made = [take for take in last.experiment.takes if take.failure is None]
    failed = [take for take in last.experiment.takes if take.failure is not None]
    assert [take.model for take in made] == ["preview"] * 4
    assert [take.model for take in failed] == ["no-such-model"] * 4
    assert all("no-such-model" in (take.failure or "") for take in failed)
    for take in made:
        assert store.take_path(last.experiment.id, take.id).stat().st_size > 1000
        assert take.duration_s
        assert take.rtf


def test_a_killed_engine_costs_no_take(library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess) -> None:
    """SIGKILL between two takes: the engine is started again and the grid is complete."""
    killed = False
    for step in render(replace(PLAN, models=("auto",)), library, engine, store):
        pid = engine.health().pid
        if step.done == 2 and not killed and pid:
            os.kill(pid, signal.SIGKILL)
            killed = True
    assert killed
    assert [take.failure for take in step.experiment.takes] == [None] * 4


def test_a_cancelled_comparison_leaves_the_engine_usable(
    library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    plan = replace(PLAN, models=("auto",), lines=("A short one.", " ".join(["A very long line goes on."] * 40)))
    cancelled = threading.Event()
    for step in render(plan, library, engine, store, cancelled):
        if step.done == 1:
            cancelled.set()
    assert step.message.startswith("Cancelled.")
    assert step.done == 1
    again = list(render(replace(plan, lines=("A short one.",)), library, engine, store))[-1]
    assert [take.failure for take in again.experiment.takes] == [None, None]


def test_a_model_folder_with_a_missing_file_is_refused_before_anything_is_made(
    library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess, tmp_path: Path
) -> None:
    held = Hub()
    hold_a_model(held, "own/model")
    del held.files["speech_tokenizer/config.json"]
    for name, content in held.files.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    plan = replace(PLAN, models=("auto", str(tmp_path / "own")))
    with pytest.raises(InvalidCheckpoint, match=r"lacks speech_tokenizer/config\.json\. Copy the missing files"):
        next(render(plan, library, engine, store))
    assert store.list() == []
    (tmp_path / "own" / "speech_tokenizer" / "config.json").write_text("{}")
    engine.check(str(tmp_path / "own"))
