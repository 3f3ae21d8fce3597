"""The folders of the library: each is whole or not there, whoever saves at the same time and whatever is killed.

voices/
├── <slug>/       one voice
├── .lock         held by whoever reads (shared) or changes (exclusive) the folders
├── .staging/     new folders being written, and old ones being removed
├── .replaced/    the old folder, during the instant in which the new one takes its place
├── .renaming/    what a folder that is being renamed gets, until it has it
└── .trash/       removed voices, for TRASH_KEPT
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from voicelab.errors import StorageFailed, UnknownVoice, VoiceExists
from voicelab.files import storage_errors, sync_folder
from voicelab.voices.lock import locked
from voicelab.voices.slug import is_slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TRASH_KEPT = timedelta(days=30)
"""How long a removed voice can be brought back. Longer would keep the voice of a person who took consent back."""

_STAGED_S = 3600.0
"""No saving takes this long: what is older was left by a process that was killed."""
_STAMP = "%Y%m%dT%H%M%S%fZ"
_TRASHED = re.compile(r"([a-z0-9-]+)\.(\d{8}T\d{12}Z)")


class VoiceFolders:
    """What can be done with the folders as wholes. Nothing here looks into them."""

    def __init__(self, root: Path) -> None:
        """Work in `root`, which need not exist yet."""
        self.root = root
        self._lock = root / ".lock"
        self._staging = root / ".staging"
        self._replaced = root / ".replaced"
        self._renaming = root / ".renaming"
        self._trash = root / ".trash"
        self._thread = threading.local()

    def __getitem__(self, slug: str) -> Path:
        """Return where the voice `slug` is or would be. `slug` is checked already."""
        return self.root / slug

    def names(self) -> list[str]:
        """Return every folder's name, voice or not, in order."""
        if not self.root.is_dir():
            return []
        return sorted(path.name for path in self.root.iterdir() if path.is_dir() and not path.name.startswith("."))

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Keep every folder as it is during the block. May be nested, also inside `writing`."""
        if self._held() or not self.root.is_dir():
            yield
            return
        try:
            os.scandir(self.root).close()
        except PermissionError as error:
            message = f"{self.root} cannot be read: permission is denied. Check who may read that folder."
            raise StorageFailed(message) from error
        for mended in (False, True):
            with locked(self._lock, exclusive=False):
                if mended or not self._interrupted():
                    with self._holding():
                        yield
                    return
            with self.writing():
                pass  # entering mends what was interrupted

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Let nobody else read or change during the block. Must not be inside `reading`. Raises StorageFailed."""
        with locked(self._lock, exclusive=True):
            with storage_errors("the library"):
                self._mend()
            with self._holding():
                yield

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Give an empty folder on the same disk, for `put`; it is gone after the block."""
        folder = self._staging / secrets.token_hex(8)
        with storage_errors("the voice"):
            folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, staged: Path, slug: str) -> None:
        """Make the staged folder the voice `slug`, in place of the one there. Call it while `writing`.

        A kill between the two renames leaves the old folder in .replaced, from where the next to lock brings it back.
        """
        target, old = self[slug], self._replaced / slug
        with storage_errors(f"voices/{slug}"):
            sync_folder(staged)
            replaces = target.exists()
            if replaces:
                old.parent.mkdir(exist_ok=True)
                target.rename(old)
            try:
                staged.rename(target)
                sync_folder(self.root)
            except OSError:
                if target.exists():
                    target.rename(staged)
                if replaces:
                    old.rename(target)
                raise
        if replaces:
            self._clear(old)

    def move(self, slug: str, new: str, write: Callable[[Path], None]) -> None:
        """Rename a folder, with the files that `write` makes in the place of its own. Call it while `writing`.

        `new` must be free. A kill before the rename leaves everything as it was; after it, the next to lock gives the
        folder its files.
        """
        step = self._renaming / f"{slug}.{new}"
        with storage_errors(f"voices/{new}"):
            shutil.rmtree(step, ignore_errors=True)
            try:
                step.mkdir(parents=True)
                write(step)
                sync_folder(step)
                self[slug].rename(self[new])
            except (OSError, StorageFailed):
                shutil.rmtree(step, ignore_errors=True)
                _remove_if_empty(self._renaming)
                raise
            sync_folder(self.root)
            self._finish(step)

    def discard(self, slug: str) -> str:
        """Move a folder to the trash and return what `bring_back` takes. Call it while `writing`."""
        now = datetime.now(UTC)
        entry = f"{slug}.{now.strftime(_STAMP)}"
        with storage_errors(f"the trash of {self.root}"):
            self._trash.mkdir(exist_ok=True)
            for path in self._trash.iterdir():
                trashed = _TRASHED.fullmatch(path.name)
                if trashed and now - datetime.strptime(trashed[2], _STAMP).replace(tzinfo=UTC) > TRASH_KEPT:
                    shutil.rmtree(path)
            self[slug].rename(self._trash / entry)
            sync_folder(self.root)
        return entry

    def bring_back(self, entry: str) -> str:
        """Move a folder back from the trash and return its slug. Call it while `writing`.

        Raises UnknownVoice, VoiceExists.
        """
        trashed = _TRASHED.fullmatch(entry)
        if not trashed or not is_slug(trashed[1]) or not (self._trash / entry).is_dir():
            raise UnknownVoice(
                f"The removed voice is not in the trash any more: it is kept for {TRASH_KEPT.days} days."
            )
        slug = trashed[1]
        if self[slug].exists():
            raise VoiceExists(f"Another voice is called {slug} by now. Rename that one, then bring this one back.")
        with storage_errors(f"voices/{slug}"):
            (self._trash / entry).rename(self[slug])
            sync_folder(self.root)
        return slug

    def _held(self) -> bool:
        """Say whether this thread has the lock: asking for it again would wait for itself."""
        return getattr(self._thread, "held", False)

    @contextlib.contextmanager
    def _holding(self) -> Iterator[None]:
        self._thread.held = True
        try:
            yield
        finally:
            self._thread.held = False

    def _interrupted(self) -> bool:
        return any(folder.is_dir() and any(folder.iterdir()) for folder in (self._replaced, self._renaming))

    def _mend(self) -> None:
        """Put back what a killed process was replacing, and clear away what killed processes left in .staging."""
        if self._replaced.is_dir():
            for old in list(self._replaced.iterdir()):
                home = self[old.name]
                if home.exists():
                    self._clear(old)
                else:
                    old.rename(home)
        if self._renaming.is_dir():
            for step in list(self._renaming.iterdir()):
                self._finish(step)
        if self._staging.is_dir():
            for left in self._staging.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - left.stat().st_mtime > _STAGED_S:
                        shutil.rmtree(left, ignore_errors=True)

    def _finish(self, step: Path) -> None:
        """Give a renamed folder its files, or forget them where it was not renamed yet."""
        slug, _, new = step.name.partition(".")
        if self[new].is_dir() and not self[slug].exists():
            for file in list(step.iterdir()):
                file.replace(self[new] / file.name)
            sync_folder(self[new])
        shutil.rmtree(step)
        _remove_if_empty(self._renaming)

    def _clear(self, old: Path) -> None:
        """Remove a replaced folder, out of .replaced in one step: half of it must never be put back."""
        garbage = self._staging / secrets.token_hex(8)
        with contextlib.suppress(OSError):  # the next to lock tries again
            self._staging.mkdir(exist_ok=True)
            old.rename(garbage)
            shutil.rmtree(garbage, ignore_errors=True)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
