"""Where a clip ends: in a pause, in speech, or inside a word. A clone goes on with whatever its reference broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.findings import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip, Window

_LAST_S = 0.04
"""So much of the end is looked at: less than a syllable."""
_FRAME_S = 0.02
_PAUSE_S = 0.06
"""Silence after the last sound that a pause lasts at least; stops within words are closed for less (30-60 ms)."""
_LOUD_SHARE = 0.5
"""Of the way, in decibels, from the clip's noise to its speech: above it something sounds."""
NAME = "ending"


def check_ending(clip: Clip, stretches: Sequence[Window]) -> Check:
    """Say where `clip` ends; `stretches` are its speech."""
    levels = _levels(clip)
    floor, speech = np.percentile(levels, 5), np.percentile(levels, 80)
    sounding = np.flatnonzero(levels > floor + _LOUD_SHARE * max(6.0, speech - floor))
    quiet_s = clip.seconds - (int(sounding[-1]) + 1) * _FRAME_S if len(sounding) else clip.seconds
    # The search for speech joins words that are said in one breath: where it ends, a breath does.
    rest_s = clip.seconds - stretches[-1].end_s if stretches else clip.seconds
    if quiet_s < _LAST_S:
        message = "It ends inside a word, and the clone would go on with it. Move the end to the next pause."
        return Check(NAME, "warn", round(max(0.0, quiet_s), 2), "s", message)
    if max(rest_s, quiet_s) < _PAUSE_S:
        message = "It ends in speech, without a pause after the last word. Move the end to the next pause."
        return Check(NAME, "warn", round(quiet_s, 2), "s", message)
    return Check(NAME, "ok", round(quiet_s, 2), "s", f"It ends in a pause, {quiet_s:.1f} s after the last sound.")


def _levels(clip: Clip) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the level of every 20 ms, in dBFS."""
    size = round(_FRAME_S * clip.sample_rate)
    frames = clip.samples[: len(clip.samples) // size * size].reshape(-1, size)
    return np.asarray(10 * np.log10(np.square(frames, dtype=np.float64).mean(axis=1) + 1e-10))
