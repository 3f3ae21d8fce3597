"""A brought file as FFmpeg reads it: without a name, and only for so long; its errors are sentences."""

from __future__ import annotations

import contextlib
import errno
import time
from typing import TYPE_CHECKING

from voicelab.clips.audio_kinds import BRING
from voicelab.errors import UnreadableAudio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader


class Deadline:
    """The wall time that a file may take."""

    def __init__(self, seconds: float, name: str) -> None:
        """Start counting; `name` is what the error sentence calls the file."""
        self._end, self._name = time.monotonic() + seconds, name

    def passed(self) -> bool:
        """Say whether the time is used up."""
        return time.monotonic() > self._end

    def check(self) -> None:
        """Raise UnreadableAudio when the time is used up."""
        if self.passed():
            raise UnreadableAudio(
                f"{self._name} takes too long to decode. Cut out the part you need, or convert it to WAV, and bring "
                "that."
            )


class GuardedFile:
    """What PyAV reads from: it has no name to guess a format by, and ends when the deadline has passed.

    It ends instead of raising, because PyAV prints the traceback of an error that it meets twice.
    """

    def __init__(self, file: BufferedReader, size: int, deadline: Deadline) -> None:
        """Read `file`, of `size` bytes, until `deadline`."""
        self._file, self.size, self.deadline = file, size, deadline

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none once the deadline has passed."""
        return b"" if self.deadline.passed() else self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place as a file does; a negative errno where there is none."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError):  # a header may claim more bytes than any file can have
            return -errno.EINVAL  # FFmpeg's way to be told

    def tell(self) -> int:
        """Return the place in bytes."""
        return self._file.tell()


@contextlib.contextmanager
def translated(name: str, deadline: Deadline) -> Iterator[None]:
    """Turn every error of PyAV into UnreadableAudio: the one place that does."""
    from av.error import FFmpegError

    try:
        yield
    except FFmpegError as error:
        deadline.check()  # then the file was cut short here, and is not to blame
        raise UnreadableAudio(f"{name} is not a recording that can be read, or it is damaged. {BRING}") from error
    except OSError as error:
        raise UnreadableAudio(
            f"{name} cannot be read to its end: {error.strerror or error}. Bring it again."
        ) from error
