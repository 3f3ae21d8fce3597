"""Clips whose words are known by construction: one word a second, half of it silence."""

from __future__ import annotations

from functools import partial

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.models.known_models import is_known
from voicelab.transcripts.words import Transcript, Word

KNOWN = partial(is_known, started_with="auto")
"""Which models of packages a lab without --model uses unasked."""

WORDS = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
]


def noise_clip(seconds: float, seed: int = 0) -> Clip:
    """Noise in the first half of every second."""
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * SAMPLE_RATE)).astype(np.float32)
    samples[np.arange(len(samples)) % SAMPLE_RATE >= SAMPLE_RATE // 2] = 0
    return Clip(samples)


def words_for(clip: Clip, author: str = "tiny.en") -> Transcript:
    """The transcript of a `noise_clip`: the word of each second is where its noise is."""
    words = tuple(Word(WORDS[i], float(i), i + 0.5, 0.9) for i in range(int(clip.seconds)))
    return Transcript(" ".join(word.text for word in words), words, author, "english")
