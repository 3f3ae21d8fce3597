"""The published models of Qwen3-TTS, and what is to be known of any other: a hub repository or a local folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.checkpoints import KINDS, MODEL_TYPE, Kind, quantization_of, read_config
from voicelab.languages import CODES
from voicelab.speech.engine_descriptor import Capabilities, Model, SamplingField

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "qwen3"
SHORTEST_PROMPT_S = 0.5
LONGEST_PROMPT_S = 30.0
"""Longer ones make every take slower and no take better; the guide compares 5, 10 and 15 s."""
LOWEST_CLONING_PENALTY = 1.5
"""mlx-audio's own floor while cloning, not Qwen's: below it, codes degenerate into loops (Model.generate of 0.6.2).

Published checkpoints say 1.05 (generation_config.json), with which models that clone nothing speak.
"""
_PUBLISHED_PENALTY = 1.05

_GUIDE = "Size from the repository; memory estimated from it."
_ESTIMATED = "Size and memory are estimates: parameter count times bits per weight, fitted to the 0.6B models."
_LOADED = 1.03
"""Memory in use once a model is loaded, in sizes of its weights: 2.05 GB of 1.99."""
_WORKING_BYTES = 800_000_000
"""Besides: a chunk of a clip on its way through the encoder, a window of sound through the decoder, kernels. One H200
peaked at 2.86 GB with the 2.05 GB of 0.6B 8-bit, a clip of 15 s and 145 frames, of which the next figure is 0.05."""
_FRAME_BYTES = 28 * 2 * 8 * 128 * 2
"""Keys and values of the talker's 28 layers, 8 heads of 128 in bfloat16, which it keeps of each frame that it knows."""
_FRAMES_A_SECOND = 12.5
_LONGEST_PIECE_S = 24.0
"""Of a text that is spoken in pieces."""
_LICENCE = "Apache-2.0"
"""Of the published weights, says Qwen's model card."""


def needed_bytes(size_bytes: int, clip_s: float = LONGEST_PROMPT_S, piece_s: float = _LONGEST_PIECE_S) -> int:
    """Return the memory that a model needs while it speaks a piece with a clip: weights, and a share of each frame."""
    frames = (clip_s + piece_s) * _FRAMES_A_SECOND
    return round(size_bytes * _LOADED + _WORKING_BYTES + frames * _FRAME_BYTES)


def _entry(suffix: str, size_gb: float, note: str, kind: Kind = "base") -> Model:
    """Return the entry for mlx-community/Qwen3-TTS-12Hz-`suffix`, for example "0.6B-Base-8bit"."""
    size, family, bits = suffix.split("-")
    middle = "" if kind == "base" else f"-{family.lower()}"
    return Model(
        name=f"qwen3-tts-{size.lower()}{middle}-{bits}",
        repository=f"mlx-community/Qwen3-TTS-12Hz-{suffix}",
        quantization=_bits(suffix),
        size_bytes=round(size_gb * 1e9),
        memory_bytes=needed_bytes(round(size_gb * 1e9)),
        licence=_LICENCE,
        note=note,
        **_of_kind(kind, follows=_follows(kind, small=size == "0.6B")),
    )


def _of_kind(kind: Kind, *, follows: bool) -> dict[str, Any]:
    """Return the fields of Model that are the same for all models of a kind."""
    cloning = kind == "base"
    return {
        "engine": NAME,
        "kind": kind,
        "longest_prompt_s": LONGEST_PROMPT_S if cloning else None,
        "capabilities": Capabilities(
            clones=cloning,
            needs_transcript=cloning,
            own_speakers=kind == "custom_voice",
            follows_instructions=follows,
            streams=True,
            batches=True,
        ),
        "sampling": sampling_fields(cloning=cloning),
    }


def sampling_fields(*, cloning: bool) -> tuple[SamplingField, ...]:
    """Return the fields of Sampling; the defaults are those of the published generation_config.json.

    While cloning, the penalty's is mlx-audio's floor. A checkpoint's own file comes before these (sampling.py).

    A temperature of 0 draws the likeliest code always; a top_k of 0 and a top_p of 1 draw from all.
    """
    penalty = LOWEST_CLONING_PENALTY if cloning else _PUBLISHED_PENALTY
    return (
        SamplingField("temperature", 0.9, 0, 2),
        SamplingField("top_k", 50, 0, 10_000),
        SamplingField("top_p", 1.0, 0.01, 1),
        SamplingField("repetition_penalty", penalty, LOWEST_CLONING_PENALTY if cloning else 1, 5),
    )


def _bits(name: str) -> int | None:
    """Return the bits that a repository's name ends with ("…-8bit"), or None."""
    match = re.search(r"-([2-8])bit$", name, re.IGNORECASE)
    return int(match[1]) if match else None


def _follows(kind: Kind, *, small: bool) -> bool:
    """Say whether instructions change anything: not for a clone, nor for the small model with speakers of its own."""
    return kind == "voice_design" or (kind == "custom_voice" and not small)


PUBLISHED: tuple[Model, ...] = (
    _entry("0.6B-Base-8bit", 1.99, f"The default: small and clean. {_GUIDE}"),
    _entry("0.6B-Base-4bit", 1.71, f"Noisier than 8-bit and hardly faster. {_GUIDE}"),
    _entry("0.6B-Base-bf16", 2.5, f"Not quantized. {_ESTIMATED}"),
    _entry("1.7B-Base-8bit", 3.1, f"The larger model. {_ESTIMATED}"),
    _entry("1.7B-Base-4bit", 2.3, f"Others report rambling and sharp s sounds: prefer 8-bit. {_ESTIMATED}"),
    _entry("1.7B-Base-bf16", 4.5, f"The larger model, not quantized. {_ESTIMATED}"),
    _entry("0.6B-CustomVoice-8bit", 1.97, f"Speaks with its own speakers. {_ESTIMATED}", "custom_voice"),
    _entry("1.7B-CustomVoice-8bit", 3.1, f"Its own speakers; follows instructions. {_ESTIMATED}", "custom_voice"),
    _entry("1.7B-VoiceDesign-8bit", 3.1, f"Speaks as a description says. {_ESTIMATED}", "voice_design"),
)
"""The first one is the smallest that sounds clean (4-bit is noisier, 1.7B slower)."""


def describe_folder(name: str, folder: Path, config: Mapping[str, Any]) -> Model | None:
    """Return what the model in `folder` is, None unless it is Qwen3-TTS. Raises InvalidCheckpoint for a damaged one."""
    if config.get("model_type") != MODEL_TYPE:
        return None
    checked = read_config(folder)
    kind: Kind = checked["tts_model_type"]
    languages = checked["talker_config"].get("codec_language_id") or {}
    size_bytes = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    return Model(
        name=name,
        quantization=quantization_of(checked).get("bits"),
        size_bytes=size_bytes,
        memory_bytes=needed_bytes(size_bytes),
        languages=tuple(language for language in languages if language in CODES),
        **_of_kind(kind, follows=_follows(kind, small=checked.get("tts_model_size") == "0b6")),
    )


def describe_repository(repository: str) -> Model | None:
    """Return what a repository is whose name says that it is Qwen3-TTS."""
    plain = re.sub(r"[^a-z0-9]", "", repository.lower())
    return guess_repository(repository) if "qwen3tts" in plain else None


def guess_repository(repository: str) -> Model:
    """Return what a repository is by its name, if it is Qwen3-TTS."""
    plain = repository.lower().replace("_", "")
    kind: Kind = next((kind for kind in KINDS if kind.replace("_", "") in plain), "base")
    return Model(
        name=repository,
        repository=repository,
        quantization=_bits(repository),
        note="Not in the catalogue: its kind and bits are read from its name until it is downloaded.",
        **_of_kind(kind, follows=_follows(kind, small="0.6b" in plain)),
    )
