"""What is saved is what was there, to the bit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import flac_bytes, read_flac, read_wav, wav_bytes, write_wav
from voicelab.errors import ClipUnusable, InvalidValue, StorageFailed, UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path


def test_wav_keeps_the_digest(speech_clip: Clip, tmp_path: Path) -> None:
    write_wav(tmp_path / "clip.wav", speech_clip)
    read = read_wav(tmp_path / "clip.wav")
    assert read.digest == speech_clip.digest
    write_wav(tmp_path / "again.wav", read)
    assert (tmp_path / "again.wav").read_bytes() == (tmp_path / "clip.wav").read_bytes()


def test_a_window_is_read_alone_and_to_the_sample(
    speech_clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "speech.wav"
    write_wav(path, speech_clip)
    asked: list[int] = []
    read = soundfile.SoundFile.read

    def counted(sound: soundfile.SoundFile, frames: int = -1, **how: Any) -> Any:
        asked.append(frames)
        return read(sound, frames, **how)

    monkeypatch.setattr(soundfile.SoundFile, "read", counted)
    for start_s, end_s in ((0.0, 1.0), (1.23456, 4.00001), (3.0, 99.0)):
        window = Window(start_s, end_s)
        assert read_wav(path, window).digest == read_wav(path).cut(window).digest
    assert asked[0] == speech_clip.sample_rate
    with pytest.raises(InvalidValue, match="nothing between"):
        read_wav(path, Window(98, 99))


def test_flac_keeps_the_digest_in_less_room(speech_clip: Clip, tmp_path: Path) -> None:
    flac = flac_bytes(speech_clip.samples, speech_clip.sample_rate)
    (tmp_path / "take.flac").write_bytes(flac)
    assert read_flac(tmp_path / "take.flac").digest == speech_clip.digest
    assert len(flac) < 0.7 * len(wav_bytes(speech_clip.samples, speech_clip.sample_rate))


def test_every_16_bit_value_survives(tmp_path: Path) -> None:
    every = Clip(np.arange(-32767, 32768, dtype=np.float32) / np.float32(32767))
    write_wav(tmp_path / "every.wav", every)
    assert np.array_equal(read_wav(tmp_path / "every.wav").samples, every.samples)


def test_what_exceeds_full_scale_is_clipped_and_does_not_wrap_around() -> None:
    loud = np.array([1.5, -1.5, 1, -1, 0], dtype=np.float32)
    pcm, rate = soundfile.read(io.BytesIO(wav_bytes(loud, 16000)), dtype="int16")
    assert pcm.tolist() == [32767, -32767, 32767, -32767, 0]
    assert rate == 16000


def test_nothing_at_all_is_a_valid_file(tmp_path: Path) -> None:
    write_wav(tmp_path / "empty.wav", Clip(np.zeros(0, dtype=np.float32)))
    assert read_wav(tmp_path / "empty.wav").seconds == 0


def test_nan_is_refused() -> None:
    with pytest.raises(ClipUnusable, match="no numbers"):
        wav_bytes(np.array([0, np.nan], dtype=np.float32), 24000)


def test_damaged_missing_and_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not a sound")
    soundfile.write(tmp_path / "stereo.wav", np.zeros((10, 2)), 24000, subtype="PCM_16")
    soundfile.write(tmp_path / "float.wav", np.zeros(10), 24000, subtype="FLOAT")
    for name in ("text.wav", "gone.wav", "stereo.wav", "float.wav"):
        with pytest.raises(UnreadableFile, match=name):
            read_wav(tmp_path / name)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFailed):
        write_wav(tmp_path / "file" / "clip.wav", Clip(np.zeros(10, dtype=np.float32)))
