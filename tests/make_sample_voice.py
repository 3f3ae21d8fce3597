"""Makes voices/sample, the voice a newcomer can press Speak with: run `python -m tests.make_sample_voice`.

Spoken by the preview engine's own voice with a fixed seed, so it comes out the same every time; a sample that is
already there and sounds the same is left alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.engines.long_text import speak_pieces
from voicelab.engines.preview.synthesizer import PreviewSynthesizer
from voicelab.errors import UnknownVoice
from voicelab.settings import Settings
from voicelab.speech.ports import SpeechRequest
from voicelab.transcripts.cut import edit_text
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.spelling import same
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice_file import write_voice

SLUG = "sample"
NAME = "Sample (synthetic)"
TEXT = (
    "This is the sample voice of Voice Lab. It was made by a computer, so you can try everything at once. "
    "It speaks slowly and clearly, the way a good recording should. Listen to how it sounds. "
    "Then bring a recording of your own, and hear what the lab can make of it."
)
CONSENT = (
    "Synthetic speech by Piper's voice joe (CC0, github.com/NabuCasa/voice-datasets). Nobody was recorded for it, so "
    "nobody's consent is needed."
)
SEED = 4


class _Silent:
    """A TextReporter to whom nobody listens."""

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None: ...

    def progress(self, piece_s: float, fraction: float) -> None: ...

    def spoken(self, seconds: float) -> None: ...


def sample_clip() -> Clip:
    """Return what the sample says, as the preview engine's plain voice says it."""
    pieces = speak_pieces(PreviewSynthesizer(), SpeechRequest(TEXT, "preview", seed=SEED), _Silent())
    return Clip(np.concatenate([piece.samples for piece in pieces]))


def make_sample_voice(library: VoiceLibrary) -> str:
    """Save the sample in `library` and return what was done. Raises SystemExit when it is not heard as it was said."""
    clip = sample_clip()
    try:
        before = library.get(SLUG)
        if library.clip(SLUG).digest == clip.digest and library.transcript(SLUG).text == TEXT:
            return f"voices/{SLUG} is up to date"
    except UnknownVoice:
        before = None
    transcriber = Transcriber(PACKAGED)
    heard = transcriber.hear(clip, language="english")
    match = transcriber.check(clip, TEXT)
    if match.verdict != "match" or not same(heard.text.split(), TEXT.split()):
        raise SystemExit(f"Heard {heard.text!r} ({match.verdict}): choose another seed or text.")
    transcript = edit_text(heard, TEXT, match)  # the recognizer knows no commas and no names
    # Saved under the name that gives the short slug, which commands are typed with; then called what it is.
    voice = library.save(
        SLUG,
        clip,
        transcript,
        "english",
        CONSENT,
        match=match.verdict,
        synthetic=True,
        replace_revision=before.revision if before else None,
    )
    write_voice(library.clip_path(SLUG).parent, replace(voice, name=NAME))
    return f"voices/{SLUG}: {clip.seconds:.1f} s"


if __name__ == "__main__":
    print(make_sample_voice(VoiceLibrary(Settings().voices)))
