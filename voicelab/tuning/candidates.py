"""What a search tries: cuts of the voice's clip, other windows of its recording, each with its words, and sampling."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.clips.best import best_windows
from voicelab.clips.clip import Window
from voicelab.compare.bleed import recognizer_on_disk
from voicelab.compare.take import SettingKey
from voicelab.compare.variants import Variant, clip_of, recording_of
from voicelab.errors import Cancelled, VoiceLabError
from voicelab.transcripts.cut import cut_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from voicelab.clips.clip import Clip
    from voicelab.speech.ports import Sampling
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Transcript
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

_SAME = 0.9
"""Windows that share so much of the longer one are the same clip."""


def windows(  # noqa: PLR0913 - the voice, what listens to it, and how much is looked for
    voice: Voice,
    library: VoiceLibrary,
    transcriber: Transcriber,
    *,
    lengths_s: Sequence[float],
    count: int,
    notes: list[str],
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[str, None, list[Variant]]:
    """Yield what is being done; return up to `count` windows of each length whose words are known and fit.

    Why there are none, or fewer, is added to `notes`. Raises Cancelled once `stopped`.
    """
    try:
        yield "Reading the recording"
        recording = recording_of(voice, library)
        yield "Looking for the best stretches of the recording"
        found = _apart(voice, _best(recording, lengths_s, count))
    except VoiceLabError as error:
        notes.append(f"Only the voice's own clip is tried: {error.message}")
        return []
    variants: list[Variant] = []
    misfits = 0
    for number, window in enumerate(found, 1):
        if stopped():
            raise Cancelled("The search was stopped before it began.")
        yield f"Listening to stretch {number} of {len(found)}"
        variant = _heard(voice, library, recording, window, transcriber, notes)
        misfits += variant is None
        variants += [variant] if variant else []
    if misfits:
        notes.append(f"{misfits} of {len(found)} stretches were left out: their words could not be made out surely.")
    return variants


def settings_of(
    models: Sequence[str], lengths_s: Sequence[float | None], variants: Sequence[Variant], today: SettingKey
) -> tuple[SettingKey, ...]:
    """Return every setting once, today's first: models × (cuts of the voice's own clip, and variants)."""
    tried = [
        SettingKey(model, *way)
        for model in models
        for way in [*((length_s, "") for length_s in lengths_s), *((None, variant.name) for variant in variants)]
    ]
    return tuple(dict.fromkeys([today, *tried]))


def with_sampling(variants: Sequence[Variant], tried: Mapping[str, Sequence[float]], own: Sampling) -> list[Variant]:
    """Return the variants as they are and, beside them and the voice's own clip, with each value of each field."""
    found = list(variants)
    for base, (name, values) in itertools.product([None, *variants], tried.items()):
        for value in values:
            label = f"{name.replace('_', ' ')} {value:g}"
            sampling = own.with_value(name, value)
            found.append(
                Variant(label, sampling=sampling)
                if base is None
                else replace(base, name=f"{base.name}, {label}", sampling=sampling)
            )
    return found


def _best(recording: Clip, lengths_s: Sequence[float], count: int) -> list[Window]:
    return [
        Window(each.start_s, each.end_s) for length_s in lengths_s for each in best_windows(recording, length_s, count)
    ]


def _apart(voice: Voice, found: Sequence[Window]) -> list[Window]:
    """Return those that are neither the voice's own clip nor each other's."""
    kept = [voice.window or Window(0.0, voice.seconds)]
    for window in found:
        if all(_shared(window, other) < _SAME for other in kept):
            kept.append(window)
    return kept[1:]


def _shared(one: Window, other: Window) -> float:
    overlap = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(0.0, overlap) / max(one.seconds, other.seconds)


def _heard(
    voice: Voice,
    library: VoiceLibrary,
    recording: Clip,
    window: Window,
    transcriber: Transcriber,
    notes: list[str],
) -> Variant | None:
    """Return the window with its words, None where they are not surely those that are said.

    What lies within the voice's own clip has the words that a person corrected.
    """
    clip = clip_of(voice, recording, window)
    try:
        transcript = _own_words(voice, library, window) or transcriber.hear(
            clip, recognizer_on_disk(transcriber), voice.language
        )
        match = transcriber.check(clip, transcript.text, language=voice.language)
    except VoiceLabError as error:
        notes.append(error.message)
        return None
    if match.verdict != "match":
        return None
    return Variant(f"{window.start_s:.2f}-{window.end_s:.2f} s", window, transcript, match=match.verdict)


def _own_words(voice: Voice, library: VoiceLibrary, window: Window) -> Transcript | None:
    own = voice.window
    if own is None or not (own.start_s <= window.start_s and window.end_s <= own.end_s):
        return None
    inside = Window(window.start_s - own.start_s, window.end_s - own.start_s)
    return cut_transcript(library.transcript(voice.slug), inside)[0]
