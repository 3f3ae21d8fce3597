"""The voice that comes with the lab."""

from __future__ import annotations

from tests.make_sample_voice import NAME, SLUG, TEXT
from voicelab.clips.checks import check
from voicelab.settings import CHECKOUT
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.library import VoiceLibrary


def test_the_sample_is_a_usable_voice_that_says_it_is_synthetic() -> None:
    library = VoiceLibrary(CHECKOUT / "voices")
    voice, clip = library.get(SLUG), library.clip(SLUG)
    assert voice.name == NAME
    assert voice.synthetic
    assert "CC0" in voice.consent
    assert 12 <= clip.seconds <= 18
    assert library.transcript(SLUG).text == TEXT
    assert Transcriber(PACKAGED).check(clip, TEXT).verdict == "match"


def test_no_check_finds_fault_with_the_sample() -> None:
    """One person speaks in it, 0.70 alike: a threshold of 0.7 said that there were two."""
    checks = check(VoiceLibrary(CHECKOUT / "voices").clip(SLUG)).checks
    assert {one.name: one.level for one in checks}["speakers"] == "ok"
    assert [one.message for one in checks if one.level == "fail"] == []
