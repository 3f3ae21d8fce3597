"""What is on disk of a repository, and the download of what is not."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from voicelab.hub.download import Download
from voicelab.hub.reasons import refuse_while_offline, refused, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ANSWER_S = 12.0
"""Seconds for the listing as a whole: name servers have no timeout of their own."""
_POLL_S = 0.2


def folder_on_disk(repository: str, patterns: Sequence[str] | None = None) -> Path | None:
    """Return the folder of the snapshot of `repository` if all its files (those of `patterns`) are there, else None.

    Asks nobody. A snapshot that something other than `snapshot_download` made has no listing to be compared with:
    callers look for the files that they need.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, local_files_only=True, allow_patterns=_list(patterns)))
    except (LocalEntryNotFoundError, HFValidationError):
        return None


def fetch(repository: str, report: Callable[[int, int], None], patterns: Sequence[str] | None = None) -> Path:
    """Return the folder of `repository`, downloading the files of `patterns` (default all) that are not on disk.

    `report(done, total)` is called about five times a second with bytes over all files, 0 of 0 until the listing is
    there. What it raises (Cancelled) ends the download within a second; the next call goes on where this one stopped.

    Raises ModelUnavailable (offline, not found, gated, broken off), StorageFailed (disk full, no permission).
    """
    from huggingface_hub.errors import HFValidationError

    found = folder_on_disk(repository, patterns)
    if found is not None:
        return found
    refuse_while_offline(repository)
    try:
        download = Download(repository, _list(patterns))
    except HFValidationError as error:
        raise refused(repository, error) from error
    thread = threading.Thread(target=download.run, name=f"download {repository}", daemon=True)
    thread.start()
    started = time.monotonic()
    try:
        while thread.is_alive():
            thread.join(_POLL_S)
            if not download.listed and time.monotonic() - started > ANSWER_S:
                raise unreachable(repository, f"no answer within {ANSWER_S:g} s")
            report(download.done_bytes, download.total_bytes)
    finally:
        download.stop()
        thread.join(1.0)
    if download.error is not None:
        raise download.error
    return download.folder


def _list(patterns: Sequence[str] | None) -> list[str] | None:
    return None if patterns is None else list(patterns)
