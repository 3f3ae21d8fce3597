"""Files that are whole or not there: temporary file, fsync, rename; and disk errors in words."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.errors import StorageFailed, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and try again; nothing that was saved before is lost",
    errno.EDQUOT: "your disk quota is used up. Free some space and try again",
    errno.EROFS: "the disk is read-only. Set VOICELAB_HOME to a folder that can be written",
    errno.EACCES: "permission is denied. Set VOICELAB_HOME to a folder that you may write",
    errno.EPERM: "permission is denied. Set VOICELAB_HOME to a folder that you may write",
}

_NOT_PLAIN = {errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EOPNOTSUPP}
"""What opening a link says (FreeBSD's is EMLINK), and opening a socket."""
_PART_S = 3600.0
"""Nothing is written for so long: an older part was left by a process that was killed."""
_CANNOT_FLUSH = {errno.ENOTSUP, errno.EINVAL, errno.ENOTTY}
"""What a file system says that has no F_FULLFSYNC."""


@contextlib.contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Turn an OSError of the block into StorageFailed: "Could not save {what}: the disk is full. …"."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Nothing that was saved before is lost")
        message = f"Could not save {what}: {reason}."
        raise StorageFailed(message) from error


@contextlib.contextmanager
def whole_or_not_there(folder: Path) -> Iterator[None]:
    """Remove `folder` when the block, which makes and fills it, fails."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def sync_file(descriptor: int) -> None:
    """Have what was written to an open file on the disk itself.

    On macOS fsync leaves it in the disk's own cache, which a loss of power empties; F_FULLFSYNC does not. File systems
    that cannot do that, such as network shares, get fsync alone. Raises OSError.
    """
    import fcntl

    os.fsync(descriptor)
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is None:
        return
    try:
        fcntl.fcntl(descriptor, full)
    except OSError as error:
        if error.errno not in _CANNOT_FLUSH:
            raise


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step: a crash leaves the old file or the new one, never half of one.

    Raises StorageFailed.
    """
    with storage_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                sync_file(file.fileno())
            os.replace(temporary, path)  # noqa: PTH105 - Path.replace would make a second Path for nothing
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
        sync_folder(path.parent)
        clear_parts(path)


def clear_parts(path: Path) -> None:
    """Remove what killed processes left half-written of `path` beside it."""
    begin = f".{path.name}."
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(begin) and entry.name.endswith(".part"):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _PART_S:
                        Path(entry.path).unlink()


def open_plain(path: Path) -> io.BufferedReader:
    """Open a file of the lab's own for reading: never what a link leads to, never a fifo, which would wait for ever.

    Links of folders above it are followed, since people keep their data on other disks. Raises UnreadableFile for what
    is no plain file, FileNotFoundError, OSError.
    """
    odd = f"{path} is a link or another thing that is no plain file, so it is not opened. Put the file itself there."
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NOT_PLAIN:
            raise UnreadableFile(odd) from error
        raise
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise UnreadableFile(odd)
    return io.BufferedReader(io.FileIO(descriptor))


def read_plain(path: Path, most_bytes: int) -> bytes:
    """Return what `open_plain` opens. Raises what that raises, and UnreadableFile for more than `most_bytes`."""
    with open_plain(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise UnreadableFile(
            f"{path} is damaged: it has more than {most_bytes / 2**20:g} MB, more than the lab ever writes there. "
            "Put back a copy."
        )
    return content


def is_plain(path: Path) -> bool:
    """Say whether `open_plain` would open it."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def write_json(path: Path, value: Any) -> None:
    """Write `value` as readable JSON, atomically. Halves of surrogate pairs, which no file can hold, become "?".

    Raises StorageFailed.
    """
    write_atomically(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode(errors="replace"))


def read_json(path: Path) -> Any:
    """Return what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)
