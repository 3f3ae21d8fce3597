"""What Qwen3-TTS proves of itself, on small checkpoints: each check passes, and fails where something is wrong."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.engines.qwen3 import proof
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.proof import codec, pace, tokens
from voicelab.engines.qwen3.proof.bench import Bench
from voicelab.engines.qwen3.proof.folder import folder_checks
from voicelab.engines.qwen3.proof.loading import load_check, loaded, room_check, weights_bytes
from voicelab.engines.qwen3.proof.speech import takes
from voicelab.engines.qwen3.proof.tokenizer import tokenizer_check
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.speech.proof import Check, Orders, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.speech.ports import Prompt

TEXTS = ("Good morning to all of you.", "The rain has stopped at last.", "Naïve café: 10 € 漢字, so be it.")


@pytest.fixture
def orders_for(voice: Prompt) -> Callable[[Path], Orders]:
    def orders(folder: Path, working_set_bytes: int | None = None) -> Orders:
        return Orders(
            str(folder), str(folder), voice, TEXTS, (1, 2), ("One.", "Two.", "Three.", "Four."), working_set_bytes
        )

    return orders


@pytest.fixture
def bench(checkpoint: Callable[..., Path], orders_for: Callable[[Path], Orders]) -> Bench:
    """The checkpoint as it is published: bfloat16, its configuration's keys, half of its encoder's quantizers used."""
    orders = orders_for(checkpoint(dtype="bfloat16", as_published=True, code_groups=16))
    synthesizer, check = loaded(orders)
    assert check.outcome == "pass"
    return Bench(synthesizer, orders)


@pytest.fixture
def copy(checkpoint: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Return a copy of a checkpoint that a test may damage."""

    def copied(**options: Any) -> Path:
        return shutil.copytree(checkpoint(**options), tmp_path / "model")

    return copied


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None], name: str = "model.safetensors") -> None:
    """Let `change` work on the tensors of a weight file."""
    import mlx.core as mx

    tensors = mx.load(str(folder / name))
    assert isinstance(tensors, dict)
    change(tensors)
    mx.save_safetensors(str(folder / name), tensors)


def edit(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def only(found: list[Check | Spoken], name: str) -> Check:
    (check,) = [each for each in found if isinstance(each, Check) and each.name == name]
    return check


def test_the_published_dtype_passes_all_that_needs_no_speech(
    checkpoint: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    """In order, and with the clip and six takes to be listened to. How much faster is a matter of the machine."""
    folder = checkpoint(dtype="bfloat16", as_published=True, code_groups=16)
    told: list[str] = []
    found = list(proof.prove(orders_for(folder), told.append))
    names = [each.name for each in found]
    assert list(dict.fromkeys(names)) == list(proof.CHECKS)
    assert [each.name for each in found if isinstance(each, Spoken)] == ["codec", *["speech"] * 6]
    judged = {each.name: each for each in found if isinstance(each, Check)}
    fast = judged.pop("fast engine")
    assert {check.outcome for check in judged.values()} == {"pass"}, judged
    assert fast.figures["first_different"] == [None] * 3
    assert fast.figures["first_different_together"] == [None] * 6
    assert "BF16" in judged["weights"].figures["dtypes"]
    assert "speaking, 6 of 6" in told


@pytest.mark.parametrize("quantization", [8, 4, None])
def test_the_published_dtype_has_the_librarys_tokens(
    quantization: int | None, checkpoint: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    """Plain, library and fast engine: 3 seeds of 50 frames each, in bfloat16."""
    orders = orders_for(checkpoint(dtype="bfloat16", quantization=quantization, ends="never"))
    library, fast = tokens.token_checks(Bench(loaded(orders)[0], orders))
    assert library.outcome == "pass", library
    assert library.figures["frames"] == [tokens.FRAMES] * 3
    assert fast.figures["first_different"] == [None] * 3, fast
    assert fast.figures["first_different_together"] == [None] * 6, fast


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"dtype": "float16"}, "is float16"),
        ({"dtype": "float16", "quantization": 8}, "is float16"),
    ],
)
def test_float16_is_named(options: dict[str, Any], why: str, checkpoint: Callable[..., Path]) -> None:
    config, weights = folder_checks(str(checkpoint(**options)))
    assert (config.outcome, weights.outcome) == ("pass", "fail")
    assert why in weights.message


def test_another_size_is_named(copy: Callable[..., Path]) -> None:
    folder = copy()
    config = json.loads((folder / "config.json").read_text())
    edit(folder / "config.json", talker_config=config["talker_config"] | {"hidden_size": 128})
    assert "of another size than the weights: 128 wide" in only(list(folder_checks(str(folder))), "weights").message


def test_half_quantized_is_named(copy: Callable[..., Path]) -> None:
    import mlx.core as mx

    folder = copy(quantization=8)
    layer = "talker.model.layers.0.mlp.up_proj"

    def plain(tensors: dict[str, Any]) -> None:
        weight, scales, biases = (tensors.pop(f"{layer}.{part}") for part in ("weight", "scales", "biases"))
        tensors[f"{layer}.weight"] = mx.dequantize(weight, scales, biases, group_size=64, bits=8)

    rewrite(folder, plain)
    weights = only(list(folder_checks(str(folder))), "weights")
    assert weights.outcome == "fail"
    assert f"{layer} is not" in weights.message


@pytest.mark.parametrize(("quantization", "claimed"), [(8, None), (None, {"group_size": 64, "bits": 8})])
def test_quantization_that_is_not_as_said_is_named(
    quantization: int | None, claimed: dict[str, int] | None, copy: Callable[..., Path]
) -> None:
    folder = copy(quantization=quantization)
    edit(folder / "config.json", quantization=claimed)
    assert only(list(folder_checks(str(folder))), "weights").outcome == "fail"


def test_files_that_are_cut_off_or_missing_are_named(copy: Callable[..., Path]) -> None:
    folder = copy()
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    assert "cannot be read" in only(list(folder_checks(str(folder))), "weights").message
    (folder / "vocab.json").unlink()
    config, skipped = folder_checks(str(folder))
    assert "vocab.json" in config.message
    assert (config.outcome, skipped.outcome) == ("fail", "skip")


def test_without_a_language_nothing_can_be_said(copy: Callable[..., Path]) -> None:
    folder = copy()
    config = json.loads((folder / "config.json").read_text())
    edit(folder / "config.json", talker_config=config["talker_config"] | {"codec_language_id": {}})
    assert "names no language" in only(list(folder_checks(str(folder))), "config").message


def test_a_limit_below_the_weights_is_named(checkpoint: Callable[..., Path]) -> None:
    folder = str(checkpoint())
    size = weights_bytes(folder)
    assert room_check(folder, None).outcome == room_check(folder, size + 1).outcome == "pass"
    assert "Choose a smaller model" in room_check(folder, size).message
    assert room_check(folder, size).outcome == "fail"


def test_a_model_that_is_held_twice_fails() -> None:
    assert load_check(1.0, 2_050_000_000, 1_990_000_000).outcome == "pass"
    assert load_check(1.0, 4_000_000_000, 1_990_000_000).outcome == "fail"


def test_a_transposed_weight_cannot_be_loaded(copy: Callable[..., Path], orders_for: Callable[[Path], Orders]) -> None:
    """What needs the model is skipped, and says why."""
    folder = copy()

    def transpose(tensors: dict[str, Any]) -> None:
        name = "talker.model.layers.0.mlp.down_proj.weight"
        tensors[name] = tensors[name].T

    rewrite(folder, transpose)
    found = list(proof.prove(orders_for(folder), lambda _what: None))
    assert only(found, "load").outcome == "fail"
    assert "down_proj" in only(found, "load").message
    assert [each.name for each in found] == list(proof.CHECKS)
    assert {each.outcome for each in found[4:] if isinstance(each, Check)} == {"skip"}


def test_a_tokenizer_that_lacks_a_token_is_named(
    copy: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    folder = copy()
    path = folder / "tokenizer_config.json"
    added = json.loads(path.read_text())["added_tokens_decoder"]
    edit(
        path, added_tokens_decoder={number: token for number, token in added.items() if token["content"] != "<tts_pad>"}
    )
    found = tokenizer_check(loaded(orders_for(folder))[0].model, TEXTS)
    assert found.outcome == "fail"
    assert "lacks <tts_pad>" in found.message


def test_a_chat_template_in_more_tokens_is_named(
    copy: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    """mlx-audio would leave some of the template in the text."""
    folder = copy()
    merges = (folder / "merges.txt").read_text().splitlines()
    (folder / "merges.txt").write_text("\n".join(line for line in merges if not line.startswith("assistan")) + "\n")
    found = tokenizer_check(loaded(orders_for(folder))[0].model, TEXTS)
    assert "number of tokens" in found.message


def test_windows_without_what_came_before_are_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(1, 50, (16, codec.WHOLE)).astype(np.int32)
    at_once = codec.whole(bench.model.speech_tokenizer, codes)
    assert codec.windows_check(at_once, codec.in_windows(bench.model.speech_tokenizer, codes)).outcome == "pass"
    monkeypatch.setattr(codec, "CONTEXT", 0)
    assert codec.windows_check(at_once, codec.in_windows(bench.model.speech_tokenizer, codes)).outcome == "fail"
    assert codec.windows_check(at_once, at_once[1:]).outcome == "fail"
    assert codec.windows_check(at_once, np.full_like(at_once, np.nan)).outcome == "fail"


def test_both_ways_of_the_codec_are_reported() -> None:
    codes = np.zeros((2, 4), np.int32)
    found = codec.sliding_check(codes, codes + np.array([[0], [1]]), [0.9, 0.95])
    assert (found.outcome, found.figures["codes_different"]) == ("pass", 0.5)
    assert "0.900 without" in found.message
    assert codec.sliding_check(codes, codes, [float("nan"), None]).outcome == "fail"


def test_other_tokens_than_the_librarys_are_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*given: Any) -> Any:
        frames = next_frames(*given)
        next(frames)
        yield from frames

    monkeypatch.setattr(tokens, "next_frames", late)
    library, fast = tokens.token_checks(bench)
    assert library.outcome == fast.outcome == "fail"
    assert "from frame 1 on" in library.message
    assert fast.variant == "batched"


def test_the_default_engine_must_say_what_the_library_says() -> None:
    """Where low precision is known to decide otherwise the line says that, and accuses nothing."""
    take = [np.arange(12, dtype=np.int32).reshape(6, 2)]
    other = [np.where(take[0] == 7, 0, take[0]).astype(np.int32)]
    assert tokens.library_check(take, take, known_to_differ=True).outcome == "pass"
    wrong = tokens.library_check(take, other, known_to_differ=False)
    assert wrong.outcome == "fail"
    assert "Install the lab again" in wrong.message
    known = tokens.library_check(take, other, known_to_differ=True)
    assert (known.outcome, known.figures["first_different"]) == ("skip", [3])
    assert "NVIDIA GPUs in low precision" in known.message


def test_the_fast_engine_must_say_the_same_and_faster() -> None:
    take = [np.arange(12, dtype=np.int32).reshape(6, 2)]
    other = [np.where(take[0] == 7, 0, take[0]).astype(np.int32)]

    def judged(alone: Any, together: Any, seconds: tuple[float, float], *, known: bool = False) -> tuple[str, str]:
        found = tokens.fast_check(take, alone, together, seconds, known_to_differ=known)
        return found.outcome, found.message

    assert judged(take, take, (2.0, 1.0)) == ("pass", "all tokens equal, alone and 1 at once, 2.0 times as fast")
    assert judged(take, take, (1.0, 2.0))[0] == "skip"
    assert judged(other, take, (2.0, 1.0))[0] == "fail"
    assert "from frame 4 on" in judged(take, other, (2.0, 1.0))[1]
    assert judged(other, take, (2.0, 1.0), known=True)[0] == "skip"
    assert judged([take[0][:5]], take, (2.0, 1.0))[0] == "fail", "a take that ends earlier is another"


def test_a_slow_vocoder_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    speed, _memory = pace.pace_checks(bench)
    assert speed.figures["vocoder_s_per_s"] < pace.SLOWEST_VOCODER
    decode = bench.synthesizer.decoder

    class Slow:
        shapes, samples_per_frame = decode.shapes, decode.samples_per_frame

        def __call__(self, windows: Any) -> Any:
            time.sleep(pace.SLOWEST_VOCODER * max(window.shape[1] for window in windows) * 0.08)
            return decode(windows)

    monkeypatch.setattr(bench.synthesizer, "_made_decoder", Slow())
    speed, _memory = pace.pace_checks(bench)
    assert speed.outcome == "fail"
    assert "vocoder is too slow" in speed.message


def test_speed_and_memory_are_judged_against_the_machine() -> None:
    assert pace.speed_check(4.0, 0.4, 4.0, 0.1, on_gpu=True).outcome == "pass"
    assert pace.speed_check(40.0, 0.4, 4.0, 0.1, on_gpu=True).outcome == "fail"
    assert pace.speed_check(40.0, 0.4, 4.0, 0.1, on_gpu=False).outcome == "pass", "a processor is slow"
    assert pace.speed_check(4.0, None, 4.0, 0.1, on_gpu=True).outcome == "fail"
    assert pace.speed_check(4.0, 0.1, 0.0, 0.1, on_gpu=True).outcome == "fail"
    assert pace.memory_check(3, 4).outcome == pace.memory_check(3, None).outcome == "pass"
    assert pace.memory_check(4_000_000_000, 3_000_000_000).outcome == "fail"


def test_a_leak_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlx.core as mx

    assert pace.growth_check(bench).outcome == "pass"
    kept: list[mx.array] = []

    def leaking(synthesizer: Qwen3Synthesizer, more: Any) -> None:
        speak(synthesizer, more)
        kept.append(mx.zeros(pace.GROWTH_BYTES // 2))  # of 4 bytes each
        mx.eval(kept)

    speak = Qwen3Synthesizer.speak_together
    monkeypatch.setattr(Qwen3Synthesizer, "speak_together", leaking)
    found = pace.growth_check(bench)
    assert found.outcome == "fail"
    assert found.figures["bytes_a_text"] >= 2 * pace.GROWTH_BYTES


def test_takes_without_an_end_or_a_beginning_fail(
    checkpoint: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    for ends, why in (("never", "found no end"), ("at once", "before its first sound")):
        orders = orders_for(checkpoint(ends=ends))
        (first, *_rest) = takes(Bench(loaded(orders)[0], orders), lambda _what: None)
        assert isinstance(first, Check)
        assert first.outcome == "fail"
        assert why in first.message


@pytest.mark.parametrize("kind", ["custom_voice", "voice_design"])
def test_models_that_clone_nothing_are_checked_too(
    kind: str, checkpoint: Callable[..., Path], orders_for: Callable[[Path], Orders]
) -> None:
    found = list(proof.prove(orders_for(checkpoint(kind=kind)), lambda _what: None))
    outcomes = {each.name: each.outcome for each in found if isinstance(each, Check)}
    assert outcomes["as the library"] == "pass", only(found, "as the library")
    assert outcomes["fast engine"] == "skip"
    assert any(isinstance(each, Spoken) for each in found)


def test_a_check_that_breaks_fails_and_the_next_ones_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, orders_for: Callable[[Path], Orders]
) -> None:
    def broken(_bench: Bench) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(proof, "token_checks", broken)
    found = list(proof.prove(bench.orders, lambda _what: None))
    assert only(found, "as the library").outcome == only(found, "fast engine").outcome == "fail"
    assert "ZeroDivisionError: oh" in only(found, "as the library").message
    assert only(found, "growth").outcome == "pass"
