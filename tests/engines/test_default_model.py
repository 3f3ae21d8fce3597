"""The default model of the engine process: found out, loaded and warmed up, and told of where it cannot be."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.engines.conftest import choose_at_once, request
from voicelab.errors import (
    ModelUnavailable,
    NotReady,
    UnknownModel,
)
from voicelab.models.model_choice import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.process import EngineProcess
from tests.engines.waiting import WAIT_S, wait_for


def test_default_model_is_loaded_and_warmed_up_in_the_background(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine(model="tests/slow")
    assert engine.health().stage == "stopped"
    started = time.monotonic()
    engine.start()
    engine.start()
    assert time.monotonic() - started < 1, "start returns at once"
    stages: list[str] = []

    def is_ready() -> bool:
        health = engine.health()
        if not stages or stages[-1] != health.stage:
            stages.append(health.stage)
        assert health.ready == (health.stage == "ready")
        if health.stage == "downloading":
            assert 0 <= health.download_done_bytes <= health.download_total_bytes == 200_000_000
            assert "of 200 MB" in health.message
        return health.ready

    wait_for(is_ready)
    in_order = ["starting", "loading", "downloading", "warming up", "ready"]
    assert stages == [stage for stage in in_order if stage in stages], "stages out of order"
    assert {"starting", "downloading", "ready"} <= set(stages)
    health = engine.health()
    assert (health.model, health.default_model, health.default_reason) == (
        "tests/slow",
        "tests/slow",
        "The test says so.",
    )
    assert health.memory_bytes is not None
    assert health.memory_bytes > 1_000_000
    assert engine.submit(request(model="tests/slow")).result(WAIT_S).notes == ("load 1",)


def test_a_failed_load_fails_its_text_and_the_default_model_comes_back(engine: EngineProcess) -> None:
    engine.submit(request()).result(WAIT_S)
    with pytest.raises(ModelUnavailable, match="Give a folder"):
        engine.submit(request(model="tests/missing")).result(WAIT_S)
    wait_for(lambda: engine.health().ready)
    assert engine.health().model == "preview"
    assert engine.health().restarts == 0


def test_a_default_model_that_cannot_be_loaded_is_said_and_tried_again_with_a_text(
    make_engine: Callable[..., EngineProcess],
) -> None:
    engine = make_engine(model="tests/missing")
    engine.start()
    wait_for(lambda: engine.health().stage == "failed")
    assert "Give a folder" in engine.health().message
    with pytest.raises(ModelUnavailable):
        engine.submit(request(model="tests/missing")).result(WAIT_S)
    wait_for(lambda: engine.health().stage == "failed")
    assert engine.submit(request()).result(WAIT_S).duration_s > 0, "another model speaks all the same"
    assert engine.health().ready


def test_a_text_for_another_model_does_not_wait_for_the_default_models_download(
    make_engine: Callable[..., EngineProcess],
) -> None:
    engine = make_engine(model="tests/slow")
    engine.start()
    wait_for(lambda: engine.health().stage == "downloading")
    assert engine.submit(request()).result(WAIT_S).model == "preview"
    assert engine.health().download_done_bytes < 200_000_000


def test_default_model_is_found_out_in_the_background(make_engine: Callable[..., EngineProcess]) -> None:
    asked, answer = threading.Event(), threading.Event()

    def choose(model: str) -> Choice:
        asked.set()
        answer.wait(WAIT_S)
        return choose_at_once(model)

    engine = make_engine(choose=choose)
    assert not asked.is_set(), "building the engine asks nothing"
    engine.start()
    with pytest.raises(NotReady, match="Try again"):
        engine.default_model(timeout_s=0.1)
    assert engine.submit(request(model="tests/a")).result(WAIT_S).duration_s > 0, (
        "a text that names its model need not wait"
    )
    answer.set()
    assert engine.default_model() == ("preview", "The test says so.")


def test_a_default_model_that_does_not_exist_is_said_and_other_texts_are_spoken(
    make_engine: Callable[..., EngineProcess],
) -> None:
    def choose(model: str) -> Choice:
        raise UnknownModel(f"There is no model {model!r}. Choose another.")

    engine = make_engine(model="nonsense", choose=choose)
    engine.start()
    with pytest.raises(UnknownModel, match="nonsense"):
        engine.default_model()
    wait_for(lambda: engine.health().stage == "failed")
    assert "nonsense" in engine.health().message
    assert engine.submit(request()).result(WAIT_S).duration_s > 0
    assert engine.health().ready
