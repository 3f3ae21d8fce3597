"""Speaking a text with a voice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.checked.speaking import submit_checked
from voicelab.compare.line_language import foreign_lines
from voicelab.errors import InvalidValue, VoiceLabError
from voicelab.speech.checked import DEFAULT_TAKES, summary
from voicelab.speech.live_takes import LiveSound, LiveTake
from voicelab.speech.spoken_text import read
from voicelab.speech.tempo import at_speed, checked_speed
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, Update, busy, job_progress, notice, said
from voicelab.voices.request import check_consent, request_for
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.speech.ports import Speech
    from voicelab.ui.actions.widget_json import SpokenTake

AS_RECIPE = ""
"""The choice that leaves model to the voice's recipe."""


class Spoken(NamedTuple):
    """The outputs of speaking."""

    progress: Progress | Any
    take: SpokenTake | Any
    facts: list[Notice] | Any


class Read(NamedTuple):
    """The outputs of reading the text that is about to be spoken."""

    said: list[Notice]
    """What an engine would be given."""
    foreign: list[Notice]
    """That the voice speaks another language than the text is in."""


def speed_of(lab: Lab, voice: str | None) -> float | Any:
    """Return the speed of the voice's recipe, for whoever chooses it."""
    try:
        return lab.voices.get(voice).recipe.speed if voice else KEEP
    except VoiceLabError:  # it was removed meanwhile: speaking says so
        return KEEP


def first_speed(lab: Lab, voice: str | None) -> float:
    """Return the speed that the page begins with, also where no voice can be chosen yet."""
    found = speed_of(lab, voice)
    return 1.0 if found is KEEP else float(found)


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

    The take is told as soon as the engine has it: the page plays it while it is spoken (api/live_takes.py). Every
    sentence is heard back where the voice's recipe says so.
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
        else lab.engine.submit(replace(request, live=True))
    )
    name = lab.live_takes.add(LiveTake(LiveSound(job, speed), voice, speed))
    take: SpokenTake = {
        "id": name,
        "over": False,
        "text": text,
        "voice": chosen.name,
        "name": f"{voice}-{_file_words(text)}.wav",
        "model": request.model,
        "seed": request.seed,
        "seconds": 0.0,
    }
    try:
        yield Spoken(busy("Asking the engine…"), take, [])
        for update in job.updates():
            yield Spoken(job_progress(update), KEEP, KEEP)
        speech = job.result()
        whole = replace(speech, samples=at_speed(speech.samples, speech.sample_rate, speed))
        lab.live_takes.finish(name, whole)
    finally:
        job.cancel()
        lab.live_takes.drop(name)
    yield Spoken(IDLE, take | {"over": True, "seconds": round(whole.duration_s, 2)}, facts(speech))


def read_first(lab: Lab, text: str, voice: str | None) -> Read:
    """Tell what an engine would be given, what would be left out, and whether the voice speaks the text's language.

    Nothing for an empty text.
    """
    if not text.strip():
        return Read([], [])
    try:
        chosen = lab.voices.get(voice) if voice else None
        found = read(text, chosen.language if chosen else "english", lab.voices.read_as(chosen))
    except VoiceLabError as error:  # while somebody types: said where he looks, and not in a corner of the page
        return Read([notice(error.message, "warn")], [])
    foreign = foreign_lines([text], chosen.language) if chosen else []
    return Read(
        [notice(found.said, "info", "Said"), *(notice(note, "warn", "Note") for note in found.notes)],
        [notice(sentence, "warn", "Language") for sentence in foreign],
    )


class Again(NamedTuple):
    """The outputs of taking over a seed."""

    seed: int
    settings: Update
    """The fold that the seed is in."""


def same_seed(lab: Lab, seed: int) -> Again:  # noqa: ARG001 - every action takes the lab
    """Speak with the seed of an earlier take from now on, and show where it stands."""
    return Again(seed, Update({"open": True}))


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
