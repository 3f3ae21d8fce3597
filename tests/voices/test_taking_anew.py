"""Another channel of the recording of a draft: the same file and window, another sound, nothing of the old one lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import SAMPLE_RATE, Window
from voicelab.clips.track_choice import Choice
from voicelab.errors import InvalidValue, UnknownDraft, UnreadableAudio
from voicelab.voices.saving import save_as_voice
from voicelab.voices.taking_anew import take_anew

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.voices.draft import Draft
    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary

SOUND = noise_clip(16.0)


@pytest.fixture
def draft(drafts: DraftStore, tmp_path: Path) -> Draft:
    path = tmp_path / "two.wav"
    soundfile.write(path, np.stack([SOUND.samples, SOUND.samples * 0.5], axis=1), SAMPLE_RATE, subtype="FLOAT")
    return drafts.set_window(drafts.create(path, "two.wav").id, Window(2.0, 9.0))


def level(drafts: DraftStore, draft: Draft) -> float:
    """Return how loud the draft's clip is beside the same stretch of the source."""
    whole = np.abs(SOUND.samples[2 * SAMPLE_RATE : 9 * SAMPLE_RATE]).max()
    return float(np.abs(drafts.clip(draft.id).samples).max() / whole)


def test_the_window_stays_and_the_words_go(drafts: DraftStore, draft: Draft) -> None:
    drafts.set_transcript(draft.id, words_for(SOUND))
    anew = take_anew(drafts, draft.id, Choice(channel=2))
    assert (anew.window, anew.transcript, anew.choice) == (draft.window, None, Choice(channel=2))
    assert level(drafts, anew) == pytest.approx(0.5, abs=0.01)
    assert level(drafts, draft) == pytest.approx(0.75, abs=0.01)
    old = drafts.get(draft.id)
    assert old.transcript is not None, "the one before can be taken back with its words"


def test_which_channel_it_is(drafts: DraftStore, draft: Draft, tmp_path: Path) -> None:
    assert draft.channel is None
    assert take_anew(drafts, draft.id, Choice(channel=2)).channel == 2
    opposite = tmp_path / "opposite.wav"
    soundfile.write(opposite, np.stack([SOUND.samples, -0.5 * SOUND.samples], axis=1), SAMPLE_RATE)
    found = drafts.create(opposite, "opposite.wav")
    assert found.channel == 1, "nobody chose it, but it is the one that is heard"
    assert take_anew(drafts, found.id, Choice(mix=True)).channel is None


def test_the_recording_is_kept_under_its_name(drafts: DraftStore, draft: Draft) -> None:
    before, after = drafts.recording(draft.id), drafts.recording(take_anew(drafts, draft.id, Choice(channel=1)).id)
    assert before is not None
    assert after is not None
    assert (before.name, before.read_bytes()) == (after.name, after.read_bytes())


def test_a_voice_that_was_opened_is_still_that_voice(drafts: DraftStore, library: VoiceLibrary, draft: Draft) -> None:
    drafts.set_transcript(draft.id, words_for(drafts.clip(draft.id)))
    voice = save_as_voice(drafts, library, draft.id, "Anna", "english", "agreed", match="match", replace_revision=None)
    anew = take_anew(drafts, drafts.open_voice(library, "anna").id, Choice(channel=1))
    assert (anew.voice_slug, anew.voice_revision, anew.language) == ("anna", voice.revision, "english")
    again = take_anew(drafts, anew.id, Choice(channel=2))
    assert again.choice == Choice(channel=2)


def test_what_cannot_be_taken_is_said(drafts: DraftStore, draft: Draft) -> None:
    with pytest.raises(UnreadableAudio, match="2 channels, and no channel 3"):
        take_anew(drafts, draft.id, Choice(channel=3))
    with pytest.raises(UnknownDraft):
        take_anew(drafts, "0" * 32, Choice(channel=1))


def test_without_its_recording_a_voice_has_nothing_to_choose_from(
    drafts: DraftStore, library: VoiceLibrary, draft: Draft
) -> None:
    drafts.set_transcript(draft.id, words_for(drafts.clip(draft.id)))
    voice = save_as_voice(drafts, library, draft.id, "Anna", "english", "agreed", match="match", replace_revision=None)
    path = library.recording(voice.slug)
    assert path is not None
    path.unlink()
    opened = drafts.open_voice(library, voice.slug)
    with pytest.raises(InvalidValue, match="was not kept"):
        take_anew(drafts, opened.id, Choice(channel=1))
