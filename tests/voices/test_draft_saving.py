"""A draft becomes a voice, and a voice a draft again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import Window
from voicelab.errors import (
    EmptyText,
    InvalidName,
    VoiceChanged,
    VoiceExists,
)
from voicelab.voices.drafts import DraftStore
from voicelab.voices.saving import save_as_voice
from voicelab.voices.voice import TAIL_SILENCE_S, Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.voices.draft import Draft
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice
from tests.voices.drafted import WORDS


def keep(
    drafts: DraftStore, library: VoiceLibrary, draft: Draft, name: str = "Anna", revision: int | None = None
) -> Voice:
    return save_as_voice(drafts, library, draft.id, name, "english", "agreed", match="match", replace_revision=revision)


def test_a_saved_voice_says_what_was_repaired(drafts: DraftStore, library: VoiceLibrary, draft: Draft) -> None:
    """And keeps it when it is opened and saved again."""
    mended = drafts.set_repairs(draft.id, ["level"], tail_silence=True)
    voice = keep(drafts, library, mended)
    assert (voice.repairs, voice.recipe.tail_silence_s) == (("level",), TAIL_SILENCE_S)
    assert library.clip("anna").digest == drafts.clip(draft.id).digest
    opened = drafts.open_voice(library, "anna")
    assert drafts.clip(opened.id).digest == drafts.clip(draft.id).digest
    voice = keep(drafts, library, drafts.set_repairs(opened.id, [], tail_silence=False))
    assert (voice.repairs, voice.recipe.tail_silence_s) == ((), 0.0)


def test_a_draft_becomes_a_voice(drafts: DraftStore, library: VoiceLibrary, draft: Draft, upload: Path) -> None:
    drafts.set_window(draft.id, Window(2.75, 7.75))
    voice = keep(drafts, library, draft)
    assert (voice.slug, voice.window, voice.match, voice.seconds) == ("anna", Window(2.75, 7.75), "match", 5.0)
    assert library.clip("anna").digest == drafts.clip(draft.id).digest
    assert library.transcript("anna").text == "four five six seven eight"
    recording = library.recording("anna")
    assert recording is not None
    assert recording.read_bytes() == upload.read_bytes()


def test_saving_again_from_the_same_page_replaces_the_own_voice(
    drafts: DraftStore, library: VoiceLibrary, draft: Draft
) -> None:
    keep(drafts, library, draft)
    drafts.set_window(draft.id, Window(2.75, 7.75))
    assert keep(drafts, library, draft).revision == 2
    assert library.get("anna").seconds == 5.0
    library.set_recipe("anna", Recipe(seed=5))
    with pytest.raises(VoiceChanged):
        keep(drafts, library, draft)
    assert library.get("anna").recipe.seed == 5


def test_another_draft_does_not_replace_it_unasked(
    drafts: DraftStore, library: VoiceLibrary, draft: Draft, upload: Path
) -> None:
    keep(drafts, library, draft)
    other = drafts.create(upload, "b.wav")
    with pytest.raises(EmptyText):
        keep(drafts, library, other)
    other = drafts.set_transcript(other.id, WORDS)
    with pytest.raises(VoiceExists):
        keep(drafts, library, other)
    assert keep(drafts, library, other, revision=1).revision == 2
    with pytest.raises(InvalidName):
        keep(drafts, library, other, name="../../x")


def test_a_voice_opened_again_is_as_it_was_left(drafts: DraftStore, library: VoiceLibrary, draft: Draft) -> None:
    """Recording, window and words are back; wider than the saved clip, the words outside are not known."""
    drafts.set_window(draft.id, Window(2.75, 7.75))
    voice = keep(drafts, library, draft)
    library.set_recipe("anna", Recipe(model="preview", seed=4))
    drafts.remove(draft.id)
    opened = drafts.open_voice(library, "anna")
    assert (opened.seconds, opened.window, opened.voice_slug, opened.voice_revision) == (16.0, voice.window, "anna", 2)
    assert opened.transcript == library.transcript("anna")
    assert opened.language == "english"
    assert drafts.clip(opened.id).digest == library.clip("anna").digest
    wider = drafts.set_window(opened.id, Window(2.75, 9.75))
    assert wider.transcript == opened.transcript
    assert any("Nobody has listened" in note for note in wider.cut_notes)
    drafts.set_window(opened.id, Window(3.75, 6.75))
    saved = keep(drafts, library, opened)
    assert (saved.revision, saved.recipe) == (3, Recipe(model="preview", seed=4))
    assert library.transcript("anna").text == "five six seven"


def test_a_voice_without_its_recording_can_be_opened(drafts: DraftStore, library: VoiceLibrary) -> None:
    clip = noise_clip(9.0)
    library.save("Anna", clip, words_for(clip), "english", "", synthetic=True)
    opened = drafts.open_voice(library, "Anna")
    assert (opened.seconds, opened.window) == (9.0, Window(0.0, 9.0))
    assert any("recording was not kept" in note for note in opened.notes)
    assert drafts.recording(opened.id) is None
    saved = keep(drafts, library, drafts.set_window(opened.id, Window(0.0, 4.75)))
    assert (saved.synthetic, saved.recording, saved.window, saved.seconds) == (True, "", None, 4.75)


def test_saving_a_voice_that_was_removed_meanwhile_says_so(
    drafts: DraftStore, library: VoiceLibrary, draft: Draft
) -> None:
    keep(drafts, library, draft)
    library.remove("anna")
    with pytest.raises(VoiceChanged, match="removed or renamed"):
        keep(drafts, library, draft)
    assert keep(drafts, library, draft, name="Anna 2").slug == "anna-2"
