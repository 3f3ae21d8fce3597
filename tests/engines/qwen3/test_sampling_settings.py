"""What a request leaves open is the checkpoint's own, above mlx-audio's floor while cloning."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from tests.voices.making import noise_clip, words_for
from voicelab.engines.qwen3.sampling_settings import Settled, own_sampling, settle
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.errors import InvalidCheckpoint
from voicelab.models.catalogue import find
from voicelab.speech.ports import Sampling
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.speech.ports import SpeechRequest

PUBLISHED = {
    "do_sample": True,
    "repetition_penalty": 1.05,
    "temperature": 0.9,
    "top_p": 1.0,
    "top_k": 50,
    "subtalker_dosample": True,
    "subtalker_temperature": 0.9,
    "subtalker_top_p": 1.0,
    "subtalker_top_k": 50,
    "max_new_tokens": 8192,
}
"""generation_config.json of mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit."""


@pytest.mark.parametrize(
    ("said", "cloning", "expected"),
    [
        (PUBLISHED, True, Settled(0.9, 50, 1.0, 1.5)),
        (PUBLISHED, False, Settled(0.9, 50, 1.0, 1.05)),
        (None, False, Settled(0.9, 50, 1.0, 1.05)),
        ({"temperature": 0.7, "top_k": 20, "top_p": 0.8, "repetition_penalty": 1.7}, True, Settled(0.7, 20, 0.8, 1.7)),
        ({"repetition_penalty": 1.2}, False, Settled(0.9, 50, 1.0, 1.2)),
        ({"do_sample": False}, False, Settled(0.0, 50, 1.0, 1.05)),
    ],
    ids=["published, cloning", "published", "no file", "its own, cloning", "its own", "greedy"],
)
def test_a_checkpoints_own_sampling(tmp_path: Path, said: object, cloning: bool, expected: Settled) -> None:
    if said is not None:
        (tmp_path / "generation_config.json").write_text(json.dumps(said))
    assert own_sampling(tmp_path, cloning=cloning) == expected


@pytest.mark.parametrize("said", ['{"top_k": "many"}', '{"top_p": true}', "[]", "{", '{"temperature": null}'])
def test_a_damaged_file_is_named(tmp_path: Path, said: str) -> None:
    (tmp_path / "generation_config.json").write_text(said)
    with pytest.raises(InvalidCheckpoint, match=r"generation_config\.json"):
        own_sampling(tmp_path, cloning=True)


def test_what_a_request_says_comes_first() -> None:
    own = Settled(0.7, 20, 0.8, 1.2)
    assert settle(Sampling(), own) == own
    assert settle(Sampling(temperature=0, top_k=0), own) == Settled(0, 0, 0.8, 1.2)
    assert settle(Sampling(repetition_penalty=1.5), own).repetition_penalty == 1.5


def test_a_model_speaks_with_its_own_file(
    checkpoint: Callable[..., Path], request_for: Callable[..., SpeechRequest], tmp_path: Path
) -> None:
    """A CustomVoice model draws as its file says; a recipe that says 1.5 draws with 1.5."""
    shutil.copytree(checkpoint(kind="custom_voice"), tmp_path / "model")
    (tmp_path / "model" / "generation_config.json").write_text('{"repetition_penalty": 1.05, "top_k": 3}')
    name = str(tmp_path / "model")
    synthesizer = Qwen3Synthesizer()

    def said(sampling: Sampling) -> Any:
        request = request_for(name, prompt=None, speaker="vivian", sampling=sampling)
        return synthesizer.speak(request, RecordingReporter()).samples

    own = said(Sampling())
    np.testing.assert_array_equal(own, said(Sampling(0.9, 3, 1.0, 1.05)))
    before = said(Sampling(0.9, 50, 1.0, 1.5))
    assert own.shape != before.shape or not np.array_equal(own, before)


def test_nobody_is_told_that_what_nobody_set_has_no_effect() -> None:
    """Neither of a field that is left open, nor of one that an older lab wrote into every recipe."""
    preview = find("preview")
    assert preview.unheeded(Sampling()) == []
    assert preview.unheeded(Sampling(0.9, 50, 1.0, 1.5)) == []
    assert preview.unheeded(Sampling(temperature=0.5)) == ["temperature"]


def test_a_saved_recipe_keeps_what_it_says(tmp_path: Path) -> None:
    """Voices that were kept by an older lab say 1.5, whatever their model; new ones leave it to the model."""
    library, clip = VoiceLibrary(tmp_path), noise_clip(10.0)
    library.save("Anna", clip, words_for(clip), "english", "agreed", match="match")
    path = tmp_path / "anna" / "voice.json"
    kept = json.loads(path.read_text())
    assert library.get("anna").recipe.sampling == Sampling()
    kept["recipe"]["sampling"] = {"temperature": 0.9, "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.5, "own": {}}
    path.write_text(json.dumps(kept))
    old = VoiceLibrary(tmp_path)
    assert old.get("anna").recipe.sampling == Sampling(0.9, 50, 1.0, 1.5)
    old.set_recipe("anna", Recipe(seed=7, sampling=old.get("anna").recipe.sampling))
    assert json.loads(path.read_text())["recipe"]["sampling"]["repetition_penalty"] == 1.5
