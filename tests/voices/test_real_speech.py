"""Real speech, heard by the real recognizer: what is cut from a voice says exactly what its text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.drafts import save_as_voice

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    """The packaged recognizer."""
    return Transcriber("tiny.en")


def spoken_words(text: str) -> list[str]:
    return [word.strip(".,").lower() for word in text.split()]


def test_from_a_recording_to_prompts_of_any_length(  # noqa: PLR0917 - fixtures
    library: VoiceLibrary,
    drafts: DraftStore,
    transcriber: Transcriber,
    speech_clip: Clip,
    speech_text: str,
    tmp_path: Path,
) -> None:
    """Heard, trimmed and saved; then each cut, heard anew, is a beginning of the voice's text and nothing else."""
    write_wav(tmp_path / "speech.wav", speech_clip)
    draft = drafts.create(tmp_path / "speech.wav", "speech.wav")
    draft = drafts.set_transcript(draft.id, transcriber.hear(drafts.clip(draft.id)))
    assert draft.transcript is not None
    assert spoken_words(draft.transcript.text) == spoken_words(speech_text)

    second = draft.transcript.words[4].start_s - 0.03
    trimmed = drafts.set_window(draft.id, Window(second, draft.seconds))
    assert trimmed.transcript is not None
    assert spoken_words(trimmed.transcript.text) == spoken_words(speech_text)[4:]
    match = transcriber.check(drafts.clip(draft.id), trimmed.transcript.text)
    assert match.verdict == "match"
    voice = save_as_voice(drafts, library, draft.id, "Keeper", "english", "synthetic", match=match.verdict)

    texts = []
    for length_s in (3.0, 6.0, 9.0, None):
        prompt = library.prompt(voice.slug, length_s)
        assert spoken_words(transcriber.hear(Clip(prompt.samples)).text) == spoken_words(prompt.text)
        texts.append(prompt.text)
    assert all(longer.startswith(shorter) for shorter, longer in zip(texts, texts[1:], strict=False))
    assert len(set(texts)) == 4
    assert texts[-1] == library.transcript(voice.slug).text
