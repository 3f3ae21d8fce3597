"""Files of older and of newer labs: the older are read and go on, the newer are refused and left as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from voicelab.errors import UnreadableFile
from voicelab.voices.voice import SCHEMA_VERSION, Recipe
from voicelab.voices.voice_file import VOICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]

OF_0_1_0: dict[str, Any] = {
    "schema_version": 1,
    "name": "Anna",
    "language": "english",
    "recipe": {
        "model": "auto",
        "seed": 7,
        "length_s": None,
        "sampling": {"temperature": 0.9, "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.5},
        "speaker": None,
        "instruct": None,
    },
    "consent": "agreed",
    "created": "2026-11-24T21:41:49+00:00",
    "seconds": 10.0,
    "match": "unchecked",
    "synthetic": False,
    "recording": "",
    "window": None,
    "revision": 1,
    "history": [{"at": "2026-11-24T21:41:49+00:00", "what": "saved"}],
}
"""As version 0.1.0 wrote it."""


def test_a_voice_of_0_1_0_is_read_and_goes_on(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    path = library.folders["anna"] / VOICE
    path.write_text(json.dumps(OF_0_1_0))
    voice = library.get("anna")
    assert (voice.recipe.seed, voice.recipe.tail_silence_s, voice.recipe.brought) == (7, 0.0, False)
    library.set_recipe("anna", Recipe(seed=8))
    assert library.get("anna").revision == 2


def test_fields_that_nobody_here_knows_do_no_harm(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    (library.folders["anna"] / VOICE).write_text(json.dumps(OF_0_1_0 | {"mood": "bright"}))
    assert library.get("anna").name == "Anna"


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 10**9])
def test_a_voice_of_a_newer_lab_is_refused_and_left(library: VoiceLibrary, save: Save, version: int) -> None:
    save("Anna")
    path = library.folders["anna"] / VOICE
    path.write_text(json.dumps(OF_0_1_0 | {"schema_version": version}))
    before = path.read_bytes()
    with pytest.raises(UnreadableFile, match="Update Voice Lab"):
        library.set_recipe("anna", Recipe(seed=8))
    with pytest.raises(UnreadableFile, match="Update Voice Lab"):
        library.rename("anna", "Cora")
    assert library.voices() == []
    assert path.read_bytes() == before
