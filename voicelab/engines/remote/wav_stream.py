"""Samples out of a WAV file that is still coming, as the lab has them: mono, 24 kHz. The sender is not trusted."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import Failed

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_HEAD = 64 * 1024
_OPEN_ENDED = frozenset({0, 0xFFFFFFFF, 0x7FFFFFFF})
"""What programs write as a length that they do not know yet."""
_NEARLY = 0x7FFF0000
"""FFmpeg and others write other lengths of 2 GiB and more for the same."""
_LEAST_RATE, _MOST_RATE = 8_000, 192_000
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_MOST_CHANNELS = 2
_KINDS = {(_PCM, 16): ("<i2", 32768.0), (_PCM, 32): ("<i4", 2147483648.0), (_FLOAT, 32): ("<f4", 1.0)}


class WavStream:
    """Give it bytes, get samples."""

    def __init__(self, who: str) -> None:
        """`who` is the server, for sentences."""
        self._who = who
        self._bytes = b""
        self._kind: tuple[str, float] | None = None
        self._channels = 1
        self._left: int | None = None
        """Bytes of sound that the header still promises; None where it says no length."""
        self._resampler: Any = None
        self.rate = 0

    def add(self, content: bytes) -> NDArray[np.float32]:
        """Return the samples that are complete with `content`, shape (n,). Raises Failed for what is no such WAV."""
        self._bytes += content
        if self._kind is None and not self._head():
            return np.zeros(0, np.float32)
        return self._taken(last=False)

    def end(self) -> NDArray[np.float32]:
        """Return the rest. Raises Failed where the file is not as long as it said, or never began."""
        if self._kind is None:
            raise Failed(f"{self._who} sent {self._shown()} instead of a WAV file. {_CHECK}")
        if self._left:
            raise Failed(f"{self._who} was gone in the middle of the speech. Nothing of it is used; try again.")
        return self._taken(last=True)

    def _head(self) -> bool:
        """Read the header once it is all there."""
        data = self._bytes
        if data[:4] != b"RIFF"[: len(data[:4])] or (len(data) >= 12 and data[8:12] != b"WAVE"):  # noqa: PLR2004
            raise Failed(f"{self._who} sent {self._shown()} instead of a WAV file. {_CHECK}")
        at, form = 12, b""
        while at + 8 <= len(data):
            name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
            if name == b"data":
                self._begin(form, size)
                self._bytes = data[at + 8 :]
                return True
            if name == b"fmt ":
                form = data[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
            if at > _LONGEST_HEAD:
                break
        if len(data) > _LONGEST_HEAD or at > _LONGEST_HEAD:
            raise Failed(f"{self._who} sent a WAV file without sound in it. {_CHECK}")
        return False

    def _begin(self, form: bytes, size: int) -> None:
        try:
            code, channels, rate, _bytes, _block, bits = struct.unpack_from("<HHIIHH", form)
            if code == _EXTENSIBLE:
                code = struct.unpack_from("<H", form, 24)[0]
        except struct.error:
            code = channels = rate = bits = 0
        self._kind = _KINDS.get((code, bits))
        if self._kind is None or not 1 <= channels <= _MOST_CHANNELS or not _LEAST_RATE <= rate <= _MOST_RATE:
            raise Failed(
                f"{self._who} sent a WAV file that the lab cannot use: {channels} channels of {bits} bits, {rate} "
                f"samples per second. {_CHECK}"
            )
        self._channels, self.rate = channels, rate
        self._left = None if size in _OPEN_ENDED or size >= _NEARLY else size
        if rate != SAMPLE_RATE:
            import soxr

            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")

    def _taken(self, *, last: bool) -> NDArray[np.float32]:
        if self._kind is None:  # never: the header is read
            raise AssertionError
        kind, scale = self._kind
        frame = self._channels * int(kind[2])
        count = len(self._bytes) // frame * frame
        if self._left is not None:
            count = min(count, self._left)  # what follows the sound is no sound
            self._left -= count
        samples = np.frombuffer(self._bytes[:count], kind).astype(np.float32).reshape(-1, self._channels).mean(axis=1)
        self._bytes = self._bytes[count:] if self._left != 0 else b""
        samples = (samples / scale).astype(np.float32)
        if not np.isfinite(samples).all():
            raise Failed(f"{self._who} sent samples that are no numbers. Try another seed.")
        if self._resampler is not None:
            samples = np.asarray(self._resampler.resample_chunk(samples, last=last), np.float32)
        clipped: NDArray[np.float32] = np.clip(samples, -1, 1)
        return clipped

    def _shown(self) -> str:
        """Return what came in words that can be shown."""
        text = self._bytes[:60].decode("ascii", errors="replace")
        shown = "".join(letter if letter.isprintable() and letter != "\ufffd" else " " for letter in text)
        return repr(" ".join(shown.split())) if shown.strip() else "nothing"


_CHECK = "Check the address and the kind of that server in VOICELAB_REMOTES."
