"""Which tracks and channels a recording has, and which of the channels is the best to make a voice of."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.containers import open_audio
from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.guarded_file import Deadline
from voicelab.clips.mixing import MonoMixer
from voicelab.clips.speech import speech_stretches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voicelab.clips.track_choice import Choice

MOST_COMPARED = 8
"""Channels that are listened to: the cinema's. Of more, somebody knows which."""
_MAX_S = 60.0
"""Wall time that looking into a file may take."""
_ALIKE_DB = -40.0
"""So far below the sound what differs between two channels is not heard: lossy formats leave that much."""
_HEARD_MOS = 0.1
"""Listeners' scores that differ by less are the same to most of them."""
_MUCH_LESS = 0.5
"""A channel with less than this share of the most speech holds somebody else, or hardly anybody."""
_IN_TURNS = 0.5
"""Two channels that share less of their speech than this hold two people who speak in turns."""


@dataclass(frozen=True)
class Contents:
    """What a file has to choose from."""

    tracks: tuple[int, ...]
    """Those that can be read, counted from 1."""
    track: int
    """The one that is taken."""
    channels: int
    """Of that one."""


@dataclass(frozen=True)
class BestChannel:
    """A suggestion."""

    channel: int | None
    """Counted from 1; None is the mix."""
    alike: bool
    """All channels hold the same, so that it does not matter."""
    reason: str
    """Why, as the end of a sentence; empty where `alike`."""


def contents(path: Path, name: str, choice: Choice) -> Contents:
    """Return what the file at `path`, called `name`, has to choose from. Raises UnreadableAudio."""
    with open_audio(path, name, Deadline(_MAX_S, name), choice.track) as file:
        return Contents(file.readable_tracks, file.track, file.channels)


def best_channel(path: Path, name: str, choice: Choice, window: Window) -> BestChannel:
    """Return which channel of the chosen track is the best, by how it sounds within `window` of the recording.

    Listening takes about a second a channel. Raises UnreadableAudio, InvalidValue where the window is not in there.
    """
    mix, *channels = _heard(path, name, choice, window)
    if _all_alike(channels):
        return BestChannel(None, alike=True, reason="")
    speech = [speech_stretches(channel) for channel in channels]
    spoken_s = [sum(stretch.seconds for stretch in stretches) for stretches in speech]
    most_s = max(spoken_s)
    if not most_s:
        return BestChannel(None, alike=False, reason="nobody speaks there in any of the channels")
    fuller = [number for number, seconds in enumerate(spoken_s) if seconds >= _MUCH_LESS * most_s]
    speaking = [number for number, seconds in enumerate(spoken_s) if seconds]
    if any(_in_turns(speech[one], speech[other]) for one, other in itertools.combinations(speaking, 2)):
        return BestChannel(
            spoken_s.index(most_s) + 1, alike=False, reason="most is said in it, and others speak in turn"
        )
    scores = {number: dnsmos_scores(channels[number]).overall for number in fuller}
    best = max(fuller, key=scores.__getitem__)
    if len(fuller) == len(channels) and scores[best] - dnsmos_scores(mix).overall < _HEARD_MOS:
        return BestChannel(None, alike=False, reason="no channel alone sounds cleaner")
    if len(fuller) == 1 and len(channels) > 1:
        return BestChannel(best + 1, alike=False, reason="hardly anything is said in the others")
    return BestChannel(best + 1, alike=False, reason="it sounds the cleanest")


def _heard(path: Path, name: str, choice: Choice, window: Window) -> list[Clip]:
    """Return the window of the mix and of each channel."""
    with open_audio(path, name, Deadline(_MAX_S, name), choice.track) as file:
        wanted = [None, *range(min(file.channels, MOST_COMPARED))]
        mixers = [MonoMixer(window.end_s + 1, channel) for channel in wanted]
        for block in file.blocks():
            for mixer in mixers:
                mixer.add(block)
            if mixers[0].seconds > window.end_s:
                break
    whole = [Clip(mixer.finish()) for mixer in mixers]
    return [clip.cut(window.inside(clip.seconds)) for clip in whole]


def _all_alike(channels: Sequence[Clip]) -> bool:
    first = channels[0].samples
    power = max(float(np.square(channel.samples, dtype=np.float64).mean()) for channel in channels)
    rest = max(float(np.square(channel.samples - first, dtype=np.float64).mean()) for channel in channels)
    return rest <= power * 10 ** (_ALIKE_DB / 10)


def _in_turns(ones: Sequence[Window], others: Sequence[Window]) -> bool:
    shared_s = sum(
        max(0.0, min(one.end_s, other.end_s) - max(one.start_s, other.start_s)) for one in ones for other in others
    )
    shorter_s = min(sum(one.seconds for one in ones), sum(other.seconds for other in others))
    return shared_s < _IN_TURNS * shorter_s
