"""The checks that need no engine: each passes, and each fails where something is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from starlette.responses import Response

from voicelab.api.range_proof import judged as judged_range
from voicelab.api.range_proof import range_check
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import wav_bytes
from voicelab.errors import Cancelled
from voicelab.models.catalogue import find
from voicelab.speech.engine_descriptor import Availability, PublishedFile
from voicelab.speech.ports import Prompt
from voicelab.speech.proof import Spoken
from voicelab.verify import recordings
from voicelab.verify.hashes import files_check
from voicelab.verify.hearing import codec_check, take_check
from voicelab.verify.machine import machine_check
from voicelab.verify.recordings import KINDS, judged, recording_check
from voicelab.verify.run import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.verify.run import Tools


def spoken_of(clip: Clip, text: str, **fields: Any) -> Spoken:
    given: dict[str, Any] = {"name": "speech", "samples": clip.samples, "sample_rate": clip.sample_rate, "text": text}
    return Spoken(**{"seed": 1, **given, **fields})


@pytest.fixture
def joe(spoken: Callable[[str], Clip]) -> Callable[[str], Clip]:
    """The voice of the sample clip says a text: what a good clone of it sounds like."""
    return spoken


def test_the_sample_voice_passes_as_its_own_clone(joe: Callable[[str], Clip], prompt: Prompt, tools: Tools) -> None:
    for text in SENTENCES:
        found = take_check(spoken_of(joe(text), text), prompt, tools.transcriber)
        assert found.outcome == "pass", found


def test_noise_says_nothing(prompt: Prompt, tools: Tools) -> None:
    """What random weights speak."""
    noise = np.random.default_rng(0).normal(0, 0.05, 3 * SAMPLE_RATE).astype(np.float32)
    found = take_check(spoken_of(Clip(noise), SENTENCES[0]), prompt, tools.transcriber)
    assert found.outcome == "fail"
    assert "heard as others" in found.message
    silent = take_check(spoken_of(Clip(0 * noise), SENTENCES[0]), prompt, tools.transcriber)
    assert "it is silent" in silent.message


def test_what_is_wrong_with_a_take_is_named(joe: Callable[[str], Clip], prompt: Prompt, tools: Tools) -> None:
    text = SENTENCES[0]
    said = joe(text)

    def message(clip: Clip, **fields: Any) -> str:
        found = take_check(replace(spoken_of(clip, text), **fields), prompt, tools.transcriber)
        assert found.outcome == "fail", found
        return found.message

    loud = Clip(np.clip(said.samples * 30, -1, 1))
    assert "is clipped" in message(loud)
    assert "heard as others" in message(joe("Something else is said here, and not a word of the line."))
    assert "words a minute" in message(Clip(said.samples[::3].copy()))
    times = np.arange(0, len(said.samples), 0.6)
    deep = Clip(np.interp(times, np.arange(len(said.samples)), said.samples).astype(np.float32))
    assert "likeness to the clip is 0." in message(deep)


def test_words_of_the_clip_are_found(joe: Callable[[str], Clip], prompt: Prompt, tools: Tools) -> None:
    tail = "what the lab can make of it."
    assert prompt.text.endswith(tail)
    leaked = joe(f"{tail.capitalize()} {SENTENCES[1]}")
    found = take_check(spoken_of(leaked, SENTENCES[1]), prompt, tools.transcriber)
    assert "words of the clip" in found.message


def test_a_model_that_clones_nothing_need_not_be_like_the_clip(
    joe: Callable[[str], Clip], prompt: Prompt, tools: Tools
) -> None:
    other = replace(prompt, samples=np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE).astype(np.float32))
    take = spoken_of(joe(SENTENCES[0]), SENTENCES[0])
    assert take_check(take, other, tools.transcriber, cloned=False).outcome == "pass"
    assert take_check(take, other, tools.transcriber).outcome == "fail"


def test_the_codec_must_give_the_clip_back(prompt: Prompt) -> None:
    same = spoken_of(Clip(prompt.samples * 0.9), "", name="codec")
    assert codec_check(same, prompt).outcome == "pass"
    noise = np.random.default_rng(0).normal(0, 0.1, len(prompt.samples)).astype(np.float32)
    assert codec_check(replace(same, samples=noise), prompt).outcome == "fail"
    assert "nothing that can be compared" in codec_check(replace(same, samples=0 * noise), prompt).message


def known(folder: Path) -> dict[str, PublishedFile]:
    return {
        path.name: PublishedFile(path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
        for path in folder.iterdir()
    }


def test_files_are_as_published_or_named(tmp_path: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_text(name * 100)
    published = known(tmp_path)
    assert files_check(tmp_path, published).outcome == "pass"
    assert files_check(tmp_path, {}).outcome == "skip"
    weights = tmp_path / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[700] ^= 1
    weights.write_bytes(content)
    assert "model.safetensors is damaged" in files_check(tmp_path, published).message
    weights.write_bytes(content[:-1])
    assert "has 1,699 bytes and was published with 1,700" in files_check(tmp_path, published).message
    weights.unlink()
    assert files_check(tmp_path, published).outcome == "fail"
    with pytest.raises(Cancelled):
        files_check(tmp_path, {"config.json": published["config.json"]}, lambda: True)


def test_what_the_hub_called_a_file_is_its_hash(tmp_path: Path) -> None:
    """As its cache keeps them: links to files named by SHA-256, or as git counts, of the content."""
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "main"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    for name, content, digest in (
        ("model.safetensors", b"weights", hashlib.sha256(b"weights").hexdigest()),
        ("config.json", b"{}", hashlib.sha1(b"blob 2\0{}").hexdigest()),  # noqa: S324 - git's
    ):
        (blobs / digest).write_bytes(content)
        (snapshot / name).symlink_to(blobs / digest)
    assert files_check(snapshot, {}).figures["hashed"] == 2
    for blob in blobs.iterdir():
        content = blob.read_bytes()
        blob.write_bytes(b"?" * len(content))
        assert files_check(snapshot, {}).outcome == "fail"
        blob.write_bytes(content)


@pytest.mark.parametrize("kind", KINDS)
def test_recordings_come_in(kind: str, prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = Clip(prompt.samples[: 4 * SAMPLE_RATE])
    assert recording_check(kind, clip).outcome == "pass"
    monkeypatch.setattr(recordings, "write_recording", lambda path, *_given: path.write_bytes(b"rubbish" * 99))
    assert recording_check(kind, clip).outcome == "fail"
    monkeypatch.setitem(recordings.KINDS, kind, "no such encoder")
    monkeypatch.undo()
    monkeypatch.setitem(recordings.KINDS, kind, "no such encoder")
    assert "Install the lab again" in recording_check(kind, clip).message


def test_a_recording_that_comes_in_otherwise_fails(prompt: Prompt) -> None:
    clip = Clip(prompt.samples[: 4 * SAMPLE_RATE])
    assert judged("webm in", clip, clip).outcome == "pass"
    assert judged("webm in", clip, Clip(clip.samples[: 3 * SAMPLE_RATE])).outcome == "fail"
    noise = np.random.default_rng(0).normal(0, 0.1, len(clip.samples)).astype(np.float32)
    assert judged("webm in", clip, Clip(noise)).outcome == "fail"


def test_two_bytes_are_served_as_asked(prompt: Prompt) -> None:
    """Over a socket; a server that sends the whole is found, and so is one that tells no length."""
    wav = wav_bytes(prompt.samples[:SAMPLE_RATE], SAMPLE_RATE)
    assert range_check(wav).outcome == "pass"
    whole = range_check(wav, lambda content: Response(content, media_type="audio/wav"))
    assert "Safari would play nothing" in whole.message
    headers = {"content-range": f"bytes 0-1/{len(wav)}"}
    assert "HEAD" in judged_range(wav, 206, headers, wav[:2], {}).message


def test_the_machine_is_described() -> None:
    model = find("qwen3-tts-0.6b-8bit")
    here = Availability(available=True, reason="", device="Apple M1 (Metal)", working_set_bytes=5_726_630_000)
    found = machine_check(model, here)
    assert found.outcome == "pass"
    assert "5.73 GB of it for Apple M1 (Metal)" in found.message
    assert {"chip", "system", "memory_bytes", "working_set_bytes", "versions"} <= set(found.figures)
    assert {"python", "voicelab", "mlx", "mlx-audio"} == set(found.figures["versions"])
    assert machine_check(model, Availability(available=False, reason="No MLX here.")).outcome == "fail"
