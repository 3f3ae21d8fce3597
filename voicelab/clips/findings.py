"""What a look at a clip finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One question about a clip, answered."""

    name: str
    """"length", "level", "clipping", "silence", "speech", "ending", "noise", those of clips/trait_checks.py, or
    "samples" where the clip is no sound at all."""
    level: Level
    value: float
    unit: str
    """"s", "dBFS", "dB", "Hz", "places", "%", "of 5", "samples", or "" for a cosine."""
    message: str
    """What was found and, unless it is fine, what to do."""


@dataclass(frozen=True)
class Checkup:
    """All answers. `dataclasses.asdict` of it is ready for JSON."""

    checks: tuple[Check, ...]
    verdict: Level
    """The worst of them."""
