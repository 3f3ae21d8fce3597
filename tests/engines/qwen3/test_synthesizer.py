"""The Synthesizer port on the real mlx-audio: takes that repeat, end, can be stopped, and leave nothing behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab import hub
from voicelab.engines.qwen3 import frame_limits
from voicelab.engines.qwen3.batched import BatchedSynthesizer
from voicelab.errors import Cancelled, InvalidCheckpoint, NeverEnded, NothingSpoken, UnknownModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.speech.ports import SpeechRequest

FRAME_S = 0.08


def test_a_take_says_what_it_is(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """Progress comes once per frame, and the figures are those of this take."""
    synthesizer, name = loaded()
    reporter = RecordingReporter()
    speech = synthesizer.speak(request_for(name), reporter)
    frames = len(reporter.spoken_s)
    assert reporter.spoken_s == pytest.approx([FRAME_S * (number + 1) for number in range(frames)])
    assert speech.duration_s == pytest.approx(frames * FRAME_S)
    assert speech.samples.dtype == np.float32
    assert np.abs(speech.samples).max() > 0.01
    assert (speech.engine, speech.model, speech.seed, speech.finished) == ("qwen3", name, 1, "end")
    assert speech.first_audio_s is not None
    assert 0 < speech.first_audio_s <= speech.elapsed_s


def test_the_seed_decides(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """The same one gives the same samples, whatever was spoken between; another one gives others."""
    synthesizer, name = loaded()
    first, other, again = (
        synthesizer.speak(request_for(name, seed=seed), RecordingReporter()).samples for seed in (7, 8, 7)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_peak_memory_is_the_takes_own(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """A large piece of work before it does not count, the weights do."""
    import mlx.core as mx

    synthesizer, name = loaded()
    mx.eval(mx.random.uniform(shape=(75_000_000,)))
    assert mx.get_peak_memory() > 300_000_000
    weights = mx.get_active_memory()
    speech = synthesizer.speak(request_for(name), RecordingReporter())
    assert weights < speech.peak_memory_bytes < 300_000_000
    assert mx.get_cache_memory() < 1_000_000


def test_cancelling_leaves_the_model_usable(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """It takes effect at the frame, and the next take is what it would have been."""
    synthesizer, name = loaded(ends="never")
    reporter = RecordingReporter(cancel_at_s=5 * FRAME_S - 1e-6)
    with pytest.raises(Cancelled):
        synthesizer.speak(request_for(name), reporter)
    assert len(reporter.spoken_s) == 5

    synthesizer, name = loaded()
    expected = synthesizer.speak(request_for(name), RecordingReporter()).samples
    with pytest.raises(Cancelled):
        synthesizer.speak(request_for(name), RecordingReporter(cancel_at_s=FRAME_S - 1e-6))
    np.testing.assert_array_equal(synthesizer.speak(request_for(name), RecordingReporter()).samples, expected)


def test_a_take_without_end_is_a_failure(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It stops at the limit and says what to do, instead of handing over minutes of rambling."""
    monkeypatch.setattr(frame_limits, "FRAMES_AT_LEAST", 10)
    monkeypatch.setattr(frame_limits, "FRAMES_PER_TOKEN", 0)
    synthesizer, name = loaded(ends="never")
    reporter = RecordingReporter()
    with pytest.raises(NeverEnded, match="another seed"):
        synthesizer.speak(request_for(name), reporter)
    assert len(reporter.spoken_s) == 10


def test_the_limit_grows_with_the_text(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> None:
    """Short texts have 12 s; beyond, each token has about a second."""
    model = loaded()[0]._model
    assert frame_limits.frame_limit(model, "Hi.") * FRAME_S == pytest.approx(12)
    assert frame_limits.frame_limit(model, "a" * 100) == 1200


def test_a_model_that_says_nothing_is_a_failure(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """mlx-audio yields no result then."""
    synthesizer, name = loaded(ends="at once")
    with pytest.raises(NothingSpoken, match="another seed"):
        synthesizer.speak(request_for(name), RecordingReporter())


@pytest.mark.parametrize(
    "options",
    [{}, {"quantization": 8}, {"kind": "custom_voice"}, {"kind": "voice_design"}, {"ends": "at once"}],
    ids=["base", "8-bit", "custom voice", "voice design", "ends at once"],
)
def test_warm_up_speaks_with_every_kind(
    options: dict[str, Any], loaded: Callable[..., tuple[BatchedSynthesizer, str]]
) -> None:
    """A few frames, whatever the model needs to speak them; nothing is remembered."""
    synthesizer, _ = loaded(**options)
    reporter = RecordingReporter()
    synthesizer.warm_up(reporter)
    assert len(reporter.spoken_s) <= 4
    assert bool(reporter.spoken_s) == (options.get("ends") != "at once")
    assert not synthesizer._prompts._encoded


def test_warm_up_can_be_cancelled(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> None:
    """Its reporter is asked at every frame."""
    with pytest.raises(Cancelled):
        loaded(ends="never")[0].warm_up(RecordingReporter(cancel_at_s=0.01))


def test_one_model_is_resident(checkpoint: Callable[..., Path], request_for: Callable[..., SpeechRequest]) -> None:
    """A request for another model replaces the first; the same one is not loaded again."""
    one, other = str(checkpoint()), str(checkpoint(quantization=8))
    synthesizer, reporter = BatchedSynthesizer(), RecordingReporter()
    for name in (one, one, other):
        synthesizer.load(name, reporter)
    assert [stage for stage, *_ in reporter.stages] == ["loading", "loading"]
    assert synthesizer.speak(request_for(one), reporter).model == one
    assert len(reporter.stages) == 3


def test_unloading_gives_the_memory_back(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> None:
    """And is harmless without a model."""
    import mlx.core as mx

    synthesizer, _ = loaded()
    resident = mx.get_active_memory()
    synthesizer.unload()
    synthesizer.unload()
    assert resident - mx.get_active_memory() > 1_000_000
    assert mx.get_cache_memory() == 0


def test_a_failed_load_leaves_no_model(checkpoint: Callable[..., Path], tmp_path: Path) -> None:
    """So that nothing speaks with a model that was not asked for; the right one loads afterwards."""
    synthesizer, name = BatchedSynthesizer(), str(checkpoint())
    synthesizer.load(name, RecordingReporter())
    shutil.copy(checkpoint() / "config.json", tmp_path)
    with pytest.raises(InvalidCheckpoint, match=r"model\.safetensors"):
        synthesizer.load(str(tmp_path), RecordingReporter())
    assert synthesizer._model is None
    synthesizer.load(name, RecordingReporter())


def test_another_engines_model_is_refused() -> None:
    """The preview voice is no Qwen3-TTS model."""
    with pytest.raises(UnknownModel, match="not a Qwen3-TTS model"):
        BatchedSynthesizer().load("preview", RecordingReporter())


def test_a_model_that_is_not_on_disk_is_downloaded(
    checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With progress in bytes. For a repository the lab does not know, config.json comes first."""
    fetched: list[tuple[str, object]] = []

    def fetch(repository: str, report: Callable[[int, int], None], patterns: object = None) -> Path:
        fetched.append((repository, patterns))
        report(500, 1000)
        return checkpoint()

    monkeypatch.setattr("voicelab.models.catalogue.folder_on_disk", lambda *_: None)
    monkeypatch.setattr(hub, "fetch", fetch)
    reporter = RecordingReporter()
    synthesizer = BatchedSynthesizer()
    synthesizer.load("qwen3-tts-0.6b-8bit", reporter)
    synthesizer.load("somebody/Qwen3-TTS-fine", reporter)
    assert fetched == [
        ("mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit", None),
        ("somebody/Qwen3-TTS-fine", ["config.json"]),
        ("somebody/Qwen3-TTS-fine", None),
    ]
    assert reporter.stages[:2] == [("downloading", 500, 1000), ("loading", 0, 0)]


def test_importing_loads_no_mlx() -> None:
    """The engine process imports this module before it knows which engine it will be."""
    code = (
        "import sys, voicelab.engines.qwen3.batched as s; s.BatchedSynthesizer(); "
        "print([m for m in ('mlx', 'mlx_audio', 'transformers', 'huggingface_hub') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
