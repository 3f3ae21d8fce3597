"""The real model in the real process: what comes out is what the synthesizer makes when it is called directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.batched import FAST
from voicelab.errors import Cancelled, InvalidCheckpoint, NothingSpoken
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.engines.process import EngineProcess
    from voicelab.engines.qwen3.batched import BatchedSynthesizer
    from voicelab.speech.ports import SpeechRequest

WAIT_S = 120


def test_samples_are_those_of_a_direct_call_with_the_same_seed(
    make_engine: Callable[..., EngineProcess],
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
) -> None:
    engine = make_engine(synthesizers=registry().synthesizers({"qwen3.batched": True}))
    for quantization in (None, 8, 4):
        synthesizer, model = loaded(quantization=quantization)
        direct = synthesizer.speak(request_for(model), RecordingReporter())
        speech = engine.submit(request_for(model)).result(WAIT_S)
        assert np.array_equal(speech.samples, direct.samples)
        assert (speech.engine, speech.model, speech.finished) == ("qwen3", model, "end")
        assert speech.notes == (FAST,)
        assert speech.peak_memory_bytes > 0
        assert engine.health().model == model


def test_a_cancelled_text_leaves_the_model_usable_and_errors_arrive(
    make_engine: Callable[..., EngineProcess],
    checkpoint: Callable[..., Path],
    request_for: Callable[..., SpeechRequest],
    tmp_path: Path,
) -> None:
    endless, mute = str(checkpoint(ends="never")), str(checkpoint(ends="at once"))
    engine = make_engine(synthesizers=registry().synthesizers({"qwen3.batched": True}), model=endless)
    job = engine.submit(request_for(endless))
    next(update for update in job.updates() if update.spoken_s > 0)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result()
    pid = engine.health().pid
    with pytest.raises(NothingSpoken):
        engine.submit(request_for(mute)).result(WAIT_S)
    (tmp_path / "config.json").write_text('{"model_type": "qwen3_tts"}')
    with pytest.raises(InvalidCheckpoint, match="damaged"):
        engine.submit(request_for(str(tmp_path))).result(WAIT_S)
    assert engine.health().pid == pid, "one process did it all"
