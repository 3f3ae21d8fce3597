"""The recording and the words of the tests of drafts."""

from __future__ import annotations

from tests.voices.making import noise_clip, words_for

RECORDING = noise_clip(16.0)
WORDS = words_for(RECORDING)
