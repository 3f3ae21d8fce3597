"""Every format: it plays, it is whole from the first byte to the last, and it says that it is synthetic."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest
import soundfile

from voicelab.errors import Failed, InvalidValue
from voicelab.speech.formats import FORMATS, Encoder, Origin, encoded, format_named, pcm16

RATE = 24_000
ORIGIN = Origin("anna", "qwen3", "qwen3-tts-0.6b-8bit", 7)
CONTAINED = [name for name in FORMATS if name != "pcm"]
LOSSLESS = ["wav", "flac"]


def tone(seconds: float = 2.0) -> np.ndarray:
    times_s = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)


def grown(kind: str, samples: np.ndarray, pieces: int = 8) -> list[bytes]:
    encoder = Encoder(FORMATS[kind], RATE, ORIGIN, growing=True)
    return [*(encoder.add(piece) for piece in np.array_split(samples, pieces)), encoder.end()]


def decoded(content: bytes) -> tuple[np.ndarray, int, dict[str, str]]:
    with av.open(io.BytesIO(content), "r") as file:
        stream = file.streams.audio[0]
        to_float = av.AudioResampler(format="fltp", layout="mono")
        frames = [out for frame in file.decode(stream) for out in to_float.resample(frame)]
        samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
        return samples, stream.rate, {key.lower(): value for key, value in {**file.metadata, **stream.metadata}.items()}


def pitch_hz(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


@pytest.mark.parametrize("kind", CONTAINED)
@pytest.mark.parametrize("growing", [False, True])
def test_it_plays_what_was_spoken_and_says_what_it_is(kind: str, *, growing: bool) -> None:
    samples = tone()
    content = b"".join(grown(kind, samples)) if growing else encoded(samples, RATE, FORMATS[kind], ORIGIN)
    heard, rate, tags = decoded(content)
    assert len(heard) / rate == pytest.approx(2.0, abs=0.1), "codecs pad, by less than 0.1 s"
    assert pitch_hz(heard, rate) == pytest.approx(440, abs=1)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)
    assert "Synthetic" in tags["title"]
    assert tags["artist"] == "anna"
    for word in ("Synthetic speech", "qwen3", "qwen3-tts-0.6b-8bit", "anna", "seed 7"):
        assert word in tags["comment"]


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_ones_are_exact_however_they_are_written(kind: str) -> None:
    samples = tone()
    heard, rate = soundfile.read(io.BytesIO(encoded(samples, RATE, FORMATS[kind], ORIGIN)), dtype="int16")
    assert rate == RATE
    assert np.array_equal(heard, pcm16(samples))
    heard, rate, _tags = decoded(b"".join(grown(kind, samples)))
    assert rate == RATE
    assert np.array_equal(heard * 32768, pcm16(samples))


def test_pcm_is_bare_samples() -> None:
    samples = tone(0.5)
    assert encoded(samples, RATE, FORMATS["pcm"], ORIGIN) == pcm16(samples).tobytes()
    assert b"".join(grown("pcm", samples)) == pcm16(samples).tobytes()


@pytest.mark.parametrize("kind", list(FORMATS))
def test_the_first_sound_leaves_while_the_rest_is_spoken(kind: str) -> None:
    """Half of it is added: a quarter at least has left, so that a player has something to play."""
    parts = grown(kind, tone(4.0), pieces=2)
    assert len(parts[0]) > sum(map(len, parts)) / 4


def test_a_growing_wav_names_no_length_and_a_whole_one_the_right_one() -> None:
    head = grown("wav", tone())[0]
    assert head[4:8] == b"\xff\xff\xff\xff"
    at = head.index(b"data")
    assert head[at + 4 : at + 8] == b"\xff\xff\xff\xff"
    with wave.open(io.BytesIO(encoded(tone(), RATE, FORMATS["wav"], ORIGIN))) as file:
        assert (file.getnframes(), file.getframerate(), file.getsampwidth(), file.getnchannels()) == (
            48_000,
            RATE,
            2,
            1,
        )


def test_a_whole_wav_carries_info_where_players_look() -> None:
    content = encoded(tone(), RATE, FORMATS["wav"], ORIGIN)
    assert b"LIST" in content[:200]
    assert b"INFO" in content[:200]
    assert b"ICMT" in content[:400]


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(InvalidValue, match="wav, mp3"):
        format_named("exe")
    with pytest.raises(Failed, match="no numbers"):
        encoded(np.array([0.1, np.nan], np.float32), RATE, FORMATS["wav"], ORIGIN)
    assert format_named(" MP3 ").name == "mp3"
