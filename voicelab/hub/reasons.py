"""Why a download failed, in words for the person at the screen, and the memory of being offline."""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING

from voicelab.errors import ModelUnavailable, StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

OFFLINE_S = 30.0
"""Seconds for which a failure to reach the hub is remembered, so that the next press does not wait again."""
ELSEWHERE = "Or download it on another machine and give the folder's path as the model."

_offline: dict[str, float] = {}
"""Address of the hub to the time.monotonic() of the last failure to reach it."""


def refuse_while_offline(repository: str) -> None:
    """Raise ModelUnavailable when the hub could not be reached within the last `OFFLINE_S`."""
    from voicelab.third_party.hub_client import constants

    left = _offline.get(constants.ENDPOINT, -OFFLINE_S) + OFFLINE_S - time.monotonic()
    if left > 0:
        raise ModelUnavailable(
            f"{repository} is not on disk and the hub could not be reached a moment ago. Connect to the internet and "
            f"try again in {left:.0f} s. {ELSEWHERE}",
            retry_after_s=left,
        )


def unreachable(repository: str, why: str) -> ModelUnavailable:
    """Return the error of a hub that does not answer, and remember it for `OFFLINE_S`."""
    from voicelab.third_party.hub_client import constants

    _offline[constants.ENDPOINT] = time.monotonic()
    return ModelUnavailable(
        f"{repository} is not on disk and the hub {constants.ENDPOINT} cannot be reached ({why}). Connect to the "
        f"internet and try again. {ELSEWHERE}",
        retry_after_s=OFFLINE_S,
    )


def refused(repository: str, error: Exception) -> ModelUnavailable:
    """Return the error of a hub that answered no: gated, not found, or its own trouble."""
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return ModelUnavailable(
            f"{repository} is gated: its owner asks for your agreement. Accept the terms on its page of the hub, log "
            f"in with `hf auth login` and try again. {ELSEWHERE}"
        )
    if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
        return ModelUnavailable(
            f"The hub has no repository {repository[:120]}, or it is private. Check the name, or log in with "
            f"`hf auth login` if it is yours. {ELSEWHERE}"
        )
    return ModelUnavailable(f"The hub refused {repository}: {reason(error)}. Try again later. {ELSEWHERE}")


def not_stored(repository: str, blobs: Path, error: OSError) -> StorageFailed:
    """Return the error of a disk that does not take the download."""
    why = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else (error.strerror or reason(error))
    return StorageFailed(
        f"Could not save {repository} in {blobs.parent.parent}: {why}. Free some space or set HF_HOME to a folder "
        "that can be written; what has arrived is kept."
    )


def reason(error: Exception) -> str:
    """Return the first line of `error`: the library's messages go on with advice of their own."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def size(size_bytes: int) -> str:
    """Return it as a person reads it: "74.6 MB", "1.62 GB"."""
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 10**9 else f"{size_bytes / 1e6:.1f} MB"
