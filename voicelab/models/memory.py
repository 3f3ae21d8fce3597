"""How much memory this process holds."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

_SHARE = 0.75
"""Of the machine's memory that a model may have where no device names its limit: other programs need memory too."""
_STATM = Path("/proc/self/statm")


def resident_bytes() -> int:
    """Return the resident size of this process; where the system has no /proc (macOS), the largest it ever had."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return peak_resident_bytes()


def peak_resident_bytes() -> int:
    """Return the largest resident size this process ever had: getrusage(2) counts bytes on macOS, KiB elsewhere."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


_working_sets: dict[str, int] = {}


def remember_working_set(engine: str, working_set_bytes: int | None) -> None:
    """Remember what an engine's device may keep at once, which its probe found; None where it names no limit."""
    if working_set_bytes:
        _working_sets[engine] = working_set_bytes


def room_for(engine: str, here: int) -> int:
    """Return what a model of `engine` may take of `here` bytes: what its device may keep, once known, else a share."""
    return _working_sets.get(engine) or round(here * _SHARE)


def machine_bytes() -> int:
    """Return the memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
