"""What a model's folder tells without loading it: its configuration, and the dtypes and shapes of its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.checkpoints import check_checkpoint, quantization_of, read_config
from voicelab.errors import VoiceLabError
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Headers = dict[str, tuple[str, tuple[int, ...]]]
"""Dtype, as safetensors writes it, and shape of each tensor."""

_NEVER_QUANTIZED = ("codec_embedding", "text_embedding", "speaker_encoder")
"""What mlx-audio's converter leaves as it is (Model.model_quant_predicate of 0.6.2)."""
_NORM = "talker.model.norm.weight"
_AGAIN = "Remove the folder so that the model is downloaded anew, or copy it again from its repository."
_MATRIX = 2


def folder_checks(folder: str) -> Iterator[Check]:
    """Yield `config` and `weights` of the model in `folder`."""
    try:
        check_checkpoint(Path(folder))
        config = read_config(Path(folder))
    except VoiceLabError as error:
        yield Check("config", "fail", error.message)
        yield Check("weights", "skip", "not tried: config failed")
        return
    yield config_check(config)
    try:
        yield weights_check(config, headers(Path(folder)))
    except Exception as error:  # noqa: BLE001 - safetensors raises its own kinds for files that are cut off or no such
        yield Check("weights", "fail", f"the weights cannot be read: {' '.join(str(error).split())[:200]}. {_AGAIN}")


def headers(folder: Path) -> Headers:
    """Return what the weight files beside config.json hold, without reading their tensors."""
    from safetensors import safe_open

    found: Headers = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(str(path), framework="numpy") as file:
            for name in file.keys():  # noqa: SIM118 - it is no dictionary
                part = file.get_slice(name)
                found[name] = (str(part.get_dtype()), tuple(part.get_shape()))
    return found


def config_check(config: Mapping[str, Any]) -> Check:
    """Say what the configuration says of the model."""
    talker = config["talker_config"]
    bits = quantization_of(dict(config)).get("bits")
    languages = len(talker.get("codec_language_id") or {})
    figures = {
        "kind": config["tts_model_type"],
        "size": config.get("tts_model_size"),
        "bits": bits,
        "hidden_size": talker.get("hidden_size"),
        "layers": talker.get("num_hidden_layers"),
        "languages": languages,
    }
    if not languages:
        return Check("config", "fail", f"config.json names no language (codec_language_id). {_AGAIN}", figures)
    quantized = f"{bits} bits a weight" if bits else "not quantized"
    message = f"{config['tts_model_type']}, size {figures['size']}, {quantized}, {languages} languages and dialects"
    return Check("config", "pass", message, figures)


def weights_check(config: Mapping[str, Any], found: Headers) -> Check:
    """Compare dtypes, shapes and quantization of the talker's weights with the configuration."""
    dtypes = sorted({dtype for dtype, _shape in found.values()})
    talker = {name: each for name, each in found.items() if name.startswith("talker.")}
    figures = {"tensors": len(found), "dtypes": dtypes}

    def failed(why: str) -> Check:
        return Check("weights", "fail", f"{why} {_AGAIN}", figures)

    half = next((name for name, (dtype, _) in talker.items() if dtype == "F16"), "")
    if half:
        return failed(f"{half} is float16, whose largest number this model's sums pass: it is published in bfloat16.")
    hidden, shape = config["talker_config"].get("hidden_size"), found.get(_NORM, ("", ()))[1]
    if hidden and shape and shape[0] != hidden:
        return failed(f"config.json is of another size than the weights: {hidden} wide, and {_NORM} is {shape[0]}.")
    if why := _quantized_otherwise(talker, quantization_of(dict(config)).get("bits")):
        return failed(why)
    return Check("weights", "pass", f"{len(found)} tensors, {', '.join(dtypes)}", figures)


def _quantized_otherwise(talker: Headers, bits: int | None) -> str:
    """Say how the talker's linear layers are quantized otherwise than config.json says; empty when they are as said."""
    linear = [
        name.removesuffix(".weight")
        for name, (_, shape) in sorted(talker.items())
        if name.endswith(".weight") and len(shape) == _MATRIX and not any(part in name for part in _NEVER_QUANTIZED)
    ]
    quantized = [name for name in linear if f"{name}.scales" in talker]
    plain = [name for name in linear if f"{name}.scales" not in talker]
    if quantized and plain:
        return f"The weights are half quantized: {quantized[0]} is and {plain[0]} is not."
    if quantized and not bits:
        return f"The weights are quantized ({quantized[0]}) and config.json does not say so."
    if plain and bits:
        return f"config.json says {bits} bits a weight and {plain[0]} is not quantized."
    return ""
