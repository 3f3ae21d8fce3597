"""A model that nobody needs gives its memory back; one that would swap is not loaded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engines.conftest import TONES, choose_at_once
from voicelab.errors import ModelTooLarge
from voicelab.models.memory_guard import MemoryGuard
from voicelab.models.process_memory import machine_bytes
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.process import EngineProcess

WAIT_S = 60
LARGE = "qwen3-tts-1.7b-bf16"


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_idle_engine_ends_its_process_and_the_next_text_starts_it_again(
    make_engine: Callable[..., EngineProcess],
) -> None:
    engine = make_engine(idle_s=0.6)
    first = engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S)
    pid = engine.health().pid
    wait_for(lambda: engine.health().stage == "resting")
    health = engine.health()
    assert (health.ready, health.pid, health.model, health.memory_bytes) == (False, None, "", None)
    assert health.message == (
        "preview was unloaded after 0.01 min without a text and its memory given back. The next text loads it again."
    )
    assert not Path(f"/proc/{pid}").exists()
    job = engine.submit(SpeechRequest("Hello.", "preview"))
    told = [update.message for update in job.updates()]
    assert "Next. The model was unloaded while nobody had a text, and is loaded again." in told
    assert (job.result(WAIT_S).samples == first.samples).all()
    assert engine.health().restarts == 0, "it was no accident"


def test_a_text_that_is_long_in_the_speaking_is_no_rest(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine(idle_s=0.3)
    job = engine.submit(SpeechRequest("A text of some length.", "preview", speaker='{"frame_s": 0.3}'))
    assert job.result(WAIT_S).notes == ("load 1",)
    assert engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S).duration_s > 0


def test_never_is_never(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine()
    engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S)
    time.sleep(0.5)
    assert engine.health().ready


def test_the_person_may_unload_it_now(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine()
    job = engine.submit(SpeechRequest("A text of some length.", "preview", speaker='{"frame_s": 0.1}'))
    wait_for(lambda: engine.health().ready)
    engine.rest()
    assert job.result(WAIT_S).duration_s > 0, "what is being spoken is spoken to its end"
    wait_for(lambda: engine.health().stage == "resting")
    assert engine.health().message.startswith("preview was unloaded and its memory given back.")
    engine.rest()
    assert engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S).duration_s > 0
    time.sleep(0.3)
    assert engine.health().ready, "asked for once, done once"


def test_texts_that_come_while_it_goes_to_rest_are_spoken(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine()
    for number in range(4):
        engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S)
        engine.rest()
        time.sleep(0.02 * number)
        assert engine.submit(SpeechRequest("And again.", "preview")).result(WAIT_S).duration_s > 0


def test_what_would_swap_is_refused_before_it_is_loaded(
    make_engine: Callable[..., EngineProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 4 * 2**30)
    guard = MemoryGuard()
    engine = make_engine(synthesizers=TONES, model=LARGE, choose=choose_at_once, guard=guard)
    engine.start()
    wait_for(lambda: engine.health().stage == "failed")
    assert "it would swap" in engine.health().message
    with pytest.raises(ModelTooLarge):
        engine.submit(SpeechRequest("Hello.", LARGE))
    assert engine.submit(SpeechRequest("Hello.", "preview")).result(WAIT_S).duration_s > 0, "a smaller one speaks"
    guard.anyway = True
    assert engine.submit(SpeechRequest("Hello.", LARGE)).result(WAIT_S).model == LARGE
    assert machine_bytes() > 2**30
