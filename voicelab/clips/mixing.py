"""Decoded blocks of any rate and any number of channels to mono at 24 kHz, a block at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.audio_kinds import MAX_CHANNELS
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.clips.clipping import clipped_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.containers import Block

_CANCELLED = 0.2
"""Power of the mix over that of the loudest channel (-7 dB). Two unlike channels give 0.5 and a silent second one 0.25;
less means that the channels cancel (opposite phase), or that the voice is in one of many."""
_ABSURD = 1e6
"""Beyond this (120 dB over full scale) a sample is damage, not sound."""


class MonoMixer:
    """Takes blocks and keeps the mix (or one channel) at 24 kHz, with what there is to say about them."""

    def __init__(self, max_seconds: float, channel: int | None = None) -> None:
        """Make room for `max_seconds`; take only `channel` where one is given."""
        # Untouched pages take no memory: a short recording costs only its own length.
        self._out = np.empty(round((max_seconds + 1) * SAMPLE_RATE), dtype=np.float32)
        self._length = 0
        self._channel = channel
        self._resampler: Any = None
        self._rate = 0
        self._mix_power = 0.0
        self._channel_power = np.zeros(MAX_CHANNELS)
        self.samples = 0
        """Samples per channel so far."""
        self.seconds = 0.0
        """Heard so far."""
        self.not_numbers = 0
        """Samples that were NaN, infinite or absurd, and were made silent."""
        self.clipped_s: list[float] = []
        """Times of runs at full scale in the original."""

    def add(self, block: Block) -> None:
        """Mix, resample and keep `block`."""
        samples = block.samples
        wrong = ~(np.abs(samples) <= _ABSURD)  # true for NaN too, unlike the opposite comparison
        if wrong.any():
            self.not_numbers += int(wrong.any(axis=0).sum())
            samples = np.where(wrong, np.float32(0), samples)
        places = clipped_places(samples, block.sample_rate, block.full_scale)
        self.clipped_s += [self.seconds + place for place in places]
        mono = samples.mean(axis=0, dtype=np.float32)
        self._mix_power += float(np.square(mono, dtype=np.float64).sum())
        self._channel_power[: len(samples)] += np.square(samples, dtype=np.float64).sum(axis=1)
        if self._channel is not None and self._channel < len(samples):
            mono = samples[self._channel]
        self._resample(np.ascontiguousarray(mono), block.sample_rate)
        self.samples += samples.shape[1]
        self.seconds += samples.shape[1] / block.sample_rate

    def better_channel(self) -> int | None:
        """Return the loudest channel where the mix has lost most of its sound; None where the mix is good."""
        loudest = int(self._channel_power.argmax())
        return loudest if self._mix_power < _CANCELLED * self._channel_power[loudest] else None

    def finish(self) -> NDArray[np.float32]:
        """Return all of it, shape (n,) at 24 kHz. It may exceed full scale."""
        self._flush()
        return self._out[: self._length]

    def _resample(self, mono: NDArray[np.float32], rate: int) -> None:
        import soxr

        if rate != self._rate:  # also in the middle: two recordings glued together may differ
            self._flush()
            self._rate = rate
            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1) if rate != SAMPLE_RATE else None
        self._keep(self._resampler.resample_chunk(mono) if self._resampler else mono)

    def _flush(self) -> None:
        if self._resampler:
            self._keep(self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
            self._resampler = None

    def _keep(self, piece: NDArray[np.float32]) -> None:
        piece = piece[: len(self._out) - self._length]
        self._out[self._length : self._length + len(piece)] = piece
        self._length += len(piece)
