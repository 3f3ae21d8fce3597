"""Word times that respect the pauses one can hear.

Whisper's times come from attention, in steps of 20 ms, and are vague about pauses: the comma before "long" often takes
its first 0.2 s. A cut there would carry half a word. So where the audio is quiet near the border of two words, the one
ends and the other begins at the edges of that quiet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Window
from voicelab.clips.spectrum import HEARING_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from voicelab.transcripts.words import Word

_FRAME_S = 0.01
_SHORTEST_PAUSE_S = 0.06
"""Shorter dips are closures of plosives."""
_REACH_S = 0.25
"""So far may a border be moved: what the attention times of tiny.en were seen to be off by."""
_SHORTEST_WORD_S = 0.04
_DEEP_DB = 35.0
"""Quiet is at least this far below the level of speech, where the recording's own noise lets it be."""
_SHALLOW_DB = 12.0
_SHARE = 0.3
"""Where it does not: the lowest part of the range between noise and speech."""


def settled(words: Sequence[Word], samples: NDArray[np.float32]) -> list[Word]:
    """Return `words` with their borders at the edges of the pauses in `samples` (shape (n,), 16 kHz)."""
    pauses = _pauses(samples)
    moved = list(words)
    end_s = len(samples) / HEARING_RATE
    for index in range(len(moved) + 1):
        before = moved[index - 1] if index else None
        after = moved[index] if index < len(moved) else None
        first_s = max(before.start_s + _SHORTEST_WORD_S, before.end_s - _REACH_S) if before else 0.0
        last_s = min(after.end_s - _SHORTEST_WORD_S, after.start_s + _REACH_S) if after else end_s
        near = [pause for pause in pauses if pause.start_s < last_s and pause.end_s > first_s]
        if not near:
            continue
        pause = max(near, key=lambda each: min(each.end_s, last_s) - max(each.start_s, first_s))
        if before:
            moved[index - 1] = replace(before, end_s=max(pause.start_s, first_s))
        if after:
            moved[index] = replace(after, start_s=min(pause.end_s, last_s))
    return moved


def _pauses(samples: NDArray[np.float32]) -> list[Window]:
    """Return the stretches of quiet, in order."""
    size = round(_FRAME_S * HEARING_RATE)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return []
    levels = 10 * np.log10(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-12)
    noise, speech = np.percentile(levels, (5, 90))
    quiet = levels < min(speech - _SHALLOW_DB, max(speech - _DEEP_DB, noise + _SHARE * (speech - noise)))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet, [0])).astype(int)))
    return [
        Window(float(start) * _FRAME_S, float(end) * _FRAME_S)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if (end - start) * _FRAME_S >= _SHORTEST_PAUSE_S
    ]
