"""Sound stands where a player has it: files muxed here with sound that begins late, gaps, and several tracks."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from tests.clips.conftest import add_sound, wav_header
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.clips.decode import decode
from voicelab.clips.riff import promised_s
from voicelab.clips.timeline import LONGEST_GAP_S
from voicelab.clips.track_choice import Choice
from voicelab.errors import UnreadableAudio

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 48000
FORMATS = [("mp4", "aac"), ("mov", "aac"), ("matroska", "libopus"), ("webm", "libopus"), ("matroska", "flac")]


def tone(seconds: float, hz: float) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def film(
    path: Path, container: str, codec: str, *parts: tuple[float, NDArray[np.float32]], picture_s: float = 0.0
) -> Path:
    """Write `parts`, each at its second, beside a picture that begins at 0."""
    with av.open(str(path), "w", format=container) as file:
        picture = file.add_stream("vp8" if container == "webm" else "mpeg4", rate=10)
        assert isinstance(picture, av.VideoStream)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound = add_sound(file, codec, RATE)
        for at in range(round(10 * picture_s)):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            frame.pts = at
            file.mux(picture.encode(frame))
        file.mux(picture.encode(None))
        for start_s, samples in parts:
            for first in range(0, len(samples), 960):
                mux(file, sound, samples[first : first + 960], round(start_s * RATE) + first)
        file.mux(sound.encode(None))
    return path


def mux(file: Any, sound: Any, samples: NDArray[np.float32], pts: int) -> None:
    kind = sound.codec_context.format.name
    array = (samples * 32767).astype(np.int16) if kind.startswith("s16") else samples
    frame = av.AudioFrame.from_ndarray(array[None], kind if kind.startswith("s16") else "flt", "mono")
    frame.sample_rate, frame.pts = RATE, pts
    file.mux(sound.encode(frame))


def loud_s(samples: NDArray[np.float32], hz: float) -> tuple[float, float]:
    """Return where a tone begins and ends, in seconds, in steps of 10 ms."""
    frames = samples[: len(samples) // 240 * 240].reshape(-1, 240)
    wave = np.exp(-2j * np.pi * hz * np.arange(240) / SAMPLE_RATE)
    there = np.flatnonzero(np.abs(frames @ wave) / 240 > 0.1)
    return there[0] / 100, (there[-1] + 1) / 100


@pytest.mark.parametrize(("container", "codec"), [("matroska", "pcm_s16le"), ("webm", "libopus"), ("ogg", "libopus")])
def test_a_file_of_sound_alone_whose_clock_begins_late_does_not_end_early(
    container: str, codec: str, tmp_path: Path
) -> None:
    path = tmp_path / "late"
    with av.open(str(path), "w", format=container) as file:
        sound = add_sound(file, codec, RATE)
        samples = tone(3, 440)
        for first in range(0, len(samples), 960):
            mux(file, sound, samples[first : first + 960], round(2.5 * RATE) + first)
        file.mux(sound.encode(None))
    recording = decode(path)
    assert recording.clip.seconds == pytest.approx(3, abs=0.06)
    assert recording.notes == ()


@pytest.mark.parametrize(("container", "codec"), FORMATS)
def test_sound_that_begins_late_stands_where_it_is_heard(container: str, codec: str, tmp_path: Path) -> None:
    path = film(tmp_path / "late", container, codec, (2.5, tone(3, 440)), picture_s=8)
    recording = decode(path)
    start_s, end_s = loud_s(recording.clip.samples, 440)
    assert start_s == pytest.approx(2.5, abs=0.06)
    assert end_s == pytest.approx(5.5, abs=0.06)
    assert len(recording.notes) == 1
    assert "begins 2.5 s into the file" in recording.notes[0]


@pytest.mark.parametrize(("container", "codec"), [("matroska", "libopus"), ("webm", "libopus"), ("matroska", "flac")])
def test_a_recorder_that_paused_leaves_a_gap_of_silence(container: str, codec: str, tmp_path: Path) -> None:
    path = film(tmp_path / "gap", container, codec, (0.0, tone(2, 440)), (5.0, tone(2, 1500)), picture_s=9)
    recording = decode(path)
    assert loud_s(recording.clip.samples, 440)[1] == pytest.approx(2, abs=0.06)
    assert loud_s(recording.clip.samples[round(2.1 * SAMPLE_RATE) :], 1500) == pytest.approx((2.9, 4.9), abs=0.06)
    assert recording.clip.seconds == pytest.approx(7, abs=0.06), "as long as its sound, not as the film"
    assert len(recording.notes) == 1
    assert "3.0 s of silence" in recording.notes[0]


def test_a_clock_that_jumps_by_an_hour_makes_no_hour_of_silence(tmp_path: Path) -> None:
    later = 2 + LONGEST_GAP_S * 12
    path = film(tmp_path / "jump", "matroska", "flac", (0.0, tone(2, 440)), (later, tone(2, 1500)), picture_s=1)
    recording = decode(path)
    assert recording.clip.seconds == pytest.approx(4, abs=0.06)
    assert any("clock jumps 1 times" in note for note in recording.notes)


def test_a_pause_longer_than_a_recording_may_be_is_too_long(tmp_path: Path) -> None:
    from voicelab.errors import AudioTooLong

    parts = [(at * (LONGEST_GAP_S - 1), tone(0.5, 440)) for at in range(8)]
    with pytest.raises(AudioTooLong):
        decode(film(tmp_path / "pauses", "matroska", "flac", *parts, picture_s=1))


@pytest.mark.parametrize("claimed", [12.0, 600.0])
def test_a_wav_file_that_was_cut_off_says_so(claimed: float, tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes(wav_header(round(claimed * RATE) * 4, RATE, 2) + bytes(6 * RATE * 4))
    recording = decode(path)
    assert recording.clip.seconds == pytest.approx(6)
    assert any(f"{claimed:.1f} s long, but only 6.0 s" in note for note in recording.notes)


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000])
def test_a_wav_file_that_was_streamed_promises_nothing(length: int, tmp_path: Path) -> None:
    path = tmp_path / "streamed.wav"
    header = wav_header(0, RATE, 2)
    path.write_bytes(header[:-4] + struct.pack("<I", length) + bytes(6 * RATE * 4))
    assert promised_s(path) == 0
    recording = decode(path)
    assert recording.clip.seconds == pytest.approx(6)
    assert recording.notes == ()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xffx"])
def test_half_a_header_promises_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "half.wav"
    path.write_bytes(content)
    assert promised_s(path) == 0


def tracks(path: Path, codecs: tuple[str, ...]) -> Path:
    """Write one tone a track: 440, 1500, … Hz."""
    with av.open(str(path), "w", format="matroska") as file:
        streams = [add_sound(file, codec, RATE) for codec in codecs]
        for at, stream in enumerate(streams):
            samples = tone(2, (440, 1500)[at])
            for first in range(0, len(samples), 960):
                mux_any(file, stream, samples[first : first + 960], first)
            file.mux(stream.encode(None))
    return path


def mux_any(file: Any, stream: Any, samples: NDArray[np.float32], pts: int) -> None:
    frame = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
    frame.sample_rate, frame.pts = RATE, pts
    file.mux(stream.encode(frame))


def test_a_track_of_an_unknown_kind_is_passed_over_for_one_that_can_be_read(tmp_path: Path) -> None:
    recording = decode(tracks(tmp_path / "two.mkv", ("ac3", "aac")))
    assert loud_s(recording.clip.samples, 1500)[1] == pytest.approx(2, abs=0.06)
    assert recording.tracks == 2
    assert any("cannot be read (ac3)" in note and "track 2" in note for note in recording.notes)


def test_the_person_chooses_the_track(tmp_path: Path) -> None:
    path = tracks(tmp_path / "two.mkv", ("aac", "aac"))
    assert loud_s(decode(path, choice=Choice(track=2)).clip.samples, 1500)[0] < 0.1
    with pytest.raises(UnreadableAudio, match="2 audio tracks, and no track 3"):
        decode(path, choice=Choice(track=3))


def test_the_person_chooses_the_channel(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(2, 440), tone(2, 1500)], axis=1), RATE)
    for channel, hz, other in ((1, 440, 1500), (2, 1500, 440)):
        samples = decode(path, choice=Choice(channel=channel)).clip.samples
        assert loud_s(samples, hz)[0] < 0.1
        with pytest.raises(IndexError):
            loud_s(samples, other)
    for none in (3, 0, -1):
        with pytest.raises(UnreadableAudio, match=f"no channel {none}"):
            decode(path, choice=Choice(channel=none))


@pytest.mark.parametrize("name", ["recording", "recording.qta", "recording.3gp", "recording.m4b", "recording.xyz"])
def test_the_name_of_a_file_does_not_decide_what_it_is(name: str, tmp_path: Path) -> None:
    path = film(tmp_path / name, "mp4", "aac", (0.0, tone(2, 440)), picture_s=2)
    assert decode(path).clip.seconds == pytest.approx(2, abs=0.1)
