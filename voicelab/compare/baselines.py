"""What measures are read against: how alike the voice's own recording is to itself, and to another speaker."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.decode import decode
from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.pitch import pitch
from voicelab.clips.speaker_similarity import likeness
from voicelab.clips.speech import speech_stretches
from voicelab.compare.measures import Reference
from voicelab.errors import ClipUnusable, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

_HELD_OUT_S = 30.0
"""So much of the rest of the recording is used; more says nothing new."""
_LEAST_HELD_OUT_S = 3.0
_PIECE_S = 5.0
"""The recording is compared with itself in pieces of this length: about as long as a take."""
_LEAST_PIECE_S = 2.0
_APART_S = 0.3
"""Between the clip and what counts as held out."""


@dataclass(frozen=True)
class Baselines:
    """Figures of the voice itself. None where they could not be had; `notes` say why."""

    self_likeness: float | None = None
    """Median likeness of pieces of the person's own recording to each other: no take can be expected to exceed it."""
    self_likeness_low: float | None = None
    """The least of them: the person's own spread reaches down to it."""
    other_likeness: float | None = None
    """Likeness of the clip to another voice of the library: a take near it sounds like somebody else."""
    other_voice: str = ""
    held_out_s: float = 0.0
    """Speech of the recording outside of the clip."""
    pitch_hz: float | None = None
    pitch_range_semitones: float | None = None
    noise: float | None = None
    """Of the clip: a clone inherits it."""
    notes: tuple[str, ...] = ()


def look_up(voice: Voice, library: VoiceLibrary) -> tuple[Reference, Baselines]:
    """Return what takes of `voice` are measured against. Raises UnknownVoice, UnreadableFile."""
    clip = library.clip(voice.slug)
    notes: list[str] = []
    held_out = _held_out(voice, library, notes)
    own = [clip] if held_out is None else [clip, held_out]
    other, other_voice = _another(voice, clip, library)
    if other is None:
        notes.append("There is no other voice in the library, so no floor of another speaker is shown.")
    clip_pitch = pitch(clip)
    alike = _self_likeness(own)
    yardstick = Baselines(
        self_likeness=statistics.median(alike) if alike else None,
        self_likeness_low=min(alike, default=None),
        other_likeness=other,
        other_voice=other_voice,
        held_out_s=held_out.seconds if held_out else 0.0,
        pitch_hz=clip_pitch.median_hz if clip_pitch else None,
        pitch_range_semitones=clip_pitch.range_semitones if clip_pitch else None,
        noise=_noise(clip),
        notes=tuple(notes),
    )
    return Reference(clip, held_out, voice.language, library.read_as(voice).pronunciations), yardstick


def _held_out(voice: Voice, library: VoiceLibrary, notes: list[str]) -> Clip | None:
    """Return up to 30 s of speech of the recording that is not in the clip."""
    path = library.recording(voice.slug)
    if path is None:
        notes.append("The recording was not kept, so likeness is measured against the clip itself only.")
        return None
    try:
        recording = decode(path, choice=voice.choice).clip
    except VoiceLabError as error:
        notes.append(f"The recording cannot be read, so nothing is held out: {error.message}")
        return None
    held_out = speech_outside(recording, voice.window or Window(0.0, voice.seconds))
    if held_out is None:
        notes.append(
            "The recording holds hardly any speech outside of the clip, so likeness is measured against the clip only."
        )
    return held_out


def speech_outside(recording: Clip, window: Window) -> Clip | None:
    """Return up to 30 s of speech of the recording that is not in the window; None where there is hardly any."""
    pieces: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    seconds = 0.0
    for stretch in speech_stretches(recording):
        for part in (
            Window(stretch.start_s, min(stretch.end_s, window.start_s - _APART_S)),
            Window(max(stretch.start_s, window.end_s + _APART_S), stretch.end_s),
        ):
            if part.seconds > _APART_S and seconds < _HELD_OUT_S:
                pieces.append(recording.cut(part).samples)
                seconds += part.seconds
    if seconds < _LEAST_HELD_OUT_S:
        return None
    return Clip(np.concatenate(pieces), recording.sample_rate)


def _self_likeness(own: Sequence[Clip]) -> list[float]:
    """Return how alike each two pieces of the recording are."""
    pieces = [piece for clip in own for piece in _pieces(clip)]
    found = []
    for one, other in itertools.combinations(pieces, 2):
        try:
            found.append(likeness(one, other))
        except ClipUnusable:  # a piece of silence
            continue
    return found


def _pieces(clip: Clip) -> list[Clip]:
    count = max(1, round(clip.seconds / _PIECE_S))
    length_s = clip.seconds / count
    if length_s < _LEAST_PIECE_S:
        return []
    return [clip.cut(Window(number * length_s, (number + 1) * length_s)) for number in range(count)]


def _another(voice: Voice, clip: Clip, library: VoiceLibrary) -> tuple[float | None, str]:
    found: list[tuple[float, str]] = []
    for other in library.voices():
        if other.slug == voice.slug:
            continue
        try:
            found.append((likeness(clip, library.clip(other.slug)), other.name))
        except VoiceLabError:  # its clip is damaged or silent: another voice may serve
            continue
    # The likest may be the same person's other voice: the middle one of several is another speaker's.
    found.sort()
    return found[len(found) // 2] if found else (None, "")


def _noise(clip: Clip) -> float | None:
    try:
        return dnsmos_scores(clip).overall
    except ClipUnusable:
        return None
