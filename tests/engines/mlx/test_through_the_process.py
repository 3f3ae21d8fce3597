"""Each family that is there in depth, spoken by the real engine process from files that mlx-audio's loader reads."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.errors import Cancelled, InvalidCheckpoint, InvalidValue, NeverEnded, NothingSpoken, UnsupportedLanguage
from voicelab.models.registry import registry
from voicelab.speech.ports import Sampling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.engines.process import EngineProcess
    from voicelab.speech.ports import Prompt, Speech, SpeechRequest

WAIT_S = 300
DEPTH = ("pocket_tts", "voxcpm2", "chatterbox")
SMALL = {"mlx": "tests.engines.mlx.small_chatterbox:SmallChatterbox"}


@pytest.fixture
def engine(
    make_engine: Callable[..., EngineProcess], monkeypatch: pytest.MonkeyPatch, family_hub: Path
) -> EngineProcess:
    monkeypatch.setenv("HF_HUB_CACHE", str(family_hub))
    return make_engine(synthesizers={**registry().synthesizers({}), **SMALL})


@pytest.mark.parametrize("family", DEPTH)
def test_a_seed_says_it_again_and_another_one_otherwise(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    family: str,
) -> None:
    model = family_checkpoint(family)
    first, again, other = (engine.submit(request_for(model, seed=seed)).result(WAIT_S) for seed in (1, 1, 2))
    assert np.array_equal(first.samples, again.samples)
    assert len(first.samples) != len(other.samples) or not np.array_equal(first.samples, other.samples)
    assert (first.engine, first.model, first.sample_rate) == ("mlx", model, 24_000)
    assert 0 < np.abs(first.samples).max() <= 1
    assert 1e6 < first.peak_memory_bytes < 1e9, "what MLX counted, not the process"
    resampled = [note for note in first.notes if "48 kHz" in note and "24 kHz" in note]
    assert bool(resampled) == (family == "voxcpm2"), "another rate is said"


@pytest.mark.parametrize("family", DEPTH)
def test_a_take_without_an_end_is_cancelled_or_stopped(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    family: str,
) -> None:
    endless = family_checkpoint(family, ends="never")
    # Long enough for the limits of the lab and of the library to be far away.
    job = engine.submit(request_for(endless, text="All that is said here goes on and on, and so it does again. " * 3))
    next(update for update in job.updates() if update.spoken_s > 0)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result()
    pid = engine.health().pid
    with pytest.raises(NeverEnded, match="found no end"):
        engine.submit(request_for(endless)).result(WAIT_S)
    assert engine.health().pid == pid, "one process did it all"


def test_a_model_that_ends_at_once_says_so(
    engine: EngineProcess, family_checkpoint: Callable[..., str], request_for: Callable[..., SpeechRequest]
) -> None:
    with pytest.raises(NothingSpoken):
        engine.submit(request_for(family_checkpoint("chatterbox", ends="at once"))).result(WAIT_S)


def test_quantized_weights_speak(
    engine: EngineProcess, family_checkpoint: Callable[..., str], request_for: Callable[..., SpeechRequest]
) -> None:
    assert spoken(engine, request_for(family_checkpoint("voxcpm2", bits=4))).duration_s > 0


def test_a_multilingual_checkpoint_speaks_its_languages_and_no_other(
    engine: EngineProcess, family_checkpoint: Callable[..., str], request_for: Callable[..., SpeechRequest]
) -> None:
    many, one = family_checkpoint("chatterbox", multilingual=True), family_checkpoint("chatterbox")
    german = spoken(engine, request_for(many, language="german"))
    english = spoken(engine, request_for(many, language="english"))
    assert not np.array_equal(german.samples, english.samples)
    for model, language in ((many, "japanese"), (one, "german")):
        with pytest.raises(UnsupportedLanguage, match=f"does not speak {language}"):
            engine.submit(request_for(model, language=language)).result(WAIT_S)


def test_sampling_reaches_the_library(
    engine: EngineProcess, family_checkpoint: Callable[..., str], request_for: Callable[..., SpeechRequest]
) -> None:
    model = family_checkpoint("pocket_tts")
    plain = spoken(engine, request_for(model))
    as_config = spoken(engine, request_for(model, sampling=Sampling(temperature=0.6)))
    assert np.array_equal(plain.samples, as_config.samples), "what is left open is what config.json says"
    for changed in (Sampling(temperature=0.1), Sampling(own={"decode_steps": 3})):
        said = spoken(engine, request_for(model, sampling=changed))
        assert not np.array_equal(said.samples, plain.samples)
    with pytest.raises(InvalidValue, match="temperature is 3"):
        engine.submit(request_for(model, sampling=Sampling(temperature=3))).result(WAIT_S)


def test_what_a_family_needs_of_the_voice_is_a_sentence(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    voice: Prompt,
) -> None:
    mute = replace(voice, text=" ")
    with pytest.raises(InvalidValue, match="VoxCPM2 needs every word"):
        engine.submit(request_for(family_checkpoint("voxcpm2"), prompt=mute)).result(WAIT_S)
    assert spoken(engine, request_for(family_checkpoint("pocket_tts"), prompt=mute)).duration_s > 0
    for wrong, message in (
        ({"prompt": None}, "needs one"),
        ({"prompt": replace(voice, samples=voice.samples[:2400])}, "cut one of 1 to 30 s"),
        ({"prompt": replace(voice, samples=np.full(48_000, np.nan, np.float32))}, "not numbers"),
        ({"instruct": "Whisper."}, "takes no instruct"),
        ({"seed": -1}, "cannot be used"),
    ):
        with pytest.raises(InvalidValue, match=message):
            engine.submit(request_for(family_checkpoint("pocket_tts"), **wrong)).result(WAIT_S)


def test_a_clip_longer_than_what_is_heard_of_it_is_said(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    voice: Prompt,
) -> None:
    long = replace(voice, samples=np.tile(voice.samples, 9)[: 11 * 24_000])
    said = spoken(engine, request_for(family_checkpoint("chatterbox"), prompt=long))
    assert any("first 10 s of the clip" in note for note in said.notes)


def test_weights_of_another_family_are_told_apart(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    tmp_path: Path,
) -> None:
    from pathlib import Path as Folder
    from shutil import copytree

    mixed = copytree(family_checkpoint("pocket_tts"), tmp_path / "mixed")
    weights = mixed / "model.safetensors"
    weights.write_bytes((Folder(family_checkpoint("voxcpm2")) / "model.safetensors").read_bytes())
    with pytest.raises(InvalidCheckpoint, match=r"not those of Pocket TTS.*no tensor is called flow_lm"):
        engine.submit(request_for(str(mixed))).result(WAIT_S)
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(InvalidCheckpoint, match="cannot be read"):
        engine.submit(request_for(str(mixed))).result(WAIT_S)
    with pytest.raises(InvalidCheckpoint, match="without voice cloning"):
        engine.submit(request_for(family_checkpoint("pocket_tts", encoder=False))).result(WAIT_S)


@pytest.mark.parametrize(
    ("family", "dropped"), [("chatterbox", "t3.speech_head.weight"), ("pocket_tts", "flow_lm.emb_std")]
)
def test_weights_that_lack_a_tensor_are_not_left_random(
    engine: EngineProcess,
    family_checkpoint: Callable[..., str],
    request_for: Callable[..., SpeechRequest],
    tmp_path: Path,
    family: str,
    dropped: str,
) -> None:
    from shutil import copytree

    import mlx.core as mx

    half = copytree(family_checkpoint(family), tmp_path / "half")
    weights: Any = mx.load(str(half / "model.safetensors"))
    mx.save_safetensors(str(half / "other.safetensors"), {k: v for k, v in weights.items() if k != dropped})
    (half / "model.safetensors").unlink()
    with pytest.raises(InvalidCheckpoint, match=rf"cannot be loaded as.*{re.escape(dropped)}"):
        engine.submit(request_for(str(half))).result(WAIT_S)


def spoken(engine: EngineProcess, request: SpeechRequest) -> Speech:
    return engine.submit(request).result(WAIT_S)
