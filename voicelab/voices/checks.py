"""What a voice may be made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import ClipUnusable, EmptyText, InvalidValue
from voicelab.transcripts.words import MatchVerdict

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip
    from voicelab.transcripts.words import Transcript
    from voicelab.voices.voice import Recipe

SHORTEST_CLIP_S = 1.0
"""A clip below this holds no voice; clips/checks.py says what is good."""
LONGEST_CLIP_S = 30.0
"""What Qwen3-TTS takes as a prompt, and one window of Whisper, which checks the transcript."""
LONGEST_CONSENT = 5000
"""Characters: two pages."""
LONGEST_TAIL_S = 2.0
"""Silence after a clip that still makes sense: nobody has been seen to append more than 1 s (evaluation of F5-TTS)."""
MATCHES = (*get_args(MatchVerdict), "unchecked")
"""What `Voice.match` can be."""


def checked_clip(clip: Clip) -> Clip:
    """Return it. Raises ClipUnusable."""
    if clip.sample_rate != SAMPLE_RATE:
        raise ClipUnusable(f"The clip has {clip.sample_rate} samples per second. Resample it to {SAMPLE_RATE}.")
    if not SHORTEST_CLIP_S <= clip.seconds <= LONGEST_CLIP_S:
        raise ClipUnusable(
            f"The clip is {clip.seconds:.1f} s long. A voice takes {SHORTEST_CLIP_S:g} to {LONGEST_CLIP_S:g} s, best "
            "about 15 s: choose another start and end."
        )
    if not np.isfinite(clip.samples).all():
        raise ClipUnusable("The clip holds samples that are no numbers. Export the recording again and bring it anew.")
    return clip


def checked_recipe(recipe: Recipe) -> Recipe:
    """Return it. Raises InvalidValue."""
    if not recipe.model.strip():
        raise InvalidValue("model", "The recipe names no model. Choose one, or auto for this machine's default.")
    if not 0 <= recipe.seed < 2**32:
        raise InvalidValue("seed", f"The seed {recipe.seed} is out of range: use 0 to {2**32 - 1}.")
    if recipe.length_s is not None:
        checked_length(recipe.length_s)
    if not 0 <= recipe.tail_silence_s <= LONGEST_TAIL_S:
        raise InvalidValue(
            "tail_silence_s", f"{recipe.tail_silence_s:g} s of silence cannot follow the clip: 0 to {LONGEST_TAIL_S:g}."
        )
    return recipe


def checked_length(length_s: float) -> float:
    """Return it, in seconds. Raises InvalidValue."""
    if not (math.isfinite(length_s) and length_s > 0):
        raise InvalidValue("length_s", f"A length of {length_s:g} s cannot be cut. Use a number of seconds above 0.")
    return length_s


def checked_transcript(transcript: Transcript) -> Transcript:
    """Return it. Raises EmptyText."""
    if not transcript.text.strip():
        raise EmptyText("The voice has no transcript. Transcribe the clip or write what is said in it.")
    return transcript


def checked_consent(consent: str) -> str:
    """Return it without spaces around it. Raises InvalidValue."""
    if len(consent) > LONGEST_CONSENT:
        raise InvalidValue(
            "consent",
            f"The consent note has {len(consent):,} characters. Keep it to {LONGEST_CONSENT:,}, and the rest in a file "
            "of its own.",
        )
    return consent.strip()


def checked_match(match: str) -> str:
    """Return it. Raises InvalidValue."""
    if match not in MATCHES:
        raise InvalidValue("match", f"A match is one of {', '.join(MATCHES)}, and not {match!r}.")
    return match
