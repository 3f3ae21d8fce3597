"""A voice in the making survives reloads, restarts and second thoughts."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.decode import decode
from voicelab.clips.wav import read_wav, write_wav
from voicelab.errors import (
    InvalidValue,
    StorageFailed,
    UnknownDraft,
    UnreadableAudio,
    VoiceLabError,
)
from voicelab.voices.draft import UNDO_STEPS
from voicelab.voices.drafts import CLIPS_IN_MEMORY, DraftStore

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.voices.draft import Draft
from tests.voices.drafted import RECORDING, WORDS


def test_a_recording_is_kept_untouched_and_decoded_once(drafts: DraftStore, upload: Path, tmp_path: Path) -> None:
    draft = drafts.create(upload, "Interview 3.WAV")
    assert (draft.filename, draft.seconds, draft.window) == ("Interview 3.WAV", 16.0, Window(0.0, 16.0))
    assert (draft.transcript, draft.heard, draft.language, draft.voice_slug) == (None, None, "", "")
    assert sorted(path.name for path in (tmp_path / "drafts" / draft.id).iterdir()) == [
        "decoded.wav", "draft.json", "recording.wav", "steps",
    ]  # fmt: skip
    kept = drafts.recording(draft.id)
    assert kept is not None
    assert kept.read_bytes() == upload.read_bytes()
    assert drafts.recording_clip(draft.id).digest == decode(upload).clip.digest
    assert read_wav(drafts.decoded_path(draft.id)).sample_rate == SAMPLE_RATE


@pytest.mark.parametrize(
    ("filename", "shown", "kept"),
    [
        ("../../etc/passwd", "passwd", "recording.audio"),
        ("C:\\Users\\a\\voice.MP3", "voice.MP3", "recording.mp3"),
        ("a\x00b\n.wav", "ab.wav", "recording.wav"),
        ("", "recording", "recording.audio"),
        ("x.wav/../../y.sh;rm", "y.sh;rm", "recording.audio"),
        ("n" * 300 + ".wav", "n" * 120, "recording.wav"),
    ],
)
def test_a_file_name_is_text_and_never_a_path(
    drafts: DraftStore, upload: Path, tmp_path: Path, filename: str, shown: str, kept: str
) -> None:
    draft = drafts.create(upload, filename)
    assert draft.filename == shown
    path = drafts.recording(draft.id)
    assert path is not None
    assert path == tmp_path / "drafts" / draft.id / kept


def test_a_file_without_audio_leaves_nothing(drafts: DraftStore, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not audio")
    with pytest.raises(UnreadableAudio):
        drafts.create(tmp_path / "text.wav", "text.wav")
    assert not (tmp_path / "drafts").exists() or not list((tmp_path / "drafts").iterdir())


def test_a_full_disk_leaves_nothing(
    drafts: DraftStore, upload: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="the disk is full"):
            drafts.create(upload, "a.wav")
    assert list((tmp_path / "drafts").iterdir()) == []


def test_everything_is_there_after_a_restart(drafts: DraftStore, draft: Draft, tmp_path: Path) -> None:
    changed = drafts.set_window(draft.id, Window(2.75, 7.75))
    again = DraftStore(tmp_path / "drafts")
    assert again.get(draft.id) == changed
    assert again.clip(draft.id).digest == drafts.clip(draft.id).digest
    assert again.undo(draft.id) == draft


def test_the_clip_is_what_the_window_cuts(drafts: DraftStore, draft: Draft) -> None:
    whole = drafts.recording_clip(draft.id)
    assert drafts.clip(draft.id).digest == whole.digest
    drafts.set_window(draft.id, Window(2.75, 7.75))
    assert drafts.clip(draft.id).digest == whole.cut(Window(2.75, 7.75)).digest
    assert drafts.clip(draft.id) is drafts.clip(draft.id), "decoded once"
    for start_s in range(10):
        drafts.set_window(draft.id, Window(float(start_s), 12.0))
        drafts.clip(draft.id)
    assert len(drafts._clips) == CLIPS_IN_MEMORY


def test_trimming_cuts_the_words_along_and_says_what_fell_out(drafts: DraftStore, draft: Draft) -> None:
    trimmed = drafts.set_window(draft.id, Window(2.75, 5.75))
    assert trimmed.transcript is not None
    assert trimmed.transcript.text == "four five six"
    assert trimmed.cut_notes
    assert drafts.get(draft.id).cut_notes == trimmed.cut_notes
    wider = drafts.set_window(draft.id, Window(1.75, 6.75))
    assert wider.transcript is not None
    assert wider.transcript.text == "three four five six seven"
    whole = drafts.set_window(draft.id, Window(0.0, 16.0))
    assert whole.transcript == WORDS


def test_an_edit_survives_trimming_back_and_forth(drafts: DraftStore, draft: Draft) -> None:
    """The corrected word is there again when the window shows it again, and the recognizer's own word in `heard`."""
    part = drafts.set_window(draft.id, Window(2.75, 5.75)).transcript
    assert part is not None
    words = (part.words[0], replace(part.words[1], text="FIVE"), part.words[2])
    drafts.set_transcript(draft.id, replace(part, words=words, text="four FIVE six", author="hand"))
    drafts.set_window(draft.id, Window(6.75, 9.75))
    back = drafts.set_window(draft.id, Window(3.75, 6.75))
    assert back.transcript is not None
    assert back.transcript.text == "FIVE six seven"
    assert back.heard is not None
    assert (back.heard.text, back.heard.author) == ("five six seven", "tiny.en")


def test_a_window_nobody_listened_to_says_so(drafts: DraftStore, upload: Path) -> None:
    """Transcribed was only a part: the rest has no words yet, which is not the same as silence."""
    draft = drafts.create(upload, "a.wav")
    drafts.set_window(draft.id, Window(0.0, 3.75))
    drafts.set_transcript(draft.id, words_for(noise_clip(3.75)))
    wider = drafts.set_window(draft.id, Window(0.0, 8.0))
    assert any("Nobody has listened yet to 3.8 to 8.0 s" in note for note in wider.cut_notes)


def test_windows_are_inside_the_recording_but_for_a_rounding(drafts: DraftStore, draft: Draft) -> None:
    assert drafts.set_window(draft.id, Window(-0.004, 16.04)).window == Window(0.0, 16.0)
    for start_s, end_s in ((5.0, 5.0), (6.0, 5.0), (float("nan"), 5.0), (0.0, float("inf"))):
        with pytest.raises(InvalidValue) as error:
            drafts.set_window(draft.id, Window(start_s, end_s))
        assert error.value.field == "window"
    for start_s, end_s in ((20.0, 30.0), (5.0, 16.1), (-1.0, 5.0)):
        with pytest.raises(InvalidValue, match=r"the audio goes from 0 to 16\.00 s"):
            drafts.set_window(draft.id, Window(start_s, end_s))
    assert drafts.get(draft.id).window == Window(0.0, 16.0)


def test_undo_takes_back_one_change_at_a_time(drafts: DraftStore, draft: Draft) -> None:
    windows = [Window(0.0, 15.0 - number / 10) for number in range(UNDO_STEPS + 5)]
    states = [draft, *(drafts.set_window(draft.id, window) for window in windows)]
    for state in states[-2 : -2 - UNDO_STEPS : -1]:
        assert drafts.undo(draft.id) == state
    with pytest.raises(InvalidValue, match="nothing to undo"):
        drafts.undo(draft.id)


def test_what_was_undone_can_be_done_again_until_something_new_is_done(drafts: DraftStore, draft: Draft) -> None:
    """Also by another instance: what was undone is on the disk."""
    states = [draft, *(drafts.set_window(draft.id, Window(0.0, 15.0 - number / 10)) for number in range(25))]
    for state in states[-2::-1]:
        assert drafts.undo(draft.id) == state
    assert drafts.get(draft.id).redoable
    again = DraftStore(drafts._folder)
    for state in states[1:]:
        assert again.redo(draft.id) == state
    with pytest.raises(InvalidValue, match="nothing to do again"):
        again.redo(draft.id)
    again.undo(draft.id)
    new = again.set_window(draft.id, Window(3.0, 9.0))
    assert (new.undoable, new.redoable) == (True, False)
    with pytest.raises(InvalidValue, match="nothing to do again"):
        again.redo(draft.id)


def test_typing_that_goes_on_is_one_change(drafts: DraftStore, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [replace(WORDS, author="hand", text=f"{WORDS.text} {'x' * count}") for count in range(1, 5)]
    for text in texts[:3]:
        drafts.set_transcript(draft.id, text, goes_on=True)
    monkeypatch.setattr("voicelab.voices.draft.TYPED_WITHIN_S", 0.0)
    assert drafts.set_transcript(draft.id, texts[3], goes_on=True).transcript == texts[3]
    assert drafts.undo(draft.id).transcript == texts[2], "after a rest it is a change of its own"
    assert drafts.undo(draft.id) == draft, "what the recognizer heard is never written over"


def test_repairs_change_the_clip_and_can_be_undone(drafts: DraftStore, draft: Draft) -> None:
    """The recording, the words and the window stay; the unrepaired clip can still be heard."""
    plain = drafts.clip(draft.id)
    mended = drafts.set_repairs(draft.id, ["level", "rumble"], tail_silence=False)
    assert (mended.repairs, mended.tail_silence) == (("rumble", "level"), False)
    assert (mended.transcript, mended.window) == (draft.transcript, draft.window)
    assert drafts.clip(draft.id).digest != plain.digest
    assert drafts.clip(draft.id, as_recorded=True).digest == plain.digest
    assert drafts.set_window(draft.id, Window(1.0, 9.0)).repairs == ("rumble", "level")
    drafts.undo(draft.id)
    assert drafts.undo(draft.id).repairs == ()
    assert drafts.clip(draft.id).digest == plain.digest
    with pytest.raises(InvalidValue, match="no repair 'magic'"):
        drafts.set_repairs(draft.id, ["magic"], tail_silence=True)


def test_a_change_that_changes_nothing_is_no_step(drafts: DraftStore, draft: Draft) -> None:
    before = drafts.set_window(draft.id, Window(1.0, 9.0))
    drafts.set_window(draft.id, Window(1.0, 9.0))
    assert before.transcript is not None
    drafts.set_transcript(draft.id, before.transcript)
    assert drafts.undo(draft.id) == draft


@pytest.mark.parametrize(
    "draft_id", ["", "..", "../" + "a" * 32, "a" * 31, "A" * 32, "a" * 32, "a" * 32 + "\n", "/etc"]
)
def test_ids_are_checked_before_a_path_is_made(drafts: DraftStore, draft: Draft, tmp_path: Path, draft_id: str) -> None:
    asks = (
        drafts.get,
        drafts.clip,
        drafts.recording_clip,
        drafts.decoded_path,
        drafts.undo,
        drafts.remove,
        drafts.recording,
    )
    for ask in asks:
        with pytest.raises(UnknownDraft, match="Bring the recording again"):
            ask(draft_id)
    with pytest.raises(UnknownDraft):
        drafts.set_window(draft_id, Window(0.0, 1.0))
    assert drafts.get(draft.id) == draft
    assert tmp_path.exists()


def test_old_drafts_are_swept_and_new_ones_kept(drafts: DraftStore, upload: Path, tmp_path: Path) -> None:
    old, new = drafts.create(upload, "old.wav"), drafts.create(upload, "new.wav")
    (tmp_path / "drafts" / ("a" * 32 + ".new")).mkdir()
    for path in (tmp_path / "drafts").iterdir():
        if path.name != new.id:
            for each in (path, path / "steps"):
                if each.exists():
                    os.utime(each, (0, 0))
    assert drafts.sweep(3600) == 2
    assert drafts.get(new.id) == new
    with pytest.raises(UnknownDraft):
        drafts.get(old.id)
    assert DraftStore(tmp_path / "none").sweep(0) == 0


def test_clipping_is_told_in_the_time_of_the_window(drafts: DraftStore, upload: Path, tmp_path: Path) -> None:
    loud = RECORDING.samples.copy()
    loud[5 * SAMPLE_RATE : 5 * SAMPLE_RATE + 200] = 1.0
    write_wav(upload, Clip(loud))
    draft = drafts.create(upload, "loud.wav")
    assert [round(at_s, 1) for at_s in draft.clipped_s] == [5.0]
    assert [round(at_s, 1) for at_s in drafts.set_window(draft.id, Window(4.0, 8.0)).clipped_in_window] == [1.0]
    assert drafts.set_window(draft.id, Window(6.0, 8.0)).clipped_in_window == ()


def test_a_draft_that_vanishes_is_an_error_with_a_sentence(drafts: DraftStore, draft: Draft) -> None:
    drafts.remove(draft.id)
    with pytest.raises(VoiceLabError, match="not there any more"):
        drafts.set_window(draft.id, Window(0.0, 1.0))
