"""What an engine is given of a voice: its clip, cut between words, and the words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import (
    InvalidValue,
)
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import TAIL_SILENCE_S, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]


def test_the_whole_prompt_is_the_clip_with_its_words(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    for length_s in (None, 10.0, 15.0):
        prompt = library.prompt("anna", length_s)
        spoken = prompt.samples[: round(prompt.clip_seconds * SAMPLE_RATE)]
        assert Clip(spoken).digest == library.clip("anna").digest
        assert len(prompt.samples) - len(spoken) == TAIL_SILENCE_S * SAMPLE_RATE
        assert not prompt.samples[len(spoken) :].any()
        assert (prompt.text, prompt.language) == (library.transcript("anna").text, "english")


def test_prompts_are_cut_between_words_and_nested(library: VoiceLibrary, save: Save) -> None:
    """A cut of about n seconds starts where the clip starts, ends in a gap and says exactly the words before it."""
    save("Anna")
    clip, words = library.clip("anna"), library.transcript("anna").words
    for length_s in (0.3, 2.2, 4.9, 5.0, 7.7, 9.4):
        prompt = library.prompt("anna", length_s)
        end_s = prompt.clip_seconds
        inside = [word for word in words if word.end_s <= end_s]
        assert prompt.text == " ".join(word.text for word in inside)
        assert not any(word.start_s < end_s < word.end_s for word in words)
        assert abs(end_s - length_s) < 1
        size = round(end_s * clip.sample_rate)
        assert np.array_equal(prompt.samples[:size], clip.samples[:size])
        assert prompt.tail_silence_s == TAIL_SILENCE_S


def test_a_voice_of_an_older_lab_sounds_as_it_did(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    """Its voice.json knows neither repairs nor silence: none is appended, and changing the recipe appends none."""
    save("Anna")
    path = tmp_path / "voices" / "anna" / "voice.json"
    fields = json.loads(path.read_text())
    assert fields["recipe"].pop("tail_silence_s") == TAIL_SILENCE_S
    del fields["repairs"]
    path.write_text(json.dumps(fields))
    old = library.get("anna")
    assert (old.repairs, old.recipe.tail_silence_s) == ((), 0.0)
    assert Clip(library.prompt("anna").samples).digest == library.clip("anna").digest
    assert library.set_recipe("anna", replace(old.recipe, seed=3)).recipe.tail_silence_s == 0.0
    assert old.recipe.with_tail_silence(True).tail_silence_s == TAIL_SILENCE_S


@pytest.mark.parametrize("tail_silence_s", [-0.1, 3.0, float("nan")])
def test_a_silence_that_makes_no_sense_is_refused(library: VoiceLibrary, save: Save, tail_silence_s: float) -> None:
    with pytest.raises(InvalidValue, match="silence cannot follow"):
        library.set_recipe(save("Anna").slug, Recipe(tail_silence_s=tail_silence_s))


@pytest.mark.parametrize("length_s", [0.0, -1.0, float("nan")])
def test_a_length_that_is_none_is_refused(library: VoiceLibrary, save: Save, length_s: float) -> None:
    save("Anna")
    with pytest.raises(InvalidValue, match="seconds above 0"):
        library.prompt("anna", length_s)


def test_a_prompt_says_whether_somebody_agreed_to_the_voice(library: VoiceLibrary) -> None:
    clip = noise_clip(10.0)
    library.save("Asked", clip, words_for(clip), "english", "her own voice")
    library.save("Unasked", clip, words_for(clip), "english", " ")
    assert library.prompt("asked").consented
    assert not library.prompt("unasked", 5.0).consented
