"""A first window of a new recording, so that the person starts from something usable."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

BEST_S = 15.0
"""The guide's sweet spot for a reference clip."""
_EDGE_S = 0.15
"""Silence kept before the first and after the last sound."""


def suggested_window(clip: Clip, stretches: Sequence[Window], seconds: float = BEST_S) -> Window:
    """Return the window from the first speech to the pause nearest `seconds` later; the whole clip if it is short.

    `stretches` are the clip's speech, as `speech_stretches` gives them. Where no pause lies between half of `seconds`
    and one and a third of it, the window is simply `seconds` long.
    """
    if not stretches:
        return Window(0.0, min(clip.seconds, seconds))
    start_s = max(0.0, stretches[0].start_s - _EDGE_S)
    if stretches[-1].end_s - start_s <= seconds * 4 / 3:
        return Window(start_s, min(clip.seconds, stretches[-1].end_s + _EDGE_S))
    ends = [
        (stretch.end_s, following.start_s)
        for stretch, following in itertools.pairwise(stretches)
        if seconds / 2 <= stretch.end_s - start_s <= seconds * 4 / 3
    ]
    if not ends:
        return Window(start_s, min(clip.seconds, start_s + seconds))
    end_s, next_s = min(ends, key=lambda pause: abs(pause[0] - start_s - seconds))
    return Window(start_s, min(end_s + _EDGE_S, (end_s + next_s) / 2))
