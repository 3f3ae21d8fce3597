"""What this machine is: a report has to say so before it says anything else."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from voicelab.models.process_memory import machine_bytes
from voicelab.models.verdict import versions_for
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import Availability, Model


def machine_check(model: Model, here: Availability) -> Check:
    """Describe chip, memory, working set, system, Python and versions; `here` is what the engine found.

    It fails where the engine does not work here at all.
    """
    figures: dict[str, Any] = {
        "chip": chip(),
        "cores": os.cpu_count(),
        "memory_bytes": machine_bytes(),
        "working_set_bytes": here.working_set_bytes,
        "system": system(),
        "device": here.device,
        "versions": versions_for(model),
    }
    if not here.available:
        return Check("machine", "fail", here.reason, figures)
    keeps = here.working_set_bytes
    room = f", {keeps / 1e9:.2f} GB of it for {here.device}" if keeps else f", computing on {here.device}"
    told = ", ".join(f"{name} {number}" for name, number in figures["versions"].items())
    return Check(
        "machine", "pass", f"{figures['chip']}, {machine_bytes() / 1e9:.1f} GB{room}; {system()}; {told}", figures
    )


def chip() -> str:
    """Return the processor's name, as far as the system tells it."""
    if sys.platform == "darwin":
        asked = ("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - fixed
        except (OSError, subprocess.TimeoutExpired):
            return platform.machine()
        return done.stdout.strip() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a file of the kernel
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def system() -> str:
    """Return the system and its version: "macOS 15.1", "Linux 6.1"."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
