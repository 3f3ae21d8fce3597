"""Speaking a text with a voice."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.checked.speaking import submit_checked
from voicelab.errors import InvalidValue, VoiceLabError
from voicelab.files import storage_errors
from voicelab.speech.checked import DEFAULT_TAKES, summary
from voicelab.speech.formats import FORMATS, Origin, encoded
from voicelab.speech.spoken_text import read
from voicelab.speech.tempo import at_speed, checked_speed
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, Update, busy, choices, job_progress, notice, said
from voicelab.voices.request import check_consent, request_for
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.speech.ports import Speech

SPEAK_TAB = "speak"
"""The id of the tab."""
AS_RECIPE = ""
"""The choice that leaves model to the voice's recipe."""


class Spoken(NamedTuple):
    """The outputs of speaking."""

    progress: Progress
    audio: str | Any | None
    """Path of a WAV file."""
    facts: list[Notice] | Any


def voice_choices(lab: Lab, current: str | None) -> Update:
    """Offer every voice, keeping the chosen one if it is still there."""
    voices = lab.voices.voices()
    known = [voice.slug for voice in voices]
    chosen = current if current in known else (known[0] if known else None)
    return choices([(voice.name, voice.slug) for voice in voices], chosen)


def speed_of(lab: Lab, voice: str | None) -> float | Any:
    """Return the speed of the voice's recipe, for whoever chooses it."""
    try:
        return lab.voices.get(voice).recipe.speed if voice else KEEP
    except VoiceLabError:  # it was removed meanwhile: speaking says so
        return KEEP


@dataclass(frozen=True)
class _Wish:
    """The fields of the tab."""

    text: str
    voice: str | None
    model: str
    seed: float | None
    speed: float


def speak(lab: Lab, text: str, voice: str | None, model: str, seed: float | None, speed: float) -> Iterator[Spoken]:
    """Say `text`, `speed` times as fast as the model, telling how far it is; closing the generator cancels the job.

    Every sentence is heard back where the voice's recipe says so.
    """
    yield from _speak(lab, _Wish(text, voice, model, seed, speed), check=False)


def speak_and_check(
    lab: Lab, text: str, voice: str | None, model: str, seed: float | None, speed: float
) -> Iterator[Spoken]:
    """Do the same, and hear every sentence back: those that went wrong are spoken again."""
    yield from _speak(lab, _Wish(text, voice, model, seed, speed), check=True)


def _speak(lab: Lab, wish: _Wish, *, check: bool) -> Iterator[Spoken]:
    voice, text = wish.voice, wish.text
    if not voice:
        raise InvalidValue("voice", "Choose a voice first. If there is none yet, make one in the tab Make a voice.")
    speed = checked_speed(wish.speed)
    yield Spoken(busy("Asking the engine…"), None, [])
    chosen = lab.voices.get(voice)
    check_consent(chosen, local=lab.settings.local)
    default_model, _reason = lab.engine.default_model()
    request = request_for(
        lab.voices,
        voice,
        text,
        default_model=default_model,
        model=wish.model or None,
        seed=None if wish.seed is None else int(wish.seed),
    )
    job = (
        submit_checked(lab.engine, lab.transcriber, request, DEFAULT_TAKES)
        if check or chosen.recipe.check
        else lab.engine.submit(request)
    )
    try:
        for update in job.updates():
            yield Spoken(job_progress(update), KEEP, KEEP)
        speech = job.result()
    finally:
        job.cancel()
    with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
        path = Path(folder) / f"{voice}-{_file_words(text)}.wav"
        origin = Origin(voice, speech.engine, speech.model, speech.seed, speed)
        speech = replace(speech, samples=at_speed(speech.samples, speech.sample_rate, speed))
        with storage_errors("the speech for the page"):
            path.write_bytes(encoded(speech.samples, speech.sample_rate, FORMATS["wav"], origin))
        yield Spoken(IDLE, str(path), facts(speech))


def really_said(lab: Lab, text: str, voice: str | None) -> list[Notice]:
    """Show what an engine would be given, and what would be left out; nothing for an empty text."""
    if not text.strip():
        return []
    try:
        chosen = lab.voices.get(voice) if voice else None
        found = read(text, chosen.language if chosen else "english", lab.voices.read_as(chosen))
    except VoiceLabError as error:  # while somebody types: said where he looks, and not in a corner of the page
        return [notice(error.message, "warn")]
    return [notice(found.said, "info", "Said"), *(notice(note, "warn", "Note") for note in found.notes)]


def stopped(lab: Lab) -> Spoken:  # noqa: ARG001 - every action takes the lab
    """Say that it was cancelled."""
    return Spoken(said("Cancelled."), KEEP, KEEP)


def facts(speech: Speech) -> list[Notice]:
    """What made this audio, and everything the person should know of it."""
    made = (
        f"{speech.duration_s:.1f} s of audio in {speech.elapsed_s:.1f} s (RTF {speech.rtf:.2f}) by {speech.model} "
        f"on the {speech.engine} engine, seed {speech.seed}, peak memory {speech.peak_memory_bytes / 1e9:.2f} GB."
    )
    notes = [notice(text, "warn", "Note") for text in speech.notes]
    heard = []
    if speech.checked:
        heard = [notice(text, "warn", "Doubtful") for text in speech.checked.notes]
        heard.append(notice(summary(speech.checked.counts), "ok" if not heard else "warn", "Checked"))
    return [*notes, notice(made, "ok", "Spoken"), *heard]


def _file_words(text: str) -> str:
    words = "-".join(text.split()[:5])
    try:
        return slug_of(words)[:40]
    except InvalidValue:
        return "speech"
