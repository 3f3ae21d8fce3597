"""Editing without a browser: kept before it is checked, never over newer text, undone one change at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.bootstrap import build
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.errors import InvalidValue
from voicelab.settings import Settings
from voicelab.transcripts.recognizers import packaged_folder
from voicelab.ui.actions import choose_actions, long_work, make_actions, text_actions, transcribe_actions
from voicelab.ui.actions.draft_view import matched
from voicelab.ui.actions.updates import KEEP

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return build(Settings(home=tmp_path_factory.mktemp("home"), recognizer="tiny.en"))


@pytest.fixture
def draft(lab: Lab, tmp_path: Path, speech_clip: Clip) -> Draft:
    path = tmp_path / "keeper.wav"
    write_wav(path, speech_clip)
    return lab.drafts.create(path, "keeper.wav")


def ends(draft: Draft) -> tuple[float, float]:
    return round(draft.window.start_s, 2), round(draft.window.end_s, 2)


def text_of(lab: Lab, draft: Draft) -> str:
    now = lab.drafts.get(draft.id).transcript
    return now.text if now else ""


def seen(lab: Lab, draft: Draft) -> tuple[float, float, str]:
    """Window and texts as a page knows them that shows the draft as it is."""
    return *ends(draft), json.dumps([text_of(lab, draft)])


def test_what_another_tab_wrote_is_not_overwritten_unseen(lab: Lab, draft: Draft, speech_text: str) -> None:
    first = speech_text.replace("bread", "cake")
    second = speech_text.replace("dog", "cat")
    text_actions.keep(lab, draft.id, speech_text, *seen(lab, draft))
    shown_in_both = seen(lab, draft)
    text_actions.keep(lab, draft.id, first, *shown_in_both)
    kept = text_actions.keep(lab, draft.id, second, *shown_in_both)
    assert first in kept.saved["message"]
    assert kept.other.properties == {"visible": True}
    assert text_actions.edit(lab, draft.id, second, *shown_in_both) == (KEEP, KEEP)
    assert text_of(lab, draft) == first
    assert next(text_actions.take_theirs(lab, draft.id)).text == first
    overruled = text_actions.keep_mine(lab, draft.id, second, *ends(draft))
    assert (overruled.kept.saved["message"], overruled.kept.other.properties) == ("Draft kept.", {"visible": False})
    assert text_of(lab, draft) == second


def test_a_cut_does_not_write_over_what_is_typed_next(lab: Lab, draft: Draft) -> None:
    """The fields are answered only where the cut is another one than the typed one."""
    for view in make_actions.set_window(lab, draft.id, 0.5, 5.004):
        assert (view.start_s, view.end_s) == (KEEP, KEEP)
    rounded = next(make_actions.set_window(lab, draft.id, 0.25, round(draft.seconds + 0.03, 2)))
    assert (rounded.start_s, rounded.end_s) == (KEEP, round(draft.seconds, 2))
    with pytest.raises(InvalidValue, match=f"the audio goes from 0 to {draft.seconds:.2f} s"):
        next(make_actions.set_window(lab, draft.id, 0.25, 99.0))
    dragged = next(make_actions.drag_window(lab, 0.5, 5.0, draft.id))
    assert (dragged.start_s, dragged.end_s) == (0.5, 5.0)


def test_text_is_kept_before_it_is_checked(lab: Lab, draft: Draft, speech_text: str) -> None:
    """A check that never ends loses nothing, and the check gives the words better times in the same step."""
    assert text_actions.keep(lab, draft.id, speech_text, *seen(lab, draft)).saved["message"] == "Draft kept."
    kept = lab.drafts.get(draft.id)
    assert kept.transcript is not None
    assert kept.transcript.text == speech_text
    edited = text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    assert {word["verdict"] for word in edited.words["words"]} == {"ok"}
    checked = lab.drafts.get(draft.id)
    assert checked.transcript is not None
    assert checked.transcript.notes == ()
    assert checked.transcript.words[0].end_s != kept.transcript.words[0].end_s
    assert lab.drafts.undo(draft.id).transcript is None, "one change"


def test_unchanged_words_keep_their_times(lab: Lab, draft: Draft, speech_text: str) -> None:
    text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    before = lab.drafts.get(draft.id).transcript
    text_actions.keep(lab, draft.id, speech_text.replace("bread", "fresh bread"), *seen(lab, draft))
    after = lab.drafts.get(draft.id).transcript
    assert before is not None
    assert after is not None
    place = next(index for index, word in enumerate(before.words) if word.text.startswith("bread"))
    assert after.words[:place] == before.words[:place]
    assert after.words[place + 2 :] == before.words[place + 1 :]


def test_a_late_check_does_not_write_over_newer_text(
    lab: Lab, draft: Draft, speech_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = f"{speech_text} And more."

    def slow(lab: Lab, draft: Draft, checked: str | None = None) -> object:
        found = matched(lab, draft, checked)
        text_actions.keep(lab, draft.id, newer, *seen(lab, draft))
        return found

    monkeypatch.setattr(text_actions, "matched", slow)
    late = text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    assert late == text_actions.Edited(KEEP, KEEP), "what the page shows by then is newer"
    kept = lab.drafts.get(draft.id).transcript
    assert kept is not None
    assert kept.text == newer


def test_a_changed_word_does_not_write_over_newer_text(lab: Lab, draft: Draft, speech_text: str) -> None:
    """The editor shows words for as long as the check of a newer text takes."""
    newer = f"{speech_text} And more."
    text_actions.keep(lab, draft.id, newer, *seen(lab, draft))
    older = speech_text.replace("lantern", "candle")
    reworded = text_actions.reword(lab, older, speech_text, draft.id, *ends(draft))
    assert reworded.text is KEEP
    assert "once more" in reworded.notes[0]["text"]
    assert [word["text"] for word in reworded.words["words"]] == newer.split()
    assert reworded.words["text"] == newer
    assert reworded.words["refused"], "the page does not wait for the text that it sent"


def test_what_is_written_for_another_window_is_not_kept_and_says_so(lab: Lab, draft: Draft, speech_text: str) -> None:
    """As on a page that shows the clip as it was before another one cut it."""
    text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    before = seen(lab, draft)
    cut = lab.drafts.set_window(draft.id, Window(0.0, ends(draft)[1] - 3))
    kept = text_actions.keep(lab, draft.id, f"{speech_text} More.", *before)
    assert "Reload" in kept.saved["message"]
    reworded = text_actions.reword(lab, "Other words.", speech_text, draft.id, *before[:2])
    assert "Reload" in reworded.notes[0]["text"]
    assert reworded.words["refused"]
    assert reworded.words["text"] == text_of(lab, draft) == (cut.transcript.text if cut.transcript else "")


def test_twenty_words_are_changed_and_undone_one_by_one(lab: Lab, draft: Draft, speech_text: str) -> None:
    text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    texts = [speech_text]
    for number in range(20):
        texts.append(f"{texts[-1]} w{number}")
        text_actions.reword(lab, texts[-1], texts[-2], draft.id, *ends(draft))
    for expected in texts[-2::-1]:
        view = next(iter(make_actions.undo(lab, draft.id)))
        assert view.text == expected
    for expected in texts[1:]:
        assert next(iter(make_actions.redo(lab, draft.id))).text == expected


def test_what_the_page_put_there_is_no_edit(lab: Lab, draft: Draft, speech_text: str) -> None:
    """Without a start it is the page's own text that came back (editor.js): it is left alone."""
    text_actions.edit(lab, draft.id, speech_text, *seen(lab, draft))
    assert text_actions.keep(lab, draft.id, "something older", None, ends(draft)[1], "[]").saved["message"] == ""
    assert text_actions.edit(lab, draft.id, "something older", None, ends(draft)[1], "[]") == text_actions.Edited(
        KEEP, KEEP
    )
    kept = lab.drafts.get(draft.id).transcript
    assert kept is not None
    assert kept.text == speech_text


def test_the_last_word_cannot_be_taken_out(lab: Lab, draft: Draft) -> None:
    text_actions.edit(lab, draft.id, "lighthouse", *seen(lab, draft))
    reworded = text_actions.reword(lab, " ", "lighthouse", draft.id, *ends(draft))
    assert "needs its text" in reworded.notes[0]["text"]
    kept = lab.drafts.get(draft.id).transcript
    assert kept is not None
    assert kept.text == "lighthouse"


def test_why_a_verdict_cannot_be_trusted_is_said(lab: Lab, draft: Draft) -> None:
    edited = text_actions.edit(lab, draft.id, "Смотритель шёл к гавани.", *seen(lab, draft))
    assert any(row["label"] == "Doubt" and "another script" in row["text"] for row in edited.notes)


@pytest.fixture
def other_recognizer(tmp_path: Path) -> Path:
    """The packaged recognizer under another name."""
    folder = packaged_folder()
    assert folder is not None
    other = tmp_path / "another"
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).symlink_to(file)
    return other


def test_hearing_opinion_and_language(lab: Lab, draft: Draft, other_recognizer: Path) -> None:
    with pytest.raises(InvalidValue, match="no text yet"):
        list(transcribe_actions.second_opinion(lab, draft.id, "tiny.en", ""))
    *_, heard, matched = transcribe_actions.hear(lab, draft.id, "tiny.en", "")
    assert {word["verdict"] for word in heard.words["words"]} == {"unchecked"}
    assert "being checked" in " ".join(row["text"] for row in heard.notes), "shown before it is matched"
    assert (matched.text, matched.progress) == (KEEP, KEEP)
    assert "unchecked" not in {word["verdict"] for word in matched.words["words"]}
    assert "assumed: tiny.en knows no other" in " ".join(row["text"] for row in heard.notes)
    text_actions.reword(lab, heard.text.replace("lantern", "candle"), heard.text, draft.id, *ends(draft))
    with pytest.raises(InvalidValue, match="no second witness"):
        next(transcribe_actions.second_opinion(lab, draft.id, "tiny.en", ""))
    *_, told, second = transcribe_actions.second_opinion(lab, draft.id, str(other_recognizer), "")
    assert told.progress["message"] == "Second opinion by another."
    assert second.text is KEEP, "what is written while it listens stays"
    candle = next(word for word in second.words["words"] if "candle" in word["text"])
    assert "lantern" in candle["opinion"]
    assert [part["text"].strip(",") for part in second.words["changes"] if part["kind"] == "added"] == ["candle"]
    *_, german = transcribe_actions.set_language(lab, draft.id, "german")
    assert "knows English only" in " ".join(row["text"] for row in german.notes)
    assert lab.drafts.get(draft.id).language == "german"
    assert {word["verdict"] for word in german.words["words"]} == {"unchecked"}


def test_a_person_who_waits_is_told_for_how_long(lab: Lab, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recognizer says nothing while it loads, or while another clip is heard."""
    monkeypatch.setattr(long_work, "_TELL_EVERY_S", 0.02)
    let_go = threading.Event()
    hear = type(lab.transcriber).hear

    def later(*given: Any) -> Any:
        let_go.wait(20)
        return hear(*given)

    monkeypatch.setattr(type(lab.transcriber), "hear", later)
    hearing = transcribe_actions.hear(lab, draft.id, "tiny.en", "")
    told = [next(hearing).progress["message"] for _ in range(3)]
    let_go.set()
    assert isinstance(hearing, Generator)
    hearing.close()
    assert told[0] == "Starting the recognizer…"
    assert told[2].startswith("Starting the recognizer… · ")
    assert told[2].endswith(" s")


def test_a_recording_without_a_text_is_heard_by_itself(lab: Lab, draft: Draft, speech_clip: Clip) -> None:
    """By what is on disk, whatever is chosen; not twice, and never over what somebody wrote meanwhile."""
    hearing = transcribe_actions.hear_first(lab, draft.id, "large-v3-turbo", "")
    next(hearing)
    lab.drafts.set_window(draft.id, Window(0.0, 3.0))  # cut while it is heard: the words must be those of the cut
    *_, seen, _matched = hearing
    heard = lab.drafts.get(draft.id).transcript
    assert heard is not None
    assert (heard.author, heard.text) == ("tiny.en", seen.text)
    assert heard.words[-1].end_s <= 3.1
    assert len(heard.words) < 0.7 * len(lab.transcriber.hear(speech_clip, "tiny.en").words)
    assert list(transcribe_actions.hear_first(lab, draft.id, "tiny.en", "")) == [(KEEP, KEEP, KEEP, KEEP)]
    assert list(transcribe_actions.hear_first(lab, "", "tiny.en", "")) == [(KEEP, KEEP, KEEP, KEEP)]


def test_what_is_written_while_it_is_heard_stays(lab: Lab, draft: Draft) -> None:
    hearing = transcribe_actions.hear_first(lab, draft.id, "tiny.en", "")
    next(hearing)
    text_actions.keep(lab, draft.id, "My own words.", *seen(lab, draft))
    *_, last = hearing
    assert "your text stays" in last.progress["message"]
    assert last.text is KEEP
    kept = lab.drafts.get(draft.id).transcript
    assert kept is not None
    assert kept.text == "My own words."


def test_no_recognizer_on_disk_begins_a_language_that_it_does_not_know(lab: Lab, draft: Draft) -> None:
    assert list(transcribe_actions.hear_first(lab, draft.id, "large-v3-turbo", "german")) == [(KEEP, KEEP, KEEP, KEEP)]


def test_looking_for_the_best_tells_how_far_it_is_and_can_be_stopped(
    lab: Lab, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ended = threading.Event(), threading.Event()

    def listening(*_given: Any, report: Any, **_more: Any) -> Any:
        asked.wait(20)
        try:
            while True:
                report("Listening to stretch 1 of 9", 0.1)
        finally:
            ended.set()

    monkeypatch.setattr(choose_actions, "best_windows", listening)
    finding = choose_actions.find_best(lab, draft.id, 5)
    assert isinstance(finding, Generator)
    assert next(finding).progress["busy"]
    asked.set()
    assert next(finding).progress == {"message": "Listening to stretch 1 of 9", "fraction": 0.1, "busy": True}
    finding.close()
    assert ended.wait(20), "nobody looks on"


def test_edges_are_trimmed_and_brought_back(lab: Lab, speech_clip: Clip, tmp_path: Path) -> None:
    """A second of silence before and after goes down to what soft sounds need; repairs go and come back alike."""
    silence = Clip(np.zeros(SAMPLE_RATE, dtype=np.float32))
    path = tmp_path / "padded.wav"
    write_wav(path, Clip(np.concatenate([silence.samples, speech_clip.samples, silence.samples])))
    draft = lab.drafts.create(path, "padded.wav")
    trimmed = next(iter(choose_actions.trim_edges(lab, draft.id)))
    assert 0.7 < trimmed.start_s < 1.1
    assert draft.seconds - 1.2 < trimmed.end_s < draft.seconds - 0.5
    mended = next(iter(choose_actions.repair(lab, ["level"], False, draft.id)))
    assert (mended.repairs.get("repairs"), mended.repairs.get("tail_silence")) == (["level"], False)
    back = next(iter(make_actions.undo(lab, draft.id)))
    assert (back.repairs.get("repairs"), back.repairs.get("tail_silence")) == ([], True)
    assert back.end_s == trimmed.end_s
