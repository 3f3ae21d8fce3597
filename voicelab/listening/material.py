"""What a test's stimuli are made of: takes, spoilt takes, the real voice once more in other words, and anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import read_flac, read_wav

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voicelab.listening.kinds import Kind
    from voicelab.listening.values import Options, Source, TakeFile

Material = tuple[str, "TakeFile | None", Clip]
"""Role, the take that it is or was made of, and the sound."""

HELD_OUT_S = (2.0, 10.0)
"""The least, and the most, of a person's speech outside the clip that makes a hidden reference."""
_LEAST_SHARE = 0.7
"""Of the length wanted: a pause before that would leave too little."""
_APART_S = 0.2
"""Kept from the clip's ends, so that no word is in both."""


def gathered(
    kind: Kind, options: Options, takes: Sequence[TakeFile], source: Source
) -> tuple[list[Material], list[str]]:
    """Return everything that a test of `kind` plays, and sentences on what it could not have.

    Raises UnreadableFile.
    """
    from voicelab.listening.stimuli import spoilt

    sounds: list[Material] = [("take", take, read_flac(take.path)) for take in takes]
    if "obvious" in kind.catches:
        sounds += [("spoilt", take, spoilt(clip)) for _role, take, clip in sounds]
    if kind.compared is None and source.reference is not None:
        clip = read_wav(source.reference)
        longest_s = max(HELD_OUT_S[0], *(take.seconds for _role, _item, take in sounds))
        beside, said = _beside(source, clip, longest_s, anchors=options.anchor)
        return [*sounds, ("labelled", None, clip), *beside], said
    return sounds, []


def _beside(source: Source, clip: Clip, longest_s: float, *, anchors: bool) -> tuple[list[Material], list[str]]:
    """Return the hidden reference and the anchors of a similarity test, about as long as the takes are at the most.

    Something three times as long would be known by that, whatever it sounds like.
    """
    from voicelab.listening.stimuli import low_anchor

    sounds: list[Material] = []
    said = []
    held_out = _held_out(source.recording, source.window)
    if held_out is None:
        said.append(
            "There is no hidden reference: of this person nothing is kept but the reference itself, which listeners "
            "would know by its words. Keep a recording longer than the clip to have one."
        )
    else:
        held_out = _shortened(held_out, longest_s)
        sounds.append(("reference", None, held_out))
        said.append("The hidden reference is speech of the same person that is not in the labelled reference.")
    if not anchors:
        return sounds, said
    sounds.append(("anchor", None, low_anchor(held_out or _shortened(clip, longest_s))))
    said.append("The low anchor is real speech of the person without what is above 3.5 kHz (ITU-R BS.1534).")
    if source.stranger is not None:
        sounds.append(("stranger", None, _shortened(read_wav(source.stranger), longest_s)))
        said.append("Another speaker is a second anchor.")
    else:
        said.append("There is no second anchor: the library has no voice that is surely another person's.")
    return sounds, said


def _shortened(clip: Clip, seconds: float) -> Clip:
    """Return the beginning of `clip`, to the last pause before `seconds`; to there where there is none."""
    from voicelab.clips.speech import speech_stretches

    if clip.seconds <= seconds:
        return clip
    ends = [stretch.end_s for stretch in speech_stretches(clip) if _LEAST_SHARE * seconds <= stretch.end_s <= seconds]
    return Clip(clip.samples[: round(max(ends, default=seconds) * clip.sample_rate)], clip.sample_rate)


def _held_out(recording: Path | None, window: tuple[float, float] | None) -> Clip | None:
    """Return the longest speech of the recording outside the window, up to ten seconds; None where there is too little.

    It begins and ends in pauses, where the voice activity detector finds them.
    """
    from voicelab.clips.decode import decode
    from voicelab.clips.speech import speech_stretches
    from voicelab.errors import VoiceLabError

    if recording is None or window is None:
        return None
    try:
        whole = decode(recording).clip
    except VoiceLabError:
        return None  # the voice was made of it once, so it is the file that changed: the test goes without
    start, end = window
    outside = [Window(0.0, start - _APART_S), Window(end + _APART_S, whole.seconds)]
    best = Window(0.0, 0.0)
    for room in outside:
        first = None
        for stretch in speech_stretches(whole):
            if stretch.start_s < room.start_s or stretch.end_s > room.end_s:
                continue
            first = stretch.start_s if first is None or stretch.end_s - first > HELD_OUT_S[1] else first
            if stretch.end_s - first > best.seconds:
                best = Window(first, stretch.end_s)
    if best.seconds < HELD_OUT_S[0]:
        return None
    samples = whole.samples[round(best.start_s * whole.sample_rate) : round(best.end_s * whole.sample_rate)]
    return Clip(samples, whole.sample_rate)
