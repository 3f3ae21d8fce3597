"""POST /voices: a recording becomes a voice, with the checks of the page and of `voice add`."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, File, Form, UploadFile

from voicelab.api.context import BenchOf, LabOf
from voicelab.clips.clip import Window
from voicelab.clips.track_choice import Choice, Side
from voicelab.errors import InvalidValue, VoiceExists
from voicelab.languages import language_name
from voicelab.voices.accepting import CheckedText, refuse_clip, refuse_words, words_of
from voicelab.voices.saving import save_as_voice
from voicelab.voices.slug import checked_name, slug_of

if TYPE_CHECKING:
    from voicelab.clips.findings import Checkup
    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft
    from voicelab.voices.voice import Voice

router = APIRouter()

_CLIP_WAY = "start_s and end_s choose another stretch; anyway=true keeps this one."
_WORDS_WAY = "Correct the text, leave it out to have it heard, or keep it with anyway=true."


@dataclass(frozen=True)
class _Wish:
    name: str
    language: str
    consent: str
    text: str | None
    start_s: float | None
    end_s: float | None
    choice: Choice
    anyway: bool


@router.post("/voices", status_code=201)
async def make(  # noqa: PLR0913 - one parameter per field of the form
    lab: LabOf,
    *,
    bench: BenchOf,
    audio: Annotated[UploadFile, File(description="The recording.")],
    name: Annotated[str, Form(max_length=400)],
    consent: Annotated[str, Form(max_length=10_000, description="Who agreed to what.")] = "",
    language: Annotated[str, Form(max_length=40, description="Full name or code; empty: as heard, else English.")] = "",
    text: Annotated[str, Form(max_length=20_000, description="What is said; empty: it is heard.")] = "",
    start_s: Annotated[float | None, Form(ge=0)] = None,
    end_s: Annotated[float | None, Form(gt=0)] = None,
    track: Annotated[int | None, Form(ge=1, le=64)] = None,
    channel: Annotated[Side | None, Form()] = None,
    anyway: Annotated[bool, Form(description="Keep it although a check fails.")] = False,
) -> dict[str, Any]:
    """Make a voice of a recording: cut, take or hear the text, check clip and words, keep."""
    if not consent.strip() and not lab.settings.local:
        message = "Say who agreed to what: a voice without that is not served to other machines."
        raise InvalidValue("consent", message)
    written = text if text.strip() else None
    choice = Choice.of(track, channel)
    spoken = language_name(language) if language.strip() else ""
    slug = slug_of(name)
    if any(voice.slug == slug for voice in await anyio.to_thread.run_sync(lab.voices.voices)):
        raise VoiceExists(f"There is a voice {slug} already. Choose another name, or remove that one first.")
    body = _Wish(checked_name(name), spoken, consent, written, start_s, end_s, choice, anyway)
    return await bench.work(partial(_made, lab, audio, body))


def _made(lab: Lab, upload: UploadFile, body: _Wish) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
        path = Path(folder) / "recording"
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file, 2**20)
        draft = lab.drafts.create(path, upload.filename or "recording", body.choice)
    try:
        return _saved(lab, draft, body)
    finally:
        lab.drafts.remove(draft.id)


def _saved(lab: Lab, draft: Draft, body: _Wish) -> dict[str, Any]:
    from voicelab.clips.checks import check

    draft = lab.drafts.set_window(draft.id, _window(lab, draft, body))
    clip = lab.drafts.clip(draft.id)
    checkup = check(clip, draft.clipped_in_window)
    words = words_of(lab.transcriber, clip, body.text, body.language or None)
    if not body.anyway:
        refuse_clip(checkup, _CLIP_WAY)
        refuse_words(words.match, _WORDS_WAY)
    lab.drafts.set_transcript(draft.id, words.transcript)
    voice = save_as_voice(
        lab.drafts,
        lab.voices,
        draft.id,
        body.name,
        body.language or words.transcript.language,
        body.consent,
        match=words.match.verdict,
    )
    return _told(voice, checkup, words)


def _window(lab: Lab, draft: Draft, body: _Wish) -> Window:
    """Return the stretch that was asked for, else the first good one, as the page proposes it."""
    from voicelab.clips.first_window import suggested_window
    from voicelab.clips.speech import speech_stretches

    recording = lab.drafts.recording_clip(draft.id)
    if body.start_s is None and body.end_s is None:
        return suggested_window(recording, speech_stretches(recording))
    return recording.window(body.start_s, body.end_s)


def _told(voice: Voice, checkup: Checkup, words: CheckedText) -> dict[str, Any]:
    return asdict(voice) | {
        "transcript": asdict(words.transcript),
        "checks": [asdict(row) for row in checkup.checks],
        "words": [asdict(word) for word in words.match.words],
    }
