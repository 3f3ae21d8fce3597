"""Whether a model's files are those that were published."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from voicelab.errors import Cancelled
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from voicelab.speech.engine_descriptor import PublishedFile

_CHUNK = 8 << 20
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")
_AGAIN = "Delete the model and download it again."


def files_check(
    folder: Path,
    published: Mapping[str, PublishedFile],
    stopped: Callable[[], bool] = lambda: False,
) -> Check:
    """Compare the files of `folder` with what is known of them.

    That is what was `published`, and what the hub called each file that the lab downloaded: its cache keeps files under
    their SHA-256, small ones under the number that git gives them. Raises Cancelled once `stopped`.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    checked, size_bytes = 0, 0
    for path in files:
        name = path.relative_to(folder).as_posix()
        known = published.get(name)
        size = path.stat().st_size
        size_bytes += size
        if known is not None and size != known.size_bytes:
            message = f"{name} has {size:,} bytes and was published with {known.size_bytes:,}. {_AGAIN}"
            return Check("files", "fail", message, {"file": name})
        named = path.resolve().name if path.is_symlink() else ""
        wanted = known.sha256 if known and known.sha256 else named if _SHA256.fullmatch(named) else ""
        if wanted:
            found = digest(path, hashlib.sha256(), stopped)
        elif _SHA1.fullmatch(named):
            wanted, found = named, digest(path, hashlib.sha1(f"blob {size}\0".encode()), stopped)  # noqa: S324 - git's
        else:
            continue
        checked += 1
        if not found.startswith(wanted):
            message = (
                f"{name} is damaged, or another file: its hash begins {found[:12]} and should {wanted[:12]}. {_AGAIN}"
            )
            return Check("files", "fail", message, {"file": name, "hash": found})
    missing = sorted(set(published) - {path.relative_to(folder).as_posix() for path in files})
    if missing:
        return Check("files", "fail", f"{', '.join(missing)} is not there. {_AGAIN}", {"missing": missing})
    figures = {"files": len(files), "hashed": checked, "size_bytes": size_bytes}
    if not checked and not published:
        message = f"{len(files)} files, {size_bytes / 1e9:.2f} GB; nobody wrote down what they should be"
        return Check("files", "skip", message, figures)
    message = f"{len(files)} files, {size_bytes / 1e9:.2f} GB; the hashes of {checked} are as they were published"
    return Check("files", "pass", message, figures)


def digest(path: Path, hashing: hashlib._Hash, stopped: Callable[[], bool]) -> str:
    """Return the digest of a file, fed to `hashing`. Raises Cancelled once `stopped`."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if stopped():
                raise Cancelled("Stopped.")
            hashing.update(chunk)
    return hashing.hexdigest()
