"""A first window of a new recording, so that the person starts from something usable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.clips.best import likely_window
from voicelab.clips.clip import Clip, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

BEST_S = 15.0
"""The guide's sweet spot for a reference clip."""
_EDGE_S = 0.3
"""Silence kept before the first and after the last sound."""


def suggested_window(
    clip: Clip, stretches: Sequence[Window], seconds: float = BEST_S, clipped_s: Sequence[float] = ()
) -> Window:
    """Return the likeliest window of about `seconds`, from pause to pause; all that is spoken if that is little.

    `stretches` are the clip's speech, as `speech_stretches` gives them, and `clipped_s` where it is clipped.
    """
    if not stretches:
        return Window(0.0, min(clip.seconds, seconds))
    spoken = Window(max(0.0, stretches[0].start_s - _EDGE_S), min(clip.seconds, stretches[-1].end_s + _EDGE_S))
    if spoken.seconds <= seconds * 4 / 3:
        return spoken
    return likely_window(clip, stretches, seconds, clipped_s)
