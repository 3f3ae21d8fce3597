"""Checked speech with real Piper, which has planted faults, and real Whisper, which hears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.bleed_texts import HELD_OUT
from tests.checked.conftest import REFERENCE, SpeakingEngine
from tests.planted import planted
from voicelab.checked.job import take_seed
from voicelab.checked.judge import RecognizerEar
from voicelab.checked.speaking import submit_checked
from voicelab.errors import InvalidValue, ModelUnavailable, UnsupportedLanguage
from voicelab.speech.ports import Prompt, Speech, SpeechRequest
from voicelab.speech.text_pieces import pieces
from voicelab.transcripts import recognizers
from voicelab.transcripts import transcriber as hearing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.transcriber import Transcriber

WAIT_S = 300.0
LINES = HELD_OUT.references[1:9]
SEED = 3


def test_what_is_right_at_once_is_what_would_have_been_said_unchecked(
    steady: Callable[[], SpeakingEngine], transcriber: Transcriber
) -> None:
    request = SpeechRequest("The kettle is on the stove already. Nobody has touched it since noon.", "preview", seed=5)
    unchecked = steady().submit(request).result()
    speech = submit_checked(steady(), transcriber, request, 4).result(WAIT_S)
    assert speech.checked is not None
    assert [sentence.takes for sentence in speech.checked.sentences] == [1, 1]
    assert speech.checked.recognizer == "tiny.en"
    assert np.array_equal(speech.samples, unchecked.samples)


def test_planted_faults_are_spoken_again(
    faulty: Callable[[], SpeakingEngine], transcriber: Transcriber, prompt: Prompt
) -> None:
    """`python -m tests.bench_checked` has the figures; this is a text whose faults are known."""
    text = " ".join(LINES)
    request = SpeechRequest(text, "preview", prompt, seed=SEED)
    said = [piece.text for piece in pieces(text)]
    first = [planted(line, take_seed(SEED, index, 0), REFERENCE).kind for index, line in enumerate(said)]
    assert len(set(first) - {""}) >= 2, "this seed plants too few faults to prove anything"
    speech = submit_checked(faulty(), transcriber, request, 4).result(WAIT_S)
    assert speech.checked is not None
    kept = [planted(each.text, each.seed, REFERENCE).kind for each in speech.checked.sentences]
    assert kept == [""] * len(said)
    right_at_once = [each.takes for each, kind in zip(speech.checked.sentences, first, strict=True) if not kind]
    assert sum(right_at_once) <= len(right_at_once) + 1, "right takes are thrown away"


def speech_of(samples: NDArray[np.float32]) -> Speech:
    return Speech(samples, "fake", "preview", 0, 1.0, 0)


def test_silence_clipping_pauses_and_runaways_are_faults(
    spoken: Callable[[str], Clip], transcriber: Transcriber
) -> None:
    line = "My grandfather repaired clocks in a small shop behind the railway station."
    samples = spoken(line).samples
    ear = RecognizerEar(transcriber, "english")
    request = SpeechRequest(line, "preview")
    pause = np.zeros(24_000 * 3, np.float32)
    for changed, told in (
        (np.zeros_like(samples), "silent"),
        (np.clip(samples * 20, -1, 1), "clipped"),
        (np.concatenate([samples, pause]), "silent for 3"),
        (np.tile(samples, 5), "goes on for"),
        (np.concatenate([samples, samples]), "heard"),
    ):
        assert told in " ".join(ear.judge(speech_of(changed), request).faults), told
    assert ear.judge(speech_of(samples), request).faults == ()


def test_without_a_recognizer_nothing_is_spoken(
    steady: Callable[[], SpeakingEngine], transcriber: Transcriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = steady()
    with pytest.raises(UnsupportedLanguage, match=r"VOICELAB_RECOGNIZER=small; or speak without check"):
        submit_checked(engine, transcriber, SpeechRequest("Guten Tag.", "preview", language="german"), 4)
    with pytest.raises(InvalidValue, match="1 to 10 takes"):
        submit_checked(engine, transcriber, SpeechRequest("Hello.", "preview"), 11)
    monkeypatch.setattr(recognizers, "packaged_folder", lambda: None)
    monkeypatch.setattr(recognizers, "folder_on_disk", lambda *_given: None)
    with pytest.raises(ModelUnavailable, match="install the requirements again"):
        submit_checked(engine, hearing.Transcriber("small"), SpeechRequest("Hello.", "preview"), 4)
    assert not engine.requests
