"""The takes of an experiment on disk, a small file each: one that changes costs one file, however many there are."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from voicelab.compare.take import Take
from voicelab.files import storage_errors, sync_folder
from voicelab.voices.document import read_document, write_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA_VERSION = 1
_SETTLED_NS = 3 * 10**9
"""Time stamps of a folder are that coarse at worst: a younger one may be that of two changes."""

Stamp = tuple[int, int, int]
"""What changes with a file: its number, when it was written, how long it is."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return status.st_ino, status.st_mtime_ns, status.st_size


class TakeRecords:
    """The takes that have a file in `folder`. What was read is kept, and read again where its file changed.

    Not for several threads at once. Other processes may write meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._takes: dict[str, Take] = {}
        self._stamps: dict[str, Stamp] = {}
        self._folder_stamp: Stamp | None = None
        self._settled = False
        self._untold: set[str] = set()

    @property
    def takes(self) -> Mapping[str, Take]:
        """By id, as they were when they were read last."""
        return self._takes

    @property
    def is_there(self) -> bool:
        """Whether anybody kept a take here, or made room for one."""
        return self._folder.is_dir()

    def make(self) -> None:
        """Make room for takes. Raises StorageFailed."""
        with storage_errors("the experiment"):
            self._folder.mkdir(parents=True, exist_ok=True)
            sync_folder(self._folder.parent)

    def write(self, take: Take) -> None:
        """Keep a take, durably, in place of one with its id. Raises StorageFailed."""
        write_document(self._folder / f"{take.id}.json", asdict(take), _SCHEMA_VERSION)

    def read(self) -> set[str]:
        """Look for changes; return the ids of the takes that came, changed or went since the last time.

        Raises UnreadableFile, StorageFailed.
        """
        looked_ns = time.time_ns()
        try:
            stamp = stamp_of(self._folder.stat())
        except FileNotFoundError:
            stamp = None
        if stamp is None or stamp != self._folder_stamp or not self._settled:
            self._take_over(self._found() if stamp else {})
            self._folder_stamp = stamp
            self._settled = stamp is not None and looked_ns - stamp[1] > _SETTLED_NS
        changed, self._untold = self._untold, set()
        return changed

    def _found(self) -> dict[str, Stamp]:
        found = {}
        with storage_errors("the list of takes"), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(".json") and not entry.name.startswith("."):
                    with contextlib.suppress(FileNotFoundError):
                        found[entry.name.removesuffix(".json")] = stamp_of(entry.stat())
        return found

    def _take_over(self, found: Mapping[str, Stamp]) -> None:
        """Read what has another stamp. What was read before a file turns out to be damaged is told the next time."""
        for take_id in self._stamps.keys() - found.keys():
            del self._takes[take_id], self._stamps[take_id]
            self._untold.add(take_id)
        for take_id, stamp in found.items():
            if self._stamps.get(take_id) != stamp:
                path = self._folder / f"{take_id}.json"
                self._takes[take_id] = read_document(path, Take, _SCHEMA_VERSION, id=take_id)
                self._stamps[take_id] = stamp
                self._untold.add(take_id)
