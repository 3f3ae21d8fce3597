"""How long a comparison will take and how much disk, from what this machine measured before."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.plan import Plan
    from voicelab.compare.take import Take

_WORD_S = 0.4
"""Seconds per word where nothing was spoken here yet: 150 words a minute."""
_BYTES_PER_S = 30_000
"""Of 24 kHz speech as FLAC; 48,000 as it is."""


@dataclass(frozen=True)
class Estimate:
    """What a plan will cost."""

    takes: int
    seconds: float | None
    """Speaking and measuring; None where no model was measured here yet."""
    disk_bytes: int
    unmeasured: tuple[str, ...]
    """Models that have not spoken on this machine: their time is taken from the slowest of the others."""

    @property
    def text(self) -> str:
        """One line for the person."""
        parts = [counted(self.takes, "take"), f"about {max(1, round(self.disk_bytes / 1e6))} MB on disk"]
        if self.seconds is None:
            parts.insert(1, "time unknown until a first comparison was made on this machine")
        else:
            parts.insert(1, f"about {duration(self.seconds)} by what this machine measured before")
        text = ", ".join(parts) + "."
        if self.seconds is not None and self.unmeasured:
            text += f" Not measured here yet: {', '.join(self.unmeasured)}."
        return text


def estimate(plan: Plan, experiments: Iterable[Experiment]) -> Estimate:
    """Return what `plan` will cost, judging by the takes of `experiments`; loading and downloading come on top."""
    before = [
        take for each in experiments for take in each.takes if take.failure is None and take.rtf and take.duration_s
    ]
    word_s = _median([(take.duration_s or 0.0) / max(1, len(take.line.split())) for take in before], _WORD_S)
    spoken_s = word_s * sum(len(line.split()) for line in plan.lines) * len(plan.lengths_s) * plan.takes
    rtfs = {model: _rtf(before, model) for model in plan.models}
    known = [_rtf(before, model) for model in {take.model for take in before}]
    slowest = max((rtf for rtf in known if rtf is not None), default=None)
    measuring = [take.details.measuring_s for take in before if take.details and take.details.measuring_s is not None]
    takes = len(plan.specifications())
    seconds = None
    if slowest is not None:
        seconds = sum(spoken_s * (rtf or slowest) for rtf in rtfs.values()) + takes * _median(measuring, 0.0)
    return Estimate(
        takes=takes,
        seconds=seconds,
        disk_bytes=round(spoken_s * len(plan.models) * _BYTES_PER_S),
        unmeasured=tuple(model for model, rtf in rtfs.items() if rtf is None),
    )


def duration(seconds: float) -> str:
    """Return a length of time as people say it."""
    if seconds < 90:  # noqa: PLR2004 - a minute and a half is still told in seconds
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"  # noqa: PLR2004 - two hours, in minutes


def _rtf(takes: Sequence[Take], model: str) -> float | None:
    rtfs = [take.rtf for take in takes if take.model == model and take.rtf]
    return statistics.median(rtfs) if rtfs else None


def _median(values: Sequence[float], default: float) -> float:
    return statistics.median(values) if values else default
