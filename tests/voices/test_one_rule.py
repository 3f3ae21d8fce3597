"""One rule for a voice, whichever door it comes through; and its files are plain files."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of, with_anna
from tests.voices.making import KNOWN, noise_clip, words_for
from tests.voices.test_package import package, rewritten
from voicelab.api.served_recipe import served_recipe
from voicelab.errors import (
    InvalidValue,
    UnknownModel,
    UnreadableFile,
    UnusablePackage,
    VoiceLabError,
)
from voicelab.models.known_models import is_known
from voicelab.settings import Settings
from voicelab.speech.ports import Sampling
from voicelab.transcripts.words import Transcript
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.package import export_voice, import_voice
from voicelab.voices.request import request_for
from voicelab.voices.voice import MOST_EVENTS, Event, Recipe
from voicelab.voices.voice_file import CLIP, TRANSCRIPT, VOICE, read_voice, write_voice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]

__all__ = ["package"]  # a fixture

NO_VOICE: dict[str, dict[str, Any]] = {
    "two megabytes of consent": {"consent": "x" * 2_000_000},
    "consent of one character too many": {"consent": "x" * 5001},
    "60,000 events": {"history": [{"at": "2026-01-01T00:00:00+00:00", "what": "saved"}] * 60_000},
    "an event of a megabyte": {"history": [{"at": "2026-01-01T00:00:00+00:00", "what": "x" * 1_000_000}]},
    "a model's name of a megabyte": {"recipe": {"model": "x" * 1_000_000}},
    "no model": {"recipe": {"model": " "}},
    "temperature -1": {"recipe": {"sampling": {"temperature": -1.0}}},
    "a top_k beyond SQL": {"recipe": {"sampling": {"top_k": 2**80}}},
    "an own field out of bounds": {"recipe": {"sampling": {"own": {"x": 1e300}}}},
    "a thousand own fields": {"recipe": {"sampling": {"own": {f"x{n}": 1.0 for n in range(1000)}}}},
    "seed 2**32": {"recipe": {"seed": 2**32}},
    "a minute of silence": {"recipe": {"tail_silence_s": 60.0}},
    "length 0": {"recipe": {"length_s": 0.0}},
    "revision 2**63": {"revision": 2**63},
    "channel 10**9": {"choice": {"channel": 10**9}},
    "an hour's clip": {"seconds": 3600.0},
    "a window that ends before it begins": {"window": {"start_s": 5.0, "end_s": 1.0}},
    "another file as recording": {"recording": "../../.ssh/id_rsa"},
    "a NUL in the name": {"name": "An\0na"},
    "no language": {"language": "klingon"},
    "an unknown verdict": {"match": "perfect"},
    "500 other names": {"aliases": [f"name {n}" for n in range(500)]},
}


@pytest.mark.parametrize("fields", NO_VOICE.values(), ids=NO_VOICE)
def test_what_is_no_voice_is_refused_at_every_door(
    library: VoiceLibrary, save: Save, package: Path, tmp_path: Path, fields: dict[str, Any]
) -> None:
    def changed(document: dict[str, Any]) -> dict[str, Any]:
        nested = {
            name: document[name] | value for name, value in fields.items() if isinstance(document.get(name), dict)
        }
        return document | fields | nested

    def spoil(contents: dict[str, bytes]) -> None:
        contents[VOICE] = json.dumps(changed(json.loads(contents[VOICE]))).encode()

    other = VoiceLibrary(tmp_path / "other" / "voices")
    with pytest.raises(UnusablePackage):
        import_voice(other, rewritten(package, spoil), known=KNOWN)
    assert other.voices() == []
    save("Berta")
    path = library.folders["berta"] / VOICE
    path.write_text(json.dumps(changed(json.loads(path.read_text()))))
    with pytest.raises(UnreadableFile, match=r"voice\.json"):
        read_voice(path.parent)
    assert [voice.slug for voice in library.voices()] == ["anna-zoe"], "it spoils nobody else's list"


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(model="x" * 1001),
        Recipe(sampling=Sampling(temperature=-1.0)),
        Recipe(instruct="x" * 5001),
        Recipe(auditioned="x" * 1001),
        Recipe(speaker="x" * 201),
    ],
    ids=["model", "temperature", "instruct", "auditioned", "speaker"],
)
def test_saving_and_a_new_recipe_refuse_what_reading_would_call_damaged(
    library: VoiceLibrary, save: Save, recipe: Recipe
) -> None:
    before = save("Anna")
    with pytest.raises(InvalidValue):
        library.set_recipe("anna", recipe)
    with pytest.raises(InvalidValue):
        save("Berta", recipe=recipe)
    assert library.voices() == [before]


def test_a_transcript_of_a_megabyte_is_refused(library: VoiceLibrary) -> None:
    clip = noise_clip(10.0)
    words = words_for(clip)
    with pytest.raises(InvalidValue, match="characters"):
        library.save("Anna", clip, Transcript("x" * 20_001, words.words, "tiny.en", "english"), "english", "")
    with pytest.raises(InvalidValue, match="words"):
        library.save("Anna", clip, replace(words, words=words.words[:1] * 5001), "english", "")


def test_a_long_history_keeps_its_beginning_and_its_end(library: VoiceLibrary, save: Save) -> None:
    voice = save("Anna")
    folder = library.folders["anna"]
    old = tuple(Event("2026-01-01T00:00:00+00:00", f"event {number}") for number in range(MOST_EVENTS + 500))
    write_voice(folder, replace(voice, history=old))
    history = read_voice(folder).history
    assert (len(history), history[0].what, history[-1].what) == (MOST_EVENTS, "event 0", old[-1].what)
    document = json.loads((folder / VOICE).read_text())
    document["history"] = [vars(event) for event in old]  # of before there was a limit: it is still a voice
    (folder / VOICE).write_text(json.dumps(document))
    assert len(library.get("anna").history) == len(old)
    library.set_recipe("anna", Recipe(seed=3))
    assert len(library.get("anna").history) == MOST_EVENTS


def brought(tmp_path: Path, model: str) -> Path:
    """The package of a lab that spoke with `model`."""
    stranger = VoiceLibrary(tmp_path / "stranger" / "voices")
    clip = noise_clip(10.0)
    stranger.save("Anna", clip, words_for(clip), "english", "Yes.", recipe=Recipe(model=model))
    export_voice(stranger, "anna", tmp_path / "anna.zip")
    return tmp_path / "anna.zip"


@pytest.mark.parametrize("model", ["stranger/weights", "FOLDER"])
def test_a_model_that_a_package_brought_is_kept_and_asked_about_and_never_looked_for(
    library: VoiceLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    (tmp_path / "a-folder").mkdir()
    model = str(tmp_path / "a-folder") if model == "FOLDER" else model
    voice = import_voice(library, brought(tmp_path, model), known=KNOWN)
    assert voice == library.get("anna"), "what is told is what is kept"
    assert (voice.recipe.model, voice.recipe.brought) == (model, True)
    assert model in voice.recipe.unasked
    monkeypatch.setattr("voicelab.models.catalogue._existing_folder", pytest.fail)
    monkeypatch.setattr("voicelab.models.catalogue._from_repository", pytest.fail)
    with pytest.raises(UnknownModel, match="does not speak yet"):
        request_for(library, "anna", "Hello.", default_model="preview")
    lab = replace(lab_of(Settings(home=tmp_path), FakeEngine()), voices=library)
    assert served_recipe(lab, voice, "preview")["engine"] == ""
    assert request_for(library, "anna", "Hello.", default_model="preview", model="preview").model == "preview"
    assert request_for(library, "anna", "Hello.", default_model=model).model == model, "--model names it"
    library.set_recipe("anna", replace(voice.recipe, seed=5))
    assert request_for(library, "anna", "Hello.", default_model="preview").model == model, "it was chosen here"


def test_a_package_cannot_say_that_its_model_was_chosen(library: VoiceLibrary, tmp_path: Path) -> None:
    def spoil(contents: dict[str, bytes]) -> None:
        document = json.loads(contents[VOICE])
        contents[VOICE] = json.dumps(document | {"recipe": document["recipe"] | {"brought": False}}).encode()

    assert import_voice(library, rewritten(brought(tmp_path, "stranger/weights"), spoil), known=KNOWN).recipe.brought


@pytest.mark.parametrize(
    ("model", "started_with", "known"),
    [
        ("auto", "auto", True),
        ("preview", "auto", True),
        ("stranger/weights", "auto", False),
        ("stranger/weights", "stranger/weights", True),
        ("/etc", "auto", False),
        ("", "auto", False),
    ],
)
def test_which_models_are_known(model: str, started_with: str, known: bool) -> None:
    assert is_known(model, started_with) is known


@pytest.mark.parametrize("name", [VOICE, CLIP, TRANSCRIPT, "recording.wav"])
def test_a_link_in_a_voices_folder_is_never_followed(
    library: VoiceLibrary, package: Path, tmp_path: Path, name: str
) -> None:
    secret = tmp_path / "secret"
    path = library.folders["anna-zoe"] / name
    path.rename(secret)
    path.symlink_to(secret)
    with pytest.raises(VoiceLabError, match=r"link|no voice"):
        export_voice(library, "anna-zoe", tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()
    assert name != "recording.wav" or library.recording("anna-zoe") is None


@pytest.mark.parametrize("name", [VOICE, CLIP, TRANSCRIPT, "recording.wav"])
def test_a_fifo_in_a_voices_folder_holds_nobody(
    library: VoiceLibrary, save: Save, package: Path, tmp_path: Path, name: str
) -> None:
    save("Berta")
    path = library.folders["anna-zoe"] / name
    path.unlink()
    os.mkfifo(path)
    said: list[object] = []

    def everything() -> None:
        said.extend(voice.slug for voice in library.voices())
        with pytest.raises(VoiceLabError):
            export_voice(library, "anna-zoe", tmp_path / "out.zip")
        said.append(library.rename("berta", "Cora").slug)

    thread = threading.Thread(target=everything, daemon=True)
    thread.start()
    thread.join(20)
    assert said[-1:] == ["cora"], "a list, an export and a change came to their ends"


def test_the_folder_of_the_voices_may_lie_elsewhere(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    save("Anna")
    (tmp_path / "voices").rename(tmp_path / "other-disk")
    (tmp_path / "voices").symlink_to(tmp_path / "other-disk")
    assert library.clip("anna").seconds == 10.0


def test_nothing_over_http_tells_whether_a_folder_is_there(tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    from voicelab.api.app import create_api
    from voicelab.api.page import PageSlot

    lab = with_anna(lab_of(Settings(home=tmp_path / "home", port=7861), FakeEngine()))
    lab.voices.remove("anna")
    (tmp_path / "there").mkdir()
    answers = []
    with TestClient(create_api(lab, PageSlot()), base_url="http://127.0.0.1:7861") as client:
        for folder in ("there", "gone!"):
            model = str(tmp_path / folder)
            import_voice(lab.voices, brought(tmp_path / folder[:1], model), known=KNOWN)
            told = [
                client.get("/voices/anna").text,
                client.post("/synthesize", json={"text": "Hi", "voice": "anna"}).text,
            ]
            answers.append([text.replace(folder, "FOLDER") for text in told])
            lab.voices.remove("anna")
    assert answers[0][1] == answers[1][1]
    assert '"engine":""' in answers[0][0]
