"""The kit that engines are tested with: the lab's engines and the example pass, and each broken promise is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.checkpoints import write_checkpoint
from tests.example_engine.voicelab_tone.synthesizer import ToneSynthesizer
from tests.fakes import RecordingReporter
from voicelab.errors import Cancelled
from voicelab.models import catalogue
from voicelab.models.engine_kit import check_descriptor, check_synthesizer
from voicelab.models.registry import Plugin, Registry
from voicelab.settings import CHECKOUT
from voicelab.speech.engine_descriptor import EngineDescriptor
from voicelab.speech.ports import Prompt, Sampling, SpeechRequest

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip

TONE = "voicelab_tone.descriptor:ENGINE"


@pytest.fixture
def tone(monkeypatch: pytest.MonkeyPatch) -> EngineDescriptor:
    """The example's descriptor, as an engine of this process."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "tests" / "example_engine"))
    engine = check_descriptor(TONE)
    only = Registry([Plugin("tone", "the test", lambda: engine)])
    monkeypatch.setattr(catalogue, "registry", lambda: only)
    return engine


def test_the_labs_engines_keep_what_they_promise(speech_clip: Clip, speech_text: str, tmp_path: Path) -> None:
    prompt = Prompt(speech_clip.samples, speech_text, "english")
    preview = check_descriptor("voicelab.engines.preview.descriptor:ENGINE")
    speech = check_synthesizer(preview, SpeechRequest("Hello there.", preview.models[0].name, prompt=prompt))
    assert speech.duration_s > 0.3
    qwen3 = check_descriptor("voicelab.engines.qwen3.descriptor:ENGINE")
    folder = write_checkpoint(tmp_path / "model")
    assert check_synthesizer(qwen3, SpeechRequest("Hello there.", str(folder), prompt=prompt)).duration_s > 0.05


def test_the_example_does(tone: EngineDescriptor) -> None:
    assert check_synthesizer(tone, SpeechRequest("Hello.", "tone")).engine == "tone"


class _Same(ToneSynthesizer):
    """Whatever the seed, the same."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        return super().speak(replace(request, seed=0), report)


class _Chance(ToneSynthesizer):
    """Whatever the seed, something else."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        speech = super().speak(request, report)
        return replace(speech, samples=speech.samples * np.float32(np.random.default_rng().random()))


class _Deaf(ToneSynthesizer):
    """Cannot be cancelled."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        class Swallowing(RecordingReporter):
            def spoken(self, seconds: float) -> None:
                try:
                    report.spoken(seconds)
                except Cancelled:
                    return

        return super().speak(request, Swallowing())


class _Silent(ToneSynthesizer):
    """Tells nothing."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        return super().speak(request, RecordingReporter())


class _Doubles(ToneSynthesizer):
    """The wrong kind of samples."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        speech = super().speak(request, report)
        doubles: Any = speech.samples.astype(np.float64)
        return replace(speech, samples=doubles)


class _Anything(ToneSynthesizer):
    """Takes sampling out of its bounds."""

    def speak(self, request: SpeechRequest, report: Any) -> Any:
        return super().speak(replace(request, sampling=Sampling()), report)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (_Same, "another seed gives the same"),
        (_Chance, "same request gives other"),
        (_Deaf, "does not let Cancelled through"),
        (_Silent, "never told"),
        (_Doubles, "not float32"),
        (_Anything, "for waver_hz"),
    ],
)
def test_a_broken_promise_is_named(
    fault: type[ToneSynthesizer], named: str, tone: EngineDescriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicelab_tone.synthesizer.ToneSynthesizer", fault)
    with pytest.raises(AssertionError, match=f"(?i){named}"):
        check_synthesizer(tone, SpeechRequest("Hello.", "tone"))


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("import scipy", "loads .*scipy"),
        ("raise RuntimeError('not today')", "not today"),
        ("ENGINE = 3", "gives a int"),
        ("ENGINE = replace(ENGINE, models=(replace(ENGINE.models[0], licence=''),))", "licence"),
        ("ENGINE = replace(ENGINE, models=(replace(ENGINE.models[0], languages=('latin',)),))", "language"),
        ("ENGINE = replace(ENGINE, on_disk=None)", "no on_disk"),
        ("ENGINE = replace(ENGINE, models=())", "no model"),
        ("ENGINE = replace(ENGINE, synthesizer='nowhere')", "module:Class"),
    ],
)
def test_a_descriptor_that_the_lab_could_not_use_is_named(
    added: str, named: str, tone: EngineDescriptor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example's, with one line more."""
    del tone
    source = (CHECKOUT / "tests" / "example_engine" / "voicelab_tone" / "descriptor.py").read_text()
    module = f"wrong_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{module}.py").write_text(f"{source}\nfrom dataclasses import replace\n{added}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(AssertionError, match=named):
        check_descriptor(f"{module}:ENGINE")
