"""The check finds planted errors and leaves true words alone, on texts that it was not tuned on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.transcripts.planted import HELD_OUT, measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.transcriber import Transcriber


def test_planted_errors_are_found_and_true_words_left_alone(
    transcriber: Transcriber, spoken: Callable[[str], Clip]
) -> None:
    texts = HELD_OUT if os.environ.get("VOICELAB_PLANTED") == "all" else HELD_OUT[:3]
    figures = measure(transcriber, spoken, texts)
    print(figures)
    assert figures.found >= 0.95 * figures.errors, figures
    assert figures.blamed <= 0.04 * figures.true_words, figures
