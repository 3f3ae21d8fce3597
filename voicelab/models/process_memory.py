"""How much memory this process holds."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SHARE = 0.75
"""Of the machine's memory that a model may have where no device names its limit: other programs need memory too."""
_STATM = Path("/proc/self/statm")


class _Usage(ctypes.Structure):
    """struct rusage_info_v0 of macOS's <sys/resource.h>."""

    _fields_ = (
        ("uuid", ctypes.c_uint8 * 16),
        *((name, ctypes.c_uint64) for name in ("user_time", "system_time", "idle_wakeups", "interrupt_wakeups")),
        *((name, ctypes.c_uint64) for name in ("page_ins", "wired_size", "resident_size", "footprint")),
        *((name, ctypes.c_uint64) for name in ("started_at", "ended_at")),
    )


def resident_bytes() -> int:
    """Return what this process holds: its resident size, on macOS its footprint, as the system's own monitor shows it.

    Where neither can be asked it is the largest resident size that it ever had.
    """
    try:
        if sys.platform == "darwin":
            return footprint_bytes(ctypes.CDLL("/usr/lib/libproc.dylib").proc_pid_rusage)
        return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return peak_resident_bytes()


def footprint_bytes(proc_pid_rusage: Callable[..., int]) -> int:
    """Return the footprint of this process by the function of macOS's libproc. Raises OSError.

    It counts what a GPU keeps of this process's memory, and falls when that is given back.
    """
    usage = _Usage()
    if proc_pid_rusage(os.getpid(), 0, ctypes.byref(usage)) != 0:
        raise OSError("libproc does not answer")
    return int(usage.footprint)


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
