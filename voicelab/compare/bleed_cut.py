"""Leaked words are cut off a take, and what is left is heard: it counts only when the line is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.compare.bleed import recognizer_on_disk
from voicelab.compare.cutting import Sides, cut_between
from voicelab.compare.word_errors import compare_words
from voicelab.errors import InvalidValue
from voicelab.transcripts.spelling import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.compare.take import Details
    from voicelab.transcripts.transcriber import Transcriber

_FADE_S = 0.005
_LEFT_S = 0.06
"""Less than this is no take."""


def without_leak(transcriber: Transcriber, clip: Clip, spoken: str, details: Details | None, language: str) -> Clip:
    """Return `clip`, a take of the line `spoken`, without the leaked words that `details` tell of.

    Raises InvalidValue where they are not at its start or end, and where less of the line is heard afterwards.
    """
    if details is None or details.bleed_place not in {"start", "end"} or not details.bleed_seconds:
        raise InvalidValue(
            "take",
            "Only words at the start or the end of a take can be cut off, and none were found there. Speak it again "
            "with a new seed, with silence after the clip, or from a shorter clip.",
        )
    at_start = details.bleed_place == "start"
    line = split_words(spoken, language)
    model = recognizer_on_disk(transcriber)
    sides = Sides(details.bleed_words, line) if at_start else Sides(line, details.bleed_words)
    near_s = details.bleed_seconds if at_start else details.bleed_start_s or 0.0
    place = round(cut_between(transcriber, clip, sides, near_s, language, model) * clip.sample_rate)
    samples = (clip.samples[place:] if at_start else clip.samples[:place]).copy()
    if len(samples) <= round(_LEFT_S * clip.sample_rate):
        raise InvalidValue("take", "Nothing would be left of this take. Speak it again with a new seed.")
    ramp = np.linspace(0, 1, round(_FADE_S * clip.sample_rate), dtype=np.float32)
    if at_start:
        samples[: len(ramp)] *= ramp
    else:
        samples[-len(ramp) :] *= ramp[::-1]
    kept = Clip(samples, clip.sample_rate)
    lost = lost_words(transcriber, line, clip, kept, language, at_start=at_start)
    if lost:
        words = ", ".join(f"“{word}”" for word in lost[:3])
        raise InvalidValue(
            "take",
            f"No cut was found that leaves the line whole: {words} would go with the leaked words. The take is as it "
            "was. Speak it again with a new seed, or with silence after the clip.",
        )
    return kept


def lost_words(
    transcriber: Transcriber, line: Sequence[str], before: Clip, after: Clip, language: str, *, at_start: bool
) -> tuple[str, ...]:
    """Return the words of `line` that are missed in `after`, where they tell that a cut took some away; else none.

    They do where more are missed than in `before`, and where the word beside the cut is: it may be gone even if it was
    not understood before. `at_start` says that the cut is before the line's first word, and not after its last.
    """
    model = recognizer_on_disk(transcriber)

    def missed(clip: Clip) -> tuple[int, ...]:
        heard = [word.text for word in transcriber.hear(clip, model=model, language=language).words]
        return tuple(compare_words(line, heard, language).missed)

    now = missed(after)
    beside = 0 if at_start else len(line) - 1
    if not now or (beside not in now and len(now) <= len(missed(before))):
        return ()
    return tuple(line[at] for at in now)
