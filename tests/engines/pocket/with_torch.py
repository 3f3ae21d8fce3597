"""pocket-tts itself, which brings PyTorch: by `make test-pocket`, in an environment of its own; `make test` has none.

Small checkpoints made of the package's own configuration, loaded by its own `load_model` from files on disk.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.engines.conftest import choose_at_once
from tests.fakes import RecordingReporter
from tests.family_checkpoints import Ends, byte_tokenizer, pocket_config, write_json
from voicelab.engines.pocket.synthesizer import PocketSynthesizer
from voicelab.engines.process import EngineProcess
from voicelab.errors import Cancelled, InvalidCheckpoint, InvalidValue, NeverEnded, UnsupportedLanguage
from voicelab.models.engine_kit import check_synthesizer
from voicelab.models.registry import registry
from voicelab.speech.ports import Prompt, Sampling, SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from voicelab.clips.clip import Clip

WAIT_S = 120
LOUDNESS = 100.0


@pytest.fixture(scope="session")
def voice(spoken: Callable[[str], Clip]) -> Prompt:
    return Prompt(spoken("The harbor was quiet.").samples, "", "english")


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    written: dict[Ends, str] = {}

    def write(ends: Ends = "soon") -> str:
        if ends not in written:
            written[ends] = str(write_package_checkpoint(tmp_path_factory.mktemp("pocket") / "english", ends))
        return written[ends]

    return write


def write_package_checkpoint(folder: Path, ends: Ends, **sizes: Any) -> Path:
    """Write what the package reads: its configuration with small sizes, weights and a tokenizer."""
    from pocket_tts import TTSModel
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    bins = byte_tokenizer(folder / "tokenizer.json")
    config = pocket_config(bins, **sizes)
    config["flow_lm"]["insert_bos_before_voice"] = True
    config["flow_lm"]["lookup_table"]["tokenizer_path"] = str(folder / "tokenizer.json")
    config["mimi"] |= {"inner_dim": 8, "outer_dim": 32}
    write_json(folder / "config.yaml", config)
    torch.manual_seed(0)
    model = TTSModel.load_model(config=folder / "config.yaml")
    with torch.no_grad():
        for parameter in model.flow_lm.parameters():
            if not torch.isfinite(parameter).all() or not parameter.any():
                parameter.normal_(0, 0.1)
        head = model.flow_lm.out_eos
        head.weight.mul_(20.0 if ends == "soon" else 0.0)
        head.bias.fill_({"soon": -10.0, "never": -100.0, "at once": 100.0}[ends])
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")
    return folder


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    process = EngineProcess(synthesizers=registry().synthesizers({}), choose=choose_at_once)
    yield process
    process.close()


def request(model: str, voice: Prompt, **fields: Any) -> SpeechRequest:
    return SpeechRequest(**{"text": "Good morning to you.", "model": model, "prompt": voice, "seed": 1, **fields})


def test_the_synthesizer_keeps_the_port(checkpoint: Callable[..., str], voice: Prompt) -> None:
    check_synthesizer(registry().engine("pocket"), request(checkpoint(), voice))


def test_a_seed_says_it_again_through_the_process(
    engine: EngineProcess, checkpoint: Callable[..., str], voice: Prompt
) -> None:
    first, again, other = (engine.submit(request(checkpoint(), voice, seed=seed)).result(WAIT_S) for seed in (1, 1, 2))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)
    assert (first.engine, first.sample_rate, first.finished) == ("pocket", 24_000, "end")
    assert first.peak_memory_bytes > 1e8


def test_a_take_without_an_end_is_cancelled_or_stopped(
    engine: EngineProcess, checkpoint: Callable[..., str], voice: Prompt
) -> None:
    job = engine.submit(request(checkpoint("never"), voice, text="It goes on and on and on and on and on again. " * 8))
    next(update for update in job.updates() if update.spoken_s > 0)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result()
    with pytest.raises(NeverEnded, match="found no end"):
        engine.submit(request(checkpoint("never"), voice)).result(WAIT_S)
    assert len(engine.submit(request(checkpoint(), voice)).result(WAIT_S).samples)


def test_the_voice_and_the_sampling_are_heard(checkpoint: Callable[..., str], voice: Prompt) -> None:
    synthesizer, model = PocketSynthesizer(), checkpoint()
    plain = synthesizer.speak(request(model, voice), RecordingReporter())
    for changed in (
        {"prompt": replace(voice, samples=voice.samples[::-1].copy())},
        {"sampling": Sampling(temperature=1.5)},
        {"sampling": Sampling(own={"decode_steps": 4})},
    ):
        said = synthesizer.speak(request(model, voice, **changed), RecordingReporter())
        assert not np.array_equal(said.samples, plain.samples), changed
    again = synthesizer.speak(request(model, voice), RecordingReporter())
    assert np.array_equal(again.samples, plain.samples), "nothing of those requests is left behind"


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ({"prompt": None}, InvalidValue, "needs one"),
        ({"language": "german"}, UnsupportedLanguage, "does not speak german"),
        ({"instruct": "Whisper."}, InvalidValue, "takes no instruct"),
        ({"sampling": Sampling(temperature=9)}, InvalidValue, "temperature is 9"),
    ],
)
def test_what_it_cannot_do_is_a_sentence(
    checkpoint: Callable[..., str], voice: Prompt, wrong: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        PocketSynthesizer().speak(request(checkpoint(), voice, **wrong), RecordingReporter())


def test_weights_of_another_size_are_no_traceback(checkpoint: Callable[..., str], tmp_path: Path) -> None:
    from pathlib import Path as Folder

    other = write_package_checkpoint(tmp_path / "english", "soon", width=32)
    (other / "model.safetensors").write_bytes((Folder(checkpoint()) / "model.safetensors").read_bytes())
    with pytest.raises(InvalidCheckpoint, match="cannot be loaded as Pocket TTS"):
        PocketSynthesizer().load(str(other), RecordingReporter())
