"""What of a file is taken, where it has several tracks or channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

Side = Literal["left", "right", "mix"]


@dataclass(frozen=True)
class Choice:
    """What of a file is taken, where it has several."""

    track: Annotated[int | None, Interval(ge=1, le=1000)] = None
    """Counted from 1; None is the main one."""
    channel: Annotated[int | None, Interval(ge=1, le=1000)] = None
    """Counted from 1 (1 is left, 2 right); None is the mix of all."""
    mix: bool = False
    """The mix is what the person wants, even where one channel would be better."""

    @classmethod
    def of(cls, track: int | None, side: Side | None) -> Choice:
        """Return what a person chose; without a `side` the mix, or a channel where the mix has lost the sound."""
        return cls(track, {"left": 1, "right": 2}.get(side or ""), mix=side == "mix")
