"""The recipe decides, unless the caller asks for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from voicelab.errors import UnknownVoice
from voicelab.speech.ports import Sampling
from voicelab.voices.request import request_for
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


def test_the_recipe_decides(library: VoiceLibrary, save: Callable[..., Voice]) -> None:
    recipe = Recipe(model="m", seed=3, length_s=5.0, sampling=Sampling(top_k=9))
    save("Anna", recipe=recipe)
    request = request_for(library, "Anna", "Hello.", default_model="d")
    assert (request.text, request.model, request.seed, request.language) == ("Hello.", "m", 3, "english")
    assert request.sampling == recipe.sampling
    assert request.prompt is not None
    assert request.prompt.text == "one two three four five"


@pytest.mark.parametrize(
    ("recipe_model", "asked", "model"),
    [("auto", None, "d"), ("auto", "x", "x"), ("m", "x", "x"), ("m", "auto", "d"), ("m", None, "m")],
)
def test_auto_is_the_default_and_the_caller_goes_first(
    library: VoiceLibrary, save: Callable[..., Voice], recipe_model: str, asked: str | None, model: str
) -> None:
    save("Anna", recipe=Recipe(model=recipe_model, seed=3))
    request = request_for(library, "anna", "Hello.", default_model="d", model=asked, seed=0)
    assert (request.model, request.seed) == (model, 0)


def test_a_model_with_speakers_of_its_own_gets_no_prompt(library: VoiceLibrary, save: Callable[..., Voice]) -> None:
    save("Anna", recipe=Recipe(model="m", speaker="vivian", instruct="softly"))
    request = request_for(library, "anna", "Hello.", default_model="d")
    assert (request.prompt, request.speaker, request.instruct) == (None, "vivian", "softly")


def test_an_unknown_voice_is_an_error_and_no_other_voice(library: VoiceLibrary, save: Callable[..., Voice]) -> None:
    save("Anna")
    with pytest.raises(UnknownVoice):
        request_for(library, "bert", "Hello.", default_model="d")
