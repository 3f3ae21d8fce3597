"""From a folder to a model that is whole: mlx-audio leaves random what some families' files do not hold."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from typing import TYPE_CHECKING, Any

from voicelab import hub
from voicelab.engines.mlx.published_models import check_config, check_folder
from voicelab.errors import InvalidCheckpoint
from voicelab.models.catalogue import catalogue, on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.engines.mlx.families import Family
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Reporter

logger = logging.getLogger(__name__)


def bring(model: Model, report: Reporter) -> tuple[Path, Family]:
    """Return the folder of `model` and its family, downloading it, and what its family loads besides, if need be.

    Raises ModelUnavailable, InvalidCheckpoint for what is of no family here, and what `report` raises.
    """

    def progress(done_bytes: int, total_bytes: int) -> None:
        report.stage("downloading", done_bytes, total_bytes)

    folder = on_disk(model)
    if folder is None:
        if model not in catalogue():
            # A few kilobytes tell whether gigabytes are worth fetching.
            check_config(hub.fetch(model.repository, progress, ["config.json"]))
        folder = hub.fetch(model.repository, progress)
    family = check_config(folder)
    if family.companion:
        hub.fetch(family.companion, progress)
    return folder, family


def load_checkpoint(folder: Path, family: Family) -> Any:
    """Return the mlx-audio model of `folder`, every parameter of which is from its files.

    Raises InvalidCheckpoint, saying what is missing, damaged or another family's.
    """
    check_folder(folder)
    from mlx_audio.tts.utils import load_model

    _check_tensors(folder, family)
    # What it prints would stand between the JSON of a command line whose output this process shares.
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), _from_disk():
            model = load_model(folder)
        missing = _left_random(model, folder, family)
    except InvalidCheckpoint:
        raise
    # What mlx, mlx-audio and the tokenizers raise for damaged files, and for weights that do not fit config.json.
    except Exception as error:
        raise _damaged(folder, family, str(error) or type(error).__name__) from error
    logger.debug("mlx-audio: %s", printed.getvalue().strip())
    if missing:
        raise _damaged(folder, family, f"its weights lack {len(missing)} tensors, among them {missing[0]}")
    return model


def _check_tensors(folder: Path, family: Family) -> None:
    """Raise InvalidCheckpoint for the weights of another family: a config.json says nothing of the files beside it."""
    from safetensors import SafetensorError, safe_open

    names: list[str] = []
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="numpy") as tensors:
                names += tensors.keys()
        except (SafetensorError, OSError) as error:
            raise _damaged(folder, family, f"{file.name} cannot be read ({error})") from error
    lacking = [begin for begin in family.needs_tensors if not any(name.startswith(begin) for name in names)]
    if lacking:
        found = sorted({name.partition(".")[0] for name in names})
        message = (
            f"The weights in {folder} are not those of {family.title}, which its config.json names: no tensor is "
            f"called {lacking[0]}…, there are {', '.join(found)[:120]}. Copy the files of one model there."
        )
        raise InvalidCheckpoint(message)
    cloning = family.cloning_tensors
    if cloning and not any(name.startswith(cloning) for name in names):
        message = (
            f"The weights in {folder} are {family.title} without voice cloning: no tensor is called {cloning}…. Get "
            "those with voice cloning, whose terms their authors ask to be accepted on the model's page first."
        )
        raise InvalidCheckpoint(message)


def _left_random(model: Any, folder: Path, family: Family) -> list[str]:
    """Return the parameters that no file gave; only for families whose names the lab knows."""
    if not family.tried:
        return []
    from mlx.utils import tree_flatten
    from mlx_audio.utils import load_weights

    # Lazily: names and shapes, not the numbers.
    given = set(model.sanitize(load_weights(folder)))
    computed = re.compile(family.generated or "(?!)")
    names: dict[str, Any] = dict(tree_flatten(model.parameters()))
    return sorted(name for name in names if name not in given and not computed.match(name))


@contextlib.contextmanager
def _from_disk() -> Iterator[None]:
    """Keep the library from asking the hub for what it does not find: without a word, and for as long as it takes."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _damaged(folder: Path, family: Family, why: str) -> InvalidCheckpoint:
    reason = " ".join(why.split())[:300].rstrip(". ")
    return InvalidCheckpoint(
        f"The model in {folder} cannot be loaded as {family.title}: {reason}. Remove the folder so that the model is "
        "downloaded anew, or copy it again from its repository."
    )
