"""What can be mended in a clip, each alone and only when asked for; the recording itself stays as it was."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.spectrum import resampled
from voicelab.errors import ClipUnusable, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Repair = Literal["rumble", "level"]
"""In the order in which they are applied: rumble would count as loudness."""

TARGET_LUFS = -23.0
"""EBU R 128, which broadcasters level speech to."""
PEAK_DBTP = -1.0
"""EBU R 128 again: the highest true peak. A clip that would exceed it is raised less, never limited."""
_SHORTEST_S = 0.4
"""One block of ITU-R BS.1770, below which there is no loudness."""
_RUMBLE_HZ, _RUMBLE_ORDER = 50.0, 4
"""High-pass, run both ways: -6 dB at 50 Hz, -35 dB at 30 Hz, and 0.3 dB at 75 Hz, the lowest pitch of speaking men."""
_OVERSAMPLED = 4
"""ITU-R BS.1770 finds peaks between samples at four times the rate."""
_LEAD_S, _TAIL_S = 0.15, 0.3
"""Silence that `trimmed` leaves: soft beginnings and the room's answer to the last word are inside."""


def repaired(clip: Clip, repairs: Iterable[str]) -> Clip:
    """Return the clip with `repairs` done. Raises InvalidValue for one that does not exist, ClipUnusable."""
    wanted = checked_repairs(repairs)
    for name in get_args(Repair):
        if name in wanted:
            clip = _REPAIRS[name](clip)
    return clip


def checked_repairs(repairs: Iterable[str]) -> tuple[Repair, ...]:
    """Return them in their order, each once. Raises InvalidValue."""
    known, wanted = get_args(Repair), set(repairs)
    if unknown := wanted - set(known):
        raise InvalidValue("repairs", f"There is no repair {min(unknown)!r}: choose of {', '.join(known)}.")
    return tuple(name for name in known if name in wanted)


def without_rumble(clip: Clip) -> Clip:
    """Return the clip without its constant part and what lies below speech: steps, wind, traffic, desk knocks."""
    from scipy.signal import butter, sosfiltfilt

    sections = butter(_RUMBLE_ORDER, _RUMBLE_HZ, "highpass", fs=clip.sample_rate, output="sos")
    centred = clip.samples - clip.samples.mean(dtype=np.float64)
    padding = min(len(centred) - 1, round(0.1 * clip.sample_rate))
    return Clip(sosfiltfilt(sections, centred, padlen=padding).astype(np.float32), clip.sample_rate)


def levelled(clip: Clip) -> Clip:
    """Return the clip at TARGET_LUFS, or as near as PEAK_DBTP lets it come. Raises ClipUnusable for silence."""
    loudness, peak_dbtp = loudness_lufs(clip), true_peak_dbtp(clip)
    if not math.isfinite(loudness):
        raise ClipUnusable("There is no sound in the clip that could be levelled. Choose a stretch with speech.")
    gain_db = min(TARGET_LUFS - loudness, PEAK_DBTP - peak_dbtp)
    return Clip((clip.samples * np.float32(10 ** (gain_db / 20))).astype(np.float32), clip.sample_rate)


def loudness_lufs(clip: Clip) -> float:
    """Return the clip's integrated loudness (ITU-R BS.1770-4); minus infinity for silence and less than 0.4 s."""
    import pyloudnorm

    if clip.seconds < _SHORTEST_S or not clip.samples.any():
        return -math.inf
    return float(pyloudnorm.Meter(clip.sample_rate).integrated_loudness(clip.samples.astype(np.float64)))


def true_peak_dbtp(clip: Clip) -> float:
    """Return the highest peak, also between samples, in dB over full scale."""
    peak = float(np.abs(resampled(clip, clip.sample_rate * _OVERSAMPLED)).max(initial=0))
    return 20 * math.log10(max(peak, 1e-12))


def trimmed(window: Window, stretches: Sequence[Window]) -> Window:
    """Return `window` without the silence at its ends.

    `stretches` are where somebody speaks in its clip, in seconds from the window's start. Raises ClipUnusable when
    nobody does.
    """
    if not stretches:
        raise ClipUnusable("Nobody speaks in the clip, so its edges cannot be found. Choose a stretch with speech.")
    start_s = window.start_s + max(0.0, stretches[0].start_s - _LEAD_S)
    return Window(start_s, min(window.end_s, window.start_s + stretches[-1].end_s + _TAIL_S))


def with_tail(clip: Clip, seconds: float) -> Clip:
    """Return the clip with `seconds` of silence after it."""
    silence = np.zeros(round(seconds * clip.sample_rate), dtype=np.float32)
    return Clip(np.concatenate([clip.samples, silence]), clip.sample_rate) if len(silence) else clip


_REPAIRS = {"rumble": without_rumble, "level": levelled}
