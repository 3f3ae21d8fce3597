"""The library keeps what it is given, changes nothing unasked, and says what is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import Clip, Window
from voicelab.errors import (
    ClipUnusable,
    EmptyText,
    InvalidName,
    InvalidValue,
    UnknownVoice,
    UnsupportedLanguage,
    VoiceChanged,
    VoiceExists,
)
from voicelab.voices.folders import TRASH_KEPT
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.transcripts.words import Transcript
    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]


def test_a_voice_comes_back_as_it_was_saved(library: VoiceLibrary, tmp_path: Path) -> None:
    """Clip to the sample, words, recipe, consent and recording to the byte; by any instance of the library."""
    clip = noise_clip(10.0)
    upload = tmp_path / "My Voice.M4A"
    upload.write_bytes(b"untouched \x00 bytes")
    recipe = Recipe(model="preview", seed=7, length_s=5.0)
    saved = library.save(
        " Zoë ", clip, words_for(clip), "EN", "Zoë agreed. ",
        recipe=recipe, recording=upload, window=Window(2.0, 12.0), match="match", synthetic=True,
    )  # fmt: skip
    again = VoiceLibrary(tmp_path / "voices")
    voice = again.get("zoe")
    assert voice == saved
    assert (voice.slug, voice.name, voice.language, voice.consent) == ("zoe", "Zoë", "english", "Zoë agreed.")
    assert (voice.recipe, voice.window, voice.match, voice.synthetic) == (recipe, Window(2.0, 12.0), "match", True)
    assert (voice.revision, [event.what for event in voice.history]) == (1, ["saved"])
    assert again.clip("zoe").digest == clip.digest
    assert again.transcript("zoe") == words_for(clip)
    recording = again.recording("zoe")
    assert recording is not None
    assert (recording.name, recording.read_bytes()) == ("recording.m4a", upload.read_bytes())
    assert sorted(path.name for path in (tmp_path / "voices" / "zoe").iterdir()) == [
        "SHA256SUMS", "clip.wav", "recording.m4a", "transcript.json", "voice.json",
    ]  # fmt: skip


def test_an_empty_library_is_read_without_making_a_folder(library: VoiceLibrary, tmp_path: Path) -> None:
    assert library.voices() == []
    assert library.problems() == []
    with pytest.raises(UnknownVoice, match="no voices yet"):
        library.get("anna")
    assert not (tmp_path / "voices").exists()


def test_voices_are_found_by_slug_or_name_in_any_case(library: VoiceLibrary, save: Save) -> None:
    save("Sample (synthetic)")
    for wanted in ("sample-synthetic", "Sample (synthetic)", "SAMPLE (SYNTHETIC) "):
        assert library.get(wanted).slug == "sample-synthetic"


def test_an_unknown_voice_names_those_that_are_near(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    save("Bert")
    with pytest.raises(UnknownVoice, match="Did you mean anna"):
        library.get("ana")
    with pytest.raises(UnknownVoice, match="There are: anna, bert"):
        library.get("qqqqqq")


@pytest.mark.parametrize("wanted", ["../anna", "..", "anna/../anna", "", "a\x00", "/etc", "x" * 10_000])
def test_nothing_outside_is_ever_looked_at(library: VoiceLibrary, save: Save, tmp_path: Path, wanted: str) -> None:
    save("Anna")
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "voice.json").write_text("{}")
    for ask in (library.get, library.clip, library.transcript, library.recording, library.prompt, library.remove):
        with pytest.raises(UnknownVoice) as error:
            ask(wanted)
        assert len(error.value.message) < 400
    with pytest.raises(UnknownVoice):
        library.restore(f"{wanted}.20261124T000000000000Z")
    assert (tmp_path / "anna" / "voice.json").exists()


@pytest.mark.parametrize("name", ["../../x", "..", "", "a/b", "nul", "\x00"])
def test_no_folder_is_made_for_a_bad_name(library: VoiceLibrary, save: Save, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidName):
        save(name)
    save("Anna")
    with pytest.raises(InvalidName):
        library.rename("anna", name)
    assert [path.name for path in tmp_path.iterdir()] == ["voices"]
    assert [voice.slug for voice in library.voices()] == ["anna"]


def test_a_taken_name_is_never_overwritten_unasked(library: VoiceLibrary, save: Save) -> None:
    first = save("Anna", match="match")
    with pytest.raises(VoiceExists, match=r"taken by the voice Anna \(voices/anna\)"):
        save("ANNA")
    assert library.get("anna") == first


def test_replacing_needs_the_revision_that_is_there(library: VoiceLibrary, save: Save) -> None:
    """Two browsers open revision 1; the second to save is told so, and what the first saved stays."""
    opened = save("Anna")
    other = noise_clip(8.0, seed=1)
    words = words_for(other)
    first = library.save("Anna", other, words, "english", "", replace_revision=opened.revision)
    assert (first.revision, first.created) == (2, opened.created)
    assert [event.what for event in first.history] == ["saved", "saved again"]
    with pytest.raises(VoiceChanged, match="revision 1 then, 2 now"):
        save("Anna", replace_revision=opened.revision)
    assert library.get("anna") == first
    assert library.clip("anna").digest == other.digest
    assert library.transcript("anna") == words


def test_a_replaced_recording_does_not_linger(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    upload = tmp_path / "a.wav"
    upload.write_bytes(b"one")
    save("Anna", recording=upload)
    save("Anna", replace_revision=1)
    assert library.recording("anna") is None
    assert not list((tmp_path / "voices" / "anna").glob("recording*"))


def test_replacing_a_voice_that_is_gone_says_so(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    library.remove("anna")
    with pytest.raises(VoiceChanged, match="removed or renamed"):
        save("Anna", replace_revision=1)


def test_a_folder_that_is_no_voice_is_not_overwritten(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    (tmp_path / "voices" / "anna").mkdir(parents=True)
    (tmp_path / "voices" / "anna" / "mine.txt").write_text("mine")
    with pytest.raises(VoiceExists, match="a folder that is no voice"):
        save("Anna")
    assert (tmp_path / "voices" / "anna" / "mine.txt").read_text() == "mine"


def _spoiled(clip: Clip, value: float) -> Clip:
    samples = clip.samples.copy()
    samples[100] = value
    return Clip(samples)


@pytest.mark.parametrize(
    "clip",
    [
        noise_clip(0.2),
        noise_clip(31.0),
        _spoiled(noise_clip(5.0), np.nan),
        _spoiled(noise_clip(5.0), np.inf),
        Clip(noise_clip(5.0).samples, 16_000),
        Clip(np.zeros(0, np.float32)),
    ],
    ids=["short", "long", "nan", "inf", "rate", "empty"],
)
def test_a_clip_no_voice_can_be_made_of_is_refused(library: VoiceLibrary, clip: Clip) -> None:
    with pytest.raises(ClipUnusable) as error:
        library.save("Anna", clip, words_for(noise_clip(5.0)), "english", "")
    assert error.value.message.endswith(".")
    assert library.voices() == []


def test_what_else_is_wrong_is_refused_by_name(library: VoiceLibrary, save: Save) -> None:
    clip = noise_clip(5.0)
    words = words_for(clip)
    with pytest.raises(EmptyText):
        library.save("Anna", clip, replace(words, text="  "), "english", "")
    with pytest.raises(UnsupportedLanguage):
        library.save("Anna", clip, words, "klingon", "")
    with pytest.raises(InvalidValue) as error:
        save("Anna", match="fine")
    assert error.value.field == "match"
    for field, recipe in {
        "seed": Recipe(seed=-1),
        "length_s": Recipe(length_s=float("nan")),
        "model": Recipe(model=" "),
    }.items():
        with pytest.raises(InvalidValue) as error:
            save("Anna", recipe=recipe)
        assert error.value.field == field
    assert library.voices() == []


def test_renaming_moves_the_folder_and_keeps_the_rest(library: VoiceLibrary, save: Save) -> None:
    voice = save("Anna")
    save("Bert")
    renamed = library.rename("anna", "Anna Maria")
    assert (renamed.slug, renamed.name, renamed.revision) == ("anna-maria", "Anna Maria", 2)
    assert renamed.history[-1].what == "renamed from Anna"
    assert library.get("anna-maria") == renamed
    assert library.clip("anna-maria").seconds == voice.seconds
    with pytest.raises(UnknownVoice):
        library.get("anna")
    with pytest.raises(VoiceExists):
        library.rename("bert", "anna MARIA")
    assert library.rename("bert", "BERT").slug == "bert"
    assert [voice.name for voice in library.voices()] == ["Anna Maria", "BERT"]


def test_no_voice_takes_a_name_that_another_one_answers_to(library: VoiceLibrary, save: Save) -> None:
    """Whoever asks for it would hear somebody else without a word."""
    anna, ben = save("Anna"), save("Ben")
    library.rename(anna.slug, None, ["Alloy", "Zoë"])
    for taken in ("ALLOY", "Zoe\u0308"):
        with pytest.raises(InvalidValue, match="is the voice Anna already"):
            library.rename(ben.slug, taken)
        with pytest.raises(InvalidValue, match="is the voice Anna already"):
            save(taken)
    assert library.called("alloy").slug == "anna"
    assert library.rename(anna.slug, "Alloy", []).slug == "alloy"


def test_a_removed_voice_can_be_brought_back(library: VoiceLibrary, save: Save) -> None:
    voice = save("Anna")
    removed = library.remove("anna")
    assert library.voices() == []
    assert library.problems() == []
    assert library.restore(removed) == voice
    assert library.clip("anna").seconds == voice.seconds
    with pytest.raises(UnknownVoice, match="trash"):
        library.restore(removed)


def test_bringing_back_does_not_overwrite(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    removed = library.remove("anna")
    newer = save("Anna", match="match")
    with pytest.raises(VoiceExists, match="Rename"):
        library.restore(removed)
    assert library.get("anna") == newer
    library.rename("anna", "Other")
    assert library.restore(removed).slug == "anna"


def test_the_trash_forgets_after_a_month(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    """A voice whose speaker took consent back does not stay for ever."""
    save("Anna")
    trash = tmp_path / "voices" / ".trash"
    (trash / "old.20200101T000000000000Z").mkdir(parents=True)
    recent = library.remove("anna")
    assert [path.name for path in trash.iterdir()] == [recent]
    assert TRASH_KEPT.days == 30


def test_a_recipe_is_kept_with_its_line_of_history(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    recipe = Recipe(model="qwen3-tts-0.6b-4bit", seed=3, length_s=5.0)
    voice = library.set_recipe("anna", recipe, revision=1)
    assert (voice.recipe, voice.revision) == (recipe, 2)
    assert voice.history[-1].what == "recipe: qwen3-tts-0.6b-4bit, first 5 s, seed 3"
    assert library.get("anna") == voice
    with pytest.raises(VoiceChanged):
        library.set_recipe("anna", Recipe(), revision=1)
    with pytest.raises(InvalidValue):
        library.set_recipe("anna", Recipe(seed=2**32))
    assert library.get("anna") == voice


def test_a_library_that_cannot_be_written_is_still_read(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    """A read-only disk, here one without the lock file and with a folder where it would be."""
    voice = save("Anna")
    (tmp_path / "voices" / ".lock").unlink()
    (tmp_path / "voices" / ".lock").mkdir()
    assert library.get("anna") == voice
    assert library.prompt("anna").text == library.transcript("anna").text


def test_transcripts_keep_every_field(library: VoiceLibrary) -> None:
    clip = noise_clip(5.0)
    words: Transcript = replace(words_for(clip, author="hand"), notes=("tiny.en stood in.",), language="german")
    library.save("Anna", clip, words, "german", "")
    assert library.transcript("anna") == words
