"""From files on disk to the package's model, by its own `load_model` and a configuration that names these files."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab import hub
from voicelab.engines.pocket.checkpoints import (
    CONFIG,
    TOKENIZER,
    TOKENIZERS,
    WEIGHTS,
    check_folder,
    damaged,
    on_disk,
    tokenizer_on_disk,
)
from voicelab.errors import ModelUnavailable

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Reporter

_SAY_WITHOUT_END = "KPOCKET_TTS_ERROR_WITHOUT_EOS"
"""The package's variable: a take that it breaks off is an error, not sound."""


def bring(model: Model, report: Reporter) -> tuple[Path, Path]:
    """Return the folder of the weights and the tokenizer's file, downloading only what has no terms.

    Raises ModelUnavailable for weights that are not on disk: their terms are shown before their download.
    """
    folder = on_disk(model)
    if folder is None:
        message = f"{model.name} is not on disk. {model.terms} Then: voicelab models download {model.name}."
        raise ModelUnavailable(message)
    tokenizer = tokenizer_on_disk(folder, model.kind)
    if tokenizer is None:
        file = f"languages/{model.kind}/{TOKENIZER}"
        tokenizer = hub.fetch(TOKENIZERS, lambda done, total: report.stage("downloading", done, total), (file,)) / file
    return folder, tokenizer


def load_model(folder: Path, tokenizer: Path, language: str) -> Any:
    """Return the package's model of `folder`. Raises InvalidCheckpoint."""
    check_folder(folder)
    os.environ[_SAY_WITHOUT_END] = "1"
    from pocket_tts import TTSModel
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    own = folder / CONFIG
    config = load_config(own if own.is_file() else CONFIGS_DIR / f"{language}.yaml").model_dump(mode="json")
    config |= {"weights_path": str(folder / WEIGHTS), "weights_path_without_voice_cloning": None}
    config["flow_lm"]["lookup_table"]["tokenizer_path"] = str(tokenizer)
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / CONFIG
        written.write_text(json.dumps(config), encoding="utf-8")  # which is YAML, too
        try:
            model = TTSModel.load_model(config=written)
        # What PyTorch, safetensors and the tokenizers raise for damaged files and for weights of other sizes.
        except Exception as error:
            raise damaged(folder, str(error) or type(error).__name__) from error
    # Frame by frame: how many are decoded at once would hang on which of its two threads is quicker, and with it the
    # last bits of the sound.
    model.max_decoder_frames_per_call = 1
    return model
