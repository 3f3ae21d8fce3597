"""Servers elsewhere: what they are sent, what comes of what they send, and each way in which they fail."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from tests.engines.remote.standin import KEY, StandIn, standing_in, tone
from tests.fakes import RecordingReporter
from voicelab.engines.remote.servers import servers
from voicelab.engines.remote.synthesizer import RemoteSynthesizer
from voicelab.errors import Cancelled, ConsentMissing, Failed, InvalidValue, NeverEnded, Unavailable, VoiceLabError
from voicelab.speech.ports import Line, Prompt, Speech, SpeechRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROMPT = Prompt(tone("a clip", 5), "What the clip says.", "english")
TEXT = "Hello there, this is a sentence."


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


@pytest.fixture
def synthesizer(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteSynthesizer]:
    monkeypatch.setenv(
        "VOICELAB_REMOTES",
        f"gpu={server.url}/v1#kind=vllm-omni&model=Qwen/Base&at_once=3&wait_s=1 "
        f"plain={server.url}#voice=alloy&wait_s=1 shut={server.url}#wait_s=1 gone=http://127.0.0.1:9",
    )
    monkeypatch.setenv("VOICELAB_REMOTE_KEYS", f"gpu={KEY} plain={KEY}")
    made = RemoteSynthesizer()
    made.load("gpu", RecordingReporter())
    yield made
    made.unload()


def request(text: str = TEXT, **more: Any) -> SpeechRequest:
    return replace(SpeechRequest(text, "gpu", PROMPT, seed=7), **more)


def test_a_clip_that_nobody_agreed_to_stays_here(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    with pytest.raises(ConsentMissing, match="no consent note"):
        synthesizer.speak(request(prompt=replace(PROMPT, consented=False)), RecordingReporter())
    assert not server.asked


def test_a_clip_and_its_words_are_sent_as_vllm_omni_publishes(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    report = RecordingReporter()
    speech = synthesizer.speak(request(), report)
    (asked,) = server.asked
    clip, rate = soundfile.read(io.BytesIO(base64.b64decode(asked.pop("ref_audio").partition(",")[2])), dtype="float32")
    assert rate == 24_000
    assert np.abs(clip - PROMPT.samples).max() < 1e-4
    assert asked == {
        "input": TEXT,
        "model": "Qwen/Base",
        "response_format": "wav",
        "task_type": "Base",
        "ref_text": "What the clip says.",
        "language": "English",
        "seed": 7,
    }
    assert (speech.engine, speech.model, speech.seed, speech.sample_rate) == ("remote", "gpu", 7, 24_000)
    assert np.abs(speech.samples - tone(TEXT, 7)).max() < 1e-4
    assert report.spoken_s


def test_what_is_live_is_streamed(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    parts: list[NDArray[np.float32]] = []
    ends: list[Speech | VoiceLabError] = []
    _together(
        synthesizer, [Line(request(live=True), RecordingReporter(), lambda new, _rate: parts.append(new), ends.append)]
    )
    assert (server.asked[0]["stream"], server.asked[0]["stream_format"]) == (True, "audio")
    (speech,) = ends
    assert isinstance(speech, Speech)
    assert len(parts) > 2
    handed = np.concatenate(parts)
    assert 0 < len(handed) < len(speech.samples)
    assert np.array_equal(handed, speech.samples[: len(handed)])


@pytest.mark.parametrize(("fault", "rate"), [("slow", 16_000), ("high", 48_000)])
def test_another_sample_rate_is_brought_to_the_labs(synthesizer: RemoteSynthesizer, fault: str, rate: int) -> None:
    speech = synthesizer.speak(request(f"{fault} is the word for this sentence."), RecordingReporter())
    assert speech.sample_rate == 24_000
    assert speech.duration_s == pytest.approx(0.06 * len(f"{fault} is the word for this sentence."), abs=0.02)
    spectrum = np.abs(np.fft.rfft(speech.samples))
    hertz = float(np.argmax(spectrum)) / speech.duration_s
    assert hertz == pytest.approx(207, abs=3), rate


def test_other_servers_get_the_text_and_their_own_voice(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    synthesizer.load("plain", RecordingReporter())
    synthesizer.speak(request(model="plain", instruct="Gently."), RecordingReporter())
    assert server.asked == [{"input": TEXT, "response_format": "wav", "voice": "alloy", "instructions": "Gently."}]


def test_several_at_once(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    ends: list[Speech | VoiceLabError] = []
    lines = [
        Line(request(f"Sentence number {number} of them all."), RecordingReporter(), lambda *_given: None, ends.append)
        for number in range(6)
    ]
    _together(synthesizer, lines)
    assert len(ends) == 6
    assert all(isinstance(each, Speech) for each in ends)
    assert server.most_at_once == 3


@pytest.mark.parametrize(
    ("word", "kind", "told"),
    [
        ("html", Failed, "answers 'text/html' and no audio"),
        ("json", Failed, "out of memory"),
        ("mp3", Failed, "sent 'ID3' instead of a WAV file"),
        ("empty", Failed, "sent nothing instead of a WAV file"),
        ("error", Failed, "answers 500: .*CUDA out of memory"),
        ("busy", Unavailable, "is busy .503."),
        ("redirect", Failed, "answers 302"),
        ("hang", Unavailable, "gave nothing for 1 s"),
        ("liar", Failed, "sample rate is wrong"),
        ("odd", Failed, "7 samples per second"),
        ("cut", Failed, "gone in the middle"),
        ("endless", NeverEnded, "speaks on after"),
    ],
)
def test_what_a_server_does_wrong_is_a_sentence_and_the_next_text_goes_well(
    synthesizer: RemoteSynthesizer, word: str, kind: type[VoiceLabError], told: str
) -> None:
    text = f"{word} is the word that this sentence begins with, and it is long enough to be looked at."
    with pytest.raises(kind, match=told) as raised:
        synthesizer.speak(request(text), RecordingReporter())
    assert "gpu (127.0.0.1:" in raised.value.message
    assert KEY not in raised.value.message
    assert isinstance(synthesizer.speak(request(), RecordingReporter()), Speech)


def test_a_wrong_key_an_address_without_a_server_and_a_wrong_route(
    server: StandIn, synthesizer: RemoteSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model, told in (("shut", "refuses the lab .401.*VOICELAB_REMOTE_KEYS=shut="), ("gone", "does not answer")):
        synthesizer.load(model, RecordingReporter())
        with pytest.raises(VoiceLabError, match=told):
            synthesizer.speak(request(model=model), RecordingReporter())
    monkeypatch.setenv("VOICELAB_REMOTES", f"gpu={server.url}/deeper plain={server.url}")
    synthesizer.load("gpu", RecordingReporter())
    with pytest.raises(Failed, match=r"no such route or model .404.*Check its address"):
        synthesizer.speak(request(), RecordingReporter())


def test_a_cancelled_text_closes_its_connection_and_no_other(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    ends: list[Speech | VoiceLabError] = []
    long = request("This sentence is as long as it can be so that there is time to cancel it. " * 12)
    lines = [
        Line(long, RecordingReporter(cancel_at_s=1.0), lambda *_given: None, ends.append),
        Line(request(), RecordingReporter(), lambda *_given: None, ends.append),
    ]
    _together(synthesizer, lines)
    assert sorted(type(each).__name__ for each in ends) == ["Cancelled", "Speech"]
    assert server.gone.wait(10), "the server goes on speaking for nobody"
    assert isinstance(ends[[type(each) for each in ends].index(Cancelled)], Cancelled)


def test_what_a_clone_would_ignore_is_refused(server: StandIn, synthesizer: RemoteSynthesizer) -> None:
    for changed in ({"instruct": "Whisper."}, {"speaker": "ryan"}, {"prompt": None}):
        with pytest.raises(InvalidValue):
            synthesizer.speak(request(**changed), RecordingReporter())
    with pytest.raises(VoiceLabError):
        synthesizer.speak(request(" "), RecordingReporter())
    assert not server.asked


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"VOICELAB_REMOTES": "gpu"}, "nothing like gpu="),
        ({"VOICELAB_REMOTES": "GPU=http://a"}, "lower case"),
        ({"VOICELAB_REMOTES": "gpu=ftp://a"}, "none like http"),
        ({"VOICELAB_REMOTES": "gpu=http://[half"}, "none like http"),
        ({"VOICELAB_REMOTES": "gpu=http://me:secret@a"}, "none like http"),
        ({"VOICELAB_REMOTES": "gpu=http://a#kind=best"}, "there are openai"),
        ({"VOICELAB_REMOTES": "gpu=http://a#speed=2"}, "option 'speed'"),
        ({"VOICELAB_REMOTES": "gpu=http://a#at_once=0"}, "1 to 64"),
        ({"VOICELAB_REMOTES": "gpu=http://a#wait_s=long"}, "1 to 3600"),
        ({"VOICELAB_REMOTES": "gpu=http://a gpu=http://b"}, "twice"),
        ({"VOICELAB_REMOTES": "gpu=http://a", "VOICELAB_REMOTE_KEYS": "cpu=x"}, "does not name"),
    ],
)
def test_a_wrong_setting_is_a_sentence(variables: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        servers(variables)
    assert "secret" not in str(raised.value)


def _together(synthesizer: RemoteSynthesizer, lines: list[Line]) -> None:
    left = list(lines)

    def more(room: int) -> list[Line]:
        taken = left[:room]
        del left[:room]
        return taken

    worker = threading.Thread(target=synthesizer.speak_together, args=(more,))
    worker.start()
    worker.join(30)
    assert not worker.is_alive(), time.monotonic()
