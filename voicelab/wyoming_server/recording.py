"""A recording that comes in pieces, kept at the rate of the lab: what a client can fill is the same in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import AudioTooLong

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from soxr import ResampleStream

    from voicelab.wyoming_server.incoming import AudioFields

LONGEST_S = 120.0
"""Of one recording: a command to a voice assistant has a few seconds."""
MOST_RAW = 2**18
"""Bytes that are kept as they came."""
_FULL = 2**15


class Recording:
    """16-bit PCM of one rate; not for two threads at once."""

    def __init__(self, kind: AudioFields) -> None:
        """Nothing came yet."""
        self.kind = kind
        self._raw = bytearray()
        self._frames = 0
        self._kept: list[NDArray[np.int16]] = []
        self._resampler: ResampleStream | None = None
        """Made with the first sound: for an odd rate it takes milliseconds, and this is the event loop."""

    def take(self, content: bytes) -> bool:
        """Append `content`; return whether it is time to `shrink`. Raises AudioTooLong."""
        self._raw += content
        if self.seconds > LONGEST_S:
            raise AudioTooLong(f"A recording here has at most {LONGEST_S:.0f} s. Send a shorter one.")
        return len(self._raw) >= MOST_RAW

    def shrink(self, *, last: bool = False) -> None:
        """Make what came mono and of the lab's rate, all but half a frame at its end."""
        whole = len(self._raw) - len(self._raw) % self._frame_bytes
        frames = np.frombuffer(self._raw[:whole], "<i2").reshape(-1, self.kind.channels)
        self._frames += len(frames)
        del self._raw[:whole]
        samples = frames.mean(axis=1, dtype=np.float32) if len(frames) else np.empty(0, np.float32)
        if self.kind.rate != SAMPLE_RATE:
            self._resampler = self._resampler or self._made()
            samples = self._resampler.resample_chunk(samples, last=last)
        self._kept.append(np.clip(np.rint(samples), -_FULL, _FULL - 1).astype(np.int16))

    def clip(self) -> Clip:
        """Return all of it."""
        self.shrink(last=True)
        return Clip(np.asarray(np.concatenate(self._kept) / _FULL, np.float32))

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        return (self._frames + len(self._raw) // self._frame_bytes) / self.kind.rate

    def _made(self) -> ResampleStream:
        from soxr import ResampleStream

        return ResampleStream(self.kind.rate, SAMPLE_RATE, 1, dtype="float32")

    @property
    def _frame_bytes(self) -> int:
        return self.kind.width * self.kind.channels
