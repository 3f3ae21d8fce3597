"""What a voice may be made of."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import ClipUnusable, EmptyText, InvalidValue
from voicelab.languages import language_name
from voicelab.speech.tempo import checked_speed
from voicelab.transcripts.words import MatchVerdict
from voicelab.voices.aliases import checked_aliases
from voicelab.voices.document import checked_fields
from voicelab.voices.pronunciations import checked as checked_pronunciations
from voicelab.voices.slug import checked_name
from voicelab.voices.voice import LONGEST_CONSENT, LONGEST_TAIL_S, MAX_SEED

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip
    from voicelab.transcripts.words import Transcript
    from voicelab.voices.voice import Recipe, Voice

SHORTEST_CLIP_S = 1.0
"""A clip below this holds no voice; clips/checks.py says what is good."""
LONGEST_CLIP_S = 30.0
"""What Qwen3-TTS takes as a prompt, and one window of Whisper, which checks the transcript."""
LONGEST_TRANSCRIPT = 20_000
"""Characters: what the check of a text against its clip takes."""
MOST_WORDS = 5_000
MATCHES = (*get_args(MatchVerdict), "unchecked")
"""What `Voice.match` can be."""
_RECORDING = re.compile(r"(?:recording\.[a-z0-9]{1,8})?")


def checked_voice(voice: Voice) -> Voice:
    """Return it as it is kept: the one rule, whether it is saved, changed, imported or read from its folder.

    Raises InvalidValue, InvalidName, UnsupportedLanguage, ClipUnusable.
    """
    checked_fields(voice)
    _checked_length_of_clip(voice.seconds)
    if not _RECORDING.fullmatch(voice.recording):
        raise InvalidValue("recording", "The recording must be a file of this folder called recording.…")
    if voice.window is not None and not 0 <= voice.window.start_s < voice.window.end_s < math.inf:
        raise InvalidValue("window", "The clip's stretch of the recording must begin before it ends.")
    return replace(
        voice,
        name=checked_name(voice.name),
        language=language_name(voice.language),
        recipe=checked_recipe(voice.recipe),
        consent=checked_consent(voice.consent),
        match=checked_match(voice.match),
        aliases=checked_aliases(voice.aliases),
        pronunciations=checked_pronunciations(voice.pronunciations),
    )


def checked_clip(clip: Clip) -> Clip:
    """Return it. Raises ClipUnusable."""
    if clip.sample_rate != SAMPLE_RATE:
        raise ClipUnusable(f"The clip has {clip.sample_rate} samples per second. Resample it to {SAMPLE_RATE}.")
    _checked_length_of_clip(clip.seconds)
    if not np.isfinite(clip.samples).all():
        raise ClipUnusable("The clip holds samples that are no numbers. Export the recording again and bring it anew.")
    return clip


def checked_recipe(recipe: Recipe) -> Recipe:
    """Return it. Raises InvalidValue."""
    if not recipe.model.strip():
        raise InvalidValue("model", "The recipe names no model. Choose one, or auto for this machine's default.")
    if not 0 <= recipe.seed <= MAX_SEED:
        raise InvalidValue("seed", f"The seed {recipe.seed} is out of range: use 0 to {MAX_SEED}.")
    if recipe.length_s is not None:
        checked_length(recipe.length_s)
    if not 0 <= recipe.tail_silence_s <= LONGEST_TAIL_S:
        raise InvalidValue(
            "tail_silence_s", f"{recipe.tail_silence_s:g} s of silence cannot follow the clip: 0 to {LONGEST_TAIL_S:g}."
        )
    checked_speed(recipe.speed)
    return checked_fields(recipe)


def _checked_length_of_clip(seconds: float) -> None:
    if not SHORTEST_CLIP_S <= seconds <= LONGEST_CLIP_S:
        raise ClipUnusable(
            f"The clip is {seconds:.1f} s long. A voice takes {SHORTEST_CLIP_S:g} to {LONGEST_CLIP_S:g} s, best "
            "about 15 s: choose another start and end."
        )


def checked_length(length_s: float) -> float:
    """Return it, in seconds. Raises InvalidValue."""
    if not (math.isfinite(length_s) and length_s > 0):
        raise InvalidValue("length_s", f"A length of {length_s:g} s cannot be cut. Use a number of seconds above 0.")
    return length_s


def checked_transcript(transcript: Transcript) -> Transcript:
    """Return it. Raises EmptyText."""
    if not transcript.text.strip():
        raise EmptyText("The voice has no transcript. Transcribe the clip or write what is said in it.")
    if len(transcript.text) > LONGEST_TRANSCRIPT or len(transcript.words) > MOST_WORDS:
        raise InvalidValue(
            "text",
            f"The transcript has {len(transcript.text):,} characters in {len(transcript.words):,} words, and nobody "
            f"says more than {LONGEST_TRANSCRIPT:,} in {MOST_WORDS:,} in a clip. Write what is said in it.",
        )
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
