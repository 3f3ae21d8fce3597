"""`make bench-reliability`: every attack at full size, and one table. `--soak-minutes 30` makes the soak a long one."""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import numpy as np

from tests.reliability.decoding import Decoder
from tests.reliability.engine_faults import FAULTS, rounds
from tests.reliability.hostile_audio import hostile_files
from tests.running import Server
from voicelab.settings import CHECKOUT

ROUNDS = 20


def main() -> None:
    """Attack, and print one line for each kind of attack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak-minutes", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=50)
    chosen = parser.parse_args()
    print("| Attack | Tried | Held | Figures |\n|---|---|---|---|", flush=True)
    for attack in (_audio, _engine):
        with tempfile.TemporaryDirectory() as folder:
            attack(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _soak(Path(folder), chosen.soak_minutes, chosen.clients)


def _line(attack: str, tried: int, held: int, figures: str) -> None:
    print(f"| {attack} | {tried} | {held} | {figures} |", flush=True)


def _audio(folder: Path) -> None:
    outcomes = list(Decoder(folder).outcomes(hostile_files()))
    how = Counter(outcome.how for outcome in outcomes)
    slowest, largest = max(one.seconds for one in outcomes), max(one.grown_mb for one in outcomes)
    figures = f"{how['audio']} decoded, {how['refused']} refused, {how['crash']} crashes, {how['hang']} hangs; "
    figures += f"slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    _line("hostile audio files", len(outcomes), sum(one.held for one in outcomes), figures)


def _engine(folder: Path) -> None:
    faults = [FAULTS[number % len(FAULTS)] for number in range(ROUNDS)]
    seen = list(rounds(folder, tuple(faults)))
    truth_s = max(fault.truth_s for fault in seen)
    figures = f"{sum(fault.takes for fault in seen)} of {sum(fault.expected for fault in seen)} takes, each once; "
    figures += f"/health true after at most {truth_s:.1f} s"
    _line("engine process killed, starved, hung", ROUNDS, sum(fault.held for fault in seen), figures)


def _soak(home: Path, minutes: float, clients: int) -> None:
    shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample")
    server = Server.start(home, "--model", "preview")
    try:
        server.wait_for("ready", "page", within_s=120)
        times: dict[str, list[float]] = {"/": [], "/health": [], "/voices": []}
        failed: Counter[str] = Counter()
        end = time.monotonic() + 60 * minutes
        threads = [
            threading.Thread(target=_client, args=(server.url, number, end, times, failed), daemon=True)
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        memory = []
        while time.monotonic() < end:
            time.sleep(1)
            memory.append(_resident_mb(server.process.pid))
        for thread in threads:
            thread.join(60)
        half = memory[len(memory) // 2 :]
        slope = float(np.polyfit(np.arange(len(half)) / 60, half, 1)[0])
        p95 = {path: 1000 * statistics.quantiles(seconds, n=20)[-1] for path, seconds in times.items()}
        figures = ", ".join(f"p95 {path} {milliseconds:.0f} ms" for path, milliseconds in p95.items())
        figures += (
            f"; page process {half[0]:.0f} -> {half[-1]:.0f} MB ({slope:+.1f} MB a minute); faults {dict(failed)}"
        )
        requests = sum(map(len, times.values()))
        _line(f"{clients} clients for {minutes:g} min, engine busy", requests, requests - sum(failed.values()), figures)
    finally:
        server.end()


def _client(url: str, number: int, end: float, times: dict[str, list[float]], failed: Counter[str]) -> None:
    """Two clients keep the engine busy; the others look at pages, at the pace of people."""
    choice = random.Random(number)
    while time.monotonic() < end:
        speaks = number < 2
        path = (
            "/synthesize?voice=sample&text=The+old+baker+opened+his+window." if speaks else choice.choice(list(times))
        )
        began = time.monotonic()
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=60) as answer:  # noqa: S310 - our own server
                answer.read()
        except urllib.error.HTTPError as error:
            failed[f"{path[:11]} {error.code}"] += error.code != 429
        except OSError as error:
            failed[type(error).__name__] += 1
        if not speaks:
            times[path].append(time.monotonic() - began)
            time.sleep(choice.uniform(1, 4))


def _resident_mb(pid: int) -> float:
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return float(done.stdout or 0) / 1024


if __name__ == "__main__":
    main()
