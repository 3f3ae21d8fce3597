"""The model of the catalogue, and folders in its layout: one language's files, as Kyutai's repository has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab import hub
from voicelab.errors import InvalidCheckpoint
from voicelab.speech.engine_descriptor import Capabilities, Model, SamplingField

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "pocket"
SHORTEST_PROMPT_S = 1.0
LONGEST_PROMPT_S = 30.0
"""To which the package itself cuts a file."""
REPOSITORY = "kyutai/pocket-tts"
TOKENIZERS = "kyutai/pocket-tts-without-voice-cloning"
"""Where the package's configurations take the tokenizers from."""
WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.yaml"
LANGUAGES = ("english", "french", "german", "italian", "portuguese", "spanish")
"""Of the package's configurations that the lab has a name for; Dutch has none."""
TERMS = (
    f"Kyutai asks for your agreement to its terms before it gives out these weights: read and accept them at "
    f"https://huggingface.co/{REPOSITORY} (CC-BY-4.0; no voice without its owner's consent), and log in with "
    "`hf auth login`."
)
SAMPLING = (
    SamplingField("temperature", 0.3, 0, 2),
    SamplingField("decode_steps", 1, 1, 32),
    SamplingField("eos_threshold", -4.0, -20, 20),
)
"""The defaults are those of the package 4.0.1, for every configuration that names none."""
_LOADED = 2.0
"""Memory in use once a model is loaded, in sizes of its weights: they are computed with in 32 bits."""
_WORKING_BYTES = 1_000_000_000
"""Besides, PyTorch itself among it."""
_NEEDS = ("flow_lm.", "mimi.encoder.", "mimi.decoder.")


def files_of(language: str) -> tuple[str, ...]:
    """Return what of the repository a language needs."""
    return (f"languages/{language}/{WEIGHTS}",)


def _model(name: str, language: str, size_bytes: int, note: str, **told: Any) -> Model:
    return Model(
        name=name,
        engine=NAME,
        kind=language,
        size_bytes=size_bytes,
        memory_bytes=round(size_bytes * _LOADED) + _WORKING_BYTES,
        languages=(language,),
        longest_prompt_s=LONGEST_PROMPT_S,
        capabilities=Capabilities(clones=True),
        sampling=SAMPLING,
        licence="CC-BY-4.0",
        note=note,
        **told,
    )


PUBLISHED: tuple[Model, ...] = (
    _model(
        "pocket-tts",
        "english",
        240_000_000,
        "100 M parameters: clones on two cores without a GPU, no transcript needed. English; other languages from a "
        "folder. Size and memory are estimates.",
        repository=REPOSITORY,
        files=files_of("english"),
        terms=TERMS,
    ),
)


def on_disk(model: Model) -> Path | None:
    """Return the folder of the model's weights, None unless they and the tokenizer are there."""
    if model.folder is not None:
        return model.folder
    snapshot = hub.folder_on_disk(model.repository, model.files)
    folder = snapshot / "languages" / model.kind if snapshot is not None else None
    return folder if folder is not None and (folder / WEIGHTS).is_file() else None


def tokenizer_on_disk(folder: Path, language: str) -> Path | None:
    """Return the tokenizer of a language: beside the weights, or as the package's configurations have it."""
    beside = folder / TOKENIZER
    if beside.is_file():
        return beside
    file = f"languages/{language}/{TOKENIZER}"
    snapshot = hub.folder_on_disk(TOKENIZERS, (file,))
    return snapshot / file if snapshot is not None and (snapshot / file).is_file() else None


def describe_folder(name: str, folder: Path, config: Mapping[str, Any]) -> Model | None:
    """Return what is in a folder of one language's files, None for anything else."""
    if config or not (folder / WEIGHTS).is_file() or not (folder / TOKENIZER).is_file():
        return None
    language = folder.resolve().name.partition("_")[0]
    if language not in LANGUAGES:
        if not (folder / CONFIG).is_file():
            return None
        language = "english"
    size_bytes = (folder / WEIGHTS).stat().st_size
    return _model(name, language, size_bytes, "A folder of Pocket TTS. Memory is an estimate from its weights.")


def check_folder(folder: Path) -> None:
    """Raise InvalidCheckpoint unless the weights in `folder` are Pocket TTS with voice cloning."""
    from safetensors import SafetensorError, safe_open

    file = folder / WEIGHTS
    try:
        with safe_open(file, framework="numpy") as tensors:
            names = list(tensors.keys())
    except (SafetensorError, OSError) as error:
        raise damaged(folder, f"{WEIGHTS} cannot be read ({error})") from error
    lacking = [begin for begin in _NEEDS if not any(name.startswith(begin) for name in names)]
    if lacking:
        raise damaged(
            folder, f"no tensor of {WEIGHTS} is called {lacking[0]}…, so it is another model's, or clones no voice"
        )


def damaged(folder: Path, why: str) -> InvalidCheckpoint:
    """Return the error of weights that cannot be used."""
    reason = " ".join(why.split())[:300].rstrip(". ")
    return InvalidCheckpoint(
        f"The model in {folder} cannot be loaded as Pocket TTS: {reason}. Delete it and download it anew, with the "
        f"terms at https://huggingface.co/{REPOSITORY} accepted."
    )
