"""From a folder to a model that is whole: mlx-audio only prints when the tokenizer or the codec could not be loaded."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from platformdirs import user_cache_path

from voicelab.engines.qwen3.checkpoints import check_checkpoint
from voicelab.errors import InvalidCheckpoint
from voicelab.languages import CODES

if TYPE_CHECKING:
    from pathlib import Path

CACHE_LIMIT_BYTES = 1 << 30
"""Freed buffers that MLX may keep within a job. Unlimited, Metal's cache grows with every new length of audio."""

CONVOLUTIONS_KEPT = 1024
"""Convolutions of which MLX keeps how cuDNN computes them; its own 128 are fewer than the codec has for its windows and
chunks, and each one that is found anew takes as long as many frames."""

GRAPHS_KEPT = 2000
"""Graphs of operations that MLX keeps on CUDA. Of its own 400 a take of 12 s leaves none for the next one's beginning,
and more are prepared anew with every take; with these, first sound comes in less than half the time."""

ROOM_FOR_GRAPHS_BYTES = 12_000_000_000
"""A GPU on which as much is free keeps them: they take about 3 GB more than MLX's own 400, of which MLX counts nothing.
One H200 held 8.7 GB in all with the 0.6B model, 5.9 without; what else runs on the GPU needs its own."""

logger = logging.getLogger(__name__)


def prepare_device() -> None:
    """Tell MLX how much it may keep; before the first convolution of the process."""
    import mlx.core as mx

    os.environ.setdefault("MLX_CUDA_CONV_CACHE_SIZE", str(CONVOLUTIONS_KEPT))
    # MLX keeps kernels that it compiles for CUDA in the system's temporary folder, which a reboot may empty.
    kernels = user_cache_path("voicelab", appauthor=False) / "kernels" / version("mlx")
    os.environ.setdefault("MLX_PTX_CACHE_DIR", str(kernels))
    # MLX counts over a process's whole life what it did not find kept, and refuses to go on at twice what it may keep
    # (mlx/backend/cuda/lru_cache.h): a lab that runs for days may meet that many lengths.
    os.environ.setdefault("MLX_ENABLE_CACHE_THRASHING_CHECK", "0")
    mx.set_cache_limit(CACHE_LIMIT_BYTES)
    device = mx.device_info(mx.default_device())
    if int(device.get("free_memory", 0)) >= ROOM_FOR_GRAPHS_BYTES:
        os.environ.setdefault("MLX_CUDA_GRAPH_CACHE_SIZE", str(GRAPHS_KEPT))
    kept = device.get("max_recommended_working_set_size")
    if kept:
        # Its own limit is nearly all of the machine, and jobs that reached it have restarted machines.
        mx.set_memory_limit(int(kept))


def load_checkpoint(folder: Path) -> Any:
    """Return the mlx-audio model of `folder` with tokenizer, codec and, for a Base model, both encoders in place.

    Raises InvalidCheckpoint, saying what is missing or damaged.
    """
    check_checkpoint(folder)
    from mlx_audio.tts.utils import load_model

    # What it prints would stand between the JSON of a command line whose output this process shares.
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            model = load_model(folder)
    # What mlx and mlx-audio raise for damaged weights, for weights that do not fit config.json, and for its values.
    except (ValueError, RuntimeError, TypeError, KeyError, AttributeError, OSError) as error:
        raise _damaged(folder, str(error)) from error
    logger.debug("mlx-audio: %s", printed.getvalue().strip())
    if model.tokenizer is None:
        raise _damaged(folder, f"its tokenizer cannot be read ({_warning(printed.getvalue())})")
    if model.speech_tokenizer is None:
        raise _damaged(folder, f"its speech_tokenizer cannot be read ({_warning(printed.getvalue())})")
    if model.config.tts_model_type == "base" and not _hears(model, folder):
        raise _damaged(folder, "its speech_tokenizer has no encoder, and cloning a voice needs one")
    if not set(model.get_supported_languages()) & set(CODES):
        raise _damaged(folder, "its config.json names no language (codec_language_id)")
    return model


def _hears(model: Any, folder: Path) -> bool:
    """Return whether the codec's encoder has its weights: mlx-audio would leave missing ones random without a word."""
    if not model.speech_tokenizer.has_encoder:
        return False
    import mlx.core as mx

    files = (folder / "speech_tokenizer").glob("*.safetensors")
    names = (name for file in files for name in cast("dict[str, mx.array]", mx.load(str(file))))
    return any(name.startswith("encoder.") for name in names)


def _warning(printed: str) -> str:
    """Return the last warning among what the library printed, without its "Warning: "."""
    lines = [line for line in printed.splitlines() if line.startswith("Warning: ")]
    return lines[-1].removeprefix("Warning: ").rstrip(".") if lines else "mlx-audio does not say why"


def _damaged(folder: Path, why: str) -> InvalidCheckpoint:
    reason = why.splitlines()[0][:300].rstrip(". ") if why else "mlx-audio does not say why"
    return InvalidCheckpoint(
        f"The model in {folder} cannot be loaded: {reason}. Remove the folder so that the model is downloaded anew, or "
        "copy it again from its repository."
    )
