"""A long clip is checked in windows that end in pauses, because a recognizer hears thirty seconds at once.

The windows depend on what was heard and not on the text that is checked: so they stay as they are while it is edited.
The written words are dealt out to them along the heard ones.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.transcripts.align import LONGEST_S
from voicelab.transcripts.text_diff import Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voicelab.transcripts.words import Word

_SHORTEST_S = 12.0
"""What a window has at least, so that the recognizer has something to go by."""
_WIDE_S = 0.8
"""A longer pause is no better."""
_LATER = 0.02
"""What a second later is worth, in seconds of pause: fewer windows are quicker."""
_MOST_PLACES = 12
"""Places at which a difference across a seam is tried in two; in longer ones it is cut in proportion."""


def windows(words: Sequence[Word], speech: Sequence[Window], seconds: float) -> list[Window]:
    """Return the windows of a clip of `seconds`: one up to `LONGEST_S`, else each ends in a pause.

    A seam lies in the middle of the widest gap between heard words; where nothing was heard, between two stretches of
    speech. Where there is none of either, it cuts after `LONGEST_S`.
    """
    gaps = [
        Window(word.end_s, following.start_s)
        for word, following in itertools.pairwise(words)
        if following.start_s >= word.end_s
    ]
    quiet = [
        Window(stretch.end_s, following.start_s)
        for stretch, following in itertools.pairwise(speech)
        if not any(word.start_s < following.start_s and word.end_s > stretch.end_s for word in words)
    ]
    found: list[Window] = []
    start_s = 0.0
    while seconds - start_s > LONGEST_S:
        seams = [
            (min(gap.seconds, _WIDE_S) + _LATER * middle_s, middle_s)
            for gap in (*gaps, *quiet)
            if start_s + _SHORTEST_S <= (middle_s := (gap.start_s + gap.end_s) / 2) <= start_s + LONGEST_S
        ]
        seam_s = max(seams)[1] if seams else start_s + LONGEST_S
        found.append(Window(start_s, seam_s))
        start_s = seam_s
    return [*found, Window(start_s, seconds)]


def assigned(
    written: Sequence[str],
    heard: Sequence[str],
    counts: Sequence[int],
    likelihood: Callable[[int, Sequence[str]], float],
) -> list[list[str]]:
    """Return the written words of each window; `counts` are the numbers of heard words in each.

    A seam between words that both texts have is clear. Where it falls into a difference, each place for it in there is
    tried: `likelihood(window, words)` is the logarithm of how likely a window says some words.
    """
    found = []
    start, seam = 0, 0
    differences = stretches(written, heard)
    for window, count in enumerate(counts[:-1]):
        seam += count
        first, last = _places(differences, seam, len(written))
        first = max(first, start)
        last = max(last, first)
        place = first
        if first < last <= first + _MOST_PLACES:
            ahead = list(written[last : last + 2])
            place = max(
                range(first, last + 1),
                key=lambda at: (
                    likelihood(window, written[start:at]) + likelihood(window + 1, [*written[at:last], *ahead])
                ),
            )
        elif first < last:
            place = _in_proportion(differences, seam, first, last)
        found.append(list(written[start:place]))
        start = place
    return [*found, list(written[start:])]


def _places(differences: Sequence[Stretch], seam: int, written: int) -> tuple[int, int]:
    """Return the first and last place among the `written` words where the seam before heard word `seam` may be."""
    for stretch in differences:
        if stretch.other_first < seam < stretch.other_last:
            return stretch.first, stretch.last
    before = [stretch.last for stretch in differences if stretch.other_first < stretch.other_last <= seam]
    after = [stretch.first for stretch in differences if seam <= stretch.other_first < stretch.other_last]
    return max(before, default=0), min(after, default=written)


def _in_proportion(differences: Sequence[Stretch], seam: int, first: int, last: int) -> int:
    for stretch in differences:
        if stretch.other_first < seam < stretch.other_last:
            share = (seam - stretch.other_first) / (stretch.other_last - stretch.other_first)
            return first + round(share * (last - first))
    return (first + last) // 2
