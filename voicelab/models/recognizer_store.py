"""The recognizers on this machine: what is there, and bringing and removing them as an engine's models are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voicelab.errors import InvalidValue, ModelInUse, UnknownModel
from voicelab.hub.cache import bytes_on_disk, remove
from voicelab.transcripts.recognizers import PACKAGED, PATTERNS, REPOSITORIES, packaged_folder, recognizer_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from voicelab.hub.downloads import Downloads, DownloadState

OnDisk = Literal["yes", "partly", "no", "packaged"]
"""Where a model or a recognizer is; packaged is what came with the lab or with an engine."""


@dataclass(frozen=True)
class StoredRecognizer:
    """A recognizer and where it is."""

    name: str
    repository: str
    on_disk: OnDisk
    disk_bytes: int
    """What is on disk of it."""
    size_bytes: int
    """To download, rounded."""
    in_use: str
    """Who needs it now, for the person; empty when it can be deleted."""
    note: str
    download: DownloadState | None
    """None when nobody asked for it since the lab was started."""


class RecognizerStore:
    """The recognizers that have a name, in the hub's cache. Any thread may ask."""

    def __init__(self, downloads: Downloads, brought: Callable[[], Collection[str]], default: str) -> None:
        """`brought` tells which ones somebody who waits to be heard is downloading; `default` is the lab's own."""
        self._downloads = downloads
        self._brought = brought
        self._default = default

    def recognizers(self) -> list[StoredRecognizer]:
        """Return all of them, smallest first. Reads no weights, asks no hub."""
        return [self._stored(name) for name in REPOSITORIES]

    def download(self, name: str) -> StoredRecognizer:
        """Begin to download one in the background, or go on. Raises UnknownModel, InvalidValue for the packaged one."""
        repository = _repository(name)
        if recognizer_folder(name) is None:
            self._downloads.start(repository, PATTERNS)
        return self._stored(name)

    def pause(self, name: str) -> StoredRecognizer:
        """Stop its download within a second; what has arrived is kept. Raises UnknownModel, InvalidValue."""
        self._downloads.pause(_repository(name))
        return self._stored(name)

    def delete(self, name: str) -> int:
        """Remove one from the disk and return how many bytes that frees.

        Raises UnknownModel, ModelInUse, StorageFailed; InvalidValue for the packaged one.
        """
        repository = _repository(name)
        used = self._used(name)
        if used:
            raise ModelInUse(f"{name} is not deleted: {used}")
        if not bytes_on_disk(repository):
            raise UnknownModel(f"Nothing of {name} is on this machine's disk, so there is nothing to delete.")
        freed = remove(repository)
        self._downloads.forget(repository)
        return freed

    def _stored(self, name: str) -> StoredRecognizer:
        repository, size_bytes = REPOSITORIES[name]
        disk_bytes = bytes_on_disk(repository)
        return StoredRecognizer(
            name=name,
            repository=repository,
            on_disk=_place(name, disk_bytes),
            disk_bytes=disk_bytes,
            size_bytes=size_bytes,
            in_use=self._used(name),
            note=_note(name, self._default),
            download=self._downloads.state(repository),
        )

    def _used(self, name: str) -> str:
        """Say who needs it now."""
        state = self._downloads.state(REPOSITORIES[name][0])
        if state is not None and state.active:
            return "it is being downloaded. Pause that first."
        if name in self._brought():
            return "it is being downloaded for a transcription. Stop that first."
        return ""


def _repository(name: str) -> str:
    """Return where one that can be downloaded and deleted comes from."""
    if name not in REPOSITORIES:
        raise UnknownModel(f"There is no recognizer {name[:120]!r}. Choose one of {', '.join(REPOSITORIES)}.")
    if name == PACKAGED and packaged_folder() is not None:
        raise InvalidValue("model", f"{name} comes with the lab: there is nothing to download or delete.")
    return REPOSITORIES[name][0]


def _place(name: str, disk_bytes: int) -> OnDisk:
    if recognizer_folder(name) is not None:
        return "packaged" if name == PACKAGED and packaged_folder() is not None else "yes"
    return "partly" if disk_bytes else "no"


def _note(name: str, default: str) -> str:
    languages = "English only." if name.endswith(".en") else "Every language of the lab."
    return f"{languages} It hears where no other one is chosen." if name == default else languages
