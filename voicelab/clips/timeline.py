"""Where a player has the sound of a file: silence where the file has none, by the times of its frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

_GAP_S = 0.1
"""Times are rounded to milliseconds and clocks drift: a shorter step between two frames is none."""
_LATE_S = 0.05
"""A first frame this late is only an encoder's padding."""
LONGEST_GAP_S = 300.0
"""A longer step is a broken clock more often than five minutes of silence; then the sound goes on without it."""


@dataclass
class Timeline:
    """How far the sound is on a player's clock, and how much silence was put in."""

    origin_s: float
    """What the file's clock shows when a player begins."""
    late_s: float = 0.0
    """Silence before the first sound."""
    gaps_s: float = 0.0
    """Silence in the middle."""
    skipped: int = 0
    """Steps that were too long to be silence."""
    _end_s: float | None = None

    def silence_before(self, frame: AudioFrame) -> float:
        """Return the seconds of silence that a player has before `frame`, and take it as played."""
        length_s = frame.samples / frame.sample_rate
        if frame.time is None:
            if self._end_s is not None:
                self._end_s += length_s
            return 0.0
        at_s = float(frame.time) - self.origin_s
        first = self._end_s is None
        missing_s = at_s - (self._end_s or 0.0)
        self._end_s = at_s + length_s
        if missing_s < (_LATE_S if first else _GAP_S):
            return 0.0
        if missing_s > LONGEST_GAP_S:
            self.skipped += 1
            return 0.0
        if first:
            self.late_s = missing_s
        else:
            self.gaps_s += missing_s
        return missing_s

    def notes(self) -> list[str]:
        """Say in sentences what was put in, and where the file's clock jumps."""
        found = []
        if self.late_s:
            found.append(
                f"Its sound begins {self.late_s:.1f} s into the file, as every player has it: there is silence before."
            )
        if self.gaps_s:
            found.append(f"It has gaps without sound: {self.gaps_s:.1f} s of silence stand there, as in a player.")
        if self.skipped:
            found.append(
                f"Its clock jumps {self.skipped} times by more than {LONGEST_GAP_S / 60:.0f} minutes: the sound goes "
                "on without a gap there."
            )
        return found
