"""How long a frame is in samples."""

from __future__ import annotations

from typing import Any


def samples_per_frame(codec: Any) -> int:
    """Return how many samples one frame becomes: 1920 at 24 kHz, 80 ms, in every published model."""
    return int(codec.decoder.total_upsample)
