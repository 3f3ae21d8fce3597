"""How loud a clip is, and copies of several clips that are equally loud: louder must not sound better.

Loudness is that of ITU-R BS.1770-4 (pyloudnorm), and ±0.2 LU the tolerance of EBU R 128.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK_S = 0.4
"""Loudness is measured in blocks of this length; a shorter clip is repeated until it fills one."""
_TRUE_PEAK_RATE = 192_000
"""Hz. BS.1770-4 (annex 2) looks for peaks between the samples at four times 48 kHz."""
_TRIES = 8
_TOLERANCE_LU = 0.2
_PEAK_DBTP = -1.0


def loudness_lufs(clip: Clip) -> float:
    """Return the integrated loudness of `clip` in LUFS; -inf for silence, and for sound below the gate of -70 LUFS."""
    from pyloudnorm import Meter

    samples = np.nan_to_num(clip.samples).astype(np.float64)
    if not np.any(samples):
        return -math.inf
    least = math.ceil(_BLOCK_S * clip.sample_rate) + 1
    if len(samples) < least:
        samples = np.resize(samples, least)
    with np.errstate(divide="ignore", invalid="ignore"):  # blocks of pure silence have the logarithm of zero
        loudness = float(Meter(clip.sample_rate, block_size=_BLOCK_S).integrated_loudness(samples))
    return loudness if math.isfinite(loudness) else -math.inf


def true_peak_dbtp(clip: Clip) -> float:
    """Return the highest peak of `clip` between or at its samples, in dB below full scale; -inf for silence."""
    return _true_peak(clip)


def headroom_db(clip: Clip, true_peak_dbtp: float = -1.0) -> float:
    """Return how much `clip` has to be turned down, 0 or less, so that no true peak is above `true_peak_dbtp`."""
    return min(0.0, true_peak_dbtp - _true_peak(clip))


def matched(clips: Sequence[Clip], tolerance_lu: float = 0.2, true_peak_dbtp: float = -1.0) -> list[Clip]:
    """Return copies of `clips` that are equally loud within `tolerance_lu`, no true peak above `true_peak_dbtp`.

    All come down to the quietest of them, or further where a peak asks for it; nothing is limited or made louder, so
    no copy sounds worked on. Silent clips are copied as they are.
    """
    levels = [loudness_lufs(clip) for clip in clips]
    room = [headroom_db(clip, true_peak_dbtp) for clip in clips]
    heard = [level for level in levels if math.isfinite(level)]
    if not heard:
        return [_louder(clip, 0.0) for clip in clips]
    target = min(level + headroom for level, headroom in zip(levels, room, strict=True) if math.isfinite(level))
    return [
        _brought_to(clip, level, target, tolerance_lu / 4, 0.0) if math.isfinite(level) else _louder(clip, 0.0)
        for clip, level in zip(clips, levels, strict=True)
    ]


def levelled(clips: Sequence[Clip], target_lufs: float, least_lufs: float) -> tuple[list[Clip], float, list[bool]]:
    """Return copies of `clips` at one loudness, what that is in LUFS, and of which it could not be met.

    It is `target_lufs`, or less where the peaks of a clip ask for it (true peaks stay at -1 dBTP or below; nothing is
    limited), but never less than `least_lufs`: a clip whose peaks do not even allow that is as loud as they let it be,
    so that one such clip does not make all of them faint. Within ±0.2 LU. Silent clips are copied as they are.
    """
    levels = [loudness_lufs(clip) for clip in clips]
    room = [_PEAK_DBTP - _true_peak(clip) for clip in clips]
    most = [level + gain for level, gain in zip(levels, room, strict=True) if math.isfinite(level)]
    target = max(least_lufs, min([target_lufs, *most]))
    copies = [
        _brought_to(clip, level, target, _TOLERANCE_LU / 4, gain) if math.isfinite(level) else _louder(clip, 0.0)
        for clip, level, gain in zip(clips, levels, room, strict=True)
    ]
    missed = [
        math.isfinite(level) and abs(loudness_lufs(copy) - target) > _TOLERANCE_LU
        for copy, level in zip(copies, levels, strict=True)
    ]
    return copies, target, missed


def _brought_to(clip: Clip, level: float, target: float, tolerance_lu: float, most_db: float) -> Clip:
    """Change the gain until it measures right: the gate drops other blocks at other levels, which moves loudness."""
    gain_db = 0.0
    copy = _louder(clip, gain_db)
    for _ in range(_TRIES):
        if abs(level - target) <= tolerance_lu:
            break
        gain_db = min(most_db, gain_db + target - level)
        copy = _louder(clip, gain_db)
        level = loudness_lufs(copy)
        if not math.isfinite(level):
            break
    return copy


def _louder(clip: Clip, gain_db: float) -> Clip:
    return Clip((clip.samples * np.float32(10 ** (gain_db / 20))).astype(np.float32), clip.sample_rate)


def _true_peak(clip: Clip) -> float:
    from scipy.signal import resample_poly

    samples = np.nan_to_num(clip.samples).astype(np.float64)
    if not np.any(samples):
        return -math.inf
    between = resample_poly(samples, math.ceil(_TRUE_PEAK_RATE / clip.sample_rate), 1)
    return 20 * math.log10(max(np.abs(between).max(), np.abs(samples).max()))
