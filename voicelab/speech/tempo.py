"""Speech faster or slower at the same pitch, whole or while it is spoken: FFmpeg's atempo (WSOLA), which PyAV brings.

Measured beside Signalsmith Stretch (python-stretch 0.3.1): docs/server.md has the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOWEST = 0.5
FASTEST = 2.0
"""Times the speed of the voice: at double speed a recognizer mishears one word in seven (docs/server.md)."""


_BLOCK = 1024
"""Samples that FFmpeg is given at once, however they come: what it makes depends on that by a little."""


def checked_speed(speed: float) -> float:
    """Return `speed`. Raises InvalidValue for one that is out of range, or no number."""
    if not SLOWEST <= speed <= FASTEST:
        raise InvalidValue("speed", f"speed is {SLOWEST:g} to {FASTEST:g} here; 1 is the voice's own.")
    return speed


class Tempo:
    """Changes the speed of samples that come piece by piece."""

    def __init__(self, speed: float, sample_rate: int) -> None:
        """Make what comes `speed` times as fast. Raises InvalidValue."""
        self._speed = checked_speed(speed)
        self._rate = sample_rate
        self._at = 0
        self._held = np.zeros(0, np.float32)
        self._graph: Any = None if speed == 1 else self._opened()

    def _opened(self) -> Any:
        import av

        graph = av.filter.Graph()
        source = graph.add_abuffer(sample_rate=self._rate, format="flt", layout="mono")
        tempo = graph.add("atempo", f"{self._speed:.6f}")
        sink = graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        graph.configure()
        return graph

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take `samples`, shape (n,), and return those that are ready, perhaps none."""
        if self._graph is None:
            return samples
        self._held = np.concatenate([self._held, samples])
        whole = len(self._held) - len(self._held) % _BLOCK
        blocks, self._held = self._held[:whole], self._held[whole:]
        for at in range(0, whole, _BLOCK):
            self._push(blocks[at : at + _BLOCK])
        return self._ready()

    def _push(self, samples: NDArray[np.float32]) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32)[None], format="flt", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._at
        self._at += len(samples)
        self._graph.push(frame)

    def end(self) -> NDArray[np.float32]:
        """Return the rest."""
        if self._graph is None or not self._at + len(self._held):
            return np.zeros(0, np.float32)
        if len(self._held):
            self._push(self._held)
        self._graph.push(None)
        return self._ready()

    def _ready(self) -> NDArray[np.float32]:
        import av

        parts = [np.zeros(0, np.float32)]
        while True:
            try:
                parts.append(self._graph.pull().to_ndarray()[0])
            except (av.error.BlockingIOError, av.error.EOFError):
                return np.concatenate(parts)


def at_speed(samples: NDArray[np.float32], sample_rate: int, speed: float) -> NDArray[np.float32]:
    """Return `samples`, shape (n,), `speed` times as fast at the same pitch. Raises InvalidValue."""
    tempo = Tempo(speed, sample_rate)
    return np.concatenate([tempo.add(samples), tempo.end()]) if speed != 1 else samples
