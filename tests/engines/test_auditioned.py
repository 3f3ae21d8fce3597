"""A recipe says what its seed was auditioned with, and served with another one the lab says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.engines.conftest import request
from voicelab.compare.take import Take, spoken_take
from voicelab.models.spoken_by import served_by_another, spoken_by

if TYPE_CHECKING:
    from voicelab.engines.process import EngineProcess

WAIT_S = 30


def test_speech_says_who_spoke_it_and_whether_the_seed_was_chosen_with_another(engine: EngineProcess) -> None:
    speech = engine.submit(request()).result(WAIT_S)
    assert speech.spoken_by.startswith("preview, piper-tts ")
    assert speech.spoken_by == spoken_by("preview", "")
    again = engine.submit(replace(request(), auditioned=speech.spoken_by)).result(WAIT_S)
    assert not any("auditioned" in note for note in again.notes)
    other = engine.submit(replace(request(), auditioned="preview, piper-tts 0.1")).result(WAIT_S)
    assert any("auditioned with preview, piper-tts 0.1 and is served with" in note for note in other.notes)
    take = spoken_take(Take("id", "line", None, "preview", 0, 1.0, "text"), speech)
    assert take.spoken_by == speech.spoken_by


def test_an_old_recipe_says_nothing_and_is_not_blamed() -> None:
    assert served_by_another("", "preview") == ""
    assert served_by_another("preview", "") == ""
    assert served_by_another("preview", "preview") == ""
    assert spoken_by("an engine of a test", "fast") == "an engine of a test.fast"
