"""Real speech, heard by the real recognizer: what is cut from a voice says exactly what its text says."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.transcripts.cut import edit_text
from voicelab.transcripts.match import WRONG_BELOW
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.saving import save_as_voice

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.speech.ports import Prompt
    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    """The packaged recognizer."""
    return Transcriber("tiny.en")


def worst_score(transcriber: Transcriber, prompt: Prompt, text: str) -> float:
    """Return the score of the word of `text` that fits the prompt's audio worst."""
    return min(word.score for word in transcriber.check(Clip(prompt.samples), text).words)


def test_from_a_recording_to_prompts_of_any_length(
    library: VoiceLibrary,
    drafts: DraftStore,
    transcriber: Transcriber,
    speech_clip: Clip,
    speech_text: str,
    tmp_path: Path,
) -> None:
    """Heard, corrected, trimmed and saved; then each cut fits its own text and no other."""
    write_wav(tmp_path / "speech.wav", speech_clip)
    draft = drafts.create(tmp_path / "speech.wav", "speech.wav")
    heard = transcriber.hear(drafts.clip(draft.id))
    drafts.set_transcript(draft.id, heard)
    match = transcriber.check(drafts.clip(draft.id), speech_text)
    draft = drafts.set_transcript(draft.id, edit_text(heard, speech_text, match))
    assert draft.transcript is not None
    assert draft.heard is not None
    assert (draft.transcript.text, draft.heard.text) == (speech_text, heard.text)

    second = draft.transcript.words[4].start_s - 0.03
    trimmed = drafts.set_window(draft.id, Window(second, draft.seconds))
    assert trimmed.transcript is not None
    assert trimmed.transcript.text == " ".join(speech_text.split()[4:])
    match = transcriber.check(drafts.clip(draft.id), trimmed.transcript.text)
    assert match.verdict != "mismatch"
    voice = save_as_voice(drafts, library, draft.id, "Keeper", "english", "synthetic", match=match.verdict)

    prompts = [library.prompt(voice.slug, length_s) for length_s in (3.0, 6.0, None)]
    for prompt, longer in itertools.pairwise(prompts):
        assert longer.text.startswith(f"{prompt.text} ")
        assert worst_score(transcriber, prompt, prompt.text) > WRONG_BELOW
        assert worst_score(transcriber, prompt, longer.text) < WRONG_BELOW
    assert prompts[-1].text == library.transcript(voice.slug).text
