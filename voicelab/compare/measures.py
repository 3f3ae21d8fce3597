"""What is measured of a take, after the engine has given it and before it gives the next: no timing is disturbed."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.pitch import pitch
from voicelab.clips.speaker_similarity import likeness
from voicelab.compare.bleed import find_bleed, recognizer_on_disk
from voicelab.compare.measure_versions import MEASURES_VERSION
from voicelab.compare.take import Details, Take
from voicelab.compare.word_errors import compare_words
from voicelab.errors import Cancelled, ClipUnusable, VoiceLabError
from voicelab.speech.join import trailing_silence_s
from voicelab.speech.reading import pronounced
from voicelab.text.characters import MARKS
from voicelab.transcripts.spelling import split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.clips.clip import Clip
    from voicelab.speech.reading import Pronunciation
    from voicelab.transcripts.transcriber import Transcriber

LIMIT_S = 120.0
"""Listening to one take is given up after so long; ten times what a long line takes tiny.en."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What takes are measured against."""

    clip: Clip
    """The voice's whole clip, whatever cut a take was made from, so that cuts compare."""
    held_out: Clip | None
    """Speech of the same recording that no take was made from; None where there is none."""
    language: str
    pronunciations: tuple[Pronunciation, ...] = ()
    """How the voice says words: a take that says one so is right."""


class _TooLong(VoiceLabError):
    """Listening took longer than LIMIT_S."""


def measured(
    take: Take,
    clip: Clip,
    reference: Reference,
    transcriber: Transcriber | None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Take | str]:
    """Yield what is being measured, and last `take` with every measure that could be taken.

    A measure that cannot be taken is None and a note says why; without a `transcriber` nothing is listened to. Raises
    Cancelled once `stopped`.
    """
    started = time.monotonic()
    yield "measuring level and pitch"
    notes: list[str] = []
    start_s = trailing_silence_s(clip.samples[::-1], clip.sample_rate)
    end_s = trailing_silence_s(clip.samples, clip.sample_rate)
    speaking_s = clip.seconds - start_s - end_s
    words = len(split_words(take.line, reference.language))
    heard_pitch = pitch(clip)
    details = replace(
        take.details or Details(),
        measures_version=MEASURES_VERSION,
        silence_start_s=round(start_s, 2),
        silence_end_s=round(end_s, 2),
        words_per_minute=60 * words / speaking_s if speaking_s > 0 else None,
        pitch_hz=heard_pitch.median_hz if heard_pitch else None,
        pitch_range_semitones=heard_pitch.range_semitones if heard_pitch else None,
    )
    yield "measuring likeness and noise"
    take = replace(take, likeness=_likeness(clip, reference.clip, notes))
    if reference.held_out is not None:
        details = replace(details, likeness_held_out=_likeness(clip, reference.held_out, notes))
    try:
        scores = dnsmos_scores(clip)
        take = replace(take, noise=scores.overall)
        details = replace(details, noise_speech=scores.speech, noise_background=scores.background)
    except ClipUnusable as error:
        notes.append(f"Noise: {error.message}")
    if transcriber is not None:
        yield "listening to what it says"
        try:
            take, details = _listened(take, details, clip, reference, transcriber, stopped)
        except Cancelled:
            raise
        except VoiceLabError as error:
            notes.append(f"Word errors and bleed: {error.message}")
    details = replace(details, measuring_s=time.monotonic() - started, notes=tuple(dict.fromkeys(notes)))
    yield replace(take, details=details, measured=True)


def _listened(
    take: Take,
    details: Details,
    clip: Clip,
    reference: Reference,
    transcriber: Transcriber,
    stopped: Callable[[], bool],
) -> tuple[Take, Details]:
    end = time.monotonic() + LIMIT_S

    def go_on(_message: str, _fraction: float | None) -> None:
        if stopped():
            raise Cancelled("Measuring was cancelled.")
        if time.monotonic() > end:
            raise _TooLong(f"listening took more than {LIMIT_S:g} s and was given up.")

    model = recognizer_on_disk(transcriber)
    heard = transcriber.hear(clip, model=model, language=reference.language, report=go_on)
    said = [word.text for word in heard.words]
    written = dict.fromkeys((take.line, pronounced(take.line, reference.pronunciations)))
    lines = [split_words(line, reference.language) for line in written]
    found = [(line, compare_words(line, said, reference.language)) for line in lines]
    line, nearest = min(found, key=lambda each: each[1].errors.rate)
    errors = nearest.errors
    missed = [line[at].strip(MARKS) for at in nearest.missed if line[at] in lines[0]]
    bleed = find_bleed(transcriber, clip, take.line, take.clip_text, reference.language, model)
    return replace(take, word_error_rate=errors.rate, bleed=bleed.bleed), replace(
        details,
        recognizer=heard.author,
        heard=heard.text,
        missed=tuple(filter(None, dict.fromkeys(missed))),
        insertions=errors.insertions,
        deletions=errors.deletions,
        substitutions=errors.substitutions,
        bleed_words=bleed.words,
        bleed_place=bleed.place,
        bleed_start_s=bleed.start_s if bleed.bleed else None,
        bleed_seconds=bleed.seconds if bleed.bleed else None,
    )


def _likeness(clip: Clip, other: Clip, notes: list[str]) -> float | None:
    try:
        return likeness(clip, other)
    except ClipUnusable as error:
        notes.append(f"Likeness: {error.message}")
        return None
