"""How much memory this process holds, as each system tells it."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import Any

import pytest

from voicelab.models.process_memory import footprint_bytes, peak_resident_bytes, resident_bytes


def told(footprint: int, result: int = 0) -> Any:
    """Stand in for proc_pid_rusage: write a struct rusage_info_v0 as macOS lays it out."""

    def proc_pid_rusage(pid: int, flavor: int, where: Any) -> int:
        assert (pid, flavor) == (os.getpid(), 0)
        raw = bytes(16) + struct.pack("=10Q", 1, 2, 3, 4, 5, 6, 7, footprint, 8, 9)
        assert ctypes.sizeof(where._obj) == len(raw)
        ctypes.memmove(where, raw, len(raw))
        return result

    return proc_pid_rusage


def test_the_footprint_is_read_from_where_macos_puts_it() -> None:
    assert footprint_bytes(told(123_456_789)) == 123_456_789
    with pytest.raises(OSError, match="does not answer"):
        footprint_bytes(told(1, -1))


def test_on_a_mac_the_footprint_is_what_a_process_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        proc_pid_rusage = staticmethod(told(5_000_000))

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda _path: Library)
    assert resident_bytes() == 5_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_what_is_given_back_is_not_counted() -> None:
    held = bytearray(200_000_000)
    while_held = resident_bytes()
    del held
    assert resident_bytes() < while_held - 150_000_000
    assert peak_resident_bytes() >= while_held - 10_000_000
