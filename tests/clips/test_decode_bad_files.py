"""Whatever is brought, the answer is a sentence with the file's name: no traceback, bounded memory and time."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
import soundfile

from voicelab.clips import decode as decoding
from voicelab.clips.decode import decode, displayed_name
from voicelab.errors import AudioTooLong, UnreadableAudio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SENTENCE = re.compile(r"\S.*[.]$", re.DOTALL)


def refused(path: Path, kind: type[Exception] = UnreadableAudio, name: str = "") -> str:
    """Return the sentence that refuses the file."""
    with pytest.raises(kind) as error:
        decode(path, name)
    message = str(error.value)
    assert SENTENCE.match(message)
    assert displayed_name(name or path.name) in message
    assert str(path.parent) not in message
    return message


@pytest.mark.parametrize(
    "content",
    [
        b"This is a shopping list.\n" * 500,
        b"\x89PNG\r\n\x1a\n" + bytes(1000),
        b"%PDF-1.7\n" + bytes(3000),
        b"RIFF\x00\x00\x00\x00WAVE",
        bytes(100_000),
        b"fLaC" + bytes(50_000),
        b"OggS" + bytes(50_000),
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
        b"x",
    ],
)
def test_no_audio_inside(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list.wav"
    path.write_bytes(content)
    assert "Bring a WAV" in refused(path)


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(np.random.default_rng(seed).bytes(300_000))
    refused(path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert "0 bytes" in refused(path)


def test_header_without_samples(tmp_path: Path) -> None:
    path = tmp_path / "nothing.wav"
    soundfile.write(path, np.zeros(0), 48000)
    refused(path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    refused(tmp_path / "gone.wav")
    folder = tmp_path / "folder.wav"
    folder.mkdir()
    refused(folder)


def test_truncated_mp3_gives_what_is_there(with_ffmpeg: Callable[..., Path]) -> None:
    path = with_ffmpeg("cut.mp3", "mp3", "libmp3lame")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    recording = decode(path)
    assert 2 < recording.clip.seconds < 3
    assert any("ends early" in note and "5.0 s" in note for note in recording.notes)


def test_truncated_mp4_has_no_index(with_ffmpeg: Callable[..., Path]) -> None:
    path = with_ffmpeg("cut.m4a", "ipod", "aac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(path)


def test_damaged_middle_is_left_out_and_said(with_soundfile: Callable[..., Path]) -> None:
    path = with_soundfile("FLAC", "PCM_16")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = np.random.default_rng(0).bytes(2000)
    path.write_bytes(content)
    recording = decode(path)
    assert 4 < recording.clip.seconds <= 5.1
    assert np.isfinite(recording.clip.samples).all()
    assert recording.notes


@pytest.mark.parametrize("container", ["mp4", "mp3"])
def test_pictures_without_sound(container: str, tmp_path: Path) -> None:
    """A silent film, and an MP3 of nothing but its cover, hold nothing to hear."""
    path = tmp_path / f"silent.{container}"
    if container == "mp4":
        with av.open(str(path), "w") as file:
            stream = file.add_stream("mpeg4", rate=25)
            stream.width = stream.height = 64
            stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), "rgb24")
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        assert "only video" in refused(path)
    else:
        picture = b"\x00image/png\x00\x03\x00\x89PNG\r\n\x1a\n" + bytes(200)
        apic = b"APIC" + struct.pack(">I", len(picture)) + b"\x00\x00" + picture
        path.write_bytes(b"ID3\x03\x00\x00" + bytes([0, 0, len(apic) >> 7, len(apic) & 0x7F]) + apic)
        refused(path)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "ffconcat version 1.0\nfile 'spoken.wav'\n",  # FFmpeg by itself would open this one
        "#EXTM3U\nhttp://127.0.0.1:{port}/secret.wav\n",
        "[playlist]\nFile1={secret}\n",
        "<?xml version='1.0'?><MPD><Period><BaseURL>file://{secret}</BaseURL></Period></MPD>",
        "v=0\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\n",
    ],
)
@pytest.mark.parametrize("name", ["list.m3u8", "list.wav"])
def test_a_playlist_leads_nowhere(
    playlist: str, name: str, tmp_path: Path, with_soundfile: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A brought file must not make the lab read another file of this machine, or call another one."""
    monkeypatch.chdir(tmp_path)  # relative names are looked up in the working folder
    path = tmp_path / name
    path.write_text(playlist.format(secret=with_soundfile("WAV", "PCM_16"), port=9))
    refused(path)


@pytest.mark.parametrize(("rate", "channels"), [(1, 1), (2**31 - 1, 1), (3000, 1), (48000, 64), (48000, 0)])
def test_absurd_headers(rate: int, channels: int, tmp_path: Path) -> None:
    from tests.clips.conftest import wav_header

    path = tmp_path / "odd.wav"
    path.write_bytes(wav_header(100_000, rate, channels) + bytes(100_000))
    assert "header is damaged" in refused(path)


def test_a_header_that_claims_two_hours_of_a_short_file(tmp_path: Path) -> None:
    """What is there is decoded: an interrupted recording is not refused for its header."""
    from tests.clips.conftest import wav_header

    path = tmp_path / "claims.wav"
    path.write_bytes(wav_header(7200 * 96000, 48000, 1) + bytes(96_000))
    assert decode(path).clip.seconds == pytest.approx(1)


def test_some_samples_that_are_no_numbers(with_soundfile: Callable[..., Path]) -> None:
    path = with_soundfile("WAV", "FLOAT")
    samples, rate = soundfile.read(path)
    samples[1000:1010] = np.nan
    samples[2000] = np.inf
    samples[3000] = 1e30
    soundfile.write(path, samples, rate, subtype="FLOAT")
    recording = decode(path)
    assert np.isfinite(recording.clip.samples).all()
    assert np.abs(recording.clip.samples).max() < 0.8
    assert any(note.startswith("12 of its samples") for note in recording.notes)


def test_nothing_but_nan(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.full(48000, np.nan), 48000, subtype="FLOAT")
    refused(path)


def test_two_hours_are_refused_at_once_in_little_memory(sparse_wav: Callable[..., Path]) -> None:
    """Measured in a process of its own: peak memory grows by less than 100 MB, and it takes no second."""
    script = """
import resource, sys, time
from pathlib import Path
import av, numpy, soxr
from voicelab.clips.decode import decode
from voicelab.errors import AudioTooLong
unit = 2**20 if sys.platform == "darwin" else 2**10
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
try:
    decode(Path(sys.argv[1]))
except AudioTooLong as error:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print((peak - before) / unit, time.monotonic() - start, error, sep="|")
"""
    told = subprocess.run(
        [sys.executable, "-c", script, sparse_wav(7200)], capture_output=True, text=True, check=True, timeout=60
    )
    grown_mb, seconds, message = told.stdout.split("|")
    assert float(grown_mb) < 100
    assert float(seconds) < 2
    assert "120 minutes" in message
    assert "15 seconds" in message


def test_a_long_file_without_a_claim_stops_at_the_limit(
    with_soundfile: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FLAC that was streamed has no length in its header: the limit holds while decoding."""
    path = with_soundfile("FLAC", "PCM_16")
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # STREAMINFO: 36 bits of total samples, 0 means unknown
    content[22:26] = bytes(4)
    path.write_bytes(content)
    assert decode(path).clip.seconds == pytest.approx(5)
    monkeypatch.setattr(decoding, "MAX_RECORDING_S", 3.0)
    refused(path, AudioTooLong)


def test_decoding_takes_no_longer_than_its_time(
    with_soundfile: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = with_soundfile("WAV", "PCM_16")
    monkeypatch.setattr(decoding, "MAX_DECODE_S", -1.0)
    start = time.monotonic()
    assert "too long to decode" in refused(path)
    assert time.monotonic() - start < 2
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\voice.wav", "voice.wav"),
        ("a\x1b[31mred\u202egnp.wav", "a[31mredgnp.wav"),
        ("\n\t", "The file"),
        ("", "The file"),
    ],
)
def test_names_are_shown_safely(name: str, shown: str) -> None:
    assert displayed_name(name) == shown


def test_long_names_are_shortened() -> None:
    shown = displayed_name("a" * 500 + ".wav")
    assert len(shown) <= 60
    assert shown.endswith(".wav")


def test_the_persons_own_name_for_the_file_is_used(tmp_path: Path) -> None:
    path = tmp_path / "recording.bin"
    path.write_bytes(b"text" * 100)
    assert refused(path, name="Grandma.wav").startswith("Grandma.wav")
