"""Whether a model can do what a request asks: mlx-audio ignores what it cannot do, the lab refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.errors import EmptyText, InvalidValue, UnsupportedLanguage
from voicelab.languages import language_name

if TYPE_CHECKING:
    from voicelab.engines.mlx.families import Family
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Prompt, SpeechRequest

_SEEDS = 2**64
_LIMIT_AT_LEAST_S = 12.0
_LIMIT_PER_LETTER_S = 0.3
"""Four times as long as read English takes."""
_LIMIT_PER_IDEOGRAPH_S = 1.0
"""Of Chinese, Japanese and Korean, whose signs are syllables and more."""
_IDEOGRAPHS = range(0x2E80, 0xD7B0)


def check_request(request: SpeechRequest, model: Model, family: Family) -> None:
    """Raise EmptyText, UnsupportedLanguage or InvalidValue unless a model of `family` does what `request` says."""
    if not request.text.strip():
        raise EmptyText("There is no text to speak. Type at least a word.")
    if not 0 <= request.seed < _SEEDS:
        raise InvalidValue("seed", f"The seed {request.seed} cannot be used. Choose a whole number from 0 to 2^64 - 1.")
    name = language_name(request.language)
    if name not in model.languages:
        raise UnsupportedLanguage(
            f"This model does not speak {name}. Choose one of: {', '.join(model.languages)}; or another model."
        )
    model.check_sampling(request.sampling)
    for field in ("speaker", "instruct"):
        if getattr(request, field):
            message = f"{family.title} clones a voice here and takes no {field}: it would change nothing. Leave it out."
            raise InvalidValue(field, message)
    if request.prompt is None:
        raise InvalidValue("prompt", f"{family.title} clones a voice here, so it needs one. Choose a voice.")
    _check_prompt(request.prompt, family)


def _check_prompt(prompt: Prompt, family: Family) -> None:
    seconds = prompt.clip_seconds
    if not family.shortest_prompt_s <= seconds <= family.longest_prompt_s:
        raise InvalidValue(
            "prompt",
            f"The voice's clip is {seconds:.1f} s long. For {family.title} cut one of {family.shortest_prompt_s:g} to "
            f"{family.longest_prompt_s:g} s.",
        )
    if not np.isfinite(prompt.samples).all():
        raise InvalidValue("prompt", "The voice's clip holds samples that are not numbers. Cut the clip anew.")
    if family.needs_transcript and not prompt.text.strip():
        raise InvalidValue(
            "transcript",
            f"The voice has no transcript, and {family.title} needs every word of its clip. Transcribe the clip.",
        )


def longest_s(text: str) -> float:
    """Return after how many seconds a take of `text` is taken to be a runaway."""
    wide = sum(ord(sign) in _IDEOGRAPHS for sign in text)
    return max(_LIMIT_AT_LEAST_S, wide * _LIMIT_PER_IDEOGRAPH_S + (len(text) - wide) * _LIMIT_PER_LETTER_S)
