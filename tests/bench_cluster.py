"""What a take costs on a cluster of one worker against in-process, both on this machine: python -m tests.bench_cluster.

The engine sounds tones, so that nearly all of the time is the way there and back: the request with its clip, the
scheduler, the audio coming home. Measuring and writing are the same on both sides.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.compare.test_cluster import Running, free_port
from tests.engines.conftest import choose_at_once
from tests.voices.making import noise_clip, words_for
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.engines.process import EngineProcess
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = 3
PLAN = Plan("anna", tuple(f"Line number {number} to say." for number in range(8)), (None,), ("preview",))


def main() -> None:
    """Print seconds per take, medians of a few runs, the two sides in turn."""
    port = free_port()
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    scheduler = subprocess.Popen([*command, "--no-dashboard"], stderr=subprocess.DEVNULL, cwd=CHECKOUT)
    cluster = Running(f"tcp://127.0.0.1:{port}", {}, "ToneSynthesizer")
    engine = EngineProcess({"preview": "tests.fakes:ToneSynthesizer"}, choose=choose_at_once)
    with tempfile.TemporaryDirectory() as folder:
        library, store = VoiceLibrary(Path(folder) / "voices"), ExperimentStore(Path(folder) / "experiments")
        clip = noise_clip(15.0)
        library.save("Anna", clip, words_for(clip), "english", "agreed", match="match")

        def seconds_per_take(address: str) -> float:
            steps = render(PLAN, library, engine, store, scheduler=address)
            started = time.perf_counter()
            for step in steps:
                if step.done == 1 and step.between:  # what is paid once, like loading and the yardstick, is left out
                    started = time.perf_counter()
            return (time.perf_counter() - started) / (step.total - 1)

        try:
            cluster.join("ada")
            sides = [(seconds_per_take(""), seconds_per_take(cluster.address)) for _ in range(RUNS + 1)][1:]
        finally:
            engine.close()
            processes: list[subprocess.Popen[Any]] = [*cluster.workers.values(), scheduler]
            for process in processes:
                process.terminate()
                process.wait()
    _print(sides)


def _print(sides: Sequence[tuple[float, float]]) -> None:
    here, there = (statistics.median(side) for side in zip(*sides, strict=True))
    print(f"one take in-process      {1000 * here:7.0f} ms, measured and written")
    print(f"one take by the cluster  {1000 * there:7.0f} ms, measured and written")
    print(f"the way there and back   {1000 * (there - here):7.0f} ms ({there / here:.2f} times)")


if __name__ == "__main__":
    main()
