"""The real preview engine in the real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.engines.conftest import choose_at_once, request
from voicelab.models.registry import registry
from voicelab.speech.ports import Prompt, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip
    from voicelab.engines.process import EngineProcess

WAIT_S = 120
TEXT = "The harbor was quiet in the morning. Nobody had seen the small brown dog."


def test_preview_speaks_long_text_and_says_that_it_is_no_clone(
    make_engine: Callable[..., EngineProcess], speech_clip: Clip, speech_text: str
) -> None:
    engine = make_engine(synthesizers=registry().synthesizers({}), model="auto", choose=choose_at_once)
    prompt = Prompt(speech_clip.samples, speech_text, "english")
    jobs = [engine.submit(request(TEXT, prompt=prompt, seed=4)) for _ in range(2)]
    first, second = (job.result(WAIT_S) for job in jobs)
    assert np.array_equal(first.samples, second.samples), "the same seed says it the same way"
    assert len(list(jobs[0].partial())) == 2
    assert sum("not a clone" in note for note in first.notes) == 1
    assert 2 < first.duration_s < 10
    assert first.engine == "preview"
    assert engine.health().ready


def test_what_the_model_does_not_heed_is_said_whatever_its_engine_says(
    make_engine: Callable[..., EngineProcess], speech_clip: Clip, speech_text: str
) -> None:
    """The tones of the test say nothing of it."""
    engine = make_engine()
    prompt = Prompt(speech_clip.samples, speech_text, "english")
    speech = engine.submit(request("Hello.", prompt=prompt, sampling=Sampling(temperature=0.2))).result(WAIT_S)
    assert any("not a clone" in note for note in speech.notes)
    assert any("temperature" in note and "no effect" in note for note in speech.notes)
    plain = engine.submit(request("Hello.")).result(WAIT_S)
    assert not any("no effect" in note or "not a clone" in note for note in plain.notes)
