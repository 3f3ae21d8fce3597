"""What is no clear English speech: a sentence, never a crash nor a confident wrong verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.transcripts.bench import voices
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import EmptyText

if TYPE_CHECKING:
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Match

TEXT = "The postman comes at nine and leaves the letters on a chair by the door. Nobody hears him go."
OTHER = "Her hair was still wet when the bell rang. She wrote her name on the board and sat down in silence."


def wrong(match: Match) -> list[str]:
    return [word.text for word in match.words if word.verdict == "wrong"]


@pytest.fixture(scope="module")
def speech() -> Clip:
    return voices.say(TEXT, voices.TUNING[0], 1)


def melody(rng: np.random.Generator) -> Clip:
    times = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    notes = [np.sin(2 * np.pi * 220 * 2 ** (step / 12) * times) for step in rng.integers(0, 24, 32)]
    return Clip((0.4 * np.concatenate([note * np.hanning(len(note)) for note in notes])).astype(np.float32))


def whispered(clip: Clip) -> Clip:
    """Keep the spectrum's envelope and put noise for what the voice makes: linear prediction, frame by frame."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    rng, size, order = np.random.default_rng(0), 480, 24
    window, said = np.hanning(size), np.zeros(len(clip.samples))
    for start in range(0, len(said) - size, size // 2):
        frame = clip.samples[start : start + size] * window
        lags = np.correlate(frame, frame, "full")[size - 1 : size + order]
        lags[0] = lags[0] * 1.001 + 1e-6
        filtered = np.concatenate(([1.0], -solve_toeplitz(lags[:-1], lags[1:])))
        breath = rng.standard_normal(size) * np.std(lfilter(filtered, [1.0], frame))
        said[start : start + size] += lfilter([1.0], filtered, breath) * window
    return Clip((said / np.abs(said).max() * 0.5).astype(np.float32))


def test_music_and_noise_have_no_words_and_it_says_so(transcriber: Transcriber) -> None:
    rng = np.random.default_rng(3)
    for clip in (melody(rng), Clip((0.1 * rng.standard_normal(5 * SAMPLE_RATE)).astype(np.float32))):
        match = transcriber.check(clip, TEXT)
        assert match.verdict == "mismatch"
        assert "Nobody speaks" in match.notes[0]


def test_one_word_in_a_minute_of_silence_is_found_and_another_is_not(transcriber: Transcriber) -> None:
    hello = voices.say("Hello.", voices.TUNING[0], 1).samples
    samples = np.zeros(60 * SAMPLE_RATE, np.float32)
    samples[31 * SAMPLE_RATE : 31 * SAMPLE_RATE + len(hello)] = hello
    match = transcriber.check(Clip(samples), "Hello.")
    assert match.verdict == "match"
    assert 29 < match.words[0].end_s < 33
    assert transcriber.check(Clip(samples), "Elephant.").verdict != "match"


def test_two_people_at_once_are_doubtful_and_never_surely_wrong(transcriber: Transcriber, speech: Clip) -> None:
    other = voices.say(OTHER, voices.TUNING[2], 2)
    length = min(len(speech.samples), len(other.samples))
    match = transcriber.check(Clip((speech.samples[:length] + other.samples[:length]) / np.float32(2)), TEXT)
    assert (match.verdict, wrong(match)) == ("doubtful", [])
    assert "Two people at once" in match.notes[0]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Bonjour, je m'appelle Pierre et j'habite à Paris depuis dix ans avec ma femme."),
        ("es", "Buenos días, me gustaría comprar tres billetes para el tren de mañana."),
    ],
)
def test_the_true_text_of_another_language_is_doubtful_and_never_surely_wrong(
    transcriber: Transcriber, code: str, text: str
) -> None:
    import soxr
    from piper.phonemize_espeak import EspeakPhonemizer

    voice = voices.piper()
    sound = [voice.say(list(part), 1.0, (1,), lambda: None) for part in EspeakPhonemizer().phonemize(code, text)]
    clip = Clip(np.asarray(soxr.resample(np.concatenate(sound), voice.sample_rate, SAMPLE_RATE), np.float32))
    match = transcriber.check(clip, text)
    assert (match.verdict, wrong(match)) == ("doubtful", [])
    assert "another language" in match.notes[0]


def test_whispering_is_heard_or_it_says_that_it_is_not(transcriber: Transcriber, speech: Clip) -> None:
    match = transcriber.check(whispered(speech), TEXT)
    assert not wrong(match) or match.notes


def test_a_text_in_another_script_is_named(transcriber: Transcriber, speech: Clip) -> None:
    match = transcriber.check(speech, "Почтальон приходит в девять и оставляет письма на стуле")
    assert match.verdict == "mismatch"
    assert "another script than english" in match.notes[0]


def test_an_empty_text_is_refused_with_what_to_do(transcriber: Transcriber, speech: Clip) -> None:
    with pytest.raises(EmptyText, match="Transcribe the clip"):
        transcriber.check(speech, " ")


def test_clear_speech_has_no_notes(transcriber: Transcriber, speech: Clip) -> None:
    assert transcriber.check(speech, TEXT).notes == ()
