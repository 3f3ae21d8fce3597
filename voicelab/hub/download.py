"""One snapshot on its way: streams the missing files into the hub's cache, then has the library finish it.

`huggingface_hub` 2.4 keeps the cache, the listing and the login, and its `snapshot_download` makes the snapshot. The
bytes are streamed here, because the library deletes a partial file when it stops
(`file_download._download_to_tmp_and_move`), reads 10 MB between two signs of life, and cannot be cancelled in xet.
Cache layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache (a blob is named by its hash).
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.errors import Cancelled, ModelUnavailable, StorageFailed, VoiceLabError
from voicelab.hub.reasons import ELSEWHERE, not_stored, reason, refused, size, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_S = 5.0
"""Seconds to wait for a connection: an offline machine should say so before the person walks away."""
READ_S = 10.0
"""Seconds without a byte after which a connection counts as broken."""
TRIES = 4
"""Broken connections in a row, without a single new byte, before a download is given up."""
_LOCK_S = 0.2
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class _File:
    """One file of the listing."""

    name: str
    size_bytes: int
    hash: str
    """SHA-256 of a large file, git's SHA-1 of a small one: the name of its blob in the cache."""


class Download:
    """One snapshot on its way. `run` is the worker's; everything else is read or called by the thread that waits."""

    def __init__(self, repository: str, patterns: list[str] | None) -> None:
        """Prepare to download the files of `patterns` (None is all) into the cache; touch nothing yet."""
        from voicelab.third_party.hub_client import constants, repo_folder_name

        name = repo_folder_name(repo_id=repository, repo_type="model")
        cache = Path(constants.HF_HUB_CACHE)
        self.repository = repository
        self.patterns = patterns
        self.blobs = cache / name / "blobs"
        self.locks = cache / ".locks" / name
        self.listed = False
        self.done_bytes = 0
        self.total_bytes = 0
        self.folder = Path()
        self.error: VoiceLabError | None = None
        self._stopped = threading.Event()
        self._response: Any = None

    def stop(self) -> None:
        """End `run` soon, also when it waits for bytes that do not come."""
        self._stopped.set()
        response = self._response
        if response is not None:
            with contextlib.suppress(OSError):
                response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Download what is missing; leave the result in `folder` or `error`."""
        from huggingface_hub import snapshot_download

        from voicelab.third_party.hub_client import disable_progress_bars

        with self._errors_in_words():
            files = self._listing()
            self._make_room(files)
            for file in files:
                self._fetch(file)
            with disable_progress_bars():
                folder = snapshot_download(self.repository, allow_patterns=self.patterns, etag_timeout=CONNECT_S)
            self.folder = Path(folder)

    def _listing(self) -> list[_File]:
        from huggingface_hub import HfApi

        from voicelab.third_party.hub_client import filter_repo_objects

        info = HfApi().model_info(self.repository, files_metadata=True, timeout=CONNECT_S)
        files = [
            _File(
                sibling.rfilename,
                (sibling.lfs.size if sibling.lfs else sibling.size) or 0,
                (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or "",
            )
            for sibling in filter_repo_objects(
                info.siblings or [], allow_patterns=self.patterns, key=lambda sibling: sibling.rfilename
            )
        ]
        if not files or not all(_HASH.fullmatch(file.hash) for file in files):
            raise ModelUnavailable(
                f"{self.repository} on the hub does not hold the files of a model. Check the name on the hub's page."
            )
        self.total_bytes = sum(file.size_bytes for file in files)
        self.done_bytes = sum(self._on_disk_bytes(file) for file in files)
        self.listed = True
        return files

    def _on_disk_bytes(self, file: _File) -> int:
        if (self.blobs / file.hash).exists():
            return file.size_bytes
        partial = self._partial(file)
        return min(partial.stat().st_size, file.size_bytes) if partial.exists() else 0

    def _partial(self, file: _File) -> Path:
        return self.blobs / f"{file.hash}.incomplete"

    def _make_room(self, files: list[_File]) -> None:
        self.blobs.mkdir(parents=True, exist_ok=True)
        self.locks.mkdir(parents=True, exist_ok=True)
        needed = self.total_bytes - self.done_bytes
        free = shutil.disk_usage(self.blobs).free
        if needed > free:
            raise StorageFailed(
                f"{self.repository} needs {size(needed)} more and the disk of {self.blobs.parent.parent} has "
                f"{size(free)} free ({len(files)} files). Free some space, or set HF_HOME to a folder on another disk."
            )

    def _fetch(self, file: _File) -> None:
        """Bring one file's blob into the cache."""
        blob, partial = self.blobs / file.hash, self._partial(file)
        with self._lock(file):
            if blob.exists():
                return
            failures = 0
            while not partial.exists() or partial.stat().st_size < file.size_bytes:
                before = partial.stat().st_size if partial.exists() else -1
                broken = self._stream(file, partial)
                if broken is not None:
                    failures = failures + 1 if partial.stat().st_size <= before else 0
                    if failures >= TRIES or self._stopped.wait(min(failures, 2)):
                        raise self._broken_off(broken)
            self._prove(file, partial)
            partial.replace(blob)

    def _stream(self, file: _File, partial: Path) -> Exception | None:
        """Append to `partial` until the end or until the connection breaks; return what broke it."""
        import httpx2

        from voicelab.third_party.hub_client import build_hf_headers, get_session, hf_hub_url, hf_raise_for_status

        partial.touch()
        start = partial.stat().st_size
        headers = build_hf_headers() | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        try:
            with get_session().stream(
                "GET",
                hf_hub_url(self.repository, file.name),
                headers=headers,
                follow_redirects=True,
                timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
            ) as response:
                self._response = response
                hf_raise_for_status(response)
                resumed = response.status_code == httpx2.codes.PARTIAL_CONTENT
                if start and not resumed:
                    self.done_bytes -= start
                with partial.open("ab" if resumed else "wb") as target:
                    for chunk in response.iter_bytes():
                        self._go_on()
                        target.write(chunk)
                        self.done_bytes += len(chunk)
        except httpx2.TransportError as error:
            self._go_on()
            return error
        finally:
            self._response = None
        return None if partial.stat().st_size >= file.size_bytes else EOFError("the hub closed the connection early")

    def _prove(self, file: _File, partial: Path) -> None:
        """Compare the file with its hash, so that a damaged download is never loaded."""
        size = partial.stat().st_size
        if len(file.hash) == hashlib.sha256().digest_size * 2:
            digest = hashlib.sha256()
        else:
            digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)  # how git names a file
        with partial.open("rb") as content:
            while chunk := content.read(1 << 20):
                self._go_on()
                digest.update(chunk)
        if digest.hexdigest() != file.hash:
            partial.unlink()
            raise ModelUnavailable(
                f"{file.name} of {self.repository} arrived damaged and was removed. Try again to download it anew."
            )

    @contextlib.contextmanager
    def _lock(self, file: _File) -> Iterator[None]:
        """Hold the library's own lock of this blob: two downloads never write one file."""
        from filelock import Timeout

        from voicelab.third_party.hub_client import WeakFileLock

        with contextlib.ExitStack() as held:
            while True:
                self._go_on()
                try:
                    held.enter_context(WeakFileLock(self.locks / f"{file.hash}.lock", timeout=_LOCK_S))
                    break
                except Timeout:
                    continue
            yield

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Cancelled(f"The download of {self.repository} was stopped. The next one goes on from there.")

    def _broken_off(self, error: Exception) -> ModelUnavailable:
        return ModelUnavailable(
            f"The download of {self.repository} broke off at {size(self.done_bytes)} of {size(self.total_bytes)} "
            f"({reason(error)}). Try again: it goes on from there."
        )

    @contextlib.contextmanager
    def _errors_in_words(self) -> Iterator[None]:
        import httpx2
        from huggingface_hub import errors

        try:
            yield
        except VoiceLabError as error:
            self.error = error
        except (errors.OfflineModeIsEnabled, errors.LocalEntryNotFoundError, httpx2.TransportError) as error:
            self.error = unreachable(self.repository, reason(error))
        except (errors.HfHubHTTPError, errors.HFValidationError) as error:
            self.error = refused(self.repository, error)
        except OSError as error:
            self.error = not_stored(self.repository, self.blobs, error)
        except Exception as error:  # noqa: BLE001 - the thread that waits must learn of any fault, in words
            self.error = ModelUnavailable(f"The download of {self.repository} failed: {reason(error)}. {ELSEWHERE}")
